from odoo import fields, models
from odoo.tools.urls import urljoin


class SurveyUserInput(models.Model):
    """An invitation in the customer's Zalo conversation."""

    _inherit = "survey.user_input"

    zalo_message_id = fields.Many2one(
        "caredesk.zalo.message",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        export_string_translation=False,
        help="The invitation in whose place another one goes out if Zalo refuses it.",
    )

    def _invite_by(self, channel):
        if channel != "zalo":
            return super()._invite_by(channel)
        row = self._invite_by_zalo()
        self.sudo().zalo_message_id = row  # sudo: a mark of the system
        return bool(row) or super()._invite_by("mail_sms")

    def _invite_instead(self):
        """Invite by what the setting names after Zalo."""
        self.zalo_message_id = False  # sent again and refused again, it brings no second one
        if not self._invite_by("mail_sms"):
            # sudo: the system's note of what it did
            requests_sudo = self.env["caredesk.survey.request"].sudo()
            requests_sudo.search([("user_input_id", "=", self.id)])._note_unreachable()

    def _invite_by_zalo(self):
        """Queue the link in the conversation.

        :return: row of the outbox, empty when Zalo takes no message for this customer
        """
        self.ensure_one()
        contact_sudo = self._zalo_contact()
        if not contact_sudo._can_be_written_to():
            return self.env["caredesk.zalo.message"]
        here = self.with_context(lang=self.partner_id.lang or self.env.lang)
        said = contact_sudo._say(
            here.env._(
                "%(company)s would like your opinion: %(link)s",
                company=(self.company_id or self.env.company).name,
                link=urljoin(self.get_base_url(), self.get_start_url()),
            )
        )
        return said.sudo().zalo_delivery_ids[:1]  # sudo: our own row

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
