"""What the tests of the mail gateway share: a group with an address, and raw mail into it."""

from pathlib import Path

from odoo.addons.mail.tests.common import MailCommon

from . import mail_sources
from .common import CareDeskMixin

SAMPLES = Path(__file__).parent / "mail_samples"


class MailGatewayCase(CareDeskMixin, MailCommon):
    """``support`` has the address ``help``, ``billing`` the address ``billing``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_admin
        cls.support.company_id = cls.company
        cls.support.alias_name = "help"
        cls.billing = cls._group("Billing", alias_name="billing")
        cls.to = f"help@{cls.alias_domain}"
        cls.to_billing = f"billing@{cls.alias_domain}"
        cls.tickets = cls.env["caredesk.ticket"]
        cls.parked = cls.env["caredesk.mail.parked"]
        cls._tag = 0

    # === FACTORIES ===

    @classmethod
    def _next_tag(cls):
        cls._tag += 1
        return f"t{cls._tag}"

    def _good(self, body="Xin chào, máy in không in được.", to=None, **fields):
        """Return the bytes of a sound mail, by default from a new sender to ``support``."""
        return mail_sources.good(self._next_tag(), to or self.to, body, **fields)

    def _receive(self, raw, model=None):
        """Pass ``raw`` through Odoo's gateway; return the tickets and parked mails it made."""
        before = self.tickets.search([]), self.parked.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(model, raw)
            self.env.flush_all()
        self.env.invalidate_all()
        return self.tickets.search([]) - before[0], self.parked.search([]) - before[1]

    def _receive_ticket(self, raw):
        """Receive a mail that has to make exactly one ticket and nothing else."""
        tickets, parked = self._receive(raw)
        self.assertEqual((len(tickets), len(parked)), (1, 0), parked.mapped("error"))
        return tickets

    def _receive_parked(self, raw, reason):
        """Receive a mail that has to be parked for ``reason`` and to make no ticket."""
        tickets, parked = self._receive(raw)
        self.assertFalse(tickets)
        self.assertEqual(parked.mapped("reason"), [reason])
        return parked

    def _reply_to(self, ticket, **fields):
        """Return the bytes of a reply to the opening mail of ``ticket``, by its sender."""
        fields.setdefault("From", f"Customer <{ticket.email_from}>")
        subject = fields.pop("Subject", f"Re: {ticket.name}")
        return self._good(
            fields.pop("body", "Máy vẫn hỏng."),
            References=ticket.source_message_id,
            In_Reply_To=ticket.source_message_id,
            Subject=subject,
            **fields,
        )

    def _give(self, ticket, user):
        """Make ``user`` the performer of ``ticket``, unless routing did already."""
        if ticket.user_id != user:
            ticket.action_assign(user)

    def _mails_of(self, ticket):
        """Return the chatter messages of ``ticket`` that came by mail, oldest first."""
        mails = ticket.message_ids.filtered(lambda message: message.message_type == "email")
        return mails.sorted("id")

    def _acknowledgements(self, ticket):
        """Return the automatic mails about ``ticket``, those that are due included."""
        self.env["caredesk.auto.reply"]._send_due()
        return self.env["mail.mail"].search(
            [
                ("model", "=", "caredesk.ticket"),
                ("res_id", "=", ticket.id),
                ("message_type", "=", "auto_comment"),
            ]
        )

    def _set(self, name, value):
        self.env["ir.config_parameter"].set_param(f"caredesk_ticket.{name}", value)
