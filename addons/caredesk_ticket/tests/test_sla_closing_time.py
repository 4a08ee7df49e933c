from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaClosingTime(SlaMixin, TransactionCase):
    """Deadlines on the very end of working hours: no time passes until they begin again."""

    def setUp(self):
        super().setUp()
        self.support.calendar_id = self._calendar()
        self.clock.move_to("2026-03-02 07:00:00")  # work begins at 8 and stops at 12

    def _times_told(self, ticket):
        """Return how many notices of a missed deadline of ``ticket`` there are."""
        notices = [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        return self.env["mail.message"].search_count([*notices, ("subject", "ilike", "missed")])

    def test_missed_at_the_break_is_missed_once(self):
        """IE-13, S4-HD-05: raising the priority in the break does not revive the promise."""
        self._policy(hours=4, use_working_hours=True, escalate_priority=True)
        ticket = self._held_ticket(self.an, "in_progress", priority="0")
        self.assertSla(ticket, "running", "2026-03-02 12:00:00")
        for minute in range(1, 4):
            self.clock.move_to(f"2026-03-02 12:0{minute}:00")
            self._watch()
            self.assertEqual((ticket.sla_state, ticket.priority), ("failed", "1"))
        self.assertEqual(self._times_told(ticket), 1)

    def test_counted_anew_in_the_break_it_stays_missed(self):
        """S4-HD-05: so do a reclassification and a recalculation by the background job."""
        policy = self._policy(hours=4, use_working_hours=True)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.move_to("2026-03-02 12:30:00")
        self._watch()
        ticket.severity = "3"
        self.assertSla(ticket, "failed", "2026-03-02 12:00:00")
        policy.warn_percent = 50
        self._recompute()
        self.assertSla(ticket, "failed", "2026-03-02 12:00:00")

    def test_a_longer_promise_revives_it(self):
        """S4-HD-05: one that was given more time is no longer missed."""
        policy = self._policy(hours=4, use_working_hours=True)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.move_to("2026-03-02 12:30:00")
        self._watch()
        policy.hours = 6
        self._recompute()
        self.assertSla(ticket, "running", "2026-03-02 15:00:00")

    def test_a_promise_first_counted_in_the_break_is_missed_silently(self):
        """S4-HD-04: a policy made at 12:30 whose time was over at 12:00 tells nobody."""
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.move_to("2026-03-02 12:30:00")
        self._policy(hours=4, use_working_hours=True)
        self._recompute()
        self.assertEqual(ticket.sla_state, "failed")
        self._watch()
        self.assertEqual(self._times_told(ticket), 0)
