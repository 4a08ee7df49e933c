from odoo.exceptions import AccessError
from odoo.tests import tagged

from .mail_common import MailGatewayCase

TRUSTED = "mx.example.com"


@tagged("post_install", "-at_install")
class TestMailIdentity(MailGatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.an.email = "an@staff.example.com"

    def _vouched(self, domain="staff.example.com", result="pass"):
        """Return the header by which the trusted server vouches for ``domain``."""
        value = f"{TRUSTED}; dmarc={result} header.from={domain}"
        return {"Authentication_Results": value}

    # === OUR OWN PEOPLE ===

    def test_unproved_colleague_is_a_stranger(self):
        """IE-17: a From with an agent's address speaks for nobody."""
        self.support.auto_assign = False
        for fields in ({}, self._vouched()):  # vouched, but no server is trusted
            ticket = self._receive_ticket(self._good(From="An <an@staff.example.com>", **fields))
            self.assertTrue(ticket.mail_unverified)
            self.assertFalse(ticket.partner_id)
            self.assertFalse(self._mails_of(ticket).author_id)
            self.assertNotEqual(ticket.create_uid, self.an)
            self.assertFalse(self._acknowledgements(ticket))
            self.assertNotIn(self.an.partner_id, ticket.message_partner_ids)

    def test_proved_colleague_is_believed(self):
        """IE-17: with our server's word a colleague may write by mail."""
        self._set("trusted_authserv_id", TRUSTED)
        raw = self._good(From="An <an@staff.example.com>", **self._vouched())
        ticket = self._receive_ticket(raw)
        self.assertFalse(ticket.mail_unverified)
        self.assertEqual(self._mails_of(ticket).author_id, self.an.partner_id)

    def test_forged_colleague_is_parked(self):
        """IE-17: where our server says it is forged, not even a ticket is made."""
        self._set("trusted_authserv_id", TRUSTED)
        raw = self._good(From="an@staff.example.com", **self._vouched(result="fail"))
        self._receive_parked(raw, "spoofed")

    def test_unproved_colleague_cannot_write_on_a_ticket(self):
        """IE-17: knowing the thread and an agent's address is not enough to answer."""
        ticket = self._receive_ticket(self._good())
        self._give(ticket, self.an)
        count = len(ticket.message_ids)
        other = self._receive_ticket(self._reply_to(ticket, From="An <an@staff.example.com>"))
        self.assertEqual(len(ticket.message_ids), count)
        self.assertEqual(other.mentioned_ticket_ids, ticket)
        self.assertTrue(other.mail_unverified)
        self.assertFalse(ticket.first_response_at)

    def test_proved_colleague_answers_by_mail(self):
        """IE-17: the same with our server's word is the agent's answer."""
        self._set("trusted_authserv_id", TRUSTED)
        ticket = self._receive_ticket(self._good())
        raw = self._reply_to(ticket, From="An <an@staff.example.com>", **self._vouched())
        self.assertFalse(self._receive(raw)[0])
        self.assertEqual(self._mails_of(ticket)[-1].author_id, self.an.partner_id)
        self.assertFalse(ticket.customer_replied)
        self.assertTrue(ticket.first_response_at)

    def test_partners_only_address_is_not_opened_by_a_forged_name(self):
        """IE-17: an address for known people does not take an unproved colleague for one."""
        self.support.alias_id.alias_contact = "partners"
        self._receive_parked(self._good(From="an@staff.example.com"), "spoofed")
        self._receive_parked(self._good(), "refused")
        self.assertFalse(self._new_mails)

    # === WHO HANDS THE MAIL IN ===

    def _hand_in(self, user, raw, custom_values=None, thread_id=None, **context):
        """Have ``user`` call the gateway as by RPC; return the tickets and parked mails made."""
        before = self.tickets.search([]), self.parked.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].with_user(user).with_context(**context).message_process(
                "caredesk.ticket", raw, custom_values=custom_values, thread_id=thread_id
            )
            self.env.flush_all()
        self.env.invalidate_all()
        return self.tickets.search([]) - before[0], self.parked.search([]) - before[1]

    def test_forged_values_by_rpc_are_ignored(self):
        """IE-17: who is no mail server hands in a mail and nothing beside it."""
        user = self._user("plain", "user", company_id=self.company.id)
        self.support.auto_assign = self.billing.auto_assign = False
        old = self._receive_ticket(self._good())
        values = {
            "number": "FORGED", "work_seconds_closed": 9999, "done_by_id": self.an.id,
            "is_closed": True, "user_id": self.an.id, "priority": "3",
        }  # fmt: skip
        context = {"default_user_id": self.an.id, "default_fetchmail_server_id": 1}
        given = {**values, "group_id": self.billing.id}
        ticket, parked = self._hand_in(user, self._good(), given, old.id, **context)
        self.assertFalse(parked, parked.mapped("error"))
        self.assertEqual(len(self._mails_of(old)), 1)
        self.assertEqual((ticket.group_id, ticket.priority), (self.support, "1"))
        self._assert_not_forged(ticket)
        # A mail server may choose the group and the priority, not the course of the ticket.
        self.company.caredesk_default_group_id = self.support
        raw = self._good(to="info@example.org")
        ticket, parked = self._hand_in(self.env.ref("base.user_admin"), raw, given)
        self.assertFalse(parked, parked.mapped("error"))
        self.assertEqual((ticket.group_id, ticket.priority), (self.billing, "3"))
        self._assert_not_forged(ticket)

    def _assert_not_forged(self, ticket):
        self.assertEqual(len(ticket), 1)
        self.assertNotEqual(ticket.number, "FORGED")
        self.assertFalse(ticket.user_id | ticket.done_by_id)
        self.assertFalse(ticket.work_seconds_closed or ticket.is_closed)

    def test_vouching_by_rpc_is_not_believed(self):
        """IE-17: our server's word counts only from our server, also when tried again."""
        self._set("trusted_authserv_id", TRUSTED)
        user = self._user("plain", "user", company_id=self.company.id)
        self._receive_ticket(self._good())  # Odoo notes on the address that it works
        mail = {"From": "An <an@staff.example.com>", **self._vouched()}
        ticket, _parked = self._hand_in(user, self._good(**mail))
        self.assertTrue(ticket.mail_unverified)
        _ticket, parked = self._hand_in(user, self._good(Precedence="bulk", **mail))
        parked.action_create_ticket()
        self.assertTrue(parked.ticket_id.mail_unverified)

    # === STRANGERS ===

    def _assert_untouched_by(self, ticket, raw):
        """Assert that ``raw`` opens a ticket of its own and leaves no trace on ``ticket``."""
        before = ticket.message_ids, ticket.message_partner_ids, ticket.email_cc, ticket.write_date
        other = self._receive_ticket(raw)
        after = ticket.message_ids, ticket.message_partner_ids, ticket.email_cc, ticket.write_date
        self.assertEqual(before, after)
        self.assertEqual(other.mentioned_ticket_ids, ticket)
        for mail in self._new_mails:
            self.assertEqual(mail.res_id, other.id, "nobody of the cited ticket is told")
        return other

    def test_stranger_with_references_opens_a_ticket_of_his_own(self):
        """IE-17: references to somebody else's ticket give no way in."""
        ticket = self._receive_ticket(self._good())
        self._give(ticket, self.an)
        raw = self._reply_to(ticket, From="eve@example.com", Cc="mallory@example.com")
        other = self._assert_untouched_by(ticket, raw)
        self.assertEqual(other.partner_id.email, "eve@example.com")
        self.assertNotEqual(other.message_ids & ticket.message_ids, other.message_ids)

    def test_stranger_with_a_number_opens_a_ticket_of_his_own(self):
        """IE-17: so does a number, in the subject or in the text."""
        ticket = self._receive_ticket(self._good())
        for fields in (
            {"Subject": f"Re: {ticket.number} status?"},
            {"body": f"What about {ticket.number.lower()}?"},
        ):
            self._assert_untouched_by(ticket, self._good(From="eve@example.com", **fields))

    def test_numbers_of_other_companies_are_not_found(self):
        """IE-17: a number of another company's ticket is no link."""
        theirs = self._group("Theirs", company_id=self.company_2.id)
        ticket = self._ticket(group_id=theirs.id)
        ticket._own_code().write({"number": "XX/2026/99999"})
        other = self._receive_ticket(self._good(Subject=f"About {ticket.number}"))
        self.assertFalse(other.mentioned_ticket_ids)

    def test_who_may_join_a_conversation(self):
        """IE-10: somebody of the customer's company, in copy, or following may answer."""
        make = self.env["res.partner"].create
        firm = make({"name": "Firm", "is_company": True})
        make({"name": "Boss", "email": "boss@example.com", "parent_id": firm.id})
        make({"name": "Lan", "email": "lan@example.com", "parent_id": firm.id})
        friend = make({"name": "Friend", "email": "friend@example.com"})
        ticket = self._receive_ticket(self._good(From="lan@example.com", Cc="copy@example.com"))
        ticket.message_subscribe(friend.ids)
        for number, sender in enumerate(("boss", "copy", "friend"), 2):
            raw = self._reply_to(ticket, From=f"{sender}@example.com")
            self.assertFalse(self._receive(raw)[0], sender)
            self.assertEqual(len(self._mails_of(ticket)), number)

    def test_people_in_copy_do_not_become_followers(self):
        """IE-17: who is in copy of a mail gets no history and no later messages."""
        partner = self.env["res.partner"].create({"name": "Eve", "email": "eve@example.com"})
        ticket = self._receive_ticket(self._good(Cc="eve@example.com"))
        self._receive(self._reply_to(ticket, Cc="mallory@example.com"))
        followers = ticket.message_partner_ids.filtered("partner_share")
        self.assertEqual(followers, ticket.partner_id)
        self.assertNotIn(partner, ticket.message_partner_ids)

    def test_customer_disowned_by_our_server_is_a_stranger(self):
        """IE-17: a customer's address that our server calls forged gives no way in."""
        self._set("trusted_authserv_id", TRUSTED)
        ticket = self._receive_ticket(self._good())
        raw = self._reply_to(ticket, **self._vouched("example.com", "fail"))
        other = self._receive_ticket(raw)
        self.assertTrue(other.mail_unverified)
        self.assertEqual(len(self._mails_of(ticket)), 1)

    # === PARKED MAIL ===

    def test_only_intake_decides_on_parked_mail(self):
        """IE-17: agents neither see parked mail nor decide on it; nobody writes it by hand."""
        parked = self._receive_parked(self._good(Precedence="bulk"), "bulk")
        intake = self._user("intake", "intake", company_id=self.company.id)
        with self.assertRaises(AccessError):
            parked.with_user(self.an).action_create_ticket()
        with self.assertRaises(AccessError):
            parked.source_id.with_user(self.an).check_access("read")
        parked.source_id.with_user(intake).check_access("read")
        with self.assertRaises(AccessError):
            parked.with_user(intake).write({"state": "discarded"})
        parked.with_user(intake).action_discard()
        self.assertEqual(parked.state, "discarded")

    def test_parked_mail_of_another_company_is_out_of_reach(self):
        """IE-17: parked mail belongs to the company of its group."""
        parked = self._receive_parked(self._good(Precedence="bulk"), "bulk")
        stranger = self._user(
            "elsewhere", "intake", company_id=self.company_2.id, company_ids=self.company_2.ids
        )
        with self.assertRaises(AccessError):
            parked.with_user(stranger).action_discard()
