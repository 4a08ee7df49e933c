from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .mail_common import MailGatewayCase


@tagged("post_install", "-at_install")
class TestStatusMail(MailGatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.write({"acknowledge_mail": False, "status_mail_done": True})

    def _mailed(self, body="Xin chào, máy in hỏng.", **fields):
        """Return a ticket made by mail that ``an`` has in hand."""
        ticket = self._receive_ticket(self._good(body, **fields))
        self._give(ticket, self.an)
        ticket.with_user(self.an).action_start()
        return ticket

    def _status_mails(self, ticket):
        self.tickets._send_status_mails()
        return (
            self.env["mail.mail"]
            .search([("model", "=", ticket._name), ("res_id", "=", ticket.id)], order="id")
            .filtered(lambda mail: mail.message_type == "auto_comment")
        )

    # === BUTTON ===

    def test_button_opens_a_mail_to_the_customer(self):
        """S1-EML-03: number, title, content, state in words and result, to be edited and sent."""
        ticket = self._mailed(Subject="Máy in hỏng")
        ticket.partner_id.lang = "en_US"
        ticket.with_user(self.an).action_complete(result="Đã thay cáp")
        action = ticket.with_user(self.an).action_send_status()
        composers = self.env[action["res_model"]].with_user(self.an)
        form = Form(composers.with_context(**action["context"]))
        composer = form.save()
        for text in (ticket.number, "Máy in hỏng", "máy in hỏng.", "Done", "Đã thay cáp"):
            self.assertIn(text, composer.body)
        self.assertEqual(composer.partner_ids, ticket.partner_id)
        with self.mock_mail_gateway():
            composer.action_send_mail()
        sent = ticket.message_ids[0]
        self.assertIn(ticket.number, sent.subject)
        self.assertIn(f"help@{self.alias_domain}", sent.reply_to)
        raw = self._good(
            "Cảm ơn", From=f"Customer <{ticket.email_from}>", In_Reply_To=sent.message_id
        )
        tickets, parked = self._receive(raw)
        self.assertFalse(tickets or parked, "the answer threads back")
        self.assertTrue(ticket.customer_replied)

    def test_without_a_customer_nobody_is_told(self):
        """S1-EML-03: there is no mail to nobody, which would count as the first response."""
        ticket = self._held_ticket(self.an, "in_progress")
        with self.assertRaisesRegex(UserError, "Nobody was told"):
            ticket.with_user(self.an).action_send_status()
        self.assertFalse(ticket.first_response_at)
        ticket.email_from = "tu@example.com"
        self.assertTrue(ticket.with_user(self.an).action_send_status())

    def test_status_in_the_customers_language(self):
        """S1-EML-03: the state is said in the customer's own words."""
        self.env["res.lang"]._activate_lang("vi_VN")
        ticket = self._mailed()
        ticket.partner_id.lang = "vi_VN"
        ticket.with_user(self.an).action_complete(result="Xong")
        mail = self._status_mails(ticket)
        words = dict(
            ticket.with_context(lang="vi_VN")
            ._fields["state"]
            ._description_selection(ticket.with_context(lang="vi_VN").env)
        )
        self.assertIn(words["done"], mail.body_html)

    # === AUTOMATIC ===

    def test_chosen_states_are_mailed_in_the_background(self):
        """S1-EML-03: the group's states, each change once, by the cron."""
        ticket = self._mailed()
        self.assertFalse(self._status_mails(ticket), "not a chosen state")
        ticket.with_user(self.an).action_complete(result="Đã thay cáp")
        self.assertTrue(ticket.status_mail_pending)
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_status_mail").method_direct_trigger()
        self.env.invalidate_all()
        mail = self._status_mails(ticket)
        self.assertEqual(len(mail), 1)
        self.assertIn("Đã thay cáp", mail.body_html)
        self.assertEqual(mail.email_to, ticket.email_from)
        self.assertIn("'Auto-Submitted'", mail.headers)
        self.assertEqual(len(self._status_mails(ticket)), 1, "once for a change")
        self.assertFalse(ticket.first_response_at, "no human answer")
        ticket.with_user(self.an).action_reopen()
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete(result="Đã thay máy")
        self.assertEqual(len(self._status_mails(ticket)), 2, "another change")

    def test_nothing_typed_by_a_stranger_goes_to_an_address_he_typed(self):
        """S1-EML-03, S4-ARP-02: a form's words are not mailed until the address has answered.

        The agent who presses the button has read them; he decides.
        """
        self.env["res.lang"]._activate_lang("vi_VN")
        self.company.partner_id.lang = "vi_VN"
        ticket = self._held_ticket(
            self.an,
            "done",
            name="Cheap watches",
            description="<p>at watches.example</p>",
            channel="website",
            partner_name="Buy now",
            email_from="victim@example.com",
        )
        typed = ("Cheap watches", "watches.example", "Buy now")
        self._status_mails(ticket)
        for xmlid in ("mail_template_rating", "mail_template_rating_reminder"):
            template = self.env.ref(f"caredesk_ticket.{xmlid}")
            ticket._send_rating_mail(template, ticket.email_from, "Asked")
        mails = self._status_mails(ticket)
        self.assertEqual(len(mails), 3)
        for mail in mails:
            self.assertIn(ticket.number.replace("/", "-"), mail.body_html.replace("/", "-"))
            for text in typed:
                self.assertNotIn(text, mail.body_html)
        action = ticket.with_user(self.an).action_send_status()
        composers = self.env[action["res_model"]].with_user(self.an)
        by_hand = Form(composers.with_context(**action["context"])).body
        ticket.message_post(
            message_type="email", email_from="victim@example.com", author_id=False, body="Yes?"
        )
        ticket._queue_template(self.env.ref("caredesk_ticket.mail_template_status"), "x@y.example")
        answered = self._status_mails(ticket)[-1:].body_html
        for text in typed:
            self.assertIn(text, by_hand)
            self.assertIn(text, answered)

    def test_what_is_over_is_not_mailed(self):
        """S1-EML-03: a state that has passed by the time of sending is not told."""
        ticket = self._mailed()
        ticket.with_user(self.an).action_complete(result="Fixed")
        ticket.with_user(self.an).action_reopen()
        self.assertFalse(self._status_mails(ticket))

    def test_every_state_has_its_switch(self):
        """S1-EML-03: begun, waiting, done and cancelled are chosen one by one."""
        self.support.write(
            {
                "status_mail_in_progress": True,
                "status_mail_waiting": True,
                "status_mail_done": False,
                "status_mail_cancelled": True,
            }
        )
        ticket = self._mailed()
        ticket.partner_id.lang = "en_US"
        self.assertEqual(len(self._status_mails(ticket)), 1)
        ticket.with_user(self.an).action_wait("customer")
        self.assertIn("waiting for your answer", self._status_mails(ticket)[-1].body_html)
        ticket.action_cancel("Gửi nhầm")
        mails = self._status_mails(ticket)
        self.assertEqual(len(mails), 3)
        self.assertNotIn("máy in hỏng", mails[-1].body_html, "what may be spam is not quoted")
        self.assertNotIn("Gửi nhầm", mails[-1].body_html)
        self.assertIn(ticket.partner_name, mails[0].body_html)
        self.assertNotIn(ticket.partner_name, mails[-1].body_html, "typed by whoever wrote")

    def test_what_the_customer_does_he_knows(self):
        """S1-EML-03: no mail for a change the customer's own answer made."""
        self.support.status_mail_in_progress = True
        ticket = self._mailed()
        count = len(self._status_mails(ticket))
        ticket.with_user(self.an).action_wait("customer")
        self._receive(self._reply_to(ticket))
        self.assertState(ticket, "in_progress", self.an)
        self.assertEqual(len(self._status_mails(ticket)), count)
        portal = ticket.with_user(self._user("khach", "portal")).sudo()
        portal._transition("complete", {"result": "x"})
        self.assertEqual(len(self._status_mails(ticket)), count)

    def test_unverified_senders_get_no_mail(self):
        """S1-EML-03: whoever only claims to be one of us is not written to."""
        ticket = self._mailed(From=f"Binh <{self.binh.email}>")
        self.assertTrue(ticket.mail_unverified)
        ticket.with_user(self.an).action_complete(result="Fixed")
        self.assertFalse(self._status_mails(ticket))

    def test_quoted_content_is_plain_text(self):
        """S1-EML-03: pictures, links and marks of the request do not travel on."""
        ticket = self._mailed(
            '<p>Xin <img src="http://evil.example/x.png"/><b onclick="a()">chào</b>'
            "<script>alert(1)</script> &lt;i&gt;</p>",
            Content_Type='text/html; charset="utf-8"',
        )
        ticket.with_user(self.an).action_complete(result="<u>Fixed</u>")
        body = self._status_mails(ticket).body_html
        for bad in ("evil", "onclick", "<script", "<u>", "<i>"):
            self.assertNotIn(bad, body)
        self.assertIn("Xin chào", body)
        self.assertIn("&lt;u&gt;Fixed", body)

    def test_without_the_setting_nothing_is_written(self):
        """S1-EML-03: groups that do not use it pay nothing for it."""
        self.support.status_mail_done = False
        ticket = self._mailed()
        ticket.with_user(self.an).action_complete(result="Fixed")
        self.assertFalse(ticket.status_mail_pending)
        self.assertFalse(self._status_mails(ticket))

    def test_the_customer_hears_whether_it_could_be_solved(self):
        """S1-FLW-07: the mail about a done ticket says the outcome and what was done."""
        solved = self._mailed()
        solved.with_user(self.an).action_complete(result="Đã thay cáp")
        not_solved = self._mailed("Máy khác")
        (solved | not_solved).partner_id.lang = "en_US"
        not_solved.with_user(self.an).action_complete(result="Hết bảo hành", outcome="not_solved")
        self.assertNotIn("could not solve", self._status_mails(solved).body_html)
        body = self._status_mails(not_solved).body_html
        self.assertIn("could not solve", body)
        self.assertIn("Hết bảo hành", body)
