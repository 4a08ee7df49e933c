from odoo import models
from odoo.tools.urls import urljoin


class SurveyUserInput(models.Model):
    """An invitation in the customer's Zalo conversation."""

    _inherit = "survey.user_input"

    def _invite_by(self, channel):
        if channel != "zalo":
            return super()._invite_by(channel)
        return self._invite_by_zalo() or super()._invite_by("mail_sms")

    def _invite_by_zalo(self):
        """Queue the link in the conversation; return whether Zalo takes it for this customer."""
        self.ensure_one()
        contact_sudo = self._zalo_contact()
        if not contact_sudo._can_be_written_to():
            return False
        here = self.with_context(lang=self.partner_id.lang or self.env.lang)
        contact_sudo._say(
            here.env._(
                "%(company)s would like your opinion: %(link)s",
                company=(self.company_id or self.env.company).name,
                link=urljoin(self.get_base_url(), self.get_start_url()),
            )
        )
        return True

    def _zalo_contact(self):
        """Return the Zalo customer who is asked: the ticket's own, else who wrote last."""
        # sudo: conversations are their agents'; the caller decided that the customer is invited
        entry_sudo = self.sudo()
        contacts_sudo = entry_sudo.env["caredesk.zalo.contact"]
        customer = entry_sudo.partner_id
        of_ticket = entry_sudo.ticket_id.zalo_contact_id
        if not customer or of_ticket.partner_id == customer:
            return of_ticket
        company = entry_sudo.company_id or entry_sudo.env.company
        return contacts_sudo._of_partner(customer, company)
