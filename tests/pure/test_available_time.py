"""Working time without leave, against counting minute by minute."""

from datetime import datetime, timedelta

from caredesk_ticket.domain.working_time import ClockHours, WorkingHours, between_without
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2028, 2, 28)


def working_days(year, month):
    """Return 8 to 12 and 13 to 17 of every day of a month."""
    day, intervals = datetime(year, month, 1), []
    while day.month == month:
        for opens, closes in ((8, 12), (13, 17)):
            intervals.append((day + timedelta(hours=opens), day + timedelta(hours=closes)))
        day += timedelta(days=1)
    return intervals


moments = st.integers(0, 3 * 24 * 4).map(lambda quarter: START + timedelta(minutes=15 * quarter))
breaks = st.lists(st.tuples(moments, moments).map(lambda pair: tuple(sorted(pair))), max_size=4)


@given(moments, moments, breaks)
def test_as_counted_quarter_by_quarter(start, stop, leaves):
    """S4-HD-07: what counts is working time within the period and outside of every leave."""
    quarters, moment = 0, start
    while moment < stop:
        works = 8 <= moment.hour < 12 or 13 <= moment.hour < 17
        quarters += works and not any(begins <= moment < ends for begins, ends in leaves)
        moment += timedelta(minutes=15)
    assert between_without(WorkingHours(working_days), start, stop, leaves) == quarters * 900


def test_without_a_calendar_only_the_leave_is_taken_off():
    """S4-HD-07: hours of the clock are the whole time."""
    leave = [(START + timedelta(hours=1), START + timedelta(hours=3))]
    assert between_without(ClockHours(), START, START + timedelta(hours=4), leave) == 2 * 3600
