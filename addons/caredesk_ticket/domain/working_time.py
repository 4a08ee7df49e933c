"""Counting in working time: hours of a calendar, or hours of the clock.

All moments are naive UTC datetimes, all durations whole seconds.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

Interval = tuple[datetime, datetime]

#: Months looked through for working time before a timetable counts as empty.
HORIZON_MONTHS = 36


class ClockHours:
    """Hours of the clock: every second counts."""

    def add(self, start: datetime, seconds: int) -> datetime:
        """Return when ``seconds`` after ``start`` are over."""
        return start + timedelta(seconds=seconds)

    def between(self, start: datetime, stop: datetime) -> int:
        """Return the seconds from ``start`` to ``stop``, 0 if ``stop`` is earlier."""
        return max(0, int((stop - start).total_seconds()))

    def works_at(self, moment: datetime) -> bool:
        """Tell whether time counts at ``moment``: always."""
        return True

    def next_change(self, moment: datetime) -> tuple[bool, datetime | None]:
        """Return whether time counts at ``moment``, and when that changes (None: never)."""
        return True, None


class WorkingHours:
    """The working hours of a timetable, asked for month by month.

    :param month: returns the intervals (from, until) of a year and month, in order and not
        overlapping
    """

    def __init__(self, month: Callable[[int, int], Sequence[Interval]]):
        self._month = month

    def _from(self, start: datetime) -> Iterator[Interval]:
        """Yield the intervals that end after ``start``, the first one cut to begin no earlier."""
        year, month = start.year, start.month
        for _index in range(HORIZON_MONTHS):
            intervals = self._month(year, month)
            first = bisect_right(intervals, start, key=lambda interval: interval[1])
            for opens, closes in intervals[first:]:
                yield max(opens, start), closes
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def add(self, start: datetime, seconds: int) -> datetime | None:
        """Return when ``seconds`` of work after ``start`` are over.

        No seconds at all end when work next begins. None when the timetable has not so much
        working time within the horizon.
        """
        left = timedelta(seconds=seconds)
        for opens, closes in self._from(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return None

    def between(self, start: datetime, stop: datetime) -> int:
        """Return the seconds of work from ``start`` to ``stop``, 0 if ``stop`` is earlier."""
        total = timedelta()
        for opens, closes in self._from(start):
            if opens >= stop:
                break
            total += min(closes, stop) - opens
        return int(total.total_seconds())

    def works_at(self, moment: datetime) -> bool:
        """Tell whether work is done at ``moment``."""
        intervals = self._month(moment.year, moment.month)
        return any(opens <= moment < closes for opens, closes in intervals)

    def next_change(self, moment: datetime) -> tuple[bool, datetime | None]:
        """Return whether work is done at ``moment``, and when that changes (None: never)."""
        ends = None
        for opens, closes in self._from(moment):
            if ends is None and opens > moment:
                return False, opens
            if ends is not None and opens > ends:
                return True, ends
            ends = closes  # intervals that touch are one: a month's end is not a break
        return ends is not None, ends


def between_without(
    hours: "ClockHours | WorkingHours", start: datetime, stop: datetime, breaks: Sequence[Interval]
) -> int:
    """Return the seconds of work from ``start`` to ``stop`` that fall into none of ``breaks``.

    :param breaks: intervals in any order, which may overlap or reach beyond both ends
    """
    total, reached = hours.between(start, stop), start
    for begins, ends in sorted(breaks):
        begins, ends = max(begins, reached), min(ends, stop)
        if begins < ends:
            total -= hours.between(begins, ends)
            reached = ends
    return total
