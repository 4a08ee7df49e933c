from dataclasses import replace
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from zalo_sandbox import events

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestNotice(ZaloMixin, TransactionCase):
    """Customers are told of their tickets on Zalo, where the account says so."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive("Máy giặt kêu to")
        self.agent = self._zalo_user("performer", "caredesk_ticket.group_agent")
        self.group = self.env["caredesk.support.group"].create(
            {"name": "Zalo", "member_ids": [Command.create({"user_id": self.agent.id})]}
        )
        self.kind = self.env["caredesk.ticket.type"].create(
            {"name": "Zalo", "group_id": self.group.id}
        )

    def _notice(self, moment, **values):
        return self.env["caredesk.zalo.notice"].create(
            {"oa_id": self.account.id, "moment": moment, **values}
        )

    def _ticket(self, **values):
        return self.env["caredesk.ticket"].create(
            {
                "name": "Máy giặt",
                "type_id": self.kind.id,
                "channel": "zalo",
                "zalo_contact_id": self.contact.id,
                **values,
            }
        )

    def _template(self):
        self.account.action_test()
        self._run("ir_cron_check")
        template = self.env["caredesk.zalo.template"].search([("oa_id", "=", self.account.id)])
        template.model = "caredesk.ticket"
        template.param_ids[0].path, template.param_ids[1].path = "partner_name", "number"
        return template

    def _tell(self):
        self._run("ir_cron_notices")
        self._send()

    def _said(self):
        """Return what the customer read that the company's system wrote."""
        return [
            message.body.get("text", "") for message in self.world.messages if message.by == "api"
        ]

    def _finish(self, ticket):
        ticket._own_code()._transition("complete", {})
        ticket._own_code()._after_completion()

    def _silent(self):
        self.contact.last_customer_at = fields.Datetime.to_datetime("2026-01-01")

    def test_answer_on_zalo_is_the_first_response(self):
        """S4-HD-04, S2-TKT-04: what the performer says on Zalo answers the ticket."""
        self.agent.group_ids = [Command.link(self.env.ref("caredesk_zalo.group_agent").id)]
        ticket = self._ticket()
        self._answer(self.contact)
        self.assertFalse(ticket.first_response_at, "said by somebody who does not serve it")
        self.contact.channel_id.sudo()._add_members(users=self.agent)
        self._answer(self.contact, user=self.agent)
        self.assertTrue(ticket.first_response_at)

    def test_answer_in_zalos_own_tool_is_the_first_response(self):
        """S4-HD-04, S2-TKT-04: typed in OA Manager by a person; what it says by itself is none."""
        ticket = self._ticket()
        person = self.world.person(self.account.oa_id, self.PERSON)
        for by, is_answer in (("auto", False), ("manager", True)):
            said = replace(
                self.world.messages[-1], message_id=f"echo-{by}", by=by, body={"text": "Dạ"}
            )
            self._deliver(events.echo(self.world, said, person))
            self._work()
            self.assertEqual(bool(ticket.first_response_at), is_answer, by)

    def test_late_answer_of_zalos_own_tool_answers_no_later_question(self):
        """S4-HD-04, S2-RCV-02: asked again meanwhile, the customer goes on waiting."""
        ticket = self._ticket()
        self._receive("Alo?")
        rows = self.env["caredesk.zalo.response"]
        mine = [("contact_id", "=", self.contact.id), ("state", "=", "waiting")]
        rows.search(mine).asked_at = fields.Datetime.now() - timedelta(hours=1)
        said = {
            "app_id": self.app.app_id,
            "event_name": "oa_send_text",
            "sender": {"id": self.account.oa_id, "admin_id": "77"},
            "recipient": {"id": self.PERSON},
            "message": {"msg_id": "late", "text": "Dạ"},
            "timestamp": str(self.world.now_ms() - 40 * 60_000),
        }
        self._deliver(said)
        self._work()
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(rows.search(mine).asked_at, self.contact.last_customer_at)
        said["message"] = {"msg_id": "now", "text": "Dạ"}
        self._deliver({**said, "timestamp": str(self.world.now_ms() + 1000)})
        self._work()
        self.assertTrue(ticket.first_response_at)
        self.assertFalse(rows.search(mine))

    def test_customers_word_on_zalo_brings_his_tickets_back(self):
        """S4-HD-04, S1-FLW-04: he is heard on Zalo as by mail; ended tickets stay ended."""
        ticket, ended = self._ticket(user_id=self.agent.id), self._ticket()
        mine = ticket.with_user(self.agent)
        mine.action_start()
        mine.action_wait("customer")
        ended._own_code()._transition("cancel")
        self._receive("Vẫn kêu ạ")
        self.assertEqual((ticket.state, ticket.customer_replied), ("in_progress", True))
        self.assertEqual((ended.state, ended.customer_replied), ("cancelled", False))

    def test_nothing_without_a_setting(self):
        """S2-TKT-04: customers are told of nothing unless the account says so."""
        self._ticket()
        self.assertFalse(self.env["caredesk.zalo.notice.job"].search([]))

    def test_acknowledgement_and_status(self):
        """S2-TKT-04: told of the new ticket and of its states, once each, in the conversation."""
        self._notice("created")
        self._notice("cancelled", text="Đã hủy {number} ({group}, {company}): {title}")
        ticket = self._ticket()
        before = len(self._said())
        self._tell()
        self._tell()
        said = self._said()[before:]
        self.assertEqual(len(said), 1)
        self.assertIn(ticket.number, said[0])
        ticket._own_code()._transition("cancel", {"cancel_reason": "trùng"})
        self._tell()
        said = self._said()[before:]
        self.assertEqual(len(said), 2)
        self.assertTrue(said[1].startswith(f"Đã hủy {ticket.number}"))
        self.assertIn("Máy giặt", said[1])

    def test_a_ticket_that_moved_on(self):
        """Of two steps before the worker comes only the state that holds is told."""
        self._notice("in_progress")
        self._notice("cancelled")
        ticket = self._ticket(user_id=self.agent.id)
        ticket._own_code()._transition("cancel", {"cancel_reason": "x"})
        self._run("ir_cron_notices")
        jobs = self.env["caredesk.zalo.notice.job"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(jobs.mapped("notice_id.moment"), ["cancelled"])
        self.assertEqual(jobs.mapped("way"), ["chat"])

    def test_template_when_the_window_is_over(self):
        """S2-TKT-04: who has not written for 7 days gets the template, else stays untold."""
        notice = self._notice("created", template_id=self._template().id)
        self._silent()
        ticket = self._ticket(partner_name="Chị Hoa")
        self._run("ir_cron_notices")
        row = self.env["caredesk.zalo.message"].search([("notice_id", "=", notice.id)])
        self.assertEqual((row.kind, row.contact_id), ("template", self.contact))
        self.assertEqual(row.template_values["ticket"], ticket.number)
        notice.template_id = False
        other = self._ticket()
        self._run("ir_cron_notices")
        job = self.env["caredesk.zalo.notice.job"].search([("ticket_id", "=", other.id)])
        self.assertEqual((job.state, job.way), ("skipped", False))
        self.assertIn("7 days", job.reason)

    def test_mail_where_zalo_fails(self):
        """The e-mail of the group waits for Zalo: it goes out when Zalo does not, and only then."""
        self._notice("cancelled")
        ticket = self._ticket(email_from="hoa@example.com")
        self.group.status_mail_cancelled = True
        ticket._own_code()._transition("cancel", {"cancel_reason": "x"})
        self.assertFalse(ticket.status_mail_pending)
        mails = [("model", "=", "caredesk.ticket"), ("res_id", "=", ticket.id)]
        count = self.env["mail.mail"].search_count(mails)
        self._run("ir_cron_notices")
        self.assertEqual(self.env["mail.mail"].search_count(mails), count)
        self._silent()
        row = self.env["caredesk.zalo.message"].search([("link_ticket_id", "=", ticket.id)])
        for _time in range(2):  # sent again by an agent, and refused again
            row._fail("-230", -230)
            self.assertEqual(self.env["mail.mail"].search_count(mails), count + 1)

    def test_rating_in_the_conversation(self):
        """S4-CSAT-01: asked in the conversation; colleagues do not read the customer's link."""
        self._notice("rating", text="Hài lòng không ạ? {link}")
        ticket = self._ticket(user_id=self.agent.id)
        ticket._own_code()._transition("start", {})
        self._finish(ticket)
        self.assertTrue(ticket.rating_pending)
        with self.enter_registry_test_mode():
            self.env["caredesk.ticket"]._ask_for_ratings()
        self._send()
        token = ticket._rating_token()
        self.assertIn(token, self._said()[-1])
        self.assertNotIn(token, self._texts(self.contact))
        rows = self.env["caredesk.zalo.message"].search([("link_ticket_id", "=", ticket.id)])
        self.assertNotIn(token, " ".join(rows.mapped("text")))
        self.env["caredesk.ticket"]._ask_for_ratings()
        self.assertEqual(len(rows.search([("link_ticket_id", "=", ticket.id)])), 1)

    def test_rating_by_template(self):
        """S4-CSAT-01, S4-CSAT-02: faces of a template are the ticket's rating."""
        self._notice("rating", template_id=self._template().id)
        self._silent()
        ticket = self._ticket(user_id=self.agent.id, partner_name="Chị Hoa")
        ticket._own_code()._transition("start", {})
        self._finish(ticket)
        ticket._ask_for_rating()
        self._send()
        said = self.world.messages[-1]
        self._deliver(events.feedback(self.world, said, 2, "chờ lâu"))
        self._work()
        self.assertEqual(ticket.rating_last_value, 1)
        self.assertEqual(ticket.rating_comment, "chờ lâu")

    def test_rating_by_mail_when_zalo_cannot(self):
        """S4-CSAT-01: no conversation, no template: the thank-you mail as ever."""
        self._notice("rating")
        self._silent()
        ticket = self._ticket(user_id=self.agent.id, email_from="hoa@example.com")
        ticket._own_code()._transition("start", {})
        self._finish(ticket)
        ticket._ask_for_rating()
        mail = self.env["mail.mail"].search(
            [("model", "=", "caredesk.ticket"), ("res_id", "=", ticket.id)], limit=1
        )
        self.assertEqual(mail.email_to, "hoa@example.com")

    def test_texts(self):
        """What a text may name, and how long it is."""
        for text in ("Xin chào {name}", "x" * 1501):
            with self.assertRaises(ValidationError):
                self._notice("done", text=text)
        with self.assertRaises(ValidationError):
            self._notice("rating", text="Hài lòng không?")
