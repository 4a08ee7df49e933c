from odoo import models

#: Code of the sequences that number tickets.
TICKET_CODE = "caredesk.ticket"


class IrSequence(models.Model):
    """How tickets are numbered is kept in memory; a changed sequence makes it forgotten."""

    _name = "ir.sequence"
    _inherit = ["ir.sequence", "caredesk.forgetful"]

    def _is_remembered(self, vals=None):
        """Tell whether tickets are numbered by one of these sequences, or will be."""
        return TICKET_CODE in [*self.mapped("code"), (vals or {}).get("code")]
