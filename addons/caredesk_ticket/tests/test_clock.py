from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase

DAY = "2026-03-02 "


@tagged("post_install", "-at_install")
class TestClock(CareDeskCase):
    """Each test tells a day by the clock; figures are exact to the second (I-5)."""

    def setUp(self):
        super().setUp()
        self.clock = self._freeze(DAY + "10:00:00")
        self.ticket = self._held_ticket(self.an)
        self.mine = self.ticket.with_user(self.an)

    def _at(self, time):
        self.clock.move_to(DAY + time)
        self.env.invalidate_all()

    def test_start_to_complete_is_work(self):
        """S0-TKT-21, C-10: start 10:00:00, complete 10:01:35: work 95 s, waiting 0 s."""
        self.mine.action_start()
        self._at("10:01:35")
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, work=95, waiting=0)

    def test_wait_to_continue_is_waiting(self):
        """S0-TKT-22, S0-TKT-20: wait 10:05-10:20, complete 10:30: work 15, waiting 15 min."""
        self.mine.action_start()
        self._at("10:05:00")
        self.mine.action_wait("customer")
        self._at("10:20:00")
        self.mine.action_continue()
        self._at("10:30:00")
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, work=900, waiting=900)
        self.assertEqual(self.ticket.handling_seconds, 1800)

    def test_several_waits_add_up(self):
        """S0-TKT-22: three waiting intervals of different reasons are one sum."""
        self.mine.action_start()
        for minute, reason in ((10, "customer"), (20, "not_now"), (30, "customer")):
            self._at(f"10:{minute}:00")
            self.mine.action_wait(reason)
            self._at(f"10:{minute + 1}:07")
            self.mine.action_continue()
        self._at("11:00:00")
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, work=3600 - 3 * 67, waiting=3 * 67)

    def test_time_before_start_is_queue_time(self):
        """C-10: unassigned and not started count as queue, apart from work and waiting."""
        self._at("10:10:00")
        self.assertClocks(self.ticket, queue=600)
        self.mine.action_start()
        self._at("10:15:00")
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, queue=600, work=300)

    def test_waiting_before_the_start_is_no_work(self):
        """S0-TKT-23: put to Wait before Start: work is 0 so far."""
        self._at("10:01:00")
        self.mine.action_wait("not_now")
        self._at("10:31:00")
        self.assertClocks(self.ticket, queue=60, waiting=1800)
        self.mine.action_continue()
        self._at("10:32:00")
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, queue=60, waiting=1800, work=60)

    def test_running_time_is_right_at_every_read(self):
        """IE-09: no job counts; the figure is right at the second it is read, also in SQL."""
        self.mine.action_start()
        for time, seconds in (("10:00:01", 1), ("10:59:59", 3599), ("23:59:59", 50399)):
            self._at(time)
            self.assertClocks(self.ticket, work=seconds)

    def test_a_transfer_closes_the_interval(self):
        """IE-09, S0-TKT-24: each person's time stands on his own lines."""
        self.mine.action_start()
        self._at("10:10:00")
        self.mine.action_transfer(self.binh)
        self._at("10:12:00")
        self.ticket.with_user(self.binh).action_start()
        self._at("10:17:00")
        self.ticket.with_user(self.binh).action_complete("Fixed")
        self.assertClocks(self.ticket, work=900, queue=120)
        work = self.env["caredesk.ticket.time"]._read_group(
            [("ticket_id", "=", self.ticket.id), ("kind", "=", "work")],
            ["user_id"],
            ["seconds:sum", "seconds:avg"],
        )
        self.assertEqual(set(work), {(self.an, 600, 600.0), (self.binh, 300, 300.0)})

    def test_cancel_stops_all_clocks(self):
        """S0-TKT-68, IE-09: from Cancel on nothing runs."""
        self.mine.action_start()
        self._at("10:10:00")
        self.ticket.action_cancel("Asked twice")
        self._at("18:00:00")
        self.assertClocks(self.ticket, work=600)

    def test_the_time_a_ticket_was_done_does_not_count(self):
        """IE-09: reopening starts a new interval; what lies between belongs to nobody."""
        self.mine.action_start()
        self._at("10:10:00")
        self.mine.action_complete("Fixed")
        self._at("12:00:00")
        self.mine.action_reopen()
        self._at("12:05:00")
        self.mine.action_start()
        self._at("12:06:00")
        self.mine.action_complete("Fixed again")
        self.assertClocks(self.ticket, work=660, queue=300)
        self.assertEqual(str(self.ticket.started_at), DAY + "10:00:00")

    def test_an_hour_in_the_queue_and_a_hand_over_lose_nothing(self):
        """I-5, IE-09: over release, group change and reassignment the sums equal the life."""
        self.mine.action_start()
        self._at("10:20:00")
        other = self._group("Other", self.binh)
        self.ticket.group_id = other
        self._at("10:50:00")
        self.ticket.action_release()
        self._at("11:00:00")
        self.assertClocks(self.ticket, work=1200, queue=2400)

    def test_a_machine_clock_set_back_takes_nothing_away(self):
        """IE-09: never negative, no line that ends before it starts, the sums still add up."""
        self.mine.action_start()
        self._at("10:30:00")
        self.mine.action_wait("customer")
        self._at("09:00:00")
        self.assertClocks(self.ticket, work=1800)
        self.mine.action_continue()
        self._at("09:10:00")
        self.mine.action_wait("customer")
        self.assertClocks(self.ticket, work=1800)
        self._at("10:40:00")
        self.mine.action_continue()
        self.mine.action_complete("Fixed")
        self.assertClocks(self.ticket, work=1800, waiting=600)

    def test_clocks_run_over_the_leap_day(self):
        """IE-09: from 28 February 23:00 to 1 March 01:00 of a leap year are 26 hours."""
        self.clock.move_to("2028-02-28 23:00:00")
        ticket = self._held_ticket(self.binh, "in_progress")
        self.clock.move_to("2028-03-01 01:00:00")
        ticket.with_user(self.binh).action_complete("Fixed")
        self.assertClocks(ticket, work=26 * 3600)

    def test_lists_sort_and_sum_by_running_time(self):
        """S0-TKT-24, S0-TKT-20, S0-TKT-02: managers sort, sum and average time per employee."""
        self.mine.action_start()
        self._at("10:10:00")
        other = self._held_ticket(self.binh, "in_progress")
        self._at("10:20:00")
        both = self.ticket | other
        ordered = both.search([("id", "in", both.ids)], order="work_seconds desc")
        self.assertEqual(ordered.ids, [self.ticket.id, other.id])
        figures = both._read_group(
            [("id", "in", both.ids)], ["user_id"], ["work_seconds:sum", "handling_seconds:avg"]
        )
        self.assertEqual(set(figures), {(self.an, 1200, 1200.0), (self.binh, 600, 600.0)})

    def test_durations_are_told_in_words(self):
        """S0-TKT-25: minutes and seconds, zero as 0 s, hours and days when longer."""
        words = self.env["caredesk.ticket"]._duration_in_words
        self.assertEqual(words(95), "1 min 35 s")
        self.assertEqual(words(0), "0 s")
        self.assertEqual(words(3 * 3600 + 60), "3 h 1 min")
        self.assertEqual(words(2 * 86400 + 3600), "2 d 1 h")

    def test_one_open_line_is_kept_by_the_database(self):
        """I-5: a second running line is refused by the database itself."""
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            vals = self.ticket._prepare_time_vals(self.clock(), "todo")
            self.env["caredesk.ticket.time"].create(vals)
