from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestResponse(ZaloMixin, TransactionCase):
    """Figures of the conversations: who waits, who answered, after how long."""

    def setUp(self):
        super().setUp()
        self.account.user_ids |= self.minh
        self.contact = self._receive("Một")
        self.rows = self.env["caredesk.zalo.response"]

    def _mine(self):
        return self.rows.search([("contact_id", "=", self.contact.id)], order="id")

    def test_waiting_and_answered(self):
        """S2-RCV-02: waits from the first unanswered word to the answer of a person."""
        self._receive("Hai")
        row = self._mine()
        self.assertEqual((len(row), row.state, row.is_first), (1, "waiting", True))
        self.assertEqual(row.hour, (row.asked_at + timedelta(hours=7)).hour)
        row.asked_at = fields.Datetime.now() - timedelta(hours=2)
        self.assertAlmostEqual(row.age, 2, 1)
        self.contact._say("Tin tự động")
        self.assertEqual(row.state, "waiting", "a machine answers nobody")
        self._answer(self.contact)
        self.assertEqual((row.state, row.user_id), ("answered", self.hang))
        self.assertAlmostEqual(row.hours, 2, 1)
        self._answer(self.contact, "còn gì nữa không ạ")
        self.assertEqual(len(self._mine()), 1)

    def test_wait_begins_when_it_was_written(self):
        """S2-RCV-02: an event that comes late counts from when the customer wrote."""
        self._answer(self.contact)
        said = self._says("Gửi lúc mạng chập chờn")
        said["timestamp"] = str(self.world.now_ms() - 600_000)
        self._deliver(said)
        self._work()
        late = fields.Datetime.now() - self._mine()[-1].asked_at
        self.assertAlmostEqual(late.total_seconds(), 600, delta=30)

    def _echo(self, key, minutes):
        """Let an answer arrive that somebody typed in OA Manager some minutes ago."""
        self._deliver(
            {
                "app_id": self.app.app_id,
                "event_name": "oa_send_text",
                "sender": {"id": self.account.oa_id, "admin_id": "77"},
                "recipient": {"id": self.PERSON},
                "message": {"msg_id": key, "text": "Dạ"},
                "timestamp": str(self.world.now_ms() - minutes * 60_000),
            }
        )
        self._work()

    def test_answered_when_it_was_written(self):
        """S2-RCV-02, IE-39: an answer of OA Manager counts from when it was typed there."""
        row = self._mine()
        row.asked_at = fields.Datetime.now() - timedelta(minutes=30)
        self._echo("before he asked", 40)
        self.assertEqual(row.state, "waiting")
        self._echo("late", 20)
        self.assertEqual((row.state, row.user_id.id), ("answered", False))
        self.assertAlmostEqual(row.hours, 1 / 6, 1)

    def test_conversations(self):
        """S2-RCV-02: a conversation counts once until it is closed; closing answers nobody."""
        self._answer(self.contact)
        self._receive("Hai")
        self.assertEqual(self._mine().mapped("conversations"), [1, 0])
        self.contact.channel_id.with_user(self.hang).zalo_close()
        self.assertEqual(self._mine()[1].state, "closed")
        self._receive("Ba")
        self.assertEqual(self._mine().mapped("conversations"), [1, 0, 1])

    def test_rights(self):
        """IE-45: an agent reads his own figures and who waits for him; chat administrators all."""
        self._answer(self.contact)
        chief = self._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        mine = [("contact_id", "=", self.contact.id)]
        for user, count in ((self.hang, 1), (self.minh, 0), (chief, 1)):
            self.assertEqual(self.rows.with_user(user).search_count(mine), count, user.name)
        groups = self.rows.with_user(chief).formatted_read_group(
            mine, ["user_id", "oa_id", "hour"], ["hours:avg", "conversations:sum"]
        )
        self.assertEqual(groups[0]["conversations:sum"], 1)

    def test_waiting_list_by_index(self):
        """S2-SCH-03: the list of who waits reads those rows only, however long the history."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.flush_all()
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM caredesk_zalo_response WHERE state = 'waiting'"
            " ORDER BY asked_at, id LIMIT 80"
        )
        plan = " ".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("caredesk_zalo_response_waiting_idx", plan)
