from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MONDAY, CareDeskCase

NOW = datetime.fromisoformat(MONDAY)
TOMORROW = NOW + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestSnooze(CareDeskCase):
    """A ticket that cannot be done yet is put off until a day and comes back by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.an.notification_type = "inbox"

    def setUp(self):
        super().setUp()
        self.clock = self._freeze()

    def _put_off(self, until=TOMORROW, user=None):
        ticket = self._held_ticket(user or self.an)
        ticket.with_user(user or self.an).action_wait("not_now", until)
        return ticket

    def _wake(self):
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_wake").method_direct_trigger()
        self.env.invalidate_all()

    def _told(self, ticket):
        return len(ticket.sudo().message_ids.filtered(lambda m: "due again" in (m.subject or "")))

    def _notices(self, ticket):
        return self.env["mail.message"].search_count(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("message_type", "=", "user_notification"),
            ]
        )

    def test_it_comes_back_to_its_performer(self):
        """S0-TKT-65, S0-TKT-23: due: not started again, the performer told, the clocks right."""
        ticket = self._put_off()
        self.clock.tick(timedelta(days=1, seconds=-1))
        self._wake()
        self.assertState(ticket, "waiting", self.an)
        self.clock.tick(timedelta(seconds=1))
        self._wake()
        self.assertState(ticket, "todo", self.an)
        self.assertTrue(ticket.snooze_over)
        self.assertFalse(ticket.snooze_until)
        self.assertEqual(self._notices(ticket), 1)
        self.assertClocks(ticket, waiting=86400)

    def test_a_busy_performer_gets_a_flag_only(self):
        """S0-TKT-65, I-1: without room it goes on waiting, marked as due again."""
        ticket = self._put_off()
        self._held_ticket(self.an)
        self.clock.tick(timedelta(days=2))
        self._wake()
        self.assertState(ticket, "waiting", self.an)
        self.assertTrue(ticket.snooze_over)
        self.assertEqual(self._notices(ticket), 1)

    def test_after_three_days_without_cron_each_comes_back_once(self):
        """S0-TKT-65: a late cron brings each back exactly once."""
        self._seat(self.an).capacity = 60
        tickets = self.env["caredesk.ticket"]
        for minutes in range(53):
            tickets |= self._put_off(TOMORROW + timedelta(minutes=minutes))
        self.clock.tick(timedelta(days=4))
        self._wake()
        self._wake()
        self.assertEqual(set(tickets.mapped("state")), {"todo"})
        self.assertEqual([self._notices(ticket) for ticket in tickets], [1] * 53)

    def test_one_that_cannot_come_back_stops_nobody(self):
        """S0-TKT-65: a performer without a seat any more: flagged; the others come back."""
        stuck, fine = self._put_off(), self._put_off(user=self.binh)
        self.env.cr.execute("DELETE FROM caredesk_support_member WHERE user_id = %s", [self.an.id])
        self.env.invalidate_all()
        self.clock.tick(timedelta(days=2))
        self._wake()
        self.assertState(stuck, "waiting", self.an)
        self.assertTrue(stuck.snooze_over)
        self.assertState(fine, "todo", self.binh)

    def test_any_step_ends_it(self):
        """S0-TKT-65: continued, given to somebody else or waiting anew, it does not come back."""
        went_on, given = self._put_off(), self._put_off(user=self.binh)
        went_on.with_user(self.an).action_continue()
        self._seat(self.binh).capacity = 3
        given.with_user(self.binh).action_transfer(self.an)
        self.assertFalse(went_on.snooze_until or given.snooze_until)
        went_on.with_user(self.an).action_wait("not_now")
        self.assertFalse(went_on.snooze_until)
        self.clock.tick(timedelta(days=2))
        self._wake()
        self.assertState(went_on, "waiting", self.an)
        self.assertFalse(went_on.snooze_over)

    def test_the_flag_goes_with_the_next_step(self):
        """S0-TKT-65: «due again» is over once work goes on."""
        ticket = self._put_off()
        self.clock.tick(timedelta(days=2))
        self._wake()
        ticket.with_user(self.an).action_start()
        self.assertFalse(ticket.snooze_over)

    def test_bad_input(self):
        """IE-03: the past, nonsense, or waiting for the customer until a day."""
        ticket = self._held_ticket(self.an).with_user(self.an)
        for until in (NOW, "2020-01-01 00:00:00", "tomorrow", 17, ["2099-01-01"]):
            with self.subTest(until=until), self.assertRaisesRegex(UserError, "in the future"):
                ticket.action_wait("not_now", until)
        with self.assertRaisesRegex(UserError, "cannot be done yet"):
            ticket.action_wait("customer", TOMORROW)
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            ticket.write({"snooze_until": TOMORROW})
        self.assertState(ticket, "todo", self.an)

    def test_the_dialog(self):
        """S0-TKT-65, S0-TKT-26: Wait asks until when, only for what cannot be done yet."""
        ticket = self._held_ticket(self.an)
        dialog = self.env["caredesk.ticket.wait"].with_user(self.an)
        dialog.create(
            {"ticket_id": ticket.id, "reason": "not_now", "until": TOMORROW}
        ).action_wait()
        self.assertEqual(ticket.snooze_until, TOMORROW)
        other = self._held_ticket(self.binh)
        dialog.with_user(self.binh).create(
            {"ticket_id": other.id, "reason": "customer", "until": TOMORROW}
        ).action_wait()
        self.assertFalse(other.snooze_until)
