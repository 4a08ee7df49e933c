"""Periods of the dashboard: days in the zone of the user, cut into steps without gap or overlap."""

from datetime import date, datetime, timedelta

import pytest
from caredesk_ticket.domain.periods import MAX_DAYS, Period
from hypothesis import given
from hypothesis import strategies as st
from pytz import timezone

days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(days, st.integers(0, MAX_DAYS - 1))
def test_steps_follow_each_other(first, length):
    """S1-STA-01: the trend covers the period exactly, whatever its unit."""
    period = Period(first, first + timedelta(days=length))
    steps = period.steps()
    assert steps[0].first == period.first
    assert steps[-1].last == period.last
    ends = [step.last + timedelta(days=1) for step in steps[:-1]]
    assert ends == [step.first for step in steps[1:]]
    assert len(steps) <= 130


def test_weeks_begin_on_monday_and_months_on_the_first():
    """S1-STA-01: a quarter is told in weeks, two years in months."""
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.unit == "week"
    assert {step.first.weekday() for step in quarter.steps()[1:]} == {0}
    years = Period(date(2024, 2, 10), date(2026, 2, 9))
    assert years.unit == "month"
    assert {step.first.day for step in years.steps()[1:]} == {1}


def test_a_day_begins_at_midnight_of_the_user():
    """S1-STA-01: in Vietnam at 17:00 UTC, and a day of daylight saving has 23 hours."""
    today = Period.named("today", date(2026, 3, 3))
    begin, end = today.bounds(timezone("Asia/Ho_Chi_Minh"))
    assert (begin, end) == (datetime(2026, 3, 2, 17), datetime(2026, 3, 3, 17))
    begin, end = Period(date(2026, 3, 29), date(2026, 3, 29)).bounds(timezone("Europe/Paris"))
    assert end - begin == timedelta(hours=23)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("today", date(2026, 3, 15)),
        ("week", date(2026, 3, 9)),
        ("days30", date(2026, 2, 14)),
        ("month", date(2026, 3, 1)),
    ],
)
def test_named_periods_end_today(name, first):
    """S1-STA-01: today, seven days, thirty days, this month."""
    assert Period.named(name, date(2026, 3, 15)) == Period(first, date(2026, 3, 15))


def test_what_is_no_period():
    """S1-STA-01: an end before the beginning, or more years than anybody looks at."""
    for last in (date(2026, 2, 28), date(2099, 1, 1)):
        with pytest.raises(ValueError, match="no period"):
            Period(date(2026, 3, 1), last)
