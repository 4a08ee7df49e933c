"""Timetables as people write them, and time counted in them minute by minute.

What the product computes from intervals is held against looking at a clock on the wall: each
minute is turned into local time and asked for its weekday, hour and holiday.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
#: Lunar New Year of 2028 with its days off, and a holiday on a Saturday.
HOLIDAYS = frozenset(date(2028, 1, day) for day in range(25, 30)) | {date(2028, 3, 4)}
ZONES = ("Asia/Ho_Chi_Minh", "America/New_York", "Europe/Brussels", "Asia/Kolkata", "UTC")


class Timetable:
    """Blocks of work by weekday in a time zone, holidays left out.

    :param blocks: {weekday, 0 = Monday: [(from, until)]}, times of whole minutes
    """

    def __init__(self, zone, blocks, holidays=HOLIDAYS):
        self.zone = ZoneInfo(zone)
        self.blocks = blocks
        self.holidays = holidays

    def __repr__(self):
        return f"Timetable({self.zone}, {self.blocks})"

    def month(self, year, month):
        """Return the intervals of a month in naive UTC, as the product asks for them."""
        begin = datetime(year, month, 1)
        end = datetime(year + month // 12, month % 12 + 1, 1)
        day, intervals = begin.date() - timedelta(days=1), []
        while day <= end.date():
            for opens, closes in self._blocks_of(day):
                opens, closes = max(self._utc(day, opens), begin), min(self._utc(day, closes), end)
                if opens < closes:
                    intervals.append((opens, closes))
            day += timedelta(days=1)
        return intervals

    def _blocks_of(self, day):
        return [] if day in self.holidays else self.blocks.get(day.weekday(), [])

    def _utc(self, day, clock):
        local = datetime.combine(day, clock, self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def works_at(self, moment):
        """Tell by the clock on the wall whether work is done in the minute of ``moment``."""
        local = moment.replace(tzinfo=UTC).astimezone(self.zone)
        return any(
            opens <= local.time() < closes for opens, closes in self._blocks_of(local.date())
        )

    def seconds_between(self, start, stop):
        """Count the seconds of work from ``start`` to ``stop``, minute by minute."""
        total, moment = 0, start
        while moment < stop:
            step = min(moment.replace(second=0) + MINUTE, stop)
            total += self.works_at(moment) * int((step - moment).total_seconds())
            moment = step
        return total


@st.composite
def timetables(draw):
    """Working weeks with a lunch break, with or without Saturday, in any of the zones."""
    opens, noon = draw(st.integers(6, 10)), draw(st.integers(11, 13))
    after, closes = noon + draw(st.integers(0, 1)), draw(st.integers(16, 19))
    half = draw(st.sampled_from([0, 30]))
    day = [(time(opens, half), time(noon)), (time(after, half), time(closes))]
    blocks = dict.fromkeys(range(5), day)
    if draw(st.booleans()):
        blocks[5] = day[:1]
    return Timetable(draw(st.sampled_from(ZONES)), blocks)


#: Moments around Lunar New Year, 29 February, and both changes of summer time.
moments = st.one_of(
    st.datetimes(datetime(2028, 1, 20), datetime(2028, 3, 15)),
    st.datetimes(datetime(2028, 3, 24), datetime(2028, 3, 28)),
    st.datetimes(datetime(2028, 10, 27), datetime(2028, 11, 7)),
).map(lambda moment: moment.replace(microsecond=0))
