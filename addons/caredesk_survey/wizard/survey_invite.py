from odoo import fields, models
from odoo.exceptions import UserError


class SurveyInvite(models.TransientModel):
    """Odoo's dialog to invite people, by SMS too."""

    _inherit = "survey.invite"

    caredesk_channel = fields.Selection(
        [("mail", "E-mail"), ("sms", "SMS"), ("both", "E-mail and SMS")],
        string="Send by",
        default="mail",
        required=True,
    )

    def _prepare_answers(self, partners, emails):
        """Note who is invited: scheduled invitations leave them alone for a while."""
        answers = super()._prepare_answers(partners, emails)
        # sudo: rows of the system; the dialog's rights are those to invite
        self.env["caredesk.survey.request"].sudo()._note_by_hand(answers)
        return answers

    def _send_mail(self, answer):
        """Queue the invitation by the chosen way."""
        if self.caredesk_channel == "mail":
            return super()._send_mail(answer)
        mail = self.env["mail.mail"]
        if self.caredesk_channel == "both" and (answer.partner_id.email or answer.email):
            mail = super()._send_mail(answer)
        if not answer._invite_by_sms() and not mail:
            raise UserError(
                self.env._(
                    "%(name)s has no phone number that SMS may be sent to.",
                    name=answer.partner_id.name or answer.email,
                )
            )
        return mail
