"""The three clocks of a ticket: queue, work and wait.

At every moment of its open life exactly one clock runs, so the three sums always add up to
the elapsed time. All times are naive UTC datetimes, all durations whole seconds.
"""

from datetime import datetime

from .states import IN_PROGRESS, TODO, UNASSIGNED, WAITING

QUEUE = "queue"
WORK = "work"
WAIT = "wait"

_CLOCK_OF_STATE = {UNASSIGNED: QUEUE, TODO: QUEUE, IN_PROGRESS: WORK, WAITING: WAIT}

#: Units of a duration in words, largest first, in seconds.
UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def clock_of(state: str) -> str | None:
    """Return the clock that runs in ``state``; None when the ticket is done or cancelled."""
    return _CLOCK_OF_STATE.get(state)


def elapsed_seconds(start: datetime, stop: datetime) -> int:
    """Return the whole seconds from ``start`` to ``stop``; never negative.

    A stop before the start happens when the clock of the machine is set back: such an
    interval counts as nothing rather than taking time away from the others.
    """
    return max(0, int((stop - start).total_seconds()))


def split_duration(seconds: int, in_days: bool = True) -> list[tuple[int, str]]:
    """Split ``seconds`` into the units people read, e.g. 95 -> [(1, 'min'), (35, 's')].

    Units that are zero are left out, zero itself gives [(0, 's')]. From one day on the
    seconds are dropped: nobody reads «3 d 2 h 5 min 12 s».

    :param in_days: whether 24 hours make a day; working hours do not
    """
    left = max(0, int(seconds))
    parts = []
    for unit, size in UNITS if in_days else UNITS[1:]:
        count, left = divmod(left, size)
        if count:
            parts.append((count, unit))
    if seconds >= UNITS[0][1]:
        parts = [part for part in parts if part[1] != "s"]
    return parts or [(0, "s")]
