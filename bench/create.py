"""Rows `ticket_create_one` and `ticket_create_batch`: making tickets, beside OCA's helpdesk."""

from collections.abc import Iterable

from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import peers
from .metric import Metric
from .subject import Subject

PEER = "OCA helpdesk_mgmt + sla + type 19.0, without routing"
OURS, THEIRS = "caredesk_bench_ours", "caredesk_bench_peer"
#: What grew in a round, and is brought into order before the next one.
TABLES = {
    OURS: "caredesk_ticket, caredesk_ticket_time, caredesk_ticket_assignment, mail_message,"
    " mail_followers",
    THEIRS: "helpdesk_ticket, helpdesk_ticket_sla, mail_message, mail_followers",
}

#: row -> (function of both sides, tickets a round, rounds, target)
ROWS = {
    "ticket_create_one": ("create_one", 100, 9, 2.5),
    "ticket_create_batch": ("create_batch", 1000, 7, 4.0),
}


def measure(tools: Toolchain, rows: Iterable[str], log: Log) -> list[Metric]:
    """Measure the given rows, both sides in turn in every round."""
    try:
        database.copy(tools, database.template(tools, ["caredesk_ticket"], log=log), OURS)
        beside = peers.make_database(tools, THEIRS, log)
        subjects = [Subject(tools, OURS, "bench.ours"), Subject(beside, THEIRS, "bench.theirs")]
        try:
            for subject in subjects:
                subject.ask("prepare")
            return [_measure(tools, subjects, row) for row in rows]
        finally:
            for subject in subjects:
                subject.close()
    finally:
        database.drop(tools, OURS)
        database.drop(tools, THEIRS)


def _measure(tools: Toolchain, subjects: list[Subject], row: str) -> Metric:
    function, count, rounds, target = ROWS[row]
    rates: dict[Subject, list[float]] = {subject: [] for subject in subjects}
    wrong: list[str] = []
    for number in range(rounds + 1):
        # Who goes first changes, so that neither always finds the other's warm caches.
        for subject in subjects if number % 2 else subjects[::-1]:
            seconds = subject.ask(function, count)
            wrong += subject.ask("tidy")
            if number:  # round 0 warms up
                rates[subject].append(count / seconds)
        for name, tables in TABLES.items():
            tools.psql(f"VACUUM ANALYZE {tables}", name)
    ours, theirs = rates.values()
    return Metric(row, "tickets/s", PEER, target, ours, theirs, wrong)
