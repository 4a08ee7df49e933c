"""Working time against looking at the clock on the wall, minute by minute."""

from datetime import datetime, time, timedelta

from caredesk_ticket.domain.working_time import ClockHours, WorkingHours
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pure.timetables import Timetable, moments, timetables

OFFICE = {day: [(time(8), time(12)), (time(13, 30), time(17, 30))] for day in range(5)}
SAIGON = Timetable("Asia/Ho_Chi_Minh", {**OFFICE, 5: [(time(8), time(12))]})


def hours_of(timetable):
    return WorkingHours(timetable.month)


@settings(max_examples=60, deadline=None)
@given(timetables(), moments, st.integers(1, 30 * 3600))
def test_a_deadline_is_as_counted_on_the_wall(timetable, start, seconds):
    """S4-HD-05, C-22: so many seconds of work lie between start and deadline, and not one less."""
    deadline = hours_of(timetable).add(start, seconds)
    assert timetable.seconds_between(start, deadline) == seconds
    assert timetable.seconds_between(start, deadline - timedelta(seconds=1)) == seconds - 1


@settings(max_examples=60, deadline=None)
@given(timetables(), moments, st.integers(0, 10 * 86400))
def test_time_between_is_as_counted_on_the_wall(timetable, start, length):
    """S4-HD-05: what is used of a promise, over nights, lunch, Saturdays and holidays."""
    stop = start + timedelta(seconds=length)
    assert hours_of(timetable).between(start, stop) == timetable.seconds_between(start, stop)


@settings(max_examples=60, deadline=None)
@given(timetables(), moments)
def test_the_next_change_is_when_work_begins_or_ends(timetable, moment):
    """S4-HD-05: a screen counts down until then, or stands still."""
    works, until = hours_of(timetable).next_change(moment)
    assert works == timetable.works_at(moment) == hours_of(timetable).works_at(moment)
    assert timetable.works_at(until) != works
    assert timetable.works_at(until - timedelta(seconds=1)) == works


def test_lunar_new_year_is_left_out():
    """S4-HD-05, C-22: eight hours from Monday before Tết 2028 end a week later, after lunch."""
    start = datetime(2028, 1, 24, 7)  # 14:00 in Saigon: three and a half hours are left
    deadline = hours_of(SAIGON).add(start, 8 * 3600)
    assert deadline == datetime(2028, 1, 31, 7)


def test_29_february_is_a_day_of_work():
    """C-22: a leap day is a day like any other."""
    start = datetime(2028, 2, 28, 9, 30)
    assert hours_of(SAIGON).add(start, 3600 + 1800) == datetime(2028, 2, 29, 1, 30)


def test_a_lunch_break_does_not_count():
    """S4-HD-05: half an hour before lunch and half an hour after it are one hour."""
    start = datetime(2028, 3, 1, 4, 30)
    assert hours_of(SAIGON).add(start, 3600) == datetime(2028, 3, 1, 7)


def test_the_last_second_of_a_day_is_still_that_day():
    """S4-HD-05: a day's work promised in the morning is due when the day ends, not tomorrow."""
    start = datetime(2028, 3, 1, 1)
    assert hours_of(SAIGON).add(start, 8 * 3600) == datetime(2028, 3, 1, 10, 30)


def test_the_end_of_a_month_is_no_break():
    """S4-HD-05: work at midnight UTC goes on in the next month."""
    hours = WorkingHours(lambda year, month: [(datetime(year, month, 1), _next(year, month))])
    assert hours.next_change(datetime(2028, 1, 31, 23))[0]
    assert hours.add(datetime(2028, 1, 31, 23), 7200) == datetime(2028, 2, 1, 1)


def _next(year, month):
    return datetime(year + month // 12, month % 12 + 1, 1)


def test_a_timetable_without_work_ends_nothing():
    """S4-HD-05: no working time within the horizon: no deadline, nothing used, no change."""
    empty = WorkingHours(lambda _year, _month: ())
    start = datetime(2028, 1, 1)
    assert empty.add(start, 1) is None
    assert empty.between(start, start + timedelta(days=400)) == 0
    assert empty.next_change(start) == (False, None)


def test_no_time_at_all_ends_when_work_begins():
    """S4-HD-05: a promise of zero seconds made at night is due in the morning."""
    assert hours_of(SAIGON).add(datetime(2028, 3, 1, 20), 0) == datetime(2028, 3, 2, 1)


@given(moments, st.integers(0, 10**7))
def test_hours_of_the_clock_are_plain(start, seconds):
    """C-22: a policy may count every hour of every day."""
    stop = ClockHours().add(start, seconds)
    assert ClockHours().between(start, stop) == seconds
    assert ClockHours().between(stop, start) == 0
    assert ClockHours().next_change(start) == (True, None)
