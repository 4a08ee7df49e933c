"""When automation rules are due, against calculations made another way."""

import calendar
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from caredesk_automation.domain import occasions
from caredesk_automation.domain.occasions import Timetable
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

HANOI = "Asia/Ho_Chi_Minh"
ZONES = [HANOI, "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "UTC"]
#: Hours that no clock change leaves out or repeats.
hours = st.times(time(4), time(22)).map(lambda at: time(at.hour, at.minute))
moments = st.datetimes(datetime(2023, 1, 1), datetime(2028, 12, 31))
days = st.dates(date(2019, 1, 1), date(2033, 12, 31))
zones = st.sampled_from(ZONES)
timetables = st.builds(
    Timetable,
    st.sampled_from(["daily", "weekly", "monthly"]),
    hours,
    zones,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(1, 31),
)


def wall(moment, tz):
    """What a clock on the wall shows at a moment."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def walls_of(table, first, last):
    """The times of a timetable on the wall, calculated by dateutil's recurrence rules."""
    options = {"dtstart": datetime.combine(first, table.at), "until": last}
    if table.kind == "daily":
        return list(rrule.rrule(rrule.DAILY, **options))
    if table.kind == "weekly":
        return list(rrule.rrule(rrule.WEEKLY, byweekday=sorted(table.weekdays), **options))
    # Of the days from the 28th on that a month has, up to the wanted one, the last counts.
    wanted = [table.day] if table.day <= 28 else list(range(28, table.day + 1))
    return list(rrule.rrule(rrule.MONTHLY, bymonthday=wanted, bysetpos=-1, **options))


@settings(max_examples=300, deadline=None)
@given(timetables, moments, st.integers(0, 100))
def test_timetable_against_recurrence_rules(table, since, length):
    """S0-AUT-12: daily, weekly, monthly (day 31: the last one) at an hour of the time zone."""
    until = since + timedelta(days=length)
    low, high = wall(since, table.tz), wall(until, table.tz)
    wanted = [
        moment
        for moment in walls_of(table, low.date() - timedelta(days=1), high + timedelta(days=2))
        if low < moment <= high
    ]
    assert [wall(due, table.tz) for due in table.due_between(since, until)] == wanted
    later = walls_of(table, low.date(), low + timedelta(days=70))
    first = next(moment for moment in later if moment > low)
    assert wall(table.next_after(since), table.tz) == first


def test_last_days_and_exact_moments():
    """S0-AUT-12, IE-24: day 31 is the last of each month; a moment belongs to what ends with it."""
    table = Timetable("monthly", time(9), HANOI, day=31)
    found = table.due_between(datetime(2027, 12, 31, 12), datetime(2028, 4, 30, 12))
    wanted = [(1, 31), (2, 29), (3, 31), (4, 30)]
    assert found == [datetime(2028, month, day, 2) for month, day in wanted]
    first, second = found[:2]
    assert table.due_between(first, second) == [second]
    assert table.next_after(first) == second
    day, window = date(2028, 1, 31), timedelta(days=3)
    begin = first - timedelta(hours=1)
    assert occasions.fire_days(begin, first, time(9), HANOI, window) == [day]
    assert occasions.fire_days(first, first + timedelta(hours=1), time(9), HANOI, window) == []


@settings(max_examples=300, deadline=None)
@given(days, st.integers(-400, 400))
def test_each_birthday_is_kept_once_a_year(born, offset):
    """S0-AUT-09: exactly one day a year, 29 February on the 28th of common years."""
    key = 100 * born.month + born.day
    for year in (2023, 2024, 2027, 2028):
        last = calendar.monthrange(year, born.month)[1]
        kept = date(year, born.month, min(born.day, last))
        fired = kept + timedelta(days=offset)
        assert occasions.concerned_day(fired, offset) == kept
        all_days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        hits = [day for day in all_days if day.year == year and key in occasions.birthday_keys(day)]
        assert hits == [kept]


@settings(max_examples=300, deadline=None)
@given(moments, st.lists(st.integers(1, 5000), min_size=1, max_size=12), hours, zones)
def test_runs_at_any_time_find_each_day_once(begin, pauses, at, tz):
    """IE-24, S0-AUT-09: however late and often the cron runs, each day is looked at once.

    A window that is long enough loses nothing; days are counted on the wall, one by one.
    """
    window = timedelta(days=4)
    found, now = [], begin
    for pause in pauses:
        later = now + timedelta(minutes=pause)
        found += occasions.fire_days(now, later, at, tz, window)
        now = later
    first, last = wall(begin, tz), wall(now, tz)
    wanted, day = [], first.date()
    while day <= last.date():
        if first < datetime.combine(day, at) <= last:
            wanted.append(day)
        day += timedelta(days=1)
    assert found == wanted


def test_what_is_older_than_the_window_is_given_up():
    """IE-24: after a week without cron only the last three days are made up."""
    since, now = datetime(2026, 3, 1, 12), datetime(2026, 3, 8, 12)
    found = occasions.fire_days(since, now, time(8), HANOI, timedelta(days=3))
    assert found == [date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)]


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 60), st.integers(0, 400), zones)
def test_cycle_keeps_its_distance_and_its_hour(first, every, within, tz):
    """S0-AUT-X4: day 0, every, 2 × every … and never after the last day, at the same hour."""
    steps = occasions.cycle_steps(every, within)
    assert [*range(0, within + 1, every)][-1] == steps * every
    due = [occasions.cycle_due(first, step, every, tz) for step in range(steps + 1)]
    assert due[0] == first
    assert [(wall(d, tz).date() - wall(first, tz).date()).days for d in due] == [
        *range(0, within + 1, every)
    ]
    # The hour may differ by a clock change of that very night only.
    same = [abs((wall(d, tz) - wall(first, tz)).seconds) in (0, 3600, 82800) for d in due]
    assert all(same)


