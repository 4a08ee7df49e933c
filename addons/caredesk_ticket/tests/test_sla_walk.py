import random

from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin

#: Longest pause between two steps, in seconds: some of them leap over nights and weekends.
_LONGEST_PAUSE = 30 * 3600


@tagged("post_install", "-at_install")
class TestSlaWalk(SlaMixin, TransactionCase):
    """S4-HD-05, C-22: whatever happens to a ticket, its clocks are what its time lines say."""

    def setUp(self):
        super().setUp()
        self.boss = self._user("boss", "manager")
        self.support.calendar_id = self._calendar("Asia/Ho_Chi_Minh")
        for pause_on in ("never", "customer", "waiting"):
            for use_working_hours in (False, True):
                self._policy(
                    hours=60,
                    name=f"{pause_on} {use_working_hours}",
                    pause_on=pause_on,
                    use_working_hours=use_working_hours,
                )
        self._policy("first_response", hours=20, use_working_hours=True)

    def _steps(self, ticket):
        """Return the steps that are possible now, as functions without arguments."""
        mine, boss = ticket.with_user(ticket.user_id), ticket.with_user(self.boss)
        other = self.binh if ticket.user_id == self.an else self.an
        waits = [
            lambda: mine.action_wait("customer"),
            lambda: mine.action_wait("not_now"),
        ]
        held = [lambda: mine.action_transfer(other), lambda: boss.action_release()]
        return {
            "unassigned": [lambda: ticket.with_user(self.an).action_take()],
            "todo": [mine.action_start, *waits, *held],
            "in_progress": [*waits, *held, lambda: mine.action_complete("Fixed")],
            "waiting": [mine.action_continue, *held, lambda: boss.action_cancel("No")],
            "done": [boss.action_reopen],
            "cancelled": [boss.action_reopen],
        }[ticket.state]

    def _figures(self, ticket):
        self.env.invalidate_all()
        rows = ticket.sudo().sla_status_ids.filtered(lambda row: not row.reached_at)
        return sorted(
            (
                row.policy_id.name,
                row.left_seconds,
                bool(row.since_at),
                # where a working day ends, and where the next one begins, are one moment of work
                row.deadline_at and row._hours().between(row.started_at, row.deadline_at),
            )
            for row in rows
        )

    def test_steps_and_time_lines_agree(self):
        """S4-HD-05, S4-EX-04: pause, transfer, release, reopen in random order, three lives."""
        self.support.auto_assign = False
        for seed in range(3):
            chance = random.Random(seed)  # noqa: S311 - no secret
            self.clock.move_to("2026-02-26 01:00:00")
            ticket = self._ticket()
            for step in range(12):
                self.clock.tick(chance.randrange(1, _LONGEST_PAUSE))
                chance.choice(self._steps(ticket))()
                self.clock.tick(chance.randrange(1, 7200))
                counted = self._figures(ticket)
                if ticket.is_open:
                    ticket.sudo()._sla_reapply()
                with self.subTest(seed=seed, step=step, state=ticket.state):
                    self.assertEqual(counted, self._figures(ticket))
            if ticket.is_open:
                ticket.with_user(self.boss).action_cancel("End")
