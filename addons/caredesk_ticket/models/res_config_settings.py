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
    caredesk_waiting_too_long_days = fields.Integer(
        "Waiting Too Long After",
        default=3,
        config_parameter="caredesk_ticket.waiting_too_long_days",
        help="Days after which the dashboard counts a waiting ticket as waiting too long. Its "
        "performer is reminded of it then, as of one that is not started.",
    )
