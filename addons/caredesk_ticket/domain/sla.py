"""Service levels: which promises hold for a ticket, and how their clocks run.

A promise has a clock of its own. It runs while the ticket is open and not paused; what it has
counted is kept whenever it stops, so a deadline is computed once when it starts again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from .states import OPEN_STATES, WAITING
from .working_time import ClockHours, WorkingHours

FIRST_RESPONSE = "first_response"
NEXT_RESPONSE = "next_response"
RESOLUTION = "resolution"
STAGE = "stage"
#: Promises of an answer: while they run, it is the customer who waits.
RESPONSES = (FIRST_RESPONSE, NEXT_RESPONSE)

RUNNING = "running"
NEAR = "near"
PAUSED = "paused"
REACHED = "reached"
FAILED = "failed"
NONE = "none"

#: What a ticket shows of all its promises: the first of these that one of them has.
_BY_URGENCY = (FAILED, NEAR, RUNNING, PAUSED, REACHED)

PAUSE_NEVER = "never"
PAUSE_CUSTOMER = "customer"
PAUSE_WAITING = "waiting"

Hours = ClockHours | WorkingHours


class Facts(NamedTuple):
    """What policies ask of a ticket. Ids of records; priorities as '0' to '3'."""

    type_id: int | None
    priority: str
    severity: str
    customer_id: int | None
    tag_ids: frozenset[int]


class Rule(NamedTuple):
    """A policy as plain values. Empty sets of ids ask for nothing.

    ``calendar`` is (calendar id, company id), None for hours of the clock.
    """

    policy_id: int
    target: str
    seconds: int
    warn_seconds: int | None
    calendar: tuple[int, int] | None
    pause_on: str
    stage_id: int | None
    type_ids: frozenset[int]
    customer_ids: frozenset[int]
    tag_ids: frozenset[int]
    min_priority: str
    min_severity: str

    def matches(self, facts: Facts) -> bool:
        """Tell whether the promise holds for a ticket with these facts."""
        return (
            facts.priority >= self.min_priority
            and facts.severity >= self.min_severity
            and (not self.type_ids or facts.type_id in self.type_ids)
            and (not self.customer_ids or facts.customer_id in self.customer_ids)
            and (not self.tag_ids or bool(facts.tag_ids & self.tag_ids))
        )


@dataclass(frozen=True)
class SlaClock:
    """The clock of one promise.

    :param allowed: seconds promised, of the hours it counts in
    :param used: seconds counted in the stretches that are over
    :param since: begin of the running stretch, None while the clock stands
    """

    allowed: int
    used: int = 0
    since: datetime | None = None

    def start(self, now: datetime) -> "SlaClock":
        """Let the clock run from ``now`` on; one that runs already runs on."""
        return self if self.since else replace(self, since=now)

    def stop(self, now: datetime, hours: Hours) -> "SlaClock":
        """Stop the clock at ``now``, keeping what it has counted."""
        return replace(self, used=self.used_at(now, hours), since=None)

    def used_at(self, now: datetime, hours: Hours) -> int:
        """Return the seconds counted until ``now``."""
        return self.used + (hours.between(self.since, now) if self.since else 0)

    def left_at(self, now: datetime, hours: Hours) -> int:
        """Return the seconds left at ``now``; negative once the promise is broken."""
        return self.allowed - self.used_at(now, hours)

    def moment(self, hours: Hours, seconds: int) -> datetime | None:
        """Return when the running clock has counted ``seconds``, None while it stands.

        What has been counted already was reached when the stretch began. Hours that never come
        count as hours of the clock: a deadline too early is better than none.
        """
        if not self.since:
            return None
        left = seconds - self.used
        if left <= 0:
            return self.since
        return hours.add(self.since, left) or ClockHours().add(self.since, left)

    def deadline(self, hours: Hours) -> datetime | None:
        """Return when the promise is broken if the clock goes on, None while it stands."""
        return self.moment(hours, self.allowed)


def runs(target: str, pause_on: str, state: str, waiting_reason: str | None) -> bool:
    """Tell whether the clock of a promise runs on a ticket in ``state``.

    Waiting never pauses a promise to answer: there it is the customer who waits.
    """
    if state not in OPEN_STATES:
        return False
    if state != WAITING or target in RESPONSES or pause_on == PAUSE_NEVER:
        return True
    return pause_on == PAUSE_CUSTOMER and waiting_reason != "customer"


class Stretch(NamedTuple):
    """A part of a ticket's open life in one state; ``stop`` is None for the running one."""

    start: datetime
    stop: datetime | None
    state: str
    waiting_reason: str | None


def until(life: Iterable[Stretch], moment: datetime) -> list[Stretch]:
    """Return the part of ``life`` before ``moment``; all of it is over then."""
    return [
        stretch._replace(stop=min(stretch.stop or moment, moment))
        for stretch in life
        if stretch.start < moment
    ]


def replay(
    clock: SlaClock,
    target: str,
    pause_on: str,
    begin: datetime,
    life: Iterable[Stretch],
    hours: Hours,
) -> SlaClock:
    """Return ``clock`` as it would stand had the promise been made at ``begin``.

    :param life: stretches of the ticket in order
    """
    for stretch in life:
        if stretch.stop and stretch.stop <= begin:
            continue
        if runs(target, pause_on, stretch.state, stretch.waiting_reason):
            clock = clock.start(max(stretch.start, begin))
            if stretch.stop:
                clock = clock.stop(stretch.stop, hours)
    return clock


def overall(states: Iterable[str]) -> str:
    """Return what a ticket shows of the states of all its promises."""
    found = set(states)
    return next((state for state in _BY_URGENCY if state in found), NONE)
