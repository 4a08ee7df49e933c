"""Row `route_parallel`: tickets through their whole life from eight processes, beside one.

A ticket counts when it was created by RPC and another was started and completed by its performer,
which frees a place and serves the queue: what a busy department does all day.
"""

import contextlib
import time

from tests.system import invariants
from tests.system.harness import Context, scenario
from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .metric import Metric

PROCESSES = 8
ROUNDS = 5
#: Tickets a round and side: 2,000 by eight processes and 2,000 by one in the whole run.
COUNT = 400
#: Tickets of the round before the first one, which warms up.
WARM_UP = 80
TARGET = 1.5
TICKET = "caredesk.ticket"


def measure(tools: Toolchain, log: Log) -> Metric:
    """Let one and eight take turns on one database, and judge I-1 … I-5 at the end."""
    source = database.template(tools, ["caredesk_ticket"], log=log)
    with scenario(tools, "bench", source=source) as ctx:
        staff = ctx.call(
            "tests.system.staff:hire",
            groups=5,
            agents=25,
            capacities=[1, 2, 3],
            seed=0,
            varied=False,
        )
        with contextlib.closing(ctx.connect()) as connection:
            invariants.watch(connection)
            one, eight = _take_turns(ctx, staff)
            ctx.call("tests.system.writers:dispatch")
            violations = invariants.check(connection, staff["group_ids"])
    made = [COUNT / seconds for seconds in eight], [COUNT / seconds for seconds in one]
    return Metric("route_parallel", "tickets/s", "one process", TARGET, *made, violations)


def _take_turns(ctx: Context, staff: dict) -> tuple[list[float], list[float]]:
    """Return the seconds of each round: of the one process, and of the eight."""
    gates = 2 * (ROUNDS + 1)
    seconds: tuple[list[float], list[float]] = ([], [])
    with ctx.gates(2 * gates) as release:
        alone = ctx.spawn("bench.parallel:desk", staff, 0, 1, 0, name="alone")
        crowd = [
            ctx.spawn("bench.parallel:desk", staff, number, PROCESSES, gates, name="desk")
            for number in range(PROCESSES)
        ]
        for turn in range(ROUNDS + 1):
            for kind, (first, parties) in enumerate(((0, 1), (gates, PROCESSES))):
                release(first + 2 * turn, parties)
                begin = time.perf_counter()
                release(first + 2 * turn + 1, parties)
                if turn:
                    seconds[kind].append(time.perf_counter() - begin)
        for child in [alone, *crowd]:
            child.result()
    return seconds


# --- in processes of their own ---


def desk(worker, staff: dict, number: int, desks: int, first_gate: int) -> None:
    """Work a share of every round, for every `desks`-th agent; gates begin and end a round."""
    agents = [agent["uid"] for agent in staff["agents"]][number::desks]
    for turn in range(ROUNDS + 1):
        worker.gate(first_gate + 2 * turn)
        for place in range((COUNT if turn else WARM_UP) // desks):
            _create(worker, staff, number + desks * place)
            _finish_one(worker, staff, agents)
        worker.gate(first_gate + 2 * turn + 1)


def _create(worker, staff: dict, place: int) -> None:
    kinds = list(staff["type_of_group"].values())
    uids, partners = staff["creator_uids"], staff["partner_ids"]
    vals = {
        "name": f"Máy lạnh không mát {place}",
        "description": "<p>Máy chạy nhưng không mát, kêu to.</p>",
        "type_id": kinds[place % len(kinds)],
        "partner_id": partners[place % len(partners)],
    }
    worker.rpc(uids[place % len(uids)], TICKET, "create", vals)


def _finish_one(worker, staff: dict, agents: list[int]) -> None:
    """Have the oldest ticket of one's agents started and completed by its performer."""
    mine = [("user_id", "in", agents), ("state", "=", "todo")]
    found = worker.rpc(
        staff["manager_uids"][0], TICKET, "search_read", mine, ["user_id"], limit=1, order="id"
    )
    for ticket in found:
        uid = ticket["user_id"][0]
        worker.rpc(uid, TICKET, "action_start", [ticket["id"]])
        worker.rpc(uid, TICKET, "action_complete", [ticket["id"]], "Đã vệ sinh, nạp gas.")
