from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MONDAY, CareDeskCase

NOW = datetime.fromisoformat(MONDAY)


@tagged("post_install", "-at_install")
class TestWorkload(CareDeskCase):
    """The screen that shows who has how much to do, and shares it out anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager", tz="UTC")
        days = [
            (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16})
            for day in range(5)
        ]
        cls.support.calendar_id = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "attendance_ids": [(5, 0, 0), *days]}
        )
        cls._seat_of_an = cls.support.member_ids[0]
        cls._seat_of_an.capacity = 5

    def _figures(self, *users, by=None):
        members = self.env["caredesk.support.member"].with_user(by or self.boss)
        return members.get_workload([user.id for user in users])

    def test_counts_and_capacity(self):
        """S4-HD-07: open and waiting tickets over all groups, against the capacity."""
        other = self._type(self._group("Other", self.an))
        self._ticket(type_id=other.id, user_id=self.an.id)
        self._held_ticket(self.an, "in_progress")
        self._held_ticket(self.an, "waiting")
        figures = self._figures(self.an, self.binh)
        mine = figures[self.an.id]
        self.assertEqual((mine["open"], mine["todo"], mine["waiting"]), (2, 1, 1))
        self.assertEqual(mine["capacity"], 5)
        self.assertEqual(mine["capacities"][self.support.id], 5)
        self.assertEqual(mine["capacities"][other.group_id.id], 1)
        self.assertEqual(figures[self.binh.id]["open"], 0)

    def test_planned_used_and_available_hours(self):
        """S4-HD-07: what is left of the plan, against the working time left today and in 7 days."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "in_progress", planned_hours=3)
        self._held_ticket(self.an, planned_hours=5, planned_start_at=NOW + timedelta(days=2))
        self._held_ticket(self.an, planned_hours=7, planned_start_at=NOW + timedelta(days=20))
        clock.tick(timedelta(hours=1))
        mine = self._figures(self.an)[self.an.id]
        self.assertEqual((mine["planned_hours"], mine["used_hours"]), (15, 1))
        self.assertEqual(mine["today"], {"load": 2, "available": 5})
        self.assertEqual(mine["week"], {"load": 7, "available": 5 + 4 * 8 + 3})
        ticket.with_user(self.an).action_wait("not_now", NOW + timedelta(days=3))
        mine = self._figures(self.an)[self.an.id]
        self.assertEqual((mine["today"]["load"], mine["week"]["load"]), (0, 7))

    def test_leave_takes_hours_off(self):
        """S4-HD-07, IE-08: tomorrow's leave is not available, today's makes one off duty."""
        self._freeze()
        resource = self.env["resource.resource"].create(
            {
                "name": "An",
                "user_id": self.an.id,
                "calendar_id": self.support.calendar_id.id,
                "tz": "UTC",
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": datetime(2026, 3, 2, 9),
                "date_to": datetime(2026, 3, 3, 23),
            }
        )
        figures = self._figures(self.an, self.binh)
        mine = figures[self.an.id]
        self.assertEqual((mine["today"]["available"], mine["on_duty"]), (0, False))
        self.assertEqual(mine["week"]["available"], 3 * 8 + 2)
        self.assertEqual(figures[self.binh.id]["today"]["available"], 6)
        self.assertTrue(figures[self.binh.id]["on_duty"])

    def test_the_columns_are_the_members(self):
        """S4-HD-07: idle members have a column too; choosing a group leaves its members."""
        chi = self._user("chi")
        other = self._group("Other", chi)
        self.assertLessEqual({self.an.id, self.binh.id, chi.id}, self._columns(self.boss))
        chosen = self._columns(self.boss, [("group_id", "=", other.id)])
        self.assertEqual(chosen, {chi.id})
        self.assertNotIn(chi.id, self._columns(self.an))
        plain = (
            self.env["caredesk.ticket"].with_user(self.boss).with_context(read_group_expand=True)
        )
        groups = plain.web_read_group([("group_id", "=", other.id)], ["user_id"], ["__count"])
        self.assertEqual(groups["groups"], [])

    def _columns(self, user, domain=()):
        tickets = self.env["caredesk.ticket"].with_user(user)
        tickets = tickets.with_context(read_group_expand=True, caredesk_workload=True)
        groups = tickets.web_read_group([*domain], ["user_id"], ["__count"])["groups"]
        return {group["user_id"][0] for group in groups if group["user_id"]}

    def test_dropping_a_card_assigns(self):
        """S4-HD-07: a card dropped on another column goes through the ordinary steps."""
        ticket = self._held_ticket(self.an)
        ticket.with_user(self.boss).write({"user_id": self.binh.id})
        self.assertState(ticket, "todo", self.binh)
        self.assertLog(ticket, ("assign", "an"), ("assign", "binh"))
        with self.assertRaises(AccessError):
            ticket.with_user(self.an).write({"user_id": self.an.id})
        with self.assertRaisesRegex(UserError, "not a member"):
            ticket.with_user(self.boss).write({"user_id": self._user("chi").id})

    def test_agents_see_their_own_groups(self):
        """S4-HD-07: figures of people one shares a group with; creators see none."""
        chi = self._user("chi")
        self._group("Other", chi)
        self.assertEqual(self._figures(self.binh, chi, by=self.an).keys(), {self.binh.id})
        with self.assertRaises(AccessError):
            self._figures(self.an, by=self._user("hoa", "creator"))

    def test_the_cost_does_not_grow(self):
        """IE-51: a fixed number of queries, however many tickets and members."""
        self._tickets(20)
        self._figures(self.an, self.binh)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(9):
            self._figures(self.an, self.binh)

    def test_planned_hours_are_not_negative(self):
        """IE-03: bad input gives a clear message."""
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self._ticket(planned_hours=-1)