def test_ten_days_within_fifty():
    """S0-AUT-X4: the example of the source: day 0, then 10, 20, 30, 40, 50."""
    first = datetime(2026, 1, 1, 1)
    steps = occasions.cycle_steps(10, 50)
    due = [occasions.cycle_due(first, step, 10, HANOI) for step in range(steps + 1)]
    assert [(moment - first).days for moment in due] == [0, 10, 20, 30, 40, 50]


@pytest.mark.parametrize(
    ("number", "unit", "wanted"),
    [
        (0, "minutes", datetime(2026, 3, 28, 12)),
        (90, "minutes", datetime(2026, 3, 28, 13, 30)),
        (2, "hours", datetime(2026, 3, 28, 14)),
        (24, "hours", datetime(2026, 3, 29, 12)),
        (1, "days", datetime(2026, 3, 29, 11)),  # clocks go forward: the same hour, sooner
    ],
)
def test_delay(number, unit, wanted):
    """S0-AUT-X3: minutes, hours or days after the trigger."""
    assert occasions.delayed(datetime(2026, 3, 28, 12), number, unit, "Europe/Paris") == wanted


@settings(max_examples=300, deadline=None)
@given(moments, st.times(), st.times(), st.sampled_from([HANOI, "UTC"]))
def test_never_in_quiet_hours_and_never_later_than_needed(moment, begin, end, tz):
    """IE-26: what falls into the quiet hours waits for their end and not longer."""
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    moved = occasions.after_quiet(moment, begin, end, tz)

    def quiet(when):
        minute = wall(when, tz).hour * 60 + wall(when, tz).minute
        low, high = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
        return (minute - low) % 1440 < (high - low) % 1440

    assert not quiet(moved)
    assert moved >= moment
    if moved != moment:
        assert quiet(moment)
        assert wall(moved, tz).time() == end
        assert moved - moment < timedelta(days=1)


def test_attempts_wait_longer_and_end():
    """IE-25: a failure is tried again after 10 minutes, an hour and six hours, then given up."""
    now = datetime(2026, 3, 2, 8)
    waits = [occasions.retry_at(now, attempts) for attempts in (1, 2, 3, 4)]
    assert [when and (when - now).seconds // 60 for when in waits] == [10, 60, 360, None]


def test_time_of_hours():
    """S0-AUT-12: hours as Odoo's time widget keeps them."""
    assert occasions.time_of(8.5) == time(8, 30)
    assert occasions.time_of(7.999) == time(8)
    assert occasions.time_of(24) == time(0)
