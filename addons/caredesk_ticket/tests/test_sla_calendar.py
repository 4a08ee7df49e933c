import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaCalendar(SlaMixin, TransactionCase):
    """In which hours service levels count (C-22, S4-EX-04)."""

    def _hours(self, calendar, company=None):
        company = company or self.company
        return self.env["resource.calendar"]._caredesk_hours((calendar.id, company.id))

    def test_48_hours_of_the_clock_or_of_work(self):
        """S4-EX-04, C-22: the same 48 hours end on Wednesday, or on Tuesday of next week."""
        self.support.calendar_id = self._calendar()
        policy = self._policy(hours=48, use_working_hours=False)
        self.assertSla(self._ticket(), "running", "2026-03-04 10:00:00")
        policy.use_working_hours = True
        self.assertSla(self._ticket(), "running", "2026-03-10 10:00:00")

    def test_working_hours_are_the_default_where_the_group_has_some(self):
        """C-22: a new policy counts working hours when its group has a calendar, else all."""
        self.assertFalse(self._policy().use_working_hours)
        self.support.calendar_id = self._calendar()
        self.assertTrue(self._policy().use_working_hours)

    def test_a_policy_may_have_hours_of_its_own(self):
        """S4-HD-04: they come before the group's, and those before the company's."""
        self.company.resource_calendar_id = self._calendar("Asia/Ho_Chi_Minh")
        policy = self._policy(hours=1, use_working_hours=True)
        self.clock.move_to("2026-03-02 23:30:00")  # 6:30 in Saigon
        self.assertSla(self._ticket(), "running", "2026-03-03 02:00:00")
        self.support.calendar_id = self._calendar("UTC")
        self.assertSla(self._ticket(), "running", "2026-03-03 09:00:00")
        policy.calendar_id = self._calendar("America/New_York")
        self.assertSla(self._ticket(), "running", "2026-03-03 14:00:00")

    def test_holidays_are_those_of_the_right_company(self):
        """S4-HD-05: another company's holiday moves no deadline, one's own does."""
        abroad = self._company("Abroad")
        calendar = self._calendar(company_id=False)
        self.support.calendar_id = calendar
        self._policy(hours=8, use_working_hours=True)
        self._holiday(None, "2026-03-02 00:00:00", "2026-03-02 23:59:59", company=abroad)
        self.assertSla(self._ticket(), "running", "2026-03-03 10:00:00")
        self._holiday(None, "2026-03-03 00:00:00", "2026-03-03 23:59:59")
        self.assertSla(self._ticket(), "running", "2026-03-04 10:00:00")
        self._holiday(calendar, "2026-03-04 00:00:00", "2026-03-04 23:59:59", company=abroad)
        self.assertSla(self._ticket(), "running", "2026-03-05 10:00:00")

    def test_somebodys_leave_moves_no_deadline(self):
        """S4-HD-05: the promise is the group's; one agent's holiday is not the customer's."""
        calendar = self._calendar()
        self.support.calendar_id = calendar
        self._policy(hours=8, use_working_hours=True)
        resource = self.env["resource.resource"].create(
            {"name": "An", "user_id": self.an.id, "calendar_id": calendar.id}
        )
        leave = self._holiday(calendar, "2026-03-02 00:00:00", "2026-03-02 23:59:59")
        leave.resource_id = resource
        self.assertSla(self._ticket(), "running", "2026-03-03 10:00:00")

    def test_no_calendar_anywhere_counts_all_hours(self):
        """S4-HD-05: said on the policy, and no ticket is lost for it."""
        self.company.resource_calendar_id = False
        policy = self._policy(use_working_hours=True)
        self.assertIn("hours of the clock", policy.hours_warning)
        self.assertSla(self._ticket(), "running", "2026-03-02 18:00:00")

    def test_whose_hours_count_is_said_where_it_may_surprise(self):
        """S4-HD-05, C-22: a group without hours counts the company's; all groups count theirs."""
        self.company.resource_calendar_id = self._calendar()
        own = self._policy(use_working_hours=True)
        self.assertIn("those of the company", own.hours_warning)
        everybody = self._policy(use_working_hours=True, group_id=False)
        self.assertFalse(everybody.hours_warning)

    def test_a_calendar_without_hours_counts_all_hours(self):
        """S4-HD-05: refused on the policy; emptied afterwards, tickets still come in."""
        empty = self._calendar()
        empty.attendance_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "no fixed working times"):
            self._policy(use_working_hours=True, calendar_id=empty.id)
        self.support.calendar_id = empty
        policy = self._policy(use_working_hours=True)
        self.assertIn("no fixed working times", policy.hours_warning)
        self.assertSla(self._ticket(), "running", "2026-03-02 18:00:00")

    def test_flexible_hours_count_all_hours(self):
        """S4-HD-05: without times at which work begins there is nothing to count in."""
        flexible = self._calendar(flexible_hours=True)
        with self.assertRaisesRegex(ValidationError, "no fixed working times"):
            self._policy(use_working_hours=True, calendar_id=flexible.id)

    def test_the_vietnamese_week_as_on_the_wall(self):
        """S4-EX-04, S4-HD-05: lunch, Saturday, Tết, 29 February against counting minutes."""
        hours = self._hours(self.env.ref("caredesk_ticket.calendar_vietnam"))
        zone, rand = ZoneInfo("Asia/Ho_Chi_Minh"), random.Random(20260217)  # noqa: S311
        days_off = {(2028, 1, day) for day in range(25, 30)} | {(2026, 2, d) for d in range(16, 21)}

        def works(moment):
            local = moment.replace(tzinfo=UTC).astimezone(zone)
            if (local.year, local.month, local.day) in days_off or local.weekday() == 6:
                return False
            half = local.hour * 2 + local.minute // 30
            return 16 <= half < 24 or (local.weekday() < 5 and 27 <= half < 35)

        for begin in (datetime(2026, 2, 9), datetime(2028, 1, 19), datetime(2028, 2, 21)):
            for _index in range(12):
                start = begin + timedelta(minutes=rand.randrange(10 * 1440))
                left = rand.randrange(60, 30 * 60)
                deadline = hours.add(start, left * 60)
                moment = start
                while left:
                    left -= works(moment)
                    moment += timedelta(minutes=1)
                self.assertEqual(deadline, moment, start)
                self.assertFalse(left)
