"""Who gets a ticket: the rules of routing, and plan() against an independent brute force."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from caredesk_ticket.domain import routing
from caredesk_ticket.domain.routing import Load, QueuedTicket, Seat
from hypothesis import given, settings
from hypothesis import strategies as st

NOON = datetime(2026, 3, 2, 12)


def seat(number=1, **values):
    """Return a free seat; its numbers follow ``number`` unless given."""
    base = {"member_id": number, "group_id": 1, "user_id": number, "sequence": number}
    return Seat(**{**base, "capacity": 1, **values})


def ticket(key=1, **values):
    """Return a queued ticket of group 1 that arrived as number ``key``."""
    return QueuedTicket(**{"key": key, "group_id": 1, "arrival": key, **values})


def performers(chosen):
    """Return ``{ticket key: user id}`` of a plan."""
    return {key: place.user_id for key, place in chosen.items()}


@pytest.mark.parametrize(
    ("held", "waiting", "capacity", "away", "expected"),
    [
        (0, 0, 1, False, "free"),
        (1, 0, 1, False, "busy"),
        (1, 0, 2, False, "free"),
        (0, 3, 1, False, "waiting"),
        (1, 1, 2, False, "waiting"),
        (1, 1, 1, False, "busy"),
        (3, 0, 1, False, "busy"),
        (0, 0, 0, False, "busy"),
        (0, 0, 1, True, "away"),
        (5, 5, 1, True, "away"),
    ],
)
def test_availability_follows_the_definition(held, waiting, capacity, away, expected):
    """C-04: Away beats Busy beats Waiting beats Free; the capacity is per seat."""
    assert routing.availability(held, waiting, capacity, away) == expected


def test_all_free_goes_to_priority_one():
    """S0-TKT-31: three free members with priorities 1, 2 and 3: priority 1 gets it."""
    chosen = routing.plan([ticket()], [seat(3), seat(1), seat(2)], {})
    assert performers(chosen) == {1: 1}


def test_the_next_in_line_gets_it_when_the_first_is_busy():
    """S0-TKT-27: only free members count, however high their priority."""
    chosen = routing.plan([ticket()], [seat(1), seat(2)], {1: Load(open=1)})
    assert performers(chosen) == {1: 2}


def test_all_busy_leaves_the_ticket():
    """S0-TKT-32: all members busy: nobody gets it."""
    assert routing.plan([ticket()], [seat(1)], {1: Load(open=1)}) == {}


def test_a_waiting_member_gets_nothing_automatically():
    """C-04: who waits for a customer may take, but is not assigned to."""
    assert routing.plan([ticket()], [seat(1)], {1: Load(waiting=1)}) == {}


def test_a_group_may_let_waiting_members_serve_when_nobody_is_free():
    """C-04: with the setting on, waiting members come after every free one, never before."""
    seats, loads = [seat(1), seat(2)], {1: Load(waiting=2)}
    chosen = routing.plan([ticket(1), ticket(2)], seats, loads, frozenset({1}))
    assert performers(chosen) == {1: 2, 2: 1}


def test_ties_go_to_fewest_open_then_longest_idle_then_id():
    """C-04: the order among equal priorities."""
    calm = seat(4, sequence=1, capacity=3)
    loaded = seat(1, sequence=1, capacity=3)
    assert routing.pick_seat([loaded, calm], {1: Load(open=1)}) == calm
    recent = seat(2, sequence=1, assigned_at=NOON)
    longer = seat(3, sequence=1, assigned_at=NOON - timedelta(seconds=1))
    assert routing.pick_seat([recent, longer], {}) == longer
    never = seat(9, sequence=1)
    assert routing.pick_seat([recent, longer, never], {}) == never
    assert routing.pick_seat([seat(8, sequence=1), seat(7, sequence=1)], {}).member_id == 7


def test_the_queue_is_ordered_by_priority_severity_deadline_arrival():
    """S1-TKT-08: each key decides only where those before it are equal."""
    late, soon = NOON + timedelta(days=9), NOON
    in_order = [
        ticket(6, priority="3", severity="0"),
        ticket(5, priority="1", severity="3"),
        ticket(4, priority="1", severity="1", deadline=soon),
        ticket(3, priority="1", severity="1", deadline=late),
        ticket(1, priority="1", severity="1"),
        ticket(2, priority="1", severity="1"),
    ]
    mixed = in_order[3:] + in_order[:3]
    assert sorted(mixed, key=lambda one: one.rank) == in_order


def test_load_counts_over_all_groups():
    """I-1: one person with seats in two groups gets one ticket, not two."""
    seats = [seat(1, group_id=1, user_id=7), seat(2, group_id=2, user_id=7)]
    chosen = routing.plan([ticket(1), ticket(2, group_id=2, priority="3")], seats, {})
    assert performers(chosen) == {2: 7}


def test_a_batch_meets_the_availability_left_by_the_one_before():
    """IE-05 and I-4: three tickets, capacities 2 and 1: two to the first, one to the second."""
    seats = [seat(1, capacity=2), seat(2)]
    chosen = routing.plan([ticket(1), ticket(2), ticket(3), ticket(4)], seats, {})
    assert performers(chosen) == {1: 1, 2: 1, 3: 2}


def test_only_who_has_all_the_skills_gets_it():
    """S0-TKT-16, S0-TKT-27: skills come before the routing priority."""
    seats = [seat(1, skills=frozenset({1})), seat(2, skills=frozenset({1, 2})), seat(3)]
    wanted = ticket(skills=frozenset({1, 2}))
    assert performers(routing.plan([wanted], seats, {})) == {1: 2}
    assert routing.plan([wanted], seats, {2: Load(open=1)}) == {}


def test_a_head_nobody_can_serve_does_not_block_those_behind_it():
    """S0-TKT-27, I-3: the urgent ticket without a match waits alone."""
    queue = [ticket(1, priority="3", skills=frozenset({9})), ticket(2), ticket(3)]
    assert performers(routing.plan(queue, [seat(1), seat(2)], {})) == {2: 1, 3: 2}


@given(st.frozensets(st.integers(1, 10**6), max_size=5))
def test_a_lane_names_its_skills(skills):
    """S0-TKT-27: the key of a lane and the skills are the same thing, in any order."""
    key = routing.skill_key(sorted(skills, reverse=True))
    assert routing.skills_of(key) == skills
    assert (key is None) == (not skills)


# --- against an independent brute force ---


@dataclass(frozen=True)
class Case:
    """One small situation: who sits where, what they hold, what is queued."""

    seats: tuple
    open: dict
    waiting: dict
    tickets: tuple
    waiting_groups: frozenset


#: None in half of the cases, so that what they do not touch is tried as well.
_SKILLS = st.just(frozenset()) | st.frozensets(st.integers(1, 3), max_size=2)


@st.composite
def cases(draw):
    """Make situations of up to five seats of four people, three groups and six tickets."""
    places = draw(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4)), max_size=5, unique=True)
    )
    seats = tuple(
        Seat(
            member_id=number,
            group_id=group,
            user_id=user,
            sequence=draw(st.integers(1, 3)),
            capacity=draw(st.integers(0, 3)),
            is_away=draw(st.booleans()),
            assigned_at=draw(st.none() | st.just(NOON) | st.just(NOON - timedelta(hours=1))),
            skills=draw(_SKILLS),
        )
        for number, (group, user) in enumerate(places, start=1)
    )
    digits = st.sampled_from("0123")
    tickets = tuple(
        QueuedTicket(
            key=number,
            group_id=draw(st.integers(1, 4)),
            priority=draw(digits),
            severity=draw(digits),
            deadline=draw(st.none() | st.just(NOON) | st.just(NOON + timedelta(days=1))),
            arrival=number,
            skills=draw(_SKILLS),
        )
        for number in range(1, draw(st.integers(0, 6)) + 1)
    )
    counts = st.dictionaries(st.integers(1, 4), st.integers(0, 3))
    groups = st.frozensets(st.integers(1, 3))
    return Case(seats, draw(counts), draw(counts), tickets, draw(groups))


def loads_of(case):
    """Return the case's loads in the form plan() takes (it changes them)."""
    users = case.open.keys() | case.waiting.keys()
    return {user: Load(case.open.get(user, 0), case.waiting.get(user, 0)) for user in users}


