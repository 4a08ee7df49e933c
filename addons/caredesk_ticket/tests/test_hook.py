from base64 import b64encode

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .intake_common import PNG, HookCase


@tagged("post_install", "-at_install")
class TestHook(HookCase):
    """Signed calls of other systems: what they make, how often, and what is noted of them."""

    # === WHAT CALLS MAKE ===

    def test_a_call_opens_a_ticket(self):
        """C-31, S1-TKT-03, S4-CHN-12: Facebook comes in as a ticket with all that was sent."""
        self.usage.name = "Guidance by hook"
        ticket = self._call(
            subject="Máy in hỏng",
            body="Máy <b>không</b> chạy",
            contact={"name": "Lan", "email": "lan@example.com", "phone": "0900000777"},
            nature="complaint",
            priority="high",
            type="guidance BY hook",
            external_id="fb-1",
            occurred_at="2026-03-02T10:00:00+07:00",
            files=[{"name": "a.png", "content": b64encode(PNG).decode()}],
        )
        self.assertEqual((ticket.name, ticket.channel), ("Máy in hỏng", "facebook"))
        self.assertEqual((ticket.nature, ticket.priority), ("complaint", "2"))
        self.assertEqual((ticket.type_id, ticket.group_id), (self.usage, self.support))
        self.assertEqual(ticket.partner_id.email, "lan@example.com")
        self.assertIn("&lt;b&gt;không&lt;/b&gt;", ticket.description)
        self.assertIn("2026-03-02 03:00", "".join(ticket.message_ids.mapped("body")))
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual((files.name, files.raw), ("a.png", PNG))

    def test_defaults_of_the_source(self):
        """C-31: without type, nature and subject those of the source and the text count."""
        other = self._type(self._group("Hotline"), name="Calls")
        source = self._source(channel="hotline", type_id=other.id, nature="question")
        ticket = self._call(source, body="Một câu hỏi dài " * 20)
        self.assertEqual((ticket.type_id, ticket.channel), (other, "hotline"))
        self.assertEqual(ticket.nature, "question")
        self.assertTrue(ticket.name.startswith("Một câu hỏi dài"))
        self.assertLessEqual(len(ticket.name), 80)

    def test_each_nature_comes_through(self):
        """S4-CHN-13: a message is a question, a complaint or a request for support."""
        for nature in ("question", "complaint", "request"):
            self.assertEqual(self._call(nature=nature).nature, nature)

    def test_a_message_goes_on_the_ticket_of_its_conversation(self):
        """S4-CHN-12, C-31: one open ticket for a conversation; its customer is the author."""
        first = self._call(
            action="message", external_id="c1", contact={"name": "Lan", "email": "lan@example.com"}
        )
        self.assertEqual(self._call(action="message", external_id="c1", body="Còn nữa"), first)
        message = first.message_ids[:1]
        self.assertIn("Còn nữa", message.body)
        self.assertEqual(message.author_id, first.partner_id)
        self.assertFalse(message.is_internal)
        self.assertTrue(first.customer_replied)
        self.assertNotEqual(self._call(action="message", external_id="c2"), first)

    def test_a_message_brings_a_waiting_ticket_back(self):
        """S4-CHN-12: an answer through the hook counts like one by mail."""
        ticket = self._call(action="message", external_id="c1")
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_wait("customer")
        self._call(action="message", external_id="c1")
        self.assertEqual(ticket.state, "in_progress")

    def test_after_the_end_a_message_opens_a_new_ticket(self):
        """S4-CHN-12: a cancelled ticket takes no more; the conversation goes on with a new one."""
        ticket = self._call(action="message", external_id="c1")
        ticket.action_cancel("Nhầm")
        second = self._call(action="message", external_id="c1")
        self.assertNotEqual(second, ticket)
        self.assertEqual(self._call(action="message", external_id="c1"), second)

    def test_a_merged_ticket_hands_its_conversation_over(self):
        """S4-CHN-12: messages follow a ticket that was merged into another."""
        kept = self._ticket()
        ticket = self._call(action="message", external_id="c1")
        ticket._merge_into(kept)
        self.assertEqual(self._call(action="message", external_id="c1"), kept)

    def test_a_lead(self):
        """C-31, S4-CHN-13: a message becomes a lead when the caller says so."""
        status, answer = self._post(
            self._body(action="lead", external_id="l1", subject="Báo giá", contact={"name": "Lan"})
        )
        self.assertEqual(status, 200, answer)
        lead = self.env["crm.lead"].browse(answer["lead"])
        self.assertEqual((lead.name, lead.contact_name), ("Báo giá", "Lan"))
        self.assertFalse(lead.user_id)
        self._post(self._body(action="message", external_id="l1", body="Giá bao nhiêu?"))
        self.assertIn("Giá bao nhiêu", lead.message_ids[:1].body)

    def test_a_caller_is_found_by_his_number(self):
        """S1-TKT-02, C-31: a call centre knows the number only: that of exactly one contact."""
        self.company.country_id = self.env.ref("base.vn")
        lan = self.env["res.partner"].create({"name": "Lan", "phone": "+84 900 000 778"})
        ticket = self._call(contact={"phone": "0900000778"})
        self.assertEqual(ticket.partner_id, lan)
        lan.copy({"phone": lan.phone})
        self.assertNotIn(self._call(contact={"phone": "0900000778"}).partner_id, lan)

    # === EXACTLY ONCE ===

    def test_the_same_call_again_gets_the_same_answer(self):
        """C-31: repeated with the same key and body nothing is done twice."""
        body = self._body()
        first, second = self._post(body), self._post(body)
        self.assertEqual((first[0], second[0]), (200, 200))
        self.assertEqual(first[1]["ticket"], second[1]["ticket"])
        self.assertEqual((first[1]["status"], second[1]["status"]), ("done", "repeated"))
        self.assertEqual(len(self._calls(state="done")), 1)
        self.assertEqual(self._calls(state="repeated").ticket_id.number, first[1]["ticket"])

    def test_another_body_under_the_same_key_is_refused(self):
        """C-31: a key stands for one content; 409 and nothing is made."""
        self._call(idempotency_key="k")
        tickets = self.env["caredesk.ticket"].search_count([])
        status, answer = self._post(self._body(idempotency_key="k", body="Khác"))
        self.assertEqual((status, answer["reason"]), (409, "conflict"))
        self.assertEqual(self.env["caredesk.ticket"].search_count([]), tickets)

    def test_a_key_belongs_to_its_source(self):
        """C-31: two systems may use the same key."""
        other = self._source(name="Other")
        first = self._call(idempotency_key="k")
        self.assertNotEqual(self._call(other, idempotency_key="k"), first)

    def test_a_refused_call_may_come_again(self):
        """C-31: what was refused for its content used up no key."""
        status, _answer = self._post(self._body(idempotency_key="k", type="No such type"))
        self.assertEqual(status, 422)
        self.assertTrue(self._call(idempotency_key="k"))

    @mute_logger("odoo.addons.caredesk_ticket.models.caredesk_hook")
    def test_a_failure_stores_nothing_and_may_be_repeated(self):
        """C-31: after an error of ours the caller gets 500 and loses nothing by calling again."""
        work = self.registry["caredesk.hook.work"]
        body = self._body()
        with self.subTest("fails"):
            original = work._html_of
            work._html_of = lambda *_args: 1 / 0
            try:
                status, answer = self._post(body)
            finally:
                work._html_of = original
            self.assertEqual((status, answer["reason"]), (500, "error"))
            self.assertFalse(self._calls(state="done"))
            self.assertTrue(self._calls(reason="error"))
        self.assertEqual(self._post(body)[0], 200)

    def test_the_database_takes_one_row_for_a_key(self):
        """C-31: two processes with the same key at once: the database lets one of them through."""
        self._call(idempotency_key="k")
        done = self._calls(state="done")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            done.copy({"state": "done", "idempotency_key": "k"}).flush_recordset()

    # === LIMITS ===

    def test_a_source_is_limited_by_the_minute(self):
        """C-31: further calls get 429 and may come later; refused ones do not use the limit up."""
        self.source.per_minute = 2
        bad = self._headers(self._body(), secret="wrong")
        for _attempt in range(3):
            self._post(self._body(), headers=bad)
        self._call()
        self._call()
        status, answer = self._post(self._body())
        self.assertEqual((status, answer["reason"]), (429, "limit"))
        self.env.cr.execute(
            "UPDATE caredesk_hook_call SET create_date = create_date - interval '61 seconds'"
        )
        self.assertTrue(self._call())

    def test_the_log_of_refusals_is_capped(self):
        """C-31: a flood of strangers adds so many rows an hour, the rest is only counted."""
        self._set("hook_max_refused_per_hour", 3)
        headers = self._headers(self._body(), secret="wrong")
        for _attempt in range(6):
            self._post(self._body(), headers=headers)
            self._post(self._body(), key="0" * 32)
        refused = self._calls(reason="bad_signature")
        self.assertEqual(len(refused), 3)
        self.assertEqual(sum(refused.mapped("repeat_count")), 3)
        unknown = self.env["caredesk.hook.call"].search([("reason", "=", "unknown_source")])
        self.assertEqual(len(unknown), 3)
        self.assertFalse(any(unknown.mapped("body_preview")), "strangers' text is not kept")

    def test_old_calls_are_forgotten(self):
        """C-31: the log is kept for the days that were set; tickets stay."""
        ticket = self._call(external_id="c1")
        self._set("hook_log_days", 10)
        self.env["caredesk.hook.call"].sudo()._gc_calls()
        self.assertTrue(self._calls())
        self.env.cr.execute(
            "UPDATE caredesk_hook_call SET create_date = create_date - interval '11 days'"
        )
        self.env["caredesk.hook.call"].sudo()._gc_calls()
        self.assertFalse(self._calls())
        self.assertTrue(ticket.exists())
        self.env["caredesk.hook.conversation"].sudo()._gc_conversations()
        self.assertEqual(self._call(action="message", external_id="c1"), ticket)
