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
    caredesk_form_active = fields.Boolean(related="company_id.caredesk_form_active", readonly=False)
    caredesk_form_host = fields.Char(related="company_id.caredesk_form_host", readonly=False)
    caredesk_form_max_per_address = fields.Integer(
        "Requests per Address",
        default=5,
        config_parameter="caredesk_ticket.form_max_per_address",
        help="Most requests the public form takes from one e-mail address within an hour.",
    )
    caredesk_form_max_per_connection = fields.Integer(
        "Requests per Connection",
        default=20,
        config_parameter="caredesk_ticket.form_max_per_connection",
        help="Most requests the public form takes from one internet connection within an hour.",
    )
