"""Many people take the same ticket at the same moment: one gets it, the others read who has it.

And one person, busy after one more ticket, takes two at once from two windows: gets only one.
"""

import contextlib
from collections import Counter

from . import invariants
from .harness import Child, Context
from .refusal import GaveUp, Refused
from .staff import Staff

TICKET = "caredesk.ticket"
PEOPLE = 8


def run(ctx: Context) -> dict:
    """Race for tickets, round after round.

    tried: races; lost: races that nobody won; duplicated: tickets more than one person got.
    """
    rounds = 8 if ctx.small else 40
    value = ctx.call(
        "tests.system.staff:hire",
        groups=1,
        agents=PEOPLE,
        capacities=[1],
        seed=1,
        varied=False,
    )
    with contextlib.closing(ctx.connect()) as connection:
        invariants.watch(connection)
        tickets = ctx.call("tests.system.take_race:prepare", value, 3 * rounds)
        people = [agent["uid"] for agent in value["agents"]]
        shared = [[ticket] * PEOPLE for ticket in tickets[:rounds]]
        twins = list(zip(tickets[rounds::2], tickets[rounds + 1 :: 2], strict=True))
        races = _race(ctx, people, shared) + _race(ctx, people[:1] * 2, twins)
        violations = invariants.check(connection, value["group_ids"])
    lost = [f"lost: nobody got {_tickets(race)}" for race in races if not _winners(race)]
    duplicated = [
        f"duplicated: several got {_tickets(race)}" for race in races if len(_winners(race)) > 1
    ]
    violations += [text for race in races for text in _unclear(race)]
    outcomes = Counter(attempt["outcome"] for race in races for attempt in race)
    return {
        "id": "take_race",
        "tried": len(races),
        "lost": len(lost),
        "duplicated": len(duplicated),
        "violations": len(violations),
        "ok": not (lost or duplicated or violations),
        "details": [*lost, *duplicated, *violations],
        "notes": [", ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items()))],
    }


def _winners(race: list[dict]) -> list[dict]:
    return [attempt for attempt in race if attempt["outcome"] == "won"]


def _tickets(race: list[dict]) -> list[int]:
    return sorted({attempt["ticket"] for attempt in race})


def _race(ctx: Context, people: list[int], tickets: list) -> list[list[dict]]:
    """Run one process a person; in round n each takes his own of `tickets[n]`.

    :return: for each round what each of them met
    """
    with ctx.gates(2 * len(tickets)) as release:
        racers: list[Child] = [
            ctx.spawn("tests.system.take_race:racer", person, [row[place] for row in tickets])
            for place, person in enumerate(people)
        ]
        for gate in range(2 * len(tickets)):
            release(gate, len(people))
        return list(zip(*(racer.result() for racer in racers), strict=True))


def _unclear(race: list[dict]) -> list[str]:
    """A loser must read who has the ticket, or that he holds as many as he can."""
    unclear = []
    for attempt in race:
        if attempt["outcome"] == "won":
            continue
        same = [one["name"] for one in _winners(race) if one["ticket"] == attempt["ticket"]]
        expected = same[0] if same else "You hold 1 open tickets"
        if attempt["outcome"] != "refused" or expected not in attempt["text"]:
            unclear.append(f"I-2: ticket {attempt['ticket']}: the loser read {attempt['text']!r}")
    return unclear


# --- in processes of their own ---


def prepare(worker, staff: dict, count: int) -> list[int]:
    """Make queued tickets of a group that serves none of them by itself."""
    group_id = staff["group_ids"][0]
    kind = Staff.load(staff).type_of_group[group_id]
    with worker.env() as env:
        env["caredesk.support.group"].browse(group_id).auto_assign = False
        vals_list = [{"name": f"Race {number}", "type_id": kind} for number in range(count)]
        return env[TICKET].create(vals_list).ids


def racer(worker, uid: int, tickets: list[int]) -> list[dict]:
    """Take one ticket after the other as `uid`, each at the moment its gate opens."""
    with worker.env() as env:
        name = env["res.users"].browse(uid).name
    attempts = []
    for place, ticket in enumerate(tickets):
        worker.gate(2 * place)
        outcome, text = _take(worker, uid, ticket)
        attempts.append({"ticket": ticket, "name": name, "outcome": outcome, "text": text})
        # Only when all have tried: who won must still hold it while the others try.
        worker.gate(2 * place + 1)
        if outcome == "won":
            worker.rpc(uid, TICKET, "action_start", [ticket])
            worker.rpc(uid, TICKET, "action_complete", [ticket], "Xong")
    return attempts


def _take(worker, uid: int, ticket: int) -> tuple[str, str]:
    try:
        worker.rpc(uid, TICKET, "action_take", [ticket])
    except Refused as error:
        return "refused", str(error)
    except GaveUp as error:
        return "given up", str(error)
    return "won", ""