def brute_force(case):
    """Give out the tickets by the words of the requirements, one by one, nothing clever."""
    held = dict(case.open)
    given_to = {}
    todo = list(case.tickets)
    while todo:
        best = todo[0]
        for one in todo[1:]:
            better = _more_important(one, best)
            best = one if better else best
        todo.remove(best)
        place = _who_serves(case, held, best)
        if place:
            given_to[best.key] = place.user_id
            held[place.user_id] = held.get(place.user_id, 0) + 1
    return given_to


def _more_important(one, other):
    for name in ("priority", "severity"):
        if getattr(one, name) != getattr(other, name):
            return int(getattr(one, name)) > int(getattr(other, name))
    if one.deadline != other.deadline:
        latest = datetime.max
        return (one.deadline or latest) < (other.deadline or latest)
    return one.arrival < other.arrival


def _who_serves(case, held, wanted):
    group_id = wanted.group_id
    free, patient = [], []
    for place in case.seats:
        if place.group_id != group_id or place.is_away:
            continue
        if any(skill not in place.skills for skill in wanted.skills):
            continue
        if held.get(place.user_id, 0) >= place.capacity:
            continue
        (patient if case.waiting.get(place.user_id) else free).append(place)
    candidates = free or (patient if group_id in case.waiting_groups else [])
    candidates.sort(key=lambda place: place.member_id)
    candidates.sort(key=lambda place: place.assigned_at or datetime(1, 1, 1))
    candidates.sort(key=lambda place: held.get(place.user_id, 0))
    candidates.sort(key=lambda place: place.sequence)
    return candidates[0] if candidates else None


