from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_default_group_id = fields.Many2one(
        related="company_id.caredesk_default_group_id", readonly=False
    )
    caredesk_auto_replies_per_hour = fields.Integer(
        "Auto Replies per Hour",
        default=3,
        config_parameter="caredesk_ticket.auto_replies_per_hour",
        help="Most automatic answers one address gets within an hour.",
    )
