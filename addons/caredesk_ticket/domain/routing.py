"""Who gets a ticket: availability, choice of a member and planning of a whole queue.

Pure functions over plain values. The database part (reading the seats, locking the agents,
writing the assignments) is in ``models/caredesk_dispatcher.py``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

FREE = "free"
BUSY = "busy"
SEAT_WAITING = "waiting"
AWAY = "away"


@dataclass(frozen=True)
class Seat:
    """A person's place in a support group."""

    member_id: int
    group_id: int
    user_id: int
    sequence: int
    capacity: int
    is_away: bool = False
    assigned_at: datetime | None = None
    skills: frozenset[int] = frozenset()


@dataclass
class Load:
    """What a person holds over all groups: open (not started, in progress) and waiting tickets."""

    open: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class QueuedTicket:
    """A ticket that wants a performer. ``key`` is what the caller recognises it by."""

    key: int
    group_id: int
    priority: str = "1"
    severity: str = "1"
    deadline: datetime | None = None
    arrival: int = 0
    skills: frozenset[int] = frozenset()

    @property
    def rank(self):
        """Sort key of the queue: priority, severity, service-level deadline, arrival."""
        return (
            -int(self.priority),
            -int(self.severity),
            self.deadline or datetime.max,
            self.arrival,
        )


def skill_key(skill_ids: Iterable[int]) -> str | None:
    """Return the lane of the queue for tickets that need these skills, None for no skills."""
    return ",".join(str(skill_id) for skill_id in sorted(set(skill_ids))) or None


def skills_of(key: str | None) -> frozenset[int]:
    """Return the skills of a lane; the inverse of :func:`skill_key`."""
    return frozenset(int(part) for part in key.split(",")) if key else frozenset()


def availability(open_count: int, waiting_count: int, capacity: int, is_away: bool) -> str:
    """Return 'away', 'busy', 'waiting' or 'free' for a seat with these figures."""
    if is_away:
        return AWAY
    if open_count >= capacity:
        return BUSY
    return SEAT_WAITING if waiting_count else FREE


def pick_seat(
    seats: Iterable[Seat],
    loads: dict[int, Load],
    waiting_too: bool = False,
    skills: frozenset[int] = frozenset(),
) -> Seat | None:
    """Return the seat that is served next, or None when nobody can be given a ticket.

    Only free seats that have all of ``skills`` count; members who merely wait for customers
    are considered when nobody is free and ``waiting_too`` is set. Routing priority
    (``sequence``) decides; ties go to the fewest open tickets, then to the longest time since
    the last assignment.
    """
    ranked: dict[str, list[Seat]] = {FREE: [], SEAT_WAITING: []}
    for seat in seats:
        if not skills <= seat.skills:
            continue
        load = loads.get(seat.user_id) or Load()
        state = availability(load.open, load.waiting, seat.capacity, seat.is_away)
        if state in ranked:
            ranked[state].append(seat)
    candidates = ranked[FREE] or (ranked[SEAT_WAITING] if waiting_too else [])
    return min(candidates, key=lambda seat: _seat_rank(seat, loads), default=None)


def _seat_rank(seat: Seat, loads: dict[int, Load]):
    load = loads.get(seat.user_id) or Load()
    return (seat.sequence, load.open, seat.assigned_at or datetime.min, seat.member_id)


def plan(
    tickets: Iterable[QueuedTicket],
    seats: Sequence[Seat],
    loads: dict[int, Load],
    groups_using_waiting: frozenset[int] = frozenset(),
) -> dict[int, Seat]:
    """Match queued tickets with seats, the most important ticket first.

    :param loads: what each user holds now; changed as tickets are given out, so that each
        ticket meets the availability left by the one before.
    :param groups_using_waiting: groups whose waiting members serve when nobody is free.
    :return: ``{ticket key: seat}``; tickets that find nobody are absent.
    """
    seats_by_group: dict[int, list[Seat]] = {}
    for seat in seats:
        seats_by_group.setdefault(seat.group_id, []).append(seat)
    chosen = {}
    exhausted: set[tuple[int, frozenset[int]]] = set()
    for ticket in sorted(tickets, key=lambda ticket: ticket.rank):
        lane = (ticket.group_id, ticket.skills)
        if lane in exhausted:
            continue
        seat = pick_seat(
            seats_by_group.get(ticket.group_id, ()),
            loads,
            waiting_too=ticket.group_id in groups_using_waiting,
            skills=ticket.skills,
        )
        if seat is None:
            # Loads only grow within one plan: who finds nobody once finds nobody again. Those
            # who need other skills still may: they do not wait behind this one.
            exhausted.add(lane)
            continue
        loads.setdefault(seat.user_id, Load()).open += 1
        chosen[ticket.key] = seat
    return chosen
