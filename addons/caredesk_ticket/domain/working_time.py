"""Adding working time to a moment, given the intervals in which work is done."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def add_working_time(
    intervals: Iterable[tuple[datetime, datetime]], start: datetime, seconds: float
) -> datetime | None:
    """Return when ``seconds`` of working time after ``start`` are over.

    :param intervals: (from, until), in order, not overlapping, reaching back to ``start``
    :return: None when the intervals end before the time is over
    """
    left = timedelta(seconds=seconds)
    for opens, closes in intervals:
        begins = max(opens, start)
        if begins >= closes:
            continue
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    return None
