import re

from odoo.tests import tagged

from .mail_common import SAMPLES, MailGatewayCase

BOUNCE = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain

The mail could not be delivered.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
--r
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: bounced
--r--
"""


@tagged("post_install", "-at_install")
class TestMailAutomatic(MailGatewayCase):
    def _sample(self, name):
        return (SAMPLES / name).read_bytes().replace(b"help@example.com", self.to.encode())

    def _waiting_ticket(self):
        """Return a ticket made by mail whose performer waits for the customer's answer."""
        ticket = self._receive_ticket(self._good())
        self._give(ticket, self.an)
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_wait("customer")
        return ticket

    # === NEW MAIL ===

    def test_automatic_mail_is_parked_and_not_answered(self):
        """IE-17: what a machine sent makes no ticket and gets no answer."""
        for fields in (
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated"},
            {"X_Autoreply": "yes"},
            {"X_Autorespond": "vacation"},
            {"Precedence": "auto_reply"},
            {"Return_Path": "<>"},
            {"From": "postmaster@example.com"},
            {"From": "no-reply@example.com", "Subject": "Out of office"},
        ):
            with self.subTest(fields):
                self._receive_parked(self._good(**fields), "automatic")
                self.assertFalse(self._new_mails)

    def test_out_of_office_and_newsletter(self):
        """IE-17: real samples: an absence note and a newsletter."""
        self._receive_parked(self._sample("out_of_office.eml"), "automatic")
        self._receive_parked(self._sample("newsletter.eml"), "bulk")

    def test_absence_subject_alone_is_a_request(self):
        """IE-17: a person may ask about «out of office»."""
        ticket = self._receive_ticket(self._good(Subject="Out of office assistant is broken"))
        self.assertTrue(self._acknowledgements(ticket))

    def test_group_may_accept_bulk_mail(self):
        """IE-17: a group can take lists and newsletters; they are still not answered."""
        self.support.accept_bulk_mail = True
        ticket = self._receive_ticket(self._sample("newsletter.eml"))
        self.assertFalse(self._acknowledgements(ticket))

    def test_suppressed_new_mail_makes_a_ticket_without_answer(self):
        """IE-17: a sender who wants no automatic answer gets none, but the ticket."""
        ticket = self._receive_ticket(self._good(X_Auto_Response_Suppress="All"))
        self.assertFalse(self._acknowledgements(ticket))

    # === ON A TICKET ===

    def test_auto_reply_stays_on_the_ticket_as_a_note(self):
        """IE-10, IE-17: an absence note is kept, unseen by the customer, and nothing goes on."""
        ticket = self._waiting_ticket()
        raw = self._reply_to(ticket, Auto_Submitted="auto-replied", Subject="Vắng mặt")
        tickets, parked = self._receive(raw)
        self.assertFalse(tickets or parked)
        self.assertState(ticket, "waiting", self.an)
        self.assertFalse(ticket.customer_replied)
        note = self._mails_of(ticket)[-1]
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(self._new_mails)

    def test_suppress_header_on_a_reply(self):
        """IE-17: on a reply the suppress header alone marks an automatic answer."""
        ticket = self._waiting_ticket()
        self._receive(self._reply_to(ticket, X_Auto_Response_Suppress="All"))
        self.assertState(ticket, "waiting", self.an)

    def test_bounce_is_noted(self):
        """IE-17: a bounce goes Odoo's own way and is noted on the ticket."""
        ticket = self._receive_ticket(self._good())
        sent = self._acknowledgements(ticket)
        report = BOUNCE.format(address=ticket.email_from, message_id=sent.message_id)
        raw = (
            f"From: MAILER-DAEMON@example.com\nTo: {self.to}\nSubject: Failed\n"
            f"Message-ID: <bounce@mail.example.com>\n{report}"
        )
        tickets, parked = self._receive(raw)
        self.assertFalse(tickets or parked)
        self.assertIn("could not be delivered", ticket.message_ids[0].body)
        self.assertEqual(ticket.partner_id.message_bounce, 1)

    def test_unknown_bounce_is_parked(self):
        """IE-17: a bounce of something we do not know is kept for review."""
        report = BOUNCE.format(address="x@example.com", message_id="<nothing@example.com>")
        raw = f"From: MAILER-DAEMON@example.com\nTo: {self.to}\nMessage-ID: <b2@x>\n{report}"
        self._receive_parked(raw, "automatic")

    # === ANSWERS OF CUSTOMERS ===

    def test_customer_reply_continues_a_waiting_ticket(self):
        """IE-10: the answer brings the ticket back to work and tells the performer."""
        ticket = self._waiting_ticket()
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "in_progress", self.an)
        self.assertTrue(ticket.customer_replied)
        mail = self._mails_of(ticket)[-1]
        self.assertIn(self.an.partner_id, mail.notified_partner_ids)

    def test_reply_to_a_busy_performer_stands_next(self):
        """IE-10: while the performer works on another ticket, the answered one is to do."""
        ticket = self._waiting_ticket()
        self._held_ticket(self.an, "in_progress", group_id=self.support.id)
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "todo", self.an)

    def test_reply_does_not_continue_where_the_group_forbids_it(self):
        """IE-10: the setting of the group decides; the flag is set in any case."""
        self.support.continue_on_reply = False
        ticket = self._waiting_ticket()
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "waiting", self.an)
        self.assertTrue(ticket.customer_replied)

    def test_ticket_that_waits_for_ourselves_is_not_continued(self):
        """IE-10: only waiting for the customer ends with the customer's answer."""
        ticket = self._receive_ticket(self._good())
        self._give(ticket, self.an)
        ticket.with_user(self.an).action_wait("not_now")
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "waiting", self.an)

    def test_reply_to_a_done_ticket(self):
        """IE-10: within the days of the group it reopens, later it makes a linked ticket."""
        clock = self._freeze()
        ticket = self._waiting_ticket()
        ticket.with_user(self.an).action_complete(result="Fixed")
        clock.tick(3600)
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "todo", self.an)
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete(result="Fixed again")
        clock.tick(8 * 86400)
        late = self._receive_ticket(self._reply_to(ticket))
        self.assertEqual(late.mentioned_ticket_ids, ticket)
        self.assertState(ticket, "done", self.an)

    def test_reply_to_an_ended_ticket_makes_a_linked_one(self):
        """IE-10: closed and cancelled tickets stay as they are."""
        closed = self._waiting_ticket()
        closed.with_user(self.an).action_complete(result="Fixed")
        closed.action_close()
        cancelled = self._receive_ticket(self._good())
        cancelled.action_cancel("By mistake")
        for ticket in (closed, cancelled):
            count = len(ticket.message_ids)
            linked = self._receive_ticket(self._reply_to(ticket))
            self.assertEqual(linked.mentioned_ticket_ids, ticket)
            self.assertEqual(linked.partner_id, ticket.partner_id)
            self.assertEqual(len(ticket.message_ids), count)

    # === LOOPS ===

    def test_acknowledgement_is_marked_and_echoes_nothing(self):
        """IE-17: our automatic mail says that it is one and holds nothing of the stranger's."""
        evil = "Buy at http://evil.example now"
        ticket = self._receive_ticket(
            self._good(evil, Subject=evil, From=f'"{evil}" <x@example.com>')
        )
        mail = self._acknowledgements(ticket)
        self.assertEqual(mail.email_to, "x@example.com")
        for text in (mail.subject, mail.body_html, mail.email_from, mail.reply_to):
            self.assertNotIn("evil", text)
        # The only address is that of the ticket's own page.
        addresses = re.findall(r'https?://[^"<]+', mail.body_html)
        self.assertEqual(addresses, [ticket._portal_link()])
        self.assertIn(ticket.number, mail.subject)
        for header in ("'Auto-Submitted': 'auto-replied'", "'X-Auto-Response-Suppress': 'All'"):
            self.assertIn(header, mail.headers)

    def test_acknowledgements_are_few(self):
        """IE-17: one for each ticket, three an hour for each address, tags do not help."""
        for number in range(5):
            self._receive_ticket(self._good(From=f"lan+{number}@example.com"))
        self.env["caredesk.auto.reply"]._send_due()
        sent = self.env["mail.mail"].search([("email_to", "like", "lan+%@example.com")])
        self.assertEqual(len(sent), 3)

    def test_group_may_not_acknowledge(self):
        """IE-17: the acknowledgement is a setting of the group."""
        self.support.acknowledge_mail = False
        self.assertFalse(self._acknowledgements(self._receive_ticket(self._good())))

    def test_flood_of_one_sender_is_parked_then_counted(self):
        """IE-17: over the limit mail is parked; of parked mail only so many are kept."""
        self._set("mail_max_tickets_per_hour", "2")
        self._set("mail_max_parked_per_hour", "2")
        for number in range(7):
            self._receive(self._good(From=f"Rude <rude+{number}@example.com>"))
        tickets = self.tickets.search([("mail_sender_key", "=", "rude@example.com")])
        parked = self.parked.search([("sender_key", "=", "rude@example.com")])
        self.assertEqual((len(tickets), len(parked)), (2, 2))
        self.assertEqual(set(parked.mapped("reason")), {"loop"})
        self.assertEqual(sum(parked.mapped("repeat_count")), 3)
        self._receive_ticket(self._good())  # another sender is not concerned

    def test_class_8_loops_core_guard_answers_nothing(self):
        """IE-17: Odoo's own guard counts too, but no mail about the loop is sent into it."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "1")
        first = self._good(From="rude@example.com")
        self._receive_ticket(first)
        self._receive_parked(self._good(From="rude@example.com"), "loop")
        self.assertFalse(self._new_mails)

    def test_our_own_addresses_are_never_served(self):
        """IE-17: mail from an address of ours is a loop: no ticket, no answer."""
        for address in (self.to_billing, f"catchall.test@{self.alias_domain}"):
            self._receive_parked(self._good(From=address), "loop")
            self.assertFalse(self._new_mails)
