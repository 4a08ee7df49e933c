"""Employee KPI: received, completed, work and waiting time per person."""

from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestKpi(CareDeskCase):
    def _figures(self, viewer, *measures, **domain):
        """Return ``{login: (measures)}`` as ``viewer`` sees them."""
        self.env.flush_all()
        terms = [(name, "=", value) for name, value in domain.items()]
        rows = (
            self.env["caredesk.ticket.kpi"]
            .with_user(viewer)
            ._read_group([("group_id", "=", self.support.id), *terms], ["user_id"], measures)
        )
        return {user.login: tuple(figures) for user, *figures in rows}

    def setUp(self):
        super().setUp()
        self.manager = self._user("quan", "manager")
        self.clock = self._freeze()

    def _worked(self, user, work, waiting=0):
        """Return a ticket that ``user`` completed after these seconds of work and waiting."""
        ticket = self._held_ticket(user, "in_progress").with_user(user)
        self.clock.tick(work)
        if waiting:
            ticket.action_wait("customer")
            self.clock.tick(waiting)
            ticket.action_continue()
        ticket.action_complete("Done")
        return ticket

    def test_received_and_completed(self):
        """S0-TKT-30: received counts assigned and taken tickets, completed those done by one."""
        self._worked(self.an, 10)
        self._held_ticket(self.an)
        self._held_ticket(self.binh)
        figures = self._figures(
            self.manager, "received:sum", "completed:sum", "completion_rate:avg"
        )
        self.assertEqual(figures, {"an": (2, 1, 0.5), "binh": (1, 0, 0.0)})

    def test_transfer_counts_for_both(self):
        """S0-TKT-30: who passes a ticket on had received it; who completes it gets the credit."""
        ticket = self._held_ticket(self.an).with_user(self.an)
        ticket.action_transfer(self.binh)
        mine = ticket.with_user(self.binh)
        mine.action_start()
        mine.action_complete("Done")
        figures = self._figures(self.manager, "received:sum", "completed:sum")
        self.assertEqual(figures, {"an": (1, 0), "binh": (1, 1)})

    def test_reopened_is_not_received_again(self):
        """S0-TKT-30, S0-TKT-68: reopening neither adds a receipt nor keeps the completion."""
        ticket = self._worked(self.an, 10)
        ticket.action_reopen()
        self.assertEqual(self._figures(self.manager, "received:sum", "completed:sum")["an"], (1, 0))

    def test_work_and_waiting_time(self):
        """S0-TKT-24: sums and averages per employee, the running clock included."""
        self._worked(self.an, 100, waiting=20)
        self._worked(self.an, 50)
        running = self._held_ticket(self.binh, "in_progress")
        self.clock.tick(30)
        figures = self._figures(
            self.manager,
            "work_seconds:sum",
            "waiting_seconds:sum",
            "average_work_seconds:avg",
            "average_waiting_seconds:avg",
        )
        self.assertEqual(figures["an"], (150, 20, 75.0, 20.0))
        self.assertEqual(figures["binh"], (30, 0, 30.0, 0.0))
        self.assertEqual(running.work_seconds, 30)

    def test_by_period_and_type(self):
        """S0-TKT-24, S0-TKT-30: figures can be cut by month, group and type."""
        self._worked(self.an, 10)
        self.clock.move_to("2026-04-02 10:00:00")
        bug = self._type(self.support, name="Bug")
        self._held_ticket(self.an, type_id=bug.id)
        self.env.flush_all()
        rows = (
            self.env["caredesk.ticket.kpi"]
            .with_user(self.manager)
            ._read_group(
                [("user_id", "=", self.an.id)], ["date:month", "type_id"], ["received:sum"]
            )
        )
        self.assertEqual(
            [(month.month, kind, count) for month, kind, count in rows],
            [(3, self.usage, 1), (4, bug, 1)],
        )

    def test_agents_see_their_own(self):
        """S0-TKT-24: managers see everybody, agents themselves."""
        self._held_ticket(self.an)
        self._held_ticket(self.binh)
        self.assertEqual(set(self._figures(self.an, "received:sum")), {"an"})
        self.assertEqual(set(self._figures(self.manager, "received:sum")), {"an", "binh"})

    def test_other_companies_are_not_mixed_in(self):
        """IE-47: figures of a company that is not chosen are not shown."""
        company = self._company("Elsewhere")
        group = self._group("Elsewhere", company_id=company.id)
        self.an.company_ids |= company
        self._member(group, self.an)
        self._ticket(group_id=group.id, user_id=self.an.id)
        self.env.flush_all()
        kpi = self.env["caredesk.ticket.kpi"].with_user(self.manager)
        self.assertFalse(kpi.search([("group_id", "=", group.id)]))
