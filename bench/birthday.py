"""Row `birthday_scan_1m`: the birthdays of a day among a million customers, into the ledger.

We run what the scheduled action runs, conditions, company and bulk guard included; the peer is one
SQL statement on the same index that writes the same rows into a table like the ledger.
"""

from datetime import date, timedelta

from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .metric import Metric
from .subject import Subject, timed

ROW = "birthday_scan_1m"
NAME = "caredesk_bench_birthdays"
MILLION = 1_000_000
ROUNDS = 9
TARGET = 3.0
#: The customers were born on the days of a leap year, in turn.
FIRST_DAY = date(1988, 1, 1)
YEAR = 366

_rule_id = 0


def measure(tools: Toolchain, log: Log, size: int = MILLION) -> Metric:
    """Let our scan and the plain statement take turns on the same database.

    :param size: stands in for the million, so that the benchmark itself can be tried in a minute
    """
    source = database.template(tools, ["caredesk_automation"], log=log)
    database.copy(tools, source, NAME)
    subject = Subject(tools, NAME, "bench.birthday")
    try:
        subject.ask("prepare", size)
        tools.psql("VACUUM ANALYZE res_partner", NAME)
        return take_turns(subject.ask, size)
    finally:
        subject.close()
        database.drop(tools, NAME)


def take_turns(ask, size: int) -> Metric:
    """Ask for both sides in turns, a different day each round."""
    times: dict[str, list[float]] = {"scan": [], "scan_raw": []}
    wrong: list[str] = []
    for number in range(ROUNDS + 1):
        for side in times if number % 2 else reversed(times):
            seconds = ask(side, number)
            wrong += ask("tidy", side, number, size)
            if number:  # round 0 warms up
                times[side].append(1000 * seconds)
    peer = "raw SQL on the same index"
    return Metric(ROW, "ms", peer, TARGET, *times.values(), wrong, at_most=True)


# --- in a process of its own ---


def prepare(worker, size: int) -> None:
    """Make the customers, a rule for their birthdays, and the peer's table."""
    global _rule_id
    with worker.env() as env:
        env.company.automation_bulk_limit = MILLION
        partner = env["res.partner"].create({"name": "Khách", "email": "khach@example.com"})
        _rule_id = _make_rule(env)
        env.flush_all()
        env.cr.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = 'res_partner'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname NOT IN ('id', 'birthday')"
        )
        (columns,) = env.cr.fetchone()
        # Nothing but names of columns, as the database quotes them.
        env.cr.execute(
            f"INSERT INTO res_partner ({columns}, birthday) SELECT {columns},"  # noqa: S608
            " %s::date + n %% %s FROM res_partner, generate_series(1, %s) AS n WHERE id = %s",
            (FIRST_DAY, YEAR, size, partner.id),
        )
        env.cr.execute("CREATE TABLE bench_ledger (LIKE caredesk_automation_run INCLUDING ALL)")


def _make_rule(env) -> int:
    message = {"channel": "email", "subject": "Chúc mừng", "body_html": "<p>Chúc mừng</p>"}
    return (
        env["caredesk.automation.rule"]
        .create(
            {
                "name": "Birthday",
                "trigger_kind": "event",
                "event_kind": "birthday",
                "content_ids": [(0, 0, message)],
            }
        )
        .id
    )


def scan(worker, number: int) -> float:
    """Enter the birthdays of a day as the scheduled action does; return the seconds."""

    def work():
        with worker.env() as env:
            env["caredesk.automation.rule"].browse(_rule_id)._enter_day(_day(number))

    return timed(work)


def scan_raw(worker, number: int) -> float:
    """Enter them with one statement; return the seconds."""
    day = _day(number)

    def work():
        with worker.env() as env:
            env.cr.execute(
                "INSERT INTO bench_ledger (rule_id, company_id, res_model, res_id, occurrence,"
                " step, state, due_at, first_due_at, attempts, stop_count, create_uid, create_date,"
                " write_uid, write_date)"
                " SELECT %s, 1, 'res.partner', id, 'birthday', 0, 'pending', now(), now(), 0, 0, 1,"
                " now(), 1, now() FROM res_partner WHERE active AND partner_share"
                " AND EXTRACT(MONTH FROM birthday) * 100 + EXTRACT(DAY FROM birthday) = %s"
                " ON CONFLICT DO NOTHING",
                (_rule_id, 100 * day.month + day.day),
            )

    return timed(work)


def tidy(worker, side: str, number: int, size: int) -> list[str]:
    """Check that each birthday of the day was entered, and empty both tables.

    :return: what is wrong; empty when the round counts
    """
    table = {"scan": "caredesk_automation_run", "scan_raw": "bench_ledger"}[side]
    offset = (_day(number).replace(year=1988) - FIRST_DAY).days
    wanted = sum(1 for n in range(1, size + 1) if n % YEAR == offset)
    with worker.env() as env:
        env.cr.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of two names above
        (found,) = env.cr.fetchone()
        env.cr.execute(f"DELETE FROM {table}")  # noqa: S608 - likewise
    return [] if found == wanted else [f"{side}: {wanted} have their birthday, found {found}"]


def _day(number: int) -> date:
    """Return another day each round, none of them around 29 February."""
    return date(2026, 4, 1) + timedelta(days=7 * number)
