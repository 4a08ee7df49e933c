"""Periods of days as people mean them, in their own time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pytz import UTC

#: Days of a period from which on its trend is told in weeks, and in months.
_WEEKS_FROM, _MONTHS_FROM = 46, 401
#: The longest period that is counted.
MAX_DAYS = 3660
#: Years something may have happened in; what is beyond is mistyped, and has no day before or after.
_YEARS = range(1900, 3000)


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included.

    :raise ValueError: it ends before it begins, is longer than :data:`MAX_DAYS` or in no year
        of ours
    """

    first: date
    last: date

    def __post_init__(self):
        is_ours = self.first.year in _YEARS and self.last.year in _YEARS
        if not is_ours or not 0 < self.days <= MAX_DAYS:
            raise ValueError(f"no period: {self.first} to {self.last}")

    @classmethod
    def named(cls, name: str, today: date) -> "Period":
        """Return the period that ends ``today``: 'today', 'week', 'days30' or 'month'.

        :raise KeyError: no such name
        """
        first = {
            "today": today,
            "week": today - timedelta(days=6),
            "days30": today - timedelta(days=29),
            "month": today.replace(day=1),
        }[name]
        return cls(first, today)

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    @property
    def unit(self) -> str:
        """The steps in which a trend over the period is told: 'day', 'week' or 'month'."""
        if self.days < _WEEKS_FROM:
            return "day"
        return "week" if self.days < _MONTHS_FROM else "month"

    def steps(self) -> list["Period"]:
        """Return the period cut into its units; the first and the last may be shorter."""
        steps, first = [], self.first
        while first <= self.last:
            last = min(self._end_of_unit(first), self.last)
            steps.append(Period(first, last))
            first = last + timedelta(days=1)
        return steps

    def _end_of_unit(self, day: date) -> date:
        if self.unit == "week":
            return day + timedelta(days=6 - day.weekday())
        if self.unit == "month":
            return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return day

    def bounds(self, tz) -> tuple[datetime, datetime]:
        """Return the first moment of the period and the first one after it, as naive UTC.

        :param tz: a time zone of ``pytz``
        """
        return _midnight(self.first, tz), _midnight(self.last + timedelta(days=1), tz)


def _midnight(day: date, tz) -> datetime:
    return tz.localize(datetime.combine(day, time())).astimezone(UTC).replace(tzinfo=None)
