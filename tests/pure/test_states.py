"""The life cycle of a ticket against the state table of the requirements."""

import pytest
from caredesk_ticket.domain import states
from hypothesis import given
from hypothesis import strategies as st

SIX = ("unassigned", "todo", "in_progress", "waiting", "done", "cancelled")

#: (state, step, state it leads to), copied from the requirements' table, not from the code.
TABLE = {
    ("unassigned", "take"): "todo",
    ("unassigned", "assign"): "todo",
    ("unassigned", "cancel"): "cancelled",
    ("todo", "start"): "in_progress",
    ("todo", "wait"): "waiting",
    ("todo", "transfer"): "todo",
    ("todo", "cancel"): "cancelled",
    ("in_progress", "wait"): "waiting",
    ("in_progress", "complete"): "done",
    ("in_progress", "transfer"): "todo",
    ("in_progress", "cancel"): "cancelled",
    ("waiting", "continue"): "in_progress",
    ("waiting", "complete"): "done",
    ("waiting", "transfer"): "todo",
    ("waiting", "cancel"): "cancelled",
    ("done", "reopen"): "todo",
    ("cancelled", "reopen"): "todo",
}
BUTTONS = ("take", "start", "wait", "continue", "complete", "transfer", "cancel", "reopen")


@pytest.mark.parametrize("state", SIX)
@pytest.mark.parametrize("step", BUTTONS)
def test_each_button_leads_where_the_table_says_and_nowhere_else(state, step):
    """C-01 and S0-TKT-26: a button works in the states of the table and in no other."""
    assert states.next_state(step, state) == TABLE.get((state, step))


def test_the_states_are_exactly_six():
    """S0-TKT-62: the six states, each in reach of some step."""
    reached = {target for moves in states.STEPS.values() for target in moves.values()}
    assert reached | set(states.OPEN_STATES) == set(SIX)
    assert reached == set(SIX)


def test_done_and_cancelled_are_the_only_ends():
    """S0-TKT-67 and S0-TKT-68: only Done and Cancelled end a ticket."""
    assert set(SIX) - set(states.OPEN_STATES) == {"done", "cancelled"}


def test_open_load_is_not_started_and_in_progress():
    """C-04: not started counts as load, or the first in line would swallow every ticket."""
    assert set(states.LOAD_STATES) == {"todo", "in_progress"}


@given(st.lists(st.sampled_from(sorted(states.STEPS)), max_size=30))
def test_any_sequence_of_steps_stays_inside_the_six_states(steps):
    """C-01: no sequence of allowed steps leaves the six states or skips one."""
    state = "unassigned"
    for step in steps:
        target = states.next_state(step, state)
        if target is None:
            continue
        assert target in SIX
        assert state in states.states_allowing(step)
        state = target


@given(st.lists(st.sampled_from(BUTTONS), min_size=1, max_size=30))
def test_done_is_reached_only_by_way_of_a_performer(steps):
    """S0-TKT-67: nobody completes a ticket that has no performer."""
    state, had_performer = "unassigned", False
    for step in steps:
        target = states.next_state(step, state)
        if target is None:
            continue
        had_performer = had_performer or target in ("todo", "in_progress", "waiting")
        assert target != "done" or had_performer
        state = target


@given(st.sampled_from(SIX), st.sampled_from(SIX))
def test_a_dropped_card_takes_a_step_that_leads_to_its_column(state, target):
    """IE-03: the step found for a card moved to another column really leads there."""
    step = states.step_between(state, target)
    if step is None:
        offered = {TABLE.get((state, button)) for button in BUTTONS if button != "transfer"}
        assert target not in offered
    else:
        assert TABLE[state, step] == target


def test_an_ended_ticket_cannot_be_worked_on_before_it_is_reopened():
    """IE-03: in Done and Cancelled no working step is possible."""
    for step in ("take", "assign", "start", "wait", "continue", "complete", "transfer", "cancel"):
        assert states.next_state(step, "done") is None
        assert states.next_state(step, "cancelled") is None


def test_only_a_done_ticket_is_closed():
    """C-24: closing is a step of its own, after Done and only there."""
    assert states.states_allowing("close") == ("done",)
