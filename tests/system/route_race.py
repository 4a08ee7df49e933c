"""Eight writers at once, one of them killed in the middle: I-1 … I-5 hold all the time."""

import contextlib
import time
from collections import Counter

from . import invariants
from .harness import Child, Context

WRITERS = 8
GROUPS = 5
AGENTS = 25
SEED = 20
#: Tickets of each writer. The killed one leaves some of its share; the rest is above 2,000.
SHARE = 285


def run(ctx: Context) -> dict:
    """Let the writers loose, kill one, dispatch once more, and judge.

    tried: tickets whose creation was asked for; lost: confirmed ones that are not there;
    duplicated: ones that are there twice.
    """
    share = 60 if ctx.small else SHARE
    staff = ctx.call(
        "tests.system.staff:hire",
        groups=GROUPS,
        agents=AGENTS,
        capacities=[1, 2, 3],
        seed=SEED,
        varied=True,
    )
    with contextlib.closing(ctx.connect()) as connection:
        invariants.watch(connection)
        counts = _let_work(ctx, staff, share)
        with connection.cursor() as cursor:
            left = len({row[0] for row in invariants.idle(cursor, staff["group_ids"])})
        ctx.call("tests.system.writers:dispatch")
        violations = invariants.check(connection, staff["group_ids"], skills=True)
    tried, lost, duplicated, invented = _count_tickets(ctx)
    violations += [f"I-3: {name} exists though its creation failed" for name in invented]
    violations += [f"work stopped: {text}" for text in _stalled(counts)]
    return {
        "id": "route_race",
        "tried": tried,
        "lost": len(lost),
        "duplicated": len(duplicated),
        "violations": len(violations),
        "ok": not (lost or duplicated or violations),
        "details": [*lost, *duplicated, *violations],
        "notes": [f"left to the scheduled dispatch: {left}", _words(counts)],
    }


def _let_work(ctx: Context, staff: dict, share: int) -> Counter:
    """Run the writers side by side; the last one is killed at two fifths of its share."""
    with ctx.gates(1) as release:
        children = [
            ctx.spawn("tests.system.writers:mixed", staff, number, SEED, share, 0, name="writer")
            for number in range(WRITERS)
        ]
        release(0, WRITERS)
    begin = time.monotonic()
    victim = children[-1]
    while victim.alive() and _created(victim) < share * 2 // 5:
        time.sleep(0.05)
    victim.kill9()
    counts: Counter = Counter()
    for child in children[:-1]:
        counts.update(child.result())
    counts["seconds"] = round(time.monotonic() - begin)
    return counts


def _created(child: Child) -> int:
    return sum(len(note.get("created", ())) for note in child.notes())


def _count_tickets(ctx: Context) -> tuple[int, list[str], list[str], list[str]]:
    """Compare what the writers were told with what is in the database.

    :return: number tried; names lost, duplicated, and there although creation failed
    """
    there = Counter(
        name for (name,) in ctx.sql("SELECT name FROM caredesk_ticket WHERE name LIKE 'Writer %'")
    )
    tried, confirmed, in_flight = set(), set(), set()
    for child in ctx.children("writer"):
        last: set[str] = set()
        for note in child.notes():
            last = set(note.get("trying", ()))
            tried |= last
            confirmed |= set(note.get("created", ()))
        if child.killed:
            in_flight |= last
    lost = sorted(f"lost: {name}" for name in confirmed - there.keys())
    duplicated = sorted(f"duplicated: {name}" for name, count in there.items() if count > 1)
    return len(tried), lost, duplicated, sorted(there.keys() - confirmed - in_flight)


def _stalled(counts: Counter) -> list[str]:
    """Every kind of deed must have happened, or the run proved less than it claims."""
    needed = ("create", "work", "take", "away", "back")
    return [f"nobody managed to {deed}" for deed in needed if not counts[deed]]


def _words(counts: Counter) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
