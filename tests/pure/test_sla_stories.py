"""Deadlines counted by hand, one for each thing that moves them; the wall clock agrees."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from caredesk_ticket.domain import sla
from caredesk_ticket.domain.working_time import WorkingHours

from tests.pure.timetables import Timetable

OFFICE = {day: [(time(8), time(12)), (time(13, 30), time(17, 30))] for day in range(5)}
WITH_SATURDAY = {**OFFICE, 5: [(time(8), time(12))]}
SAIGON = Timetable("Asia/Ho_Chi_Minh", WITH_SATURDAY)
NEW_YORK = Timetable("America/New_York", OFFICE)
BRUSSELS = Timetable("Europe/Brussels", OFFICE)

#: what it is about: whose hours, allowed hours, life in local time, deadline in local time.
#: A life is (from, state, reason of waiting); «done» ends a stretch without beginning one.
#: 1 March 2028 is a Wednesday; Tết is from 25 to 29 January, 4 March a holiday on a Saturday.
STORIES = {
    "lunch break": (SAIGON, 1, [("03-01 11:30", "todo")], "03-01 14:00"),
    "night before": (SAIGON, 1, [("02-29 22:15", "unassigned")], "03-01 09:00"),
    "Saturday morning": (SAIGON, 2, [("03-10 17:00", "todo")], "03-11 09:30"),
    "Saturday afternoon": (SAIGON, 1, [("03-11 11:30", "todo")], "03-13 08:30"),
    "holiday on a Saturday": (SAIGON, 2, [("03-03 17:00", "todo")], "03-06 09:30"),
    "Tết": (SAIGON, 8, [("01-24 14:00", "todo")], "01-31 14:00"),
    "begun in Tết": (SAIGON, 1, [("01-27 10:00", "unassigned")], "01-31 09:00"),
    "29 February": (SAIGON, 3, [("02-28 16:30", "todo")], "02-29 10:00"),
    "pause": (
        SAIGON,
        4,
        [
            ("03-01 08:00", "in_progress"),
            ("03-01 09:00", "waiting", "customer"),
            ("03-01 15:00", "in_progress"),
        ],
        "03-02 08:30",
    ),
    "pause over Tết": (
        SAIGON,
        4,
        [
            ("01-24 16:30", "in_progress"),
            ("01-24 17:00", "waiting", "customer"),
            ("01-31 09:00", "in_progress"),
        ],
        "01-31 14:00",
    ),
    "waiting for ourselves": (
        SAIGON,
        4,
        [("03-01 08:00", "in_progress"), ("03-01 09:00", "waiting", "not_now")],
        "03-01 12:00",
    ),
    "reopened": (
        SAIGON,
        4,
        [("03-01 08:00", "in_progress"), ("03-01 10:00", "done"), ("03-02 09:00", "todo")],
        "03-02 11:00",
    ),
    "reopened twice": (
        SAIGON,
        5,
        [
            ("02-29 08:00", "in_progress"),
            ("02-29 10:00", "done"),
            ("03-01 17:00", "todo"),
            ("03-02 08:30", "done"),
            ("03-03 11:00", "todo"),
        ],
        "03-03 14:30",
    ),
    "transferred": (
        SAIGON,
        4,
        [("03-01 08:00", "todo"), ("03-01 09:15", "unassigned"), ("03-01 10:40", "todo")],
        "03-01 12:00",
    ),
    "summer time begins": (NEW_YORK, 2, [("03-10 16:30", "todo")], "03-13 09:00"),
    "summer time ends": (BRUSSELS, 2, [("10-27 16:30", "todo")], "10-30 09:00"),
    "seen from another day": (NEW_YORK, 1, [("03-01 17:00", "todo")], "03-02 08:30"),
}


def utc(timetable: Timetable, text: str) -> datetime:
    """Return the naive UTC of a local time of 2028."""
    local = datetime.strptime(f"2028-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=timetable.zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def stretches(timetable: Timetable, life: list[tuple]) -> list[sla.Stretch]:
    """Return the stretches of a life; the last one goes on."""
    moments = [utc(timetable, part[0]) for part in life]
    return [
        sla.Stretch(start, stop, part[1], (*part, None)[2])
        for start, stop, part in zip(moments, [*moments[1:], None], life, strict=True)
        if part[1] != "done"
    ]


@pytest.mark.parametrize("name", STORIES)
def test_a_deadline_is_as_counted_by_hand(name):
    """S4-HD-05, C-22: lunch, Saturday, Tết, pause, reopening, transfer, leap day, time zones."""
    timetable, allowed, told, due = STORIES[name]
    hours, life, expected = WorkingHours(timetable.month), stretches(timetable, told), due
    clock = sla.SlaClock(allowed * 3600)
    clock = sla.replay(clock, sla.RESOLUTION, "customer", life[0].start, life, hours)
    deadline = clock.deadline(hours)
    assert deadline == utc(timetable, expected)
    assert clock.left_at(deadline, hours) == 0
    assert clock.left_at(deadline - timedelta(seconds=1), hours) == 1
    # And the clock on the wall has counted as much until then.
    counted = sum(
        timetable.seconds_between(one.start, min(one.stop or deadline, deadline))
        for one in life
        if one.waiting_reason != "customer"
    )
    assert counted == allowed * 3600


def test_where_it_is_still_yesterday():
    """S4-HD-05: one moment at two desks: each has a day and an evening of its own."""
    moment = utc(SAIGON, "03-01 08:00")  # 20:00 on 29 February in New York
    assert moment.replace(tzinfo=UTC).astimezone(ZoneInfo("America/New_York")).day == 29
    for timetable, due in ((SAIGON, "03-01 10:00"), (NEW_YORK, "03-01 10:00")):
        clock = sla.SlaClock(2 * 3600, since=moment)
        assert clock.deadline(WorkingHours(timetable.month)) == utc(timetable, due)


@pytest.mark.parametrize("target", [sla.FIRST_RESPONSE, sla.NEXT_RESPONSE])
def test_an_answer_is_due_while_the_ticket_waits(target):
    """S4-HD-05: whatever the policy says of pauses, the customer waits for an answer."""
    life = stretches(
        SAIGON, [("03-01 08:00", "in_progress"), ("03-01 09:00", "waiting", "customer")]
    )
    hours = WorkingHours(SAIGON.month)
    clock = sla.replay(sla.SlaClock(4 * 3600), target, "waiting", life[0].start, life, hours)
    assert clock.deadline(hours) == utc(SAIGON, "03-01 12:00")
