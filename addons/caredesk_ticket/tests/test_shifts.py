from datetime import datetime

from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestShifts(CareDeskCase):
    """Leave and shifts in routing; handing tickets back when going away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._calendar("Office", 8, 12)
        cls.support.write({"calendar_id": cls.office.id, "count_member_hours": True})

    @classmethod
    def _calendar(cls, name, opens, closes):
        days = [
            (0, 0, {"name": name, "dayofweek": str(day), "hour_from": opens, "hour_to": closes})
            for day in range(5)
        ]
        return cls.env["resource.calendar"].create(
            {"name": name, "tz": "UTC", "attendance_ids": [(5, 0, 0), *days]}
        )

    def _resource(self, user, calendar):
        return self.env["resource.resource"].create(
            {"name": user.name, "user_id": user.id, "calendar_id": calendar.id, "tz": "UTC"}
        )

    def _leave(self, resource, begins, ends):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": begins,
                "date_to": ends,
            }
        )

    def test_who_is_on_leave_gets_nothing(self):
        """IE-08, S4-HD-07: leave of the employee's resource counts as away."""
        self._freeze()
        self._leave(
            self._resource(self.an, self.office), datetime(2026, 3, 2), datetime(2026, 3, 3)
        )
        self.assertState(self._ticket(), "todo", self.binh)

    def test_one_s_own_shift_comes_before_the_hours_of_the_group(self):
        """IE-08: An works in the afternoon, the group in the morning."""
        clock = self._freeze()
        self._resource(self.an, self._calendar("Late", 13, 17))
        self.assertState(self._ticket(), "todo", self.binh)
        late = self._ticket()
        self.assertState(late, "unassigned")
        clock.move_to("2026-03-02 14:00:00")
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_dispatch").method_direct_trigger()
        self.env.invalidate_all()
        self.assertState(late, "todo", self.an)

    def test_without_the_setting_hours_do_not_matter(self):
        """IE-08: the group decides whether shifts count; taking by hand is always possible."""
        self._freeze("2026-03-02 20:00:00")
        ticket = self._ticket()
        self.assertState(ticket, "unassigned")
        ticket.with_user(self.binh).action_take()
        self.assertState(ticket, "todo", self.binh)
        self.support.count_member_hours = False
        self.assertState(self._ticket(), "todo", self.an)

    def test_shifts_cost_one_query_for_a_batch(self):
        """IE-51: with the setting on, one more query per call, not per ticket; off, none."""
        self._freeze()
        support = self.support
        now = datetime(2026, 3, 2, 10)
        self.env.flush_all()
        support._off_duty(now)  # fills the kept hours
        with self.assertQueryCount(1):
            support._off_duty(now)
        support.count_member_hours = False
        self.env.flush_all()
        with self.assertQueryCount(0):
            support._off_duty(now)

    def test_going_away_hands_back_what_is_not_begun(self):
        """IE-08, S4-HD-07: with the group's setting, untouched tickets go to the next one."""
        self._freeze()
        self._seat(self.an).capacity = 3
        self.support.write({"release_when_away": True, "allow_parallel_work": True})
        begun, waiting, fresh = (
            self._held_ticket(self.an, state) for state in ("in_progress", "waiting", "todo")
        )
        self._seat(self.an).with_user(self.an).action_set_away(True)
        self.assertState(fresh, "todo", self.binh)
        self.assertState(begun, "in_progress", self.an)
        self.assertState(waiting, "waiting", self.an)
        self.assertLog(fresh, ("assign", "an"), ("release", None), ("auto", "binh"))

    def test_without_the_setting_away_keeps_what_one_has(self):
        """IE-08: off by default: nobody's tickets move because of a lunch break."""
        self._freeze()
        ticket = self._held_ticket(self.an)
        self._seat(self.an).is_away = True
        self.assertState(ticket, "todo", self.an)
