"""When the care of a purchase falls due. Plain dates, no time zones.

Every occasion counts from the day of the purchase itself, never from the occasion before: a month
after 31 January is the last day of February, two months after it is 31 March.
"""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DAYS, WEEKS, MONTHS = "days", "weeks", "months"
UNITS = (DAYS, WEEKS, MONTHS)
#: Days looked ahead for a working day; a timetable without any leaves the date as it is.
HORIZON = 60
#: Furthest an occasion may lie from the purchase, in its unit.
MOST = {DAYS: 3650, WEEKS: 520, MONTHS: 120}


def occasion_date(base: date, offset: int, unit: str) -> date:
    """Return the day ``offset`` units after ``base``.

    :raise ValueError: unknown unit, or an offset that is negative or beyond :data:`MOST`
    """
    if unit not in MOST:
        raise ValueError(f"unknown unit {unit!r}")
    if not 0 <= offset <= MOST[unit]:
        raise ValueError(f"offset {offset} is not within 0 and {MOST[unit]} {unit}")
    return base + relativedelta(**{unit: offset})


def next_working_day(day: date, works: Callable[[date], bool]) -> date:
    """Return ``day``, or the first day after it on which ``works`` says there is work."""
    for ahead in range(HORIZON + 1):
        candidate = day + timedelta(days=ahead)
        if works(candidate):
            return candidate
    return day


def series(
    base: date,
    occasions: list[tuple[int, str]],
    works: Callable[[date], bool] | None = None,
) -> list[date]:
    """Return the day of each occasion (offset, unit) of a purchase made on ``base``.

    :param works: given, days without work are moved to the next one with work
    """
    days = [occasion_date(base, offset, unit) for offset, unit in occasions]
    return [next_working_day(day, works) for day in days] if works else days
