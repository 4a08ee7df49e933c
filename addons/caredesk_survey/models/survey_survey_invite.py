from odoo import fields, models

from .caredesk_survey_request import ANSWER_DAYS, PAUSE_DAYS


class SurveySurvey(models.Model):
    """By which way customers are invited."""

    _inherit = "survey.survey"

    invite_channel = fields.Selection(
        [
            ("mail", "E-mail"),
            ("sms", "SMS"),
            ("mail_sms", "E-mail, Otherwise SMS"),
        ],
        string="Invite by",
        default="mail_sms",
        required=True,
        help="How customers of completed tickets are invited to this survey.",
    )

    def _setting(self, name, default):
        """Return the whole number in the system parameter ``caredesk_survey.<name>``."""
        # sudo: a setting, not a secret
        value = self.env["ir.config_parameter"].sudo().get_param(f"caredesk_survey.{name}")
        return max(int(value), 0) if value and value.isdecimal() else default


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_survey_pause_days = fields.Integer(
        "Leave Customers Alone for",
        default=PAUSE_DAYS,
        config_parameter="caredesk_survey.pause_days",
        help="Days after an invitation, also one sent by hand, in which a customer is not invited "
        "again by itself, whatever tickets are completed.",
    )
    caredesk_survey_answer_days = fields.Integer(
        "Answer Within",
        default=ANSWER_DAYS,
        config_parameter="caredesk_survey.answer_days",
        help="Days in which an invitation after a ticket can be answered.",
    )

    def set_values(self):
        """Keep a zero: Odoo drops it, and nothing means the default."""
        super().set_values()
        params_sudo = self.env["ir.config_parameter"].sudo()  # sudo: as Odoo stores settings
        for name in ("pause_days", "answer_days"):
            if not self[f"caredesk_survey_{name}"]:
                params_sudo.set_param(f"caredesk_survey.{name}", "0")
