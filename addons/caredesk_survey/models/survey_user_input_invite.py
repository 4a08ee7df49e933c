from odoo import models
from odoo.tools import email_normalize
from odoo.tools.urls import urljoin


class SurveyUserInput(models.Model):
    """Bringing an invitation to a customer: mail and SMS, both queued, nothing sent at once."""

    _inherit = "survey.user_input"

    def _invite_by(self, channel):
        """Queue the invitation; return whether there was a way.

        :param channel: 'mail', 'sms' or 'mail_sms' (e-mail, or SMS where there is no address).
            Hook: other channels extend it.
        """
        self.ensure_one()
        if channel in ("mail", "mail_sms") and self._invite_by_mail():
            return True
        return channel in ("sms", "mail_sms") and self._invite_by_sms()

    def _invite_by_mail(self):
        self.ensure_one()
        address = email_normalize(self.partner_id.email or self.email or "")
        # sudo: whether the address asked to be left alone
        blocked = self.env["mail.blacklist"].sudo()
        if not address or blocked.search_count([("email", "=", address)], limit=1):
            return False
        template = self.env.ref("caredesk_survey.mail_template_invitation")
        template.sudo().send_mail(  # sudo: a template of the firm, rendered for this invitation
            self.id,
            force_send=False,
            email_values={"email_to": address, "recipient_ids": []},
            email_layout_xmlid="mail.mail_notification_light",
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()  # sudo: wakes it
        return True

    def _invite_by_sms(self):
        self.ensure_one()
        partner = self.partner_id
        number = partner.phone and partner._phone_format(fname="phone", force_format="E164")
        # sudo: whether the number asked to be left alone
        blocked = self.env["phone.blacklist"].sudo()
        if not number or blocked.search_count([("number", "=", number)], limit=1):
            return False
        here = self.with_context(lang=partner.lang or self.env.lang)
        body = here.env._(
            "%(company)s would like your opinion: %(link)s",
            company=(self.company_id or self.env.company).name,
            link=urljoin(self.get_base_url(), self.get_start_url()),
        )
        # sudo: goes into the queue of SMS; the caller decided that the customer is invited
        self.env["sms.sms"].sudo().create(
            {"partner_id": partner.id, "number": number, "body": body, "state": "outgoing"}
        )
        return True
