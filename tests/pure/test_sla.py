"""The clocks of service levels against counting second by second."""

from datetime import datetime, timedelta

from caredesk_ticket.domain import sla
from caredesk_ticket.domain.working_time import ClockHours, WorkingHours
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pure.timetables import moments, timetables

CLOCK = ClockHours()
START = datetime(2028, 2, 28, 7)
STATES = ("unassigned", "todo", "in_progress", "waiting", "done")
REASONS = ("customer", "not_now")


@st.composite
def lives(draw):
    """Lives of tickets: stretches in states, with gaps while the ticket was done."""
    moment, life = draw(moments), []
    for _index in range(draw(st.integers(1, 7))):
        state = draw(st.sampled_from(STATES))
        stop = moment + timedelta(seconds=draw(st.integers(1, 2 * 86400)))
        if state != "done":  # transferred, handed over and reopened tickets look the same here
            reason = draw(st.sampled_from(REASONS)) if state == "waiting" else None
            life.append(sla.Stretch(moment, stop, state, reason))
        moment = stop
    return life, moment


def counted(timetable, life, now, paused):
    """Return the seconds counted on the wall, the paused stretches left out."""
    return sum(
        timetable.seconds_between(stretch.start, min(stretch.stop or now, now))
        for stretch in life
        if not paused(stretch)
    )


@settings(max_examples=60, deadline=None)
@given(timetables(), lives(), st.sampled_from(["never", "customer", "waiting"]))
def test_pauses_do_not_count(timetable, lived, pause_on):
    """S4-HD-05, C-22: over lunch, Saturday, Tết, pauses, reopening and transfer."""
    life, now = lived
    paused = {
        "never": lambda stretch: False,
        "customer": lambda stretch: stretch.waiting_reason == "customer",
        "waiting": lambda stretch: stretch.state == "waiting",
    }[pause_on]
    hours = WorkingHours(timetable.month)
    begin = life[0].start if life else now
    clock = sla.replay(sla.SlaClock(10**6), sla.RESOLUTION, pause_on, begin, life, hours)
    assert clock.used_at(now, hours) == counted(timetable, life, now, paused)


@settings(max_examples=60, deadline=None)
@given(timetables(), lives(), st.integers(1, 40 * 3600))
def test_stopping_and_starting_keeps_the_deadline(timetable, lived, allowed):
    """S4-HD-05: what was used stays used; the rest is counted from the new start on."""
    life, now = lived
    hours = WorkingHours(timetable.month)
    clock = sla.SlaClock(allowed)
    for stretch in life:
        clock = clock.start(stretch.start).stop(stretch.stop, hours)
    used = counted(timetable, life, now, lambda stretch: False)
    assert clock.left_at(now, hours) == allowed - used
    again = clock.start(now)
    if used < allowed:
        deadline = again.deadline(hours)
        assert timetable.seconds_between(now, deadline) == allowed - used
    else:
        assert again.deadline(hours) == now


@given(lives(), st.data())
def test_a_replay_is_what_happened(lived, data):
    """IE-06: counted anew from the past, a clock stands where it stood step by step."""
    life, now = lived
    pause_on = data.draw(st.sampled_from(["never", "customer", "waiting"]))
    target = data.draw(st.sampled_from([sla.FIRST_RESPONSE, sla.RESOLUTION]))
    clock = sla.SlaClock(3600)
    for stretch in life:
        if sla.runs(target, pause_on, stretch.state, stretch.waiting_reason):
            clock = clock.start(stretch.start).stop(stretch.stop, CLOCK)
    begin = life[0].start if life else now
    replayed = sla.replay(sla.SlaClock(3600), target, pause_on, begin, life, CLOCK)
    assert (replayed.used, replayed.since) == (clock.used, clock.since)


@given(lives(), st.integers(0, 86400))
def test_what_was_before_the_promise_does_not_count(lived, late):
    """S4-HD-05: the next response counts from the customer's message, not from the creation."""
    life, now = lived
    begin = (life[0].start if life else now) + timedelta(seconds=late)
    clock = sla.replay(sla.SlaClock(60), sla.NEXT_RESPONSE, "never", begin, life, CLOCK)
    expected = sum(
        max(0, (stretch.stop - max(stretch.start, begin)).total_seconds()) for stretch in life
    )
    assert clock.used == expected