@settings(max_examples=400)
@given(cases())
def test_plan_equals_the_brute_force(case):
    """S0-TKT-16, S0-TKT-27 and C-04: plan() decides as the words of the requirements say."""
    chosen = routing.plan(case.tickets, case.seats, loads_of(case), case.waiting_groups)
    assert performers(chosen) == brute_force(case)


@settings(max_examples=400)
@given(cases())
def test_plan_never_exceeds_a_capacity(case):
    """I-1: after the plan nobody holds more than the seat allows through which he was served."""
    chosen = routing.plan(case.tickets, case.seats, loads_of(case), case.waiting_groups)
    held = dict(case.open)
    for one in sorted(case.tickets, key=lambda queued: queued.rank):
        if one.key in chosen:
            place = chosen[one.key]
            held[place.user_id] = held.get(place.user_id, 0) + 1
            assert held[place.user_id] <= place.capacity
            assert not place.is_away
            assert place.group_id == one.group_id
            assert one.skills <= place.skills


@given(cases())
def test_plan_leaves_no_free_member_beside_a_queued_ticket(case):
    """I-3: what stays behind stays because nobody in its group could be given a ticket."""
    loads = loads_of(case)
    chosen = routing.plan(case.tickets, case.seats, loads, case.waiting_groups)
    for one in case.tickets:
        if one.key not in chosen:
            seats = [place for place in case.seats if place.group_id == one.group_id]
            waiting_too = one.group_id in case.waiting_groups
            left = routing.pick_seat(seats, loads, waiting_too, one.skills)
            assert left is None


@given(cases(), st.randoms(use_true_random=False))
def test_plan_does_not_depend_on_the_order_of_its_input(case, random):
    """S1-TKT-08: the queue's own order decides, not the order in which rows were read."""
    chosen = routing.plan(case.tickets, case.seats, loads_of(case), case.waiting_groups)
    tickets, seats = list(case.tickets), list(case.seats)
    random.shuffle(tickets)
    random.shuffle(seats)
    again = routing.plan(tickets, seats, loads_of(case), case.waiting_groups)
    assert performers(again) == performers(chosen)


@given(cases())
def test_in_a_lane_a_more_important_ticket_never_waits_behind_a_lesser_one(case):
    """S1-TKT-08: if one is served, so are all more important ones that need no more than it."""
    chosen = routing.plan(case.tickets, case.seats, loads_of(case), case.waiting_groups)
    for one in case.tickets:
        for other in case.tickets:
            same_queue = one.group_id == other.group_id and one.skills <= other.skills
            if same_queue and one.rank < other.rank and other.key in chosen:
                assert one.key in chosen
