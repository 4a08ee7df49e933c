"""A changed calendar on its way through 100,000 open tickets, and what savers notice of it.

No row of the table: there is nobody to compare with. `./run bench sla_reapply` prints how long the
scheduled action takes alone and beside people who save tickets, and how long these wait, with the
same people on their own before.
"""

import contextlib
import logging
import random
import time
from pathlib import Path
from statistics import median, quantiles

from tests.system import staff as departments
from tests.system.harness import Child, Context, scenario
from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import seed

TICKETS = 100_000
WRITERS = 4
#: Seconds that the writers work without the scheduled action.
QUIET = 60
#: Longest time in seconds that a save may take.
LIMIT = 1.0
TICKET = "caredesk.ticket"


def measure(tools: Toolchain, log: Log, tickets: int = TICKETS) -> list[str]:
    """Return what was measured, in lines for people to read."""
    source = database.template(tools, ["caredesk_ticket"], log=log)
    with scenario(tools, "reapply", source=source) as ctx:
        staff = ctx.call("bench.reapply:prepare", tickets)
        for table in seed.TABLES:
            ctx.tools.psql(f"VACUUM ANALYZE {table}", ctx.db)
        alone = ctx.call("bench.reapply:recompute")
        quiet = _save_while(ctx, staff, lambda: time.sleep(QUIET))
        beside: list[dict] = []
        busy = _save_while(ctx, staff, lambda: beside.append(ctx.call("bench.reapply:recompute")))
    lines = [_rate("alone", alone), _rate(f"beside {WRITERS} savers", beside[0])]
    lines += [_waits("without it", quiet), _waits("beside it", busy)]
    held = max(busy["seconds"]) - max(quiet["seconds"])
    verdict = "met" if max(busy["seconds"]) <= LIMIT else "MISSED"
    lines.append(f"longest save at most {LIMIT} s: {verdict} ({held:+.2f} s beside the quiet time)")
    return [f"sla_reapply  {line}" for line in lines]


def _save_while(ctx: Context, staff: dict, work) -> dict:
    """Have people save tickets as long as `work` takes; return their times and conflicts."""
    stop = ctx.folder / "stop"
    savers: list[Child] = []
    with ctx.gates(1) as release:
        for number in range(WRITERS):
            savers.append(ctx.spawn("bench.reapply:save", staff, number, str(stop)))
        release(0, WRITERS)
        work()
    stop.touch()
    results = [child.result() for child in savers]
    stop.unlink()
    return {
        "seconds": [seconds for result in results for seconds in result["seconds"]],
        "repeated": sum(result["repeated"] for result in results),
    }


def _rate(how: str, result: dict) -> str:
    per_second = result["tickets"] / result["seconds"]
    return (
        f"{result['tickets']} tickets recomputed {how} in {result['seconds']:.0f} s,"
        f" {per_second:.0f} a second, {result['moved']} deadlines moved;"
        f" longest time between two commits {result['longest']:.2f} s"
    )


def _waits(when: str, result: dict) -> str:
    seconds = sorted(result["seconds"])
    high = quantiles(seconds, n=1000)
    return (
        f"{len(seconds)} saves {when}: median {median(seconds):.3f} s, 99 % {high[989]:.3f} s,"
        f" 99.9 % {high[998]:.3f} s, longest {seconds[-1]:.2f} s;"
        f" repeated by Odoo after a conflict: {result['repeated']}"
    )


# --- in processes of their own ---


def prepare(worker, count: int) -> dict:
    """Hire a department that promises an answer and a solution in working hours."""
    hired = departments.hire(worker, 5, 25, [1], seed=0, varied=False)
    with worker.env() as env:
        teams = env["caredesk.support.group"].browse(hired["group_ids"])
        teams.calendar_id = env["resource.calendar"].create({"name": "Bench"})
        teams.sla_policy_ids.use_working_hours = True
        env["caredesk.sla.policy"].create(
            [
                {"name": "Answer", "group_id": team.id, "target": "first_response", "hours": 8}
                for team in teams
            ]
        )
    seed.open_tickets(worker, departments.Staff.load(hired), count)
    return hired


def recompute(worker) -> dict:
    """Change the calendar of all tickets and do what the scheduled action does then."""
    with worker.env() as env:
        calendar = env["resource.calendar"].search([("name", "=", "Bench")])
        for line in calendar.attendance_ids.filtered(lambda one: one.hour_to > 16):
            line.hour_to += 0.25
        env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        changed_at = env.cr.fetchone()
    commits: list[float] = []
    begin = time.perf_counter()
    with worker.env() as env:
        with _noting_commits(env.cr, commits):
            env["caredesk.sla.recompute"]._cron_recompute()
        job = env["caredesk.sla.recompute"].search([], limit=1)
        assert job.state == "done" and job.done, "the recalculation did not end"
        done = job.done
        seconds = time.perf_counter() - begin
        env.cr.execute(
            "SELECT count(*) FROM caredesk_sla_status WHERE write_date >= %s", changed_at
        )
        (moved,) = env.cr.fetchone()
    _check(worker)
    longest = max(stop - start for start, stop in zip([begin, *commits], commits, strict=False))
    return {"tickets": done, "moved": moved, "seconds": seconds, "longest": longest}


@contextlib.contextmanager
def _noting_commits(cr, commits: list[float]):
    commit = cr.commit

    def noting():
        commit()
        commits.append(time.perf_counter())

    cr.commit = noting
    yield
    del cr.commit


def _check(worker) -> None:
    """Raise unless every ticket shows the first of its deadlines."""
    with worker.env() as env:
        env.cr.execute(
            "SELECT count(*) FROM caredesk_ticket ticket JOIN (SELECT ticket_id, min(deadline_at)"
            " AS first FROM caredesk_sla_status GROUP BY ticket_id) AS status"
            " ON ticket_id = ticket.id WHERE sla_deadline IS DISTINCT FROM first"
        )
        (wrong,) = env.cr.fetchone()
    assert not wrong, f"{wrong} tickets show another deadline than they have"


def save(worker, staff: dict, number: int, stop: str) -> dict:
    """Save open tickets at random as a manager does, until told to stop."""
    rng = random.Random(number)
    conflicts = _Conflicts()
    uid = staff["manager_uids"][number % 2]
    ids = worker.rpc(uid, TICKET, "search", [("is_open", "=", True)])
    worker.gate(0)
    seconds = []
    while not Path(stop).exists():
        begin = time.perf_counter()
        vals = {"cause": f"Bụi {rng.random()}"}
        worker.rpc(uid, TICKET, "write", [rng.choice(ids)], vals)
        seconds.append(time.perf_counter() - begin)
    return {"seconds": seconds, "repeated": conflicts.count}


class _Conflicts(logging.Handler):
    """Counts what Odoo repeats after a conflict: it says so in its log and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        logger = logging.getLogger("odoo.service.model")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line about another try."""
        self.count += "tries left" in record.getMessage()
