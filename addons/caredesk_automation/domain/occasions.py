"""When rules have something to do: plain dates, no database.

Moments are naive UTC; a time zone only decides what o'clock and which day it is.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DAILY = "daily"
WEEKLY = "weekly"
MONTHLY = "monthly"

MINUTES = "minutes"
HOURS = "hours"
DAYS = "days"

#: Minutes until a failed attempt is repeated; after the last one it is given up.
RETRY_MINUTES = (10, 60, 360)
#: Longer than this no timetable pauses.
_LONGEST_PAUSE = 62
_UTC = timezone.utc


@dataclass(frozen=True)
class Timetable:
    """A fixed hour every day, on some weekdays or on a day of the month.

    :param weekdays: 0 is Monday; for weekly timetables
    :param day: 1 to 31, in shorter months the last day; for monthly timetables
    """

    kind: str
    at: time
    tz: str
    weekdays: frozenset[int] = frozenset({0})
    day: int = 1

    def includes(self, day: date) -> bool:
        """Tell whether something is due on ``day``."""
        if self.kind == WEEKLY:
            return day.weekday() in self.weekdays
        if self.kind == MONTHLY:
            return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True

    def next_after(self, moment: datetime) -> datetime:
        """Return the first moment later than ``moment`` at which something is due."""
        begin = local_day(moment, self.tz) - timedelta(days=1)
        days = (begin + timedelta(days=number) for number in range(_LONGEST_PAUSE))
        return next(due for due in self._moments(days) if due > moment)

    def due_between(self, since: datetime, until: datetime) -> list[datetime]:
        """Return every moment due after ``since`` and not after ``until``, oldest first."""
        days = _days_between(local_day(since, self.tz), local_day(until, self.tz))
        return [due for due in self._moments(days) if since < due <= until]

    def _moments(self, days) -> Iterator[datetime]:
        for day in days:
            if self.includes(day):
                yield at_local(day, self.at, self.tz)


def local_day(moment: datetime, tz: str) -> date:
    """Return the day it is in ``tz`` at a moment."""
    return _wall(moment, tz).date()


def at_local(day: date, at: time, tz: str) -> datetime:
    """Return the moment a clock on the wall shows this day and time.

    An hour that is shown twice means the first one; one that is left out means as long after
    the change as it would have been, e.g. 02:30 becomes 03:30.
    """
    wall = datetime.combine(day, at).replace(tzinfo=ZoneInfo(tz), fold=0)
    return wall.astimezone(_UTC).replace(tzinfo=None)


def fire_days(since: datetime, until: datetime, at: time, tz: str, window: timedelta) -> list[date]:
    """Return the days on which events have to be looked for, after a standstill too.

    :param since: up to this moment everything was looked for
    :param window: what lies further back than this before ``until`` is given up
    """
    since = max(since, until - window)
    days = _days_between(local_day(since, tz), local_day(until, tz))
    return [day for day in days if since < at_local(day, at, tz) <= until]


def birthday_keys(day: date) -> tuple[int, ...]:
    """Return month and day, as 100 × month + day, of the birthdays kept on ``day``.

    Who was born on 29 February keeps it on the 28th in years that have no 29th.
    """
    key = 100 * day.month + day.day
    return (key, 229) if key == 228 and not isleap(day.year) else (key,)


def concerned_day(fired_on: date, offset: int) -> date:
    """Return the day an event happens that is due ``offset`` days after (before: < 0) it."""
    return fired_on - timedelta(days=offset)


def delayed(moment: datetime, number: int, unit: str, tz: str) -> datetime:
    """Return a moment so many minutes, hours or days later; days keep the time of day."""
    if unit == DAYS:
        return _days_later(moment, number, tz)
    return moment + timedelta(**{unit: number})


def cycle_steps(every: int, within: int) -> int:
    """Return how often a cycle repeats after the first time."""
    return within // every if every > 0 else 0


def cycle_due(first: datetime, step: int, every: int, tz: str) -> datetime:
    """Return the moment of repetition number ``step`` of a cycle, at the hour of the first."""
    return _days_later(first, step * every, tz)


def after_quiet(moment: datetime, begin: time, end: time, tz: str) -> datetime:
    """Return the moment itself, or the end of the quiet hours it lies in.

    :param begin: the same as ``end`` where there are no quiet hours
    """
    wall = _wall(moment, tz)
    now = wall.time()
    is_quiet = begin <= now < end if begin <= end else now >= begin or now < end
    if not is_quiet:
        return moment
    over_midnight = begin > end and now >= begin
    day = wall.date() + timedelta(days=1) if over_midnight else wall.date()
    return max(moment, at_local(day, end, tz))


def retry_at(moment: datetime, attempts: int) -> datetime | None:
    """Return when the next attempt is made after ``attempts`` failed ones; None: never."""
    if attempts > len(RETRY_MINUTES):
        return None
    return moment + timedelta(minutes=RETRY_MINUTES[max(attempts, 1) - 1])


def time_of(hours: float) -> time:
    """Return the time of day from hours as Odoo keeps them, e.g. 8.5; 24 and more is midnight."""
    hour, minute = divmod(round(hours * 60), 60)
    return time(hour % 24, minute)


def _wall(moment: datetime, tz: str) -> datetime:
    return moment.replace(tzinfo=_UTC).astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def _days_later(moment: datetime, days: int, tz: str) -> datetime:
    wall = _wall(moment, tz)
    return at_local(wall.date() + timedelta(days=days), wall.time(), tz) if days else moment


def _days_between(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
