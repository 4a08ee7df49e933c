"""The one exception of the developer tools that is meant for human eyes."""


class DevkitError(Exception):
    """Something that the reader can cure.

    :param cause: what went wrong, one sentence
    :param cure: what to do about it; printed on its own line
    """

    def __init__(self, cause: str, cure: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.cure = cure
