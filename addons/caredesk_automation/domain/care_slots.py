"""Which moments of a working day are still free for a visit.

Moments are naive datetimes of one time zone; an interval holds its beginning and not its end.
"""

from datetime import datetime, timedelta

Interval = tuple[datetime, datetime]


def overlaps(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals share a moment; those that only touch do not."""
    return one[0] < other[1] and other[0] < one[1]


def is_free(wanted: Interval, open_hours: list[Interval], busy: list[Interval]) -> bool:
    """Tell whether ``wanted`` lies within one opening and meets nothing that is busy."""
    inside = any(start <= wanted[0] and wanted[1] <= stop for start, stop in open_hours)
    return inside and not any(overlaps(wanted, taken) for taken in busy)


def free_slots(
    open_hours: list[Interval],
    busy: list[Interval],
    duration: timedelta,
    step: timedelta,
    not_before: datetime,
) -> list[datetime]:
    """Return the beginnings, in order, at which a visit of ``duration`` fits.

    Slots begin every ``step`` from the beginning of each opening.

    :raise ValueError: duration or step is not positive
    """
    if duration <= timedelta() or step <= timedelta():
        raise ValueError("duration and step must be positive")
    slots = []
    for opens, closes in sorted(open_hours):
        start = opens
        while start + duration <= closes:
            if start >= not_before and is_free((start, start + duration), open_hours, busy):
                slots.append(start)
            start += step
    return sorted(set(slots))
