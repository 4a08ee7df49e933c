from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_default_group_id = fields.Many2one(
        related="company_id.caredesk_default_group_id", readonly=False
    )
