from odoo.tests import tagged

from .common import CareDeskCase

_DAY = 86400


@tagged("post_install", "-at_install")
class TestForgotten(CareDeskCase):
    """Performers are reminded of tickets that nobody touches."""

    def setUp(self):
        super().setUp()
        self.clock = self._freeze()

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_forgotten").method_direct_trigger()
        self.env.invalidate_all()

    def _reminders(self, ticket, user):
        return self.env["mail.message"].search_count(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("subject", "like", "forgotten"),
                ("notified_partner_ids", "=", user.partner_id.id),
            ]
        )

    def test_once_for_each_stay(self):
        """S1-STA-02: not started or waiting for three days, told once; again after a step."""
        todo, waiting = self._held_ticket(self.an), self._held_ticket(self.binh, "waiting")
        self._run()
        self.assertFalse(self._reminders(todo, self.an))
        self.clock.tick(3 * _DAY + 1)
        self._run()
        self._run()
        self.assertEqual(self._reminders(todo, self.an), 1)
        self.assertEqual(self._reminders(waiting, self.binh), 1)
        todo.with_user(self.an).action_wait("customer")
        self.clock.tick(3 * _DAY + 1)
        self._run()
        self.assertEqual(self._reminders(todo, self.an), 2)
        self.assertEqual(self._reminders(waiting, self.binh), 1)

    def test_what_is_not_forgotten(self):
        """S1-STA-02: in progress, put off until a day, or in the queue: nobody is reminded."""
        working = self._held_ticket(self.an, "in_progress")
        put_off = self._held_ticket(self.binh, "in_progress")
        put_off.with_user(self.binh).action_wait("not_now", "2026-06-01 08:00:00")
        queued = self._ticket()
        self.clock.tick(10 * _DAY)
        self._run()
        for ticket in (working, put_off, queued):
            self.assertFalse(ticket.forgotten_reminded_at)

    def test_the_days_are_a_setting(self):
        """S1-STA-02: five days when the settings say five."""
        self.env["res.config.settings"].create({"caredesk_waiting_too_long_days": 5}).execute()
        ticket = self._held_ticket(self.an)
        self.clock.tick(4 * _DAY)
        self._run()
        self.assertFalse(ticket.forgotten_reminded_at)
        self.clock.tick(_DAY + 1)
        self._run()
        self.assertTrue(ticket.forgotten_reminded_at)

    def test_a_new_performer_is_reminded_anew(self):
        """S1-STA-02: who got a forgotten ticket by transfer has his own three days."""
        ticket = self._held_ticket(self.an)
        self.clock.tick(3 * _DAY + 1)
        self._run()
        ticket.with_user(self.an).action_transfer(self.binh)
        self.assertFalse(ticket.forgotten_reminded_at)
