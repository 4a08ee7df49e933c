"""When a periodic report is due: wall-clock times of a time zone, also where clocks change.

Everything that goes in and out is naive UTC; the time zone only decides what o'clock it is.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DAILY = "daily"
WEEKLY = "weekly"
MONTHLY = "monthly"

YESTERDAY = "yesterday"
LAST_WEEK = "last_week"
LAST_MONTH = "last_month"

_UTC = timezone.utc


@dataclass(frozen=True)
class Rhythm:
    """How often and at what time.

    :param weekday: 0 is Monday; for weekly reports
    :param day: 1 to 31, in shorter months the last day; for monthly reports
    """

    frequency: str
    at: time
    tz: str
    weekday: int = 0
    day: int = 1

    def next_after(self, moment: datetime) -> datetime:
        """Return the first time the report is due later than ``moment``."""
        return next(due for due in self._due_from(self._local_day(moment)) if due > moment)

    def last_until(self, moment: datetime) -> datetime:
        """Return the last time the report was due, ``moment`` included."""
        begin = self._local_day(moment) - timedelta(days=62)
        last = None
        for due in self._due_from(begin):
            if due > moment:
                return last
            last = due
        return last

    def period_of(self, due: datetime) -> str:
        """Return the day, week or month that a due time belongs to: the report goes out once."""
        day = self._local_day(due)
        if self.frequency == WEEKLY:
            year, week, _weekday = day.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{day:%Y-%m}" if self.frequency == MONTHLY else f"{day:%Y-%m-%d}"

    def _local_day(self, moment: datetime) -> date:
        return moment.replace(tzinfo=_UTC).astimezone(ZoneInfo(self.tz)).date()

    def _due_from(self, day: date) -> Iterator[datetime]:
        """Yield the due times of ``day`` and later, without end."""
        if self.frequency == MONTHLY:
            month = day.replace(day=1)
            while True:
                last = monthrange(month.year, month.month)[1]
                yield self._moment(month.replace(day=min(self.day, last)))
                month = (month + timedelta(days=31)).replace(day=1)
        step = timedelta(days=7 if self.frequency == WEEKLY else 1)
        if self.frequency == WEEKLY:
            day += timedelta(days=(self.weekday - day.weekday()) % 7)
            # The week that has begun may have been due before its first day is looked at.
            day -= timedelta(days=7)
        while True:
            yield self._moment(day)
            day += step

    def _moment(self, day: date) -> datetime:
        return local_to_utc(datetime.combine(day, self.at), self.tz)


def local_to_utc(local: datetime, tz: str) -> datetime:
    """Return the moment a clock on the wall shows ``local``.

    An hour that is shown twice means the first one; one that is left out means as long after
    the change as it would have been, e.g. 02:30 becomes 03:30.
    """
    return local.replace(tzinfo=ZoneInfo(tz), fold=0).astimezone(_UTC).replace(tzinfo=None)


def days_of(period: str, today: date) -> tuple[date, date]:
    """Return first and last day of yesterday, the week or the month before ``today``."""
    if period == LAST_WEEK:
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    if period == LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    yesterday = today - timedelta(days=1)
    return yesterday, yesterday
