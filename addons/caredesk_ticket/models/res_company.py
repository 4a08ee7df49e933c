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
