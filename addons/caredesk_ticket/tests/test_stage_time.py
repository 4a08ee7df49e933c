from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .stage_common import StageCase


@tagged("post_install", "-at_install")
class TestStageTime(StageCase):
    """How long tickets stay in each stage, beside its target."""

    def test_time_lines_know_their_stage(self):
        """S4-STG-08: a change of stage inside a state splits the line; the clocks agree."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "in_progress")
        clock.tick(100)
        ticket.with_user(self.an).stage_id = self.env.ref("caredesk_ticket.stage_solution")
        self.assertEqual(ticket.stage_entered_at, clock())
        clock.tick(50)
        ticket.with_user(self.an).action_wait("customer")
        clock.tick(30)
        ticket.with_user(self.an).action_complete("Fixed")
        self.assertClocks(ticket, work=150, waiting=30)
        lines = ticket.time_ids.filtered("seconds")
        self.assertEqual(
            [(line.stage_id.name, line.kind, line.seconds) for line in lines.sorted("id")],
            [
                ("Investigate and Resolve", "work", 100),
                ("Provide Solution", "work", 50),
                ("Provide Solution", "wait", 30),
            ],
        )

    def test_the_moment_of_entry_is_the_system_s(self):
        """S4-STG-08: nobody sets it by hand; a clock that went back does not either."""
        ticket = self._held_ticket(self.an)
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            ticket.with_user(self.boss).write({"stage_entered_at": "2020-01-01 00:00:00"})
        given = self.env["caredesk.ticket"].with_context(
            default_stage_entered_at="2020-01-01 00:00:00"
        )
        self.assertGreater(given.create(self._ticket_vals()).stage_entered_at.year, 2020)

    def _stays(self, *tickets):
        ticket_ids = [ticket.id for ticket in tickets]
        self.env.flush_all()
        rows = self.env["caredesk.ticket.stage.time"].search([("ticket_id", "in", ticket_ids)])
        return {
            (row.stage_id.name, row.seconds, row.waiting_seconds, row.over_target)
            for row in rows
            if row.seconds or row.waiting_seconds
        }

    def test_report_of_time_per_stage(self):
        """S4-STG-08, S4-EX-01: actual beside target; waiting does not count; done stages too."""
        clock = self._freeze()
        self.env.ref("caredesk_ticket.stage_investigate").target_hours = 1
        self.env.ref("caredesk_ticket.stage_follow_up").target_hours = 1
        slow = self._held_ticket(self.an, "in_progress")
        quick = self._held_ticket(self.binh, "in_progress")
        clock.tick(1800)
        quick.with_user(self.binh).action_wait("customer")
        clock.tick(7200)
        slow.with_user(self.an).action_complete("Fixed")
        quick.with_user(self.binh).action_complete("Fixed")
        clock.tick(1800)
        self.assertFalse(quick.is_over_stage_target)
        clock.tick(1801)
        quick.invalidate_recordset()
        self.assertTrue(quick.is_over_stage_target)
        slow.action_close()
        self.assertEqual(
            self._stays(slow),
            {("Investigate and Resolve", 9000, 0, True), ("Follow Up", 3601, 0, True)},
        )
        self.assertEqual(
            self._stays(quick),
            {("Investigate and Resolve", 1800, 7200, False), ("Follow Up", 3601, 0, True)},
        )
        report = self.env["caredesk.ticket.stage.time"]
        (row,) = report._read_group(
            [
                ("group_id", "=", self.support.id),
                ("stage_id", "=", self.env.ref("caredesk_ticket.stage_investigate").id),
            ],
            ["stage_id"],
            ["stays:sum", "seconds:avg", "over_share:avg"],
        )
        self.assertEqual(row[1:], (2, 5400, 0.5))

    def test_the_group_shows_targets_and_reality(self):
        """S4-EX-01: on the stages page of the group, the average of its last thirty days."""
        clock = self._freeze()
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.target_hours = 1
        ticket = self._held_ticket(self.an, "in_progress")
        clock.tick(7200)
        ticket.with_user(self.an).action_complete("Fixed")
        self.env.flush_all()
        seen = stage.with_user(self.boss)
        here = seen.with_context(caredesk_group_id=self.support.id)
        self.assertEqual((here.average_seconds, here.over_share), (7200, 1))
        elsewhere = seen.with_context(caredesk_group_id=self._group("Billing").id)
        self.assertEqual((elsewhere.average_seconds, elsewhere.over_share), (0, 0))
        spec = {"shared_stage_ids": {"fields": {"average_seconds": {}}}}
        for group, wanted in ((self.support, 7200), (self._group("Spare"), 0)):
            (form,) = group.with_user(self.boss).web_read(spec)
            found = {row["id"]: row["average_seconds"] for row in form["shared_stage_ids"]}
            self.assertEqual(found[stage.id], wanted)

    def test_the_report_is_seen_by_role(self):
        """S4-STG-08: agents see their groups', managers all, creators nothing."""
        ticket = self._held_ticket(self.an, "in_progress")
        outsider = self._user("outsider", "agent")
        self.env.flush_all()
        for user, sees in (
            (self.an, True),
            (self.binh, True),
            (self.boss, True),
            (outsider, False),
        ):
            report = self.env["caredesk.ticket.stage.time"].with_user(user)
            self.assertEqual(bool(report.search([("ticket_id", "=", ticket.id)])), sees, user.login)

    def test_a_period_reads_the_index(self):
        """S4-STG-08, IE-51: the report of a month does not read the lines of all years."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO caredesk_ticket_time
                   (ticket_id, state, kind, stage_id, stage_entered_at, start_at, stop_at, seconds)
            SELECT %s, 'todo', 'queue', %s, moment, moment, moment, 0
              FROM generate_series('2020-01-01'::timestamp, '2025-12-31', '2 hours') moment
            """,
            [self._ticket().id, self.env.ref("caredesk_ticket.stage_assign").id],
        )
        self.env.cr.execute("ANALYZE caredesk_ticket_time")
        query = self.env["caredesk.ticket.stage.time"]._search(
            [("date", ">=", "2025-12-01"), ("date", "<", "2026-01-01")]
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("caredesk_ticket_time_stage_idx", plan)
        self.assertNotIn("Seq Scan on caredesk_ticket_time", plan)
