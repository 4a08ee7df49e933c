from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    caredesk_default_group_id = fields.Many2one(
        "caredesk.support.group",
        string="Default Support Group",
        domain="[('company_id', '=', id)]",
        ondelete="set null",
        help="Shown first on View Support, and takes the tickets that come without a type.",
    )

    # === CRUD ===

    def write(self, vals):
        """Service levels count in the working hours of the company where groups have none."""
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env.registry.clear_cache()
            for company in self:
                self.env["caredesk.sla.recompute"]._ask(company)
        return result
