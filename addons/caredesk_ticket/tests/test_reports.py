"""Ticket analysis and SLA analysis: counts, shares and averages of any grouping."""

from odoo.tests import tagged

from .test_dashboard import DashboardCase


@tagged("post_install", "-at_install")
class TestReports(DashboardCase):
    def _rows(self, model, groupby, measures, user=None, **domain):
        """Return ``[(group value, *measures)]`` of the tickets of the group ``support``."""
        self.env.invalidate_all()
        terms = {"group_id": self.support.id, **domain}
        return (
            self.env[model]
            .with_user(user or self.quan)
            ._read_group([(name, "=", value) for name, value in terms.items()], groupby, measures)
        )

    def test_ticket_analysis(self):
        """S4-RPT-01, S4-RPT-04: received, completed, rate, times, on time, satisfaction."""
        self._history()
        [row] = self._rows(
            "caredesk.ticket.report",
            [],
            [
                "received:sum",
                "completed:sum",
                "completion_rate:avg",
                "first_response_seconds:avg",
                "resolution_seconds:avg",
                "on_time_rate:avg",
                "rating:avg",
                "work_seconds:avg",
            ],
        )
        received, completed, rate, first, resolution, on_time, rating, work = row
        self.assertEqual((received, completed, rate), (5, 3, 0.6))
        self.assertEqual((first, resolution, rating), (600, 5400, 3))
        self.assertAlmostEqual(on_time, 2 / 3)
        self.assertEqual(work, (3600 + 10800 + 1800) / 5)

    def test_by_team_member_type_channel_customer_and_period(self):
        """S4-RPT-01, S0-TKT-24: every cut adds up to the same; a share is no mean of means."""
        self._history()
        self._ticket(type_id=self._type(self.support, name="Bug").id, channel="email")
        for cut in ("user_id", "type_id", "channel", "partner_id", "date:month", "group_id"):
            rows = self._rows(
                "caredesk.ticket.report", [cut], ["received:sum", "completion_rate:avg"]
            )
            self.assertEqual(sum(row[1] for row in rows), 6, cut)
            self.assertAlmostEqual(sum(row[1] * row[2] for row in rows), 3, msg=cut)

    def test_working_hours(self):
        """S4-RPT-01: an answer on the next morning took minutes of work, not a night."""
        self.support.calendar_id = self._calendar()
        self.clock.move_to("2026-03-02 16:50:00")
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.move_to("2026-03-03 08:05:00")
        self._answer(ticket)
        self.clock.move_to("2026-03-03 13:30:00")
        ticket.with_user(self.an).action_complete("Fixed")
        self.assertEqual(ticket.first_response_seconds, 15 * 60)
        self.assertEqual(ticket.resolution_seconds, 4 * 3600 + 40 * 60)
        ticket.action_reopen()
        self.assertEqual((ticket.resolution_seconds, ticket.first_response_seconds), (0, 900))
        [row] = self._rows("caredesk.ticket.report", [], ["resolution_seconds:avg"])
        self.assertFalse(row[0])

    def test_measured_times_cannot_be_written(self):
        """S4-RPT-01: what is reported is measured, not typed."""
        ticket = self._held_ticket(self.an, "done")
        with self.assertRaisesRegex(Exception, "cannot be set directly"):
            ticket.with_user(self.quan).write({"resolution_seconds": 1})

    def test_merged_tickets_count_once(self):
        """S4-RPT-04: a ticket merged into another is the same matter."""
        first, second = self._ticket(), self._ticket()
        second._merge_into(first)
        [row] = self._rows("caredesk.ticket.report", [], ["received:sum"])
        self.assertEqual(row, (1,))

    def test_sla_analysis(self):
        """S4-RPT-03: number and share reached and failed, by policy, team, member and period."""
        self._history()
        self._policy("first_response", hours=1, use_working_hours=False)
        ticket = self._held_ticket(self.an, "in_progress")
        self._answer(ticket)
        measures = ["promises:sum", "reached:sum", "failed:sum", "reached_rate:avg"]
        rows = self._rows("caredesk.sla.report", ["target"], measures)
        figures = {target: row for target, *row in rows}
        self.assertEqual(figures["first_response"], [1, 1, 0, 1])
        promises, reached, failed, share = figures["resolution"]
        self.assertEqual((promises, reached, failed), (6, 2, 1))
        self.assertAlmostEqual(share, 2 / 3)
        for cut in ("policy_id", "user_id", "group_id", "date:month", "type_id", "channel"):
            rows = self._rows("caredesk.sla.report", [cut], ["promises:sum", "failed:sum"])
            self.assertEqual((sum(r[1] for r in rows), sum(r[2] for r in rows)), (7, 1), cut)
        [late] = self._rows("caredesk.sla.report", [], ["exceeded_seconds:avg", "used_seconds:avg"])
        self.assertEqual(late[0], 3600)

    def test_kpi_of_employees(self):
        """S0-TKT-24, S0-TKT-30: quality of what each one completed, beside the numbers."""
        self._history()
        rows = self._rows(
            "caredesk.ticket.kpi",
            ["user_id"],
            ["completed:sum", "first_response_seconds:avg", "resolution_seconds:avg",
             "on_time_rate:avg", "rating:avg"],
        )  # fmt: skip
        figures = {user.login: row for user, *row in rows}
        completed, first, resolution, on_time, rating = figures["an"]
        self.assertEqual((completed, first, resolution, rating), (3, 600, 5400, 3))
        self.assertAlmostEqual(on_time, 2 / 3)

    def test_who_sees_what(self):
        """S4-RPT-01, IE-47: agents own and group, managers all, nobody another company's."""
        self._history()
        company = self._company("Elsewhere")
        far = self._group("Elsewhere", company_id=company.id)
        self._ticket(group_id=far.id)
        near = self._ticket(group_id=self.other.id)
        self._policy("resolution", hours=2, group_id=self.other.id)
        promised = self._ticket(group_id=self.other.id)
        self.env.flush_all()
        for model, ticket in (
            ("caredesk.ticket.report", near),
            ("caredesk.sla.report", promised),
        ):
            rows = self.env[model]
            mine = [("ticket_id", "=", ticket.id)]
            self.assertTrue(rows.with_user(self.quan).search(mine), model)
            self.assertFalse(rows.with_user(self.an).search(mine), model)
            self.assertTrue(rows.with_user(self.binh).search(mine), model)
            self.assertTrue(rows.with_user(self.an).search([("group_id", "=", self.support.id)]))
            self.assertFalse(rows.with_user(self.quan).search([("group_id", "=", far.id)]))

    def test_a_row_leads_to_its_ticket(self):
        """S4-RPT-02: each row of each report opens the ticket behind it."""
        ticket = self._held_ticket(self.an, "in_progress")
        self._policy("resolution", hours=2)
        promised = self._held_ticket(self.binh, "done", group_id=self.support.id)
        self.env.flush_all()
        for model in ("caredesk.ticket.report", "caredesk.ticket.kpi",
                      "caredesk.ticket.stage.time"):  # fmt: skip
            row = self.env[model].with_user(self.quan).search([("ticket_id", "=", ticket.id)])[:1]
            action = row.action_open_ticket()
            self.assertEqual((action["res_model"], action["res_id"]), (ticket._name, ticket.id))
        row = self.env["caredesk.sla.report"].search([("ticket_id", "=", promised.id)])
        self.assertEqual(row.action_open_ticket()["res_id"], promised.id)
