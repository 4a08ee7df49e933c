"""Row `sla_due_scan`: finding and marking a thousand broken promises among many and among few.

Both sides run the method of the scheduled action, with its commit, on databases that differ in
nothing but the number of open tickets.
"""

from tests.system import staff as departments
from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import seed
from .metric import Metric
from .subject import Subject, timed

#: Database -> open tickets in it: we, and what we are compared with.
CROWDS = {"caredesk_bench_million": 1_000_000, "caredesk_bench_few": 10_000}
DUE = 1000
ROUNDS = 9
TARGET = 1.5


def measure(tools: Toolchain, log: Log) -> Metric:
    """Let the large and the small crowd take turns."""
    source = database.template(tools, ["caredesk_ticket"], log=log)
    subjects: dict[str, Subject] = {}
    try:
        for name, count in CROWDS.items():
            database.copy(tools, source, name)
            subjects[name] = Subject(tools, name, "bench.sla_due")
            subjects[name].ask("prepare", count)
            _settle(tools, name)
        return _take_turns(tools, subjects)
    finally:
        for subject in subjects.values():
            subject.close()
        for name in CROWDS:
            database.drop(tools, name)


def _take_turns(tools: Toolchain, subjects: dict[str, Subject]) -> Metric:
    times: dict[str, list[float]] = {name: [] for name in CROWDS}
    wrong: list[str] = []
    for number in range(ROUNDS + 1):
        for name in CROWDS if number % 2 else reversed(CROWDS):
            subjects[name].ask("make_due", DUE)
            seconds = subjects[name].ask("mark")
            wrong += subjects[name].ask("tidy", DUE)
            _settle(tools, name)
            if number:  # round 0 warms up
                times[name].append(1000 * seconds)
    return Metric(
        "sla_due_scan",
        "ms",
        "the same among 10,000",
        TARGET,
        *times.values(),
        wrong,
        at_most=True,
    )


def _settle(tools: Toolchain, name: str) -> None:
    """Bring into order what was changed, as PostgreSQL does by itself in time."""
    for table in seed.TABLES:
        tools.psql(f"VACUUM ANALYZE {table}", name)


# --- in processes of their own ---


def prepare(worker, count: int) -> None:
    """Hire a department and give it `count` open tickets."""
    hired = departments.hire(worker, 5, 25, [1], seed=0, varied=False)
    seed.open_tickets(worker, departments.Staff.load(hired), count)


def make_due(worker, count: int) -> None:
    """Let the deadlines of `count` tickets pass that came about the same time, as deadlines do.

    They lie among 10,000 neighbours, the whole of the small crowd: how far apart they are on the
    disk is the same for both, and only what grows with the crowd is left to be compared.
    """
    with worker.env() as env:
        env.cr.execute(
            "WITH ends AS (SELECT min(id) AS first, max(id) - min(id) + 1 - %(near)s AS room"
            "  FROM caredesk_sla_status),"
            " start AS (SELECT first + floor(random() * (room + 1))::int AS id FROM ends),"
            " late AS (SELECT status.id FROM caredesk_sla_status status, start"
            "  WHERE status.id BETWEEN start.id AND start.id + %(near)s - 1"
            "  ORDER BY random() LIMIT %(count)s)"
            " UPDATE caredesk_sla_status status SET state = 'near',"
            " deadline_at = now() AT TIME ZONE 'UTC' - interval '1 minute'"
            " FROM late WHERE late.id = status.id",
            {"near": min(CROWDS.values()), "count": count},
        )


def mark(worker) -> float:
    """Find and mark what is broken, as the scheduled action does; return the seconds it took."""

    def work():
        with worker.env() as env:
            while env["caredesk.sla.status"]._mark_broken():
                env.cr.commit()

    return timed(work)


def tidy(worker, count: int) -> list[str]:
    """Check that what was due is marked, and nothing else; then take the marks back.

    :return: what is wrong; empty when the round counts
    """
    with worker.env() as env:
        env.cr.execute(
            "SELECT count(*), count(*) FILTER (WHERE status.state = 'failed' AND notice = 'failed'"
            " AND sla_state = 'failed' AND status.deadline_at < now() AT TIME ZONE 'UTC')"
            " FROM caredesk_sla_status status JOIN caredesk_ticket ticket ON ticket.id = ticket_id"
            " WHERE status.state = 'failed' OR sla_state = 'failed' OR notice IS NOT NULL"
        )
        marked = env.cr.fetchone()
        env.cr.execute(
            "WITH late AS (UPDATE caredesk_sla_status SET state = 'running', notice = NULL,"
            " deadline_at = deadline_at + interval '9 days' WHERE state = 'failed'"
            " RETURNING ticket_id)"
            " UPDATE caredesk_ticket SET sla_state = 'running' FROM late WHERE id = ticket_id"
        )
    return [] if marked == (count, count) else [f"{count} were due, marked (rightly) {marked}"]
