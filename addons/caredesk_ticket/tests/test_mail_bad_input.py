from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import mail_sources
from .mail_common import MailGatewayCase


@tagged("post_install", "-at_install")
class TestMailBadInput(MailGatewayCase):
    def _names_of_files(self, ticket):
        return ticket.message_ids.attachment_ids.mapped("name")

    # === EVERY KIND OF BAD MAIL ===

    def test_each_kind_of_bad_mail_makes_a_ticket(self):
        """S4-CHN-09, IE-17: what can be read at all becomes a ticket, the customer with it."""
        for name, make in mail_sources.BAD_BUT_READABLE.items():
            with self.subTest(name):
                tickets, _parked = self._receive(make(f"bad.{name}", self.to))
                self.assertEqual(len(tickets), 1)
                self.assertEqual(tickets.email_from, f"khach.bad.{name}@example.com")
                self.assertTrue(tickets.name)

    def test_the_next_mail_goes_through(self):
        """S4-CHN-09: a bad mail does not stop the good one behind it."""
        self._receive(mail_sources.deep_nesting("a", self.to))
        self._receive(mail_sources.no_sender("b", self.to))
        self._receive_ticket(self._good())

    def test_source_is_kept_where_something_was_lost(self):
        """S4-CHN-09: NUL, guessed text and broken coding: the raw mail is on the ticket."""
        for name in ("nul_bytes", "unknown_charset", "broken_base64", "unlabelled_latin"):
            with self.subTest(name):
                raw = mail_sources.BAD_BUT_READABLE[name](f"keep.{name}", self.to)
                ticket = self._receive_ticket(raw)
                kept = ticket.message_ids.attachment_ids
                self.assertEqual(kept.raw, raw)
                self.assertEqual(kept.name, "original_mail.eml")
        ticket = self._receive_ticket(self._good())
        self.assertFalse(ticket.message_ids.attachment_ids)

    def test_text_is_kept(self):
        """S4-CHN-09: the readable part of a broken mail is in the content."""
        for raw, words in (
            (mail_sources.nul_bytes("n", self.to), "Máy in hỏng"),
            (mail_sources.unknown_charset("u", self.to), "máy in không in được"),
            (mail_sources.unlabelled_latin("l", self.to), "Café à la carte"),
            (mail_sources.deep_nesting("d", self.to), "The text above."),
            (mail_sources.deep_html("h", self.to), "inside"),
        ):
            ticket = self._receive_ticket(raw)
            self.assertIn(words, ticket.description)
            self.assertIn(words, self._mails_of(ticket).body)

    def test_no_sender_is_parked(self):
        """S4-CHN-09, IE-17: nobody to answer to: parked, and a ticket if intake wants one."""
        parked = self._receive_parked(mail_sources.no_sender("x", self.to), "no_sender")
        parked.action_create_ticket()
        self.assertEqual(parked.state, "ticket")
        self.assertFalse(parked.ticket_id.partner_id)
        self.assertIn("máy in không in được", parked.ticket_id.description)

    def test_empty_mail_makes_a_ticket(self):
        """S4-CHN-09: a mail without a body is a request without words."""
        ticket = self._receive_ticket(mail_sources.no_body("x", self.to))
        self.assertEqual(ticket.name, "Mail x")

    # === LIMITS ===

    def test_big_attachment(self):
        """S4-CHN-09: over 50 MB the text and the other files are taken, the source is parked."""
        raw = mail_sources.big_attachment("big", self.to, 60)
        ticket, parked = self._receive(raw)
        self.assertEqual((parked.reason, parked.state), ("too_big", "ticket"))
        self.assertEqual(parked.ticket_id, ticket)
        self.assertEqual(len(parked.source_id.raw), len(raw))
        self.assertIn("See the film.", ticket.description)
        self.assertEqual(self._names_of_files(ticket), ["small.txt"])

    def test_many_parts(self):
        """S4-CHN-09: of 200 parts the first hundred are taken, the source is parked."""
        ticket, parked = self._receive(mail_sources.many_parts("many", self.to))
        self.assertEqual(parked.ticket_id, ticket)
        self.assertIn("The text.", ticket.description)
        self.assertEqual(len(self._names_of_files(ticket)), 99)

    def test_limits_are_settings(self):
        """S4-CHN-09: both limits are system parameters; nonsense in them is ignored."""
        self._set("mail_max_parts", "5")
        self._set("mail_max_mb", "a lot")
        ticket, _parked = self._receive(mail_sources.many_parts("few", self.to))
        self.assertEqual(len(self._names_of_files(ticket)), 4)

    def test_long_text_is_cut(self):
        """S4-CHN-09: a book in the text is cut; the whole is in the parked source."""
        ticket, parked = self._receive(self._good("dài " * 400_000))
        self.assertLess(len(ticket.description), 1_100_000)
        self.assertEqual(parked.ticket_id, ticket)

    # === WHAT FAILS INSIDE ===

    def _break_creation(self, error):
        """Return a patch by which every ticket creation raises ``error``."""
        return patch.object(
            self.registry["caredesk.ticket"], "_create_from_channel", side_effect=error
        )

    def test_a_failure_parks_the_mail_with_its_error(self):
        """S4-CHN-09: whatever goes wrong, the mail is kept and can be tried again."""
        raw = self._good()
        with self._break_creation(UserError("Out of order")):
            parked = self._receive_parked(raw, "broken")
        self.assertIn("Out of order", parked.error)
        self.assertEqual(parked.source_id.raw, raw)
        parked.action_try_again()
        self.assertEqual(parked.state, "ticket")
        self.assertEqual(parked.ticket_id.source_message_id, parked.message_id)
        self.assertEqual(len(self._mails_of(parked.ticket_id)), 1)

    def test_trying_again_in_vain_keeps_one_row(self):
        """S4-CHN-09: a second failure stays on the same row, with the new error."""
        with self._break_creation(UserError("Out of order")):
            parked = self._receive_parked(self._good(), "broken")
        with self._break_creation(UserError("Still out of order")):
            parked.action_try_again()
        self.assertEqual(parked.state, "new")
        self.assertIn("Still", parked.error)
        self.assertEqual(self.parked.search_count([("message_id", "=", parked.message_id)]), 1)

    def test_conflicts_are_left_to_the_caller(self):
        """S4-CHN-09: a conflict with another transaction is raised, so that it is tried again."""
        with self._break_creation(SerializationFailure()), self.assertRaises(SerializationFailure):
            self._receive(self._good())

    def test_fetched_mail_survives_a_conflict(self):
        """S4-CHN-09: the fetcher never comes again, so a conflict is retried right here."""
        create = self.registry["caredesk.ticket"]._create_from_channel
        calls = []

        def conflict_once(tickets, channel, vals_list):
            calls.append(channel)
            if len(calls) == 1:
                raise SerializationFailure
            return create(tickets, channel, vals_list)

        thread = self.env["mail.thread"].with_context(default_fetchmail_server_id=1)
        with (
            self.enter_registry_test_mode(),
            patch.object(self.registry["caredesk.ticket"], "_create_from_channel", conflict_once),
        ):
            thread.message_process("caredesk.ticket", self._good(Subject="Fetched"))
        self.assertEqual(self.tickets.search([("name", "=", "Fetched")]).group_id, self.support)

    def test_fetched_mail_that_always_meets_others_is_parked(self):
        """S4-CHN-09: after all tries it waits for a person; the server's settings hold for each."""
        kept = []

        def always(tickets, channel, vals_list):
            tickets.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

        process = self.registry["mail.thread"]._caredesk_process_once

        def note(thread, job, model, options, source):
            kept.append(options["strip_attachments"])
            return process(thread, job, model, options, source)

        thread = self.env["mail.thread"].with_context(default_fetchmail_server_id=1)
        raw = self._good(Subject="Never")
        with (
            self.enter_registry_test_mode(),
            patch.object(self.registry["caredesk.ticket"], "_create_from_channel", always),
            patch.object(self.registry["mail.thread"], "_caredesk_process_once", note),
            patch("odoo.service.model.time.sleep"),
            mute_logger("odoo.sql_db"),
        ):
            thread.message_process("caredesk.ticket", raw, strip_attachments=True)
        parked = self.env["caredesk.mail.parked"].search([], order="id desc", limit=1)
        self.assertIn("SerializationFailure", parked.error)
        self.assertEqual(set(kept), {True})
        parked.action_try_again()
        self.assertEqual(parked.ticket_id.name, "Never")

    def test_one_of_two_groups_fails(self):
        """S4-CHN-09: the other group's ticket is made, the failed one is parked."""
        create = self.registry["caredesk.ticket"]._create_from_channel

        def fail_for_billing(tickets, channel, vals_list):
            if vals_list[0]["group_id"] == self.billing.id:
                raise ValueError("Billing is closed")
            return create(tickets, channel, vals_list)

        with patch.object(
            self.registry["caredesk.ticket"], "_create_from_channel", fail_for_billing
        ):
            tickets, parked = self._receive(self._good(to=f"{self.to}, {self.to_billing}"))
        self.assertEqual((tickets.group_id, parked.group_id), (self.support, self.billing))
        parked.action_try_again()
        self.assertEqual(parked.ticket_id.group_id, self.billing)
        self.assertEqual(self._mails_of(parked.ticket_id).message_id, parked.message_id)
        self.assertEqual(
            self.tickets.search_count([("source_message_id", "=", parked.message_id)]), 2
        )

    def test_same_message_at_the_same_time(self):
        """S4-CHN-09: when another process was faster the database refuses, and that is all."""
        raw = mail_sources.good("twice", self.to)
        ticket = self._receive_ticket(raw)
        # What another process has not committed cannot be found by looking for it.
        self._mails_of(ticket).message_id = "<hidden@mail.example.com>"
        with mute_logger("odoo.sql_db"):
            self.assertFalse(any(self._receive(raw)))

    # === PARKED MAIL ===

    def test_parked_mail_becomes_a_ticket(self):
        """IE-17: intake makes a ticket of a parked mail; the raw mail can be answered on it."""
        parked = self._receive_parked(self._good(Precedence="bulk", Subject="Real"), "bulk")
        parked.action_create_ticket()
        ticket = parked.ticket_id
        self.assertEqual((ticket.name, ticket.group_id), ("Real", self.support))
        self.assertFalse(self._acknowledgements(ticket))
        self.assertFalse(self._receive(self._reply_to(ticket))[0])
        self.assertEqual(len(self._mails_of(ticket)), 2)
        with self.assertRaises(UserError):
            parked.action_discard()

    def test_source_is_a_download(self):
        """IE-17: the raw mail is handed out as a file, never shown."""
        parked = self._receive_parked(self._good(Precedence="bulk"), "bulk")
        self.assertEqual(parked.source_id.mimetype, "message/rfc822")
        self.assertIn("download=true", parked.action_download()["url"])

    def test_discarded_mail_is_deleted_after_a_while(self):
        """IE-17: discarded mail goes after the days set, other parked mail stays."""
        kept = self._receive_parked(self._good(Precedence="bulk"), "bulk")
        gone = self._receive_parked(self._good(Precedence="bulk"), "bulk")
        gone.action_discard()
        source = gone.source_id
        self.parked._gc_discarded()
        self.assertTrue(gone.exists())
        gone.sudo().discarded_at = fields.Datetime.now() - timedelta(days=31)
        self.parked._gc_discarded()
        self.assertEqual((kept | gone).exists(), kept)
        self.assertFalse(source.exists())