@given(lives(), st.integers(0, 3 * 86400))
def test_a_life_is_cut_at_a_moment(lived, seconds):
    """IE-06: judged by when it was answered, nothing after that counts."""
    life, now = lived
    moment = (life[0].start if life else now) + timedelta(seconds=seconds)
    past = sla.until([*life, sla.Stretch(now, None, "todo", None)], moment)
    assert all(stretch.start < moment and stretch.stop <= moment for stretch in past)


def test_the_running_stretch_has_no_end():
    """S4-HD-05: the clock of an open ticket runs on."""
    life = [
        sla.Stretch(START, START + timedelta(hours=1), "in_progress", None),
        sla.Stretch(START + timedelta(hours=1), START + timedelta(hours=3), "waiting", "customer"),
        sla.Stretch(START + timedelta(hours=3), None, "in_progress", None),
    ]
    clock = sla.replay(sla.SlaClock(4 * 3600), sla.RESOLUTION, "customer", START, life, CLOCK)
    assert clock.since == START + timedelta(hours=3)
    assert clock.deadline(CLOCK) == START + timedelta(hours=6)
    assert clock.moment(CLOCK, 2 * 3600) == START + timedelta(hours=4), "when to warn"


def test_a_broken_promise_is_due_at_once():
    """S4-HD-05: taken up again after its time was over, it is late from the first second."""
    clock = sla.SlaClock(60, used=90).start(START)
    assert clock.deadline(CLOCK) == START
    assert clock.left_at(START, CLOCK) == -30


def test_hours_that_never_come_are_hours_of_the_clock():
    """S4-HD-05: a calendar without hours still gives a deadline."""
    empty = WorkingHours(lambda _year, _month: ())
    assert sla.SlaClock(60, since=START).deadline(empty) == START + timedelta(seconds=60)


def test_a_standing_clock_has_no_deadline():
    """S4-HD-05: while a ticket waits for the customer nothing is due."""
    assert sla.SlaClock(60, used=10).deadline(CLOCK) is None


def test_which_states_let_a_clock_run():
    """S4-HD-05, C-22: waiting pauses as the policy says, never the first response."""
    runs = sla.runs
    assert runs(sla.RESOLUTION, "never", "waiting", "customer")
    assert not runs(sla.RESOLUTION, "customer", "waiting", "customer")
    assert runs(sla.RESOLUTION, "customer", "waiting", "not_now")
    assert not runs(sla.RESOLUTION, "waiting", "waiting", "not_now")
    assert runs(sla.FIRST_RESPONSE, "waiting", "waiting", "customer")
    assert runs(sla.NEXT_RESPONSE, "waiting", "waiting", "customer")
    for state in ("unassigned", "todo", "in_progress"):
        assert runs(sla.RESOLUTION, "waiting", state, None)
    for state in ("done", "cancelled"):
        assert not runs(sla.FIRST_RESPONSE, "never", state, None)


FACTS = sla.Facts(7, "2", "1", 40, frozenset({1, 2}))
RULE = sla.Rule(
    policy_id=1,
    target=sla.RESOLUTION,
    seconds=60,
    warn_seconds=None,
    calendar=None,
    pause_on="never",
    stage_id=None,
    type_ids=frozenset(),
    customer_ids=frozenset(),
    tag_ids=frozenset(),
    min_priority="0",
    min_severity="0",
)


def test_a_policy_asks_for_what_it_names():
    """S4-HD-04: type, customer, one of the tags, least priority, least severity; all of them."""
    fits = [
        {"type_ids": frozenset({7})},
        {"customer_ids": frozenset({40, 41})},
        {"tag_ids": frozenset({2, 3})},
        {"min_priority": "2"},
        {"min_severity": "1"},
    ]
    fails = [
        {"type_ids": frozenset({8})},
        {"customer_ids": frozenset({41})},
        {"tag_ids": frozenset({3})},
        {"min_priority": "3"},
        {"min_severity": "2"},
    ]
    assert RULE.matches(FACTS)
    for fit, fail in zip(fits, fails, strict=True):
        assert RULE._replace(**fit).matches(FACTS), fit
        assert not RULE._replace(**fail).matches(FACTS), fail
        assert not RULE._replace(**fits[0], **({} if fail.keys() == fits[0].keys() else fail)
                                 ).matches(FACTS._replace(type_id=8))  # fmt: skip


def test_a_ticket_shows_what_is_most_urgent():
    """S4-HD-05: failed before near before running before paused before reached."""
    order = [sla.FAILED, sla.NEAR, sla.RUNNING, sla.PAUSED, sla.REACHED]
    for index, state in enumerate(order):
        assert sla.overall(order[index:]) == state
    assert sla.overall([]) == sla.NONE
