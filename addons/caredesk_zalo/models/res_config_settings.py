from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zalo_customer_rule = fields.Selection(
        related="company_id.zalo_customer_rule", readonly=False, required=True
    )
