"""Dates of care occasions: from the purchase itself, and off the days without work."""

from datetime import date, timedelta

import pytest
from caredesk_automation.domain.care_dates import (
    HORIZON,
    MOST,
    UNITS,
    next_working_day,
    occasion_date,
    series,
)
from hypothesis import given
from hypothesis import strategies as st

days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
units = st.sampled_from(UNITS)


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def test_the_example_of_the_requirement():
    """S0-CAR-03: bought 01/03, occasions +1 d, +7 d, +30 d fall on 02/03, 08/03, 31/03."""
    found = series(date(2026, 3, 1), [(1, "days"), (7, "days"), (30, "days")])
    assert found == [date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 31)]


def test_months_are_not_chained():
    """S0-CAR-03: a month after 31 January is the end of February, two are 31 March again."""
    found = series(date(2026, 1, 31), [(1, "months"), (2, "months"), (3, "months")])
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@given(days, st.lists(st.tuples(st.integers(0, 120), units), max_size=6))
def test_each_occasion_stands_alone(base, occasions):
    """S0-CAR-03: what comes before an occasion never moves it."""
    alone = [occasion_date(base, offset, unit) for offset, unit in occasions]
    assert series(base, occasions) == alone
    assert all(day >= base for day in alone)


@given(days, st.integers(0, 120))
def test_weeks_are_seven_days(base, offset):
    """S0-CAR-02: a week is seven days."""
    assert occasion_date(base, offset, "weeks") == occasion_date(base, 7 * offset, "days")


@given(days, st.integers(0, 119), units)
def test_a_longer_offset_is_never_earlier(base, offset, unit):
    """S0-CAR-02: occasions keep their order."""
    assert occasion_date(base, offset, unit) <= occasion_date(base, offset + 1, unit)


@given(days)
def test_moved_to_the_nearest_working_day(day):
    """IE-30: off the weekend to the next working day, and no further."""
    moved = next_working_day(day, is_weekday)
    assert is_weekday(moved)
    assert not any(is_weekday(day + timedelta(days=n)) for n in range((moved - day).days))


@given(days, st.sets(st.integers(0, 10)))
def test_holidays_are_jumped(day, closed):
    """IE-30: a row of public holidays is jumped as a whole."""
    holidays = {day + timedelta(days=number) for number in closed}
    moved = next_working_day(day, lambda one: one not in holidays)
    assert moved not in holidays
    assert moved - day <= timedelta(days=11)


def test_a_timetable_without_work_moves_nothing():
    """IE-30: nothing is lost when nobody ever works."""
    day = date(2026, 3, 1)
    assert next_working_day(day, lambda _day: False) == day
    assert next_working_day(day, lambda one: one == day + timedelta(HORIZON)) > day


@pytest.mark.parametrize(
    ("offset", "unit"), [(-1, "days"), (MOST["months"] + 1, "months"), (1, "years")]
)
def test_impossible_offsets_are_refused(offset, unit):
    """S0-CAR-02: bad input has an answer."""
    with pytest.raises(ValueError, match="unit|within"):
        occasion_date(date(2026, 3, 1), offset, unit)
