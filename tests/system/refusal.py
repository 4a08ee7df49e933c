"""How a call may end without having done anything; apart from Odoo, so that all can import it."""


class Refused(Exception):
    """CareDesk said no, with a reason for people; nothing was changed.

    :ivar kind: name of the exception's class
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error.args[0] if error.args else error))
        self.kind = type(error).__name__


class GaveUp(Exception):
    """Odoo's own retries after conflicts with other transactions were used up; nothing changed."""
