"""Free moments for a visit."""

from datetime import datetime, timedelta

import pytest
from caredesk_automation.domain.care_slots import free_slots, is_free, overlaps
from hypothesis import given
from hypothesis import strategies as st

DAY = datetime(2026, 3, 2)
HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)


def at(hour: float) -> datetime:
    """Return the moment of an hour of the day."""
    return DAY + timedelta(hours=hour)


intervals = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 8)).map(
        lambda pair: (at(pair[0] / 2), at((pair[0] + pair[1]) / 2))
    ),
    max_size=6,
)


def test_what_is_taken_is_not_offered():
    """S0-CAR-08, C-38: the working hours less what is taken, not across lunch, not in the past."""
    slots = free_slots([(at(8), at(12)), (at(13), at(17))], [(at(9), at(10))], HOUR, HOUR, at(8.5))
    assert slots == [at(10), at(11), at(13), at(14), at(15), at(16)]


@given(intervals, intervals, st.integers(1, 6), st.integers(0, 48))
def test_every_slot_is_bookable(openings, busy, halves, first):
    """S0-CAR-08: whatever is offered passes the check of the booking."""
    length = halves * HALF
    for slot in free_slots(openings, busy, length, HALF, at(first / 2)):
        assert slot >= at(first / 2)
        assert is_free((slot, slot + length), openings, busy)


@given(intervals, intervals, st.integers(1, 6))
def test_a_booked_slot_is_gone(openings, busy, halves):
    """S0-CAR-08: after a booking nothing that meets it is offered."""
    length = halves * HALF
    slots = free_slots(openings, busy, length, HALF, DAY)
    if slots:
        taken = (slots[0], slots[0] + length)
        after = free_slots(openings, [*busy, taken], length, HALF, DAY)
        assert not any(overlaps(taken, (slot, slot + length)) for slot in after)
        assert set(after) <= set(slots)


@pytest.mark.parametrize(("duration", "step"), [(timedelta(), HALF), (HALF, -HALF)])
def test_no_length_is_refused(duration, step):
    """C-38: a visit has a length."""
    with pytest.raises(ValueError, match="positive"):
        free_slots([(at(8), at(9))], [], duration, step, DAY)
