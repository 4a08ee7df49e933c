"""Life cycle of a ticket: six states and the steps between them.

The states are fixed because buttons, clocks and routing hang on them; the stages a group
may add on top are each mapped to one of these states.
"""

UNASSIGNED = "unassigned"
TODO = "todo"
IN_PROGRESS = "in_progress"
WAITING = "waiting"
DONE = "done"
CANCELLED = "cancelled"

#: States in which somebody still has to do something; clocks run.
OPEN_STATES = (UNASSIGNED, TODO, IN_PROGRESS, WAITING)
#: States that fill a member's capacity.
LOAD_STATES = (TODO, IN_PROGRESS)
#: States with a performer who still has work to do.
HELD_STATES = (TODO, IN_PROGRESS, WAITING)

#: step -> {state it starts from: state it leads to}
STEPS = {
    "take": {UNASSIGNED: TODO},
    "assign": {UNASSIGNED: TODO, TODO: TODO, IN_PROGRESS: TODO, WAITING: TODO},
    "start": {TODO: IN_PROGRESS},
    "wait": {TODO: WAITING, IN_PROGRESS: WAITING},
    "continue": {WAITING: IN_PROGRESS},
    "complete": {IN_PROGRESS: DONE, WAITING: DONE},
    "transfer": {TODO: TODO, IN_PROGRESS: TODO, WAITING: TODO},
    "release": {TODO: UNASSIGNED, IN_PROGRESS: UNASSIGNED, WAITING: UNASSIGNED},
    "cancel": {
        UNASSIGNED: CANCELLED,
        TODO: CANCELLED,
        IN_PROGRESS: CANCELLED,
        WAITING: CANCELLED,
    },
    "reopen": {DONE: TODO, CANCELLED: TODO},
    "requeue": {DONE: UNASSIGNED, CANCELLED: UNASSIGNED},
    "close": {DONE: DONE},
}


def next_state(step: str, state: str) -> str | None:
    """Return the state that ``step`` leads to from ``state``, or None where it is forbidden."""
    return STEPS[step].get(state)


def states_allowing(step: str) -> tuple[str, ...]:
    """Return the states from which ``step`` may be taken, in life-cycle order."""
    return tuple(STEPS[step])


def step_between(state: str, target: str) -> str | None:
    """Return the step a person takes to move a ticket from ``state`` to ``target``.

    Used where the target is given and the step is not: a card dropped on another column.
    None when no single step leads there.
    """
    for step in ("take", "start", "wait", "continue", "complete", "cancel", "reopen"):
        if STEPS[step].get(state) == target:
            return step
    return None
