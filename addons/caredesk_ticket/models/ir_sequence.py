from odoo import api, models

#: Code of the sequences that number tickets.
TICKET_CODE = "caredesk.ticket"


class IrSequence(models.Model):
    """How tickets are numbered is kept in memory; a changed sequence makes it forgotten."""

    _inherit = "ir.sequence"

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("code") == TICKET_CODE for vals in vals_list):
            self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if TICKET_CODE in [*self.mapped("code"), vals.get("code")]:
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        if TICKET_CODE in self.mapped("code"):
            self.env.registry.clear_cache()
        return super().unlink()
