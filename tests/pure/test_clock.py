"""Durations: exact to the second, never negative, readable."""

from datetime import datetime, timedelta

import pytest
from caredesk_ticket.domain import clock
from hypothesis import given
from hypothesis import strategies as st

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31))
SECONDS_OF = {"d": 86400, "h": 3600, "min": 60, "s": 1}


@pytest.mark.parametrize(
    ("seconds", "parts"),
    [
        (0, [(0, "s")]),
        (59, [(59, "s")]),
        (60, [(1, "min")]),
        (95, [(1, "min"), (35, "s")]),
        (3600, [(1, "h")]),
        (3661, [(1, "h"), (1, "min"), (1, "s")]),
        (86399, [(23, "h"), (59, "min"), (59, "s")]),
        (86400, [(1, "d")]),
        (90061, [(1, "d"), (1, "h"), (1, "min")]),
    ],
)
def test_duration_is_split_as_people_say_it(seconds, parts):
    """S0-TKT-25: 95 s are 1 min 35 s, nothing is 0 s, hours and days appear when longer."""
    assert clock.split_duration(seconds) == parts


@given(st.integers(0, 86399))
def test_words_below_a_day_add_up_to_the_seconds(seconds):
    """S0-TKT-25: what is shown is what was measured."""
    parts = clock.split_duration(seconds)
    assert sum(count * SECONDS_OF[unit] for count, unit in parts) == seconds


@given(st.integers(86400, 10**9))
def test_words_from_a_day_on_drop_only_seconds(seconds):
    """S0-TKT-25: long times lose less than a minute in words."""
    parts = clock.split_duration(seconds)
    shown = sum(count * SECONDS_OF[unit] for count, unit in parts)
    assert 0 <= seconds - shown < 60
    assert "s" not in [unit for _count, unit in parts]


@given(st.integers(-(10**9), 10**9))
def test_units_come_largest_first_and_none_is_zero(seconds):
    """S0-TKT-25: each unit once, largest first, none beyond its size; negative is 0 s."""
    parts = clock.split_duration(seconds)
    sizes = [SECONDS_OF[unit] for _count, unit in parts]
    assert sizes == sorted(set(sizes), reverse=True)
    assert parts == [(0, "s")] if seconds <= 0 else all(count > 0 for count, _unit in parts)


@given(TIMES, TIMES)
def test_elapsed_time_is_never_negative(start, stop):
    """IE-09: a machine clock that was set back takes nothing away."""
    assert clock.elapsed_seconds(start, stop) >= 0
    assert not (clock.elapsed_seconds(start, stop) and clock.elapsed_seconds(stop, start))


@given(TIMES, st.lists(st.integers(0, 10**6), max_size=20))
def test_intervals_that_follow_each_other_add_up_to_the_whole(start, lengths):
    """S0-TKT-22 and I-5: the sum of the stretches is the elapsed time, to the second."""
    start = start.replace(microsecond=0)
    moments = [start]
    for length in lengths:
        moments.append(moments[-1] + timedelta(seconds=length))
    stretches = zip(moments, moments[1:], strict=False)
    total = sum(clock.elapsed_seconds(one, other) for one, other in stretches)
    assert total == clock.elapsed_seconds(start, moments[-1]) == sum(lengths)


def test_the_leap_day_counts():
    """IE-09: from 28 February to 1 March of a leap year there are two days."""
    leap = clock.elapsed_seconds(datetime(2028, 2, 28), datetime(2028, 3, 1))
    plain = clock.elapsed_seconds(datetime(2027, 2, 28), datetime(2027, 3, 1))
    assert (leap, plain) == (2 * 86400, 86400)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("unassigned", "queue"),
        ("todo", "queue"),
        ("in_progress", "work"),
        ("waiting", "wait"),
        ("done", None),
        ("cancelled", None),
    ],
)
def test_one_clock_runs_in_each_open_state_and_none_at_the_end(state, kind):
    """C-10: time before Start is queue time; work and waiting are apart; the end stops all."""
    assert clock.clock_of(state) == kind
