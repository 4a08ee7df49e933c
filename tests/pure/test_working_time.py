"""Working time against counting second by second."""

from datetime import datetime, timedelta

from caredesk_ticket.domain.working_time import add_working_time
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2028, 2, 28, 7)


@st.composite
def timetables(draw):
    """Intervals in order, in whole minutes, with gaps between them."""
    steps = draw(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=6))
    moment, intervals = START, []
    for gap, length in steps:
        opens = moment + timedelta(minutes=gap)
        moment = opens + timedelta(minutes=length)
        intervals.append((opens, moment))
    return intervals


@given(timetables(), st.integers(0, 200), st.integers(1, 120))
def test_as_counted_minute_by_minute(intervals, late, minutes):
    """The deadline is the end of the n-th working minute after the start."""
    start = START + timedelta(minutes=late)
    moment, left = start, minutes
    while left and moment < START + timedelta(days=2):
        left -= any(opens <= moment < closes for opens, closes in intervals)
        moment += timedelta(minutes=1)
    assert add_working_time(intervals, start, minutes * 60) == (None if left else moment)


def test_over_29_february():
    """A leap day is a day like any other."""
    days = [(START + timedelta(days=n), START + timedelta(days=n, hours=8)) for n in range(3)]
    assert add_working_time(days, START, 10 * 3600) == datetime(2028, 2, 29, 9)
