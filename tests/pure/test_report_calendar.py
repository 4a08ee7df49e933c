"""When periodic reports are due, against clocks that change."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from caredesk_ticket.domain.report_calendar import Rhythm, days_of, local_to_utc
from hypothesis import given, settings
from hypothesis import strategies as st

ZONES = ["Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]
rhythms = st.builds(
    Rhythm,
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: time(t.hour, t.minute)),
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.integers(1, 31),
)
moments = st.datetimes(datetime(2023, 1, 1), datetime(2028, 12, 31))


def wall(moment, tz):
    """What a clock on the wall shows at a moment."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz))


@settings(max_examples=300, deadline=None)
@given(rhythms, moments)
def test_next_is_later_and_nothing_lies_between(rhythm, moment):
    """S1-EML-01: the next time is later, and it is the first one that is."""
    due = rhythm.next_after(moment)
    assert due > moment
    assert rhythm.next_after(due - timedelta(seconds=1)) == due
    assert rhythm.last_until(due) == due
    assert rhythm.last_until(due - timedelta(seconds=1)) <= moment


@settings(max_examples=300, deadline=None)
@given(rhythms, moments)
def test_due_at_the_hour_on_the_wall(rhythm, moment):
    """S1-EML-01: always at the set hour of the time zone, except in an hour that is left out."""
    due = rhythm.next_after(moment)
    shown = wall(due, rhythm.tz)
    # Where the clock jumps over the hour it is as much later as the clock jumps.
    jump = wall(due - timedelta(hours=2), rhythm.tz).utcoffset() != shown.utcoffset()
    assert shown.time().replace(second=0) == rhythm.at or jump
    if rhythm.frequency == "weekly":
        assert shown.weekday() == rhythm.weekday
    if rhythm.frequency == "monthly":
        is_last_day = (shown + timedelta(days=1)).day == 1
        assert shown.day == rhythm.day or (is_last_day and shown.day < rhythm.day)


@settings(max_examples=100, deadline=None)
@given(rhythms, moments)
def test_each_period_is_due_once(rhythm, moment):
    """S1-EML-01: sixty times in a row lie in sixty different days, weeks or months."""
    keys, due = [], moment
    for _count in range(60):
        due = rhythm.next_after(due)
        keys.append(rhythm.period_of(due))
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("tz", "local", "utc"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30)),  # left out
        ("Europe/Paris", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),  # twice
        ("Asia/Ho_Chi_Minh", datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 1)),
    ],
)
def test_hours_where_clocks_change(tz, local, utc):
    """S1-EML-01: an hour left out is made up for right after, an hour shown twice counts once."""
    assert local_to_utc(local, tz) == utc


def test_the_31st_is_the_last_day_of_shorter_months():
    """S1-EML-01: no month is left out."""
    rhythm = Rhythm("monthly", time(8), "UTC", day=31)
    due, days = datetime(2026, 1, 1), []
    for _month in range(4):
        due = rhythm.next_after(due)
        days.append((due.month, due.day))
    assert days == [(1, 31), (2, 28), (3, 31), (4, 30)]


def test_days_reported_on():
    """S1-EML-02: yesterday, the week from Monday, the month before."""
    today = date(2026, 3, 4)
    assert days_of("yesterday", today) == (date(2026, 3, 3), date(2026, 3, 3))
    assert days_of("last_week", today) == (date(2026, 2, 23), date(2026, 3, 1))
    assert days_of("last_month", today) == (date(2026, 2, 1), date(2026, 2, 28))
