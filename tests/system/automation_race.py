"""Rules after three days without scheduled actions: two processes work, one is killed.

Birthdays, contract ends, instalments, silent customers, a daily message and a cycle that began
with new customers: everything that became due must go out once, in the ledger, in the log and as
a mail, although a process dies with signal 9 in the middle of its batch.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .harness import Child, Context

#: The addons the scenario needs.
ADDONS = ["caredesk_automation"]
RULE = "caredesk.automation.rule"
RUN = "caredesk.automation.run"

#: Customers of each kind; each brings one occurrence or two.
SHARE = 900
SHARE_SMALL = 40
#: A process is killed when this part of all was sent.
SENT = 0.3
DOWN_DAYS = 3
SILENT_DAYS = 90
ROUNDS = 60
_DONE = "SELECT count(*) FROM caredesk_automation_run WHERE state = 'done'"
_WRITING = """
SELECT 1 FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = %s AND backend_xid IS NOT NULL
"""


def run(ctx: Context) -> dict:
    """Let the days pass, let two work, kill one, let the other go on, and judge.

    tried: messages customers had to get; lost and duplicated: those that came never or more than
    once; violations: messages nobody should get, and occurrences that were not finished.
    """
    share = SHARE_SMALL if ctx.small else SHARE
    expected = ctx.call("tests.system.automation_race:prepare", share)
    with ctx.gates(1) as release:
        workers = [ctx.spawn("tests.system.automation_race:work") for _worker in range(2)]
        release(0, 2)
    died_after = _kill_the_busy_one(ctx, workers, len(expected))
    conflicts = sum(child.result() for child in workers if not child.killed)
    conflicts += ctx.call("tests.system.automation_race:work_on")
    report = ctx.call("tests.system.automation_race:judge", expected)
    if not died_after:
        report["violations"].append("nobody was killed while messages went out")
    lines = [*report["lost"], *report["duplicated"], *report["violations"]]
    return {
        "id": "automation_race",
        "tried": len(expected),
        "lost": len(report["lost"]),
        "duplicated": len(report["duplicated"]),
        "violations": len(report["violations"]),
        "ok": not lines,
        "details": lines[:20],
        "notes": [f"killed after {died_after} of {len(expected)}; {conflicts} runs put off"],
    }


def _kill_the_busy_one(ctx: Context, workers: list[Child], total: int) -> int:
    """Kill a process in the middle of a batch; return how many occurrences were done by then."""
    while any(child.alive() for child in workers):
        ((done,),) = ctx.sql(_DONE)
        for child in workers if total * SENT < done < total * 0.9 else ():
            if ctx.sql(_WRITING, [f"odoo-{child.pid}"]):
                child.kill9()
                return done
        time.sleep(0.002)
    return 0


# --- in processes of their own ---


def prepare(worker, share: int) -> list:
    """Make rules and customers, then pretend that nothing ran for three days.

    :return: ``[subject, id of the customer]`` of each message that has to go out
    """
    with worker.env() as env:
        company = env.company
        company.write(
            {
                "automation_quiet_from": 0,
                "automation_quiet_to": 0,
                "automation_bulk_limit": 0,
                "automation_hourly_cap": 0,
                "automation_catch_up_days": DOWN_DAYS,
            }
        )
        env[RULE].search([]).action_stop()
        today = datetime.now(ZoneInfo(company._caredesk_tz())).date()
        # The last of these days lies before the window: nobody must hear of it any more.
        days = [today - timedelta(days=number) for number in range(DOWN_DAYS + 1)]
        customers = _customers(env, "Khách", share * 3)
        shares = [customers[number * share : (number + 1) * share] for number in range(3)]
        tag = env["res.partner.category"].create({"name": "Daily"})
        shares[2].category_id = tag
        rules = _rules(env, tag)
        expected = _events(env, shares[0], shares[1], days)
        expected += [["daily", partner.id] for partner in shares[2]]
        begun = _customers(env, "Mới", share)  # sets off the cycle
        expected += [["partner_create", partner.id] for partner in begun] * 2
        env.flush_all()
        env.cr.execute(
            "UPDATE caredesk_automation_run SET due_at = due_at - %(down)s,"
            " first_due_at = first_due_at - %(down)s",
            {"down": timedelta(days=DOWN_DAYS)},
        )
        env.cr.execute(
            "UPDATE caredesk_automation_rule SET scanned_at = scanned_at - %s,"
            " next_run_at = next_run_at - %s WHERE id IN %s AND next_run_at IS NOT NULL",
            (timedelta(days=DOWN_DAYS), timedelta(days=DOWN_DAYS), tuple(rules.ids)),
        )
    return expected


def _customers(env, name: str, count: int):
    return env["res.partner"].create(
        [
            {"name": f"{name} {number}", "email": f"{name}{number}@khach.example"}
            for number in range(count)
        ]
    )


def _rules(env, tag):
    """Make one rule of each kind that is due by the calendar, and one that repeats."""
    cycle = {"cycle_on": True, "cycle_every_days": 1, "cycle_within_days": 2}
    only = {"domain": f"[('category_id', 'in', [{tag.id}])]"}
    wanted = {
        "birthday": {},
        "contract_end": {},
        "installment_due": {},
        "no_contact": {"silent_days": SILENT_DAYS},
        "daily": only,
        "partner_create": cycle,
    }
    triggers = env[RULE]._triggers()
    message = {"channel": "email", "body_html": "<p>Kính chào {{customer_name}}</p>"}
    return env[RULE].create(
        [
            {
                "name": key,
                "hour": 0,
                "trigger_kind": triggers[key].kind,
                f"{triggers[key].kind}_kind": key,
                "content_ids": [(0, 0, {**message, "subject": key})],
                **vals,
            }
            for key, vals in wanted.items()
        ]
    )


def _events(env, born, bound, days) -> list:
    """Give customers birthdays and silence, contracts that end and instalments that are due."""
    expected = []
    env["res.partner"].search([("birthday", "!=", False)]).birthday = False  # of the demo company
    contracts = env["caredesk.contract"].create(
        [
            {
                "name": f"Bảo trì {number}",
                "partner_id": partner.id,
                "state": "running",
                "date_start": days[-1] - timedelta(days=400),
                "date_end": days[number % len(days)],
                "amount": 100,
            }
            for number, partner in enumerate(bound)
        ]
    )
    env["caredesk.contract.installment"].create(
        [
            {
                "name": "Đợt 1",
                "contract_id": contract.id,
                "due_date": days[number % len(days)],
                "amount": 100,
            }
            for number, contract in enumerate(contracts)
        ]
    )
    for number, (partner, contract) in enumerate(zip(born, contracts, strict=True)):
        day = days[number % len(days)]
        partner.write(
            {
                # Born in a leap year, so that every day of the year has a birthday.
                "birthday": day.replace(year=1988),
                "caredesk_last_contact": day - timedelta(days=SILENT_DAYS),
            }
        )
        if day in days[:DOWN_DAYS]:
            expected += [["birthday", partner.id], ["no_contact", partner.id]]
            customer_id = contract.partner_id.id
            expected += [["contract_end", customer_id], ["installment_due", customer_id]]
    return expected


def work(worker) -> int:
    """Do the work of both scheduled actions at the same moment as another process."""
    worker.gate(0)
    return work_on(worker)


def work_on(worker) -> int:
    """Do the work of both scheduled actions until nothing is due; return the conflicts."""
    from psycopg2.errors import SerializationFailure

    conflicts = 0
    for _round in range(ROUNDS):
        for model, method in ((RULE, "_cron_scan"), (RUN, "_cron_run")):
            try:
                with worker.env() as env:
                    getattr(env[model], method)()
            except SerializationFailure:
                conflicts += 1
        with worker.env() as env:
            now = datetime.utcnow()
            due = env[RUN].search_count([("state", "=", "pending"), ("due_at", "<=", now)])
            late = env[RULE].search_count([("next_run_at", "<=", now)])
        if not due and not late:
            break
        time.sleep(0.1)
    return conflicts


def judge(worker, expected: list) -> dict:
    """Compare mails, log and ledger with what had to go out."""
    wanted = Counter((subject, partner_id) for subject, partner_id in expected)
    lost, duplicated, violations = [], [], []
    with worker.env() as env:
        env.cr.execute(
            "SELECT message.subject, message.res_id, count(*) FROM mail_message message"
            " JOIN mail_mail mail ON mail.mail_message_id = message.id"
            " WHERE message.model = 'res.partner' GROUP BY 1, 2"
        )
        mails = Counter({(subject, res_id): count for subject, res_id, count in env.cr.fetchall()})
        env.cr.execute(
            "SELECT rule.name->>'en_US', log.partner_id, count(*)"
            " FROM caredesk_automation_log log JOIN caredesk_automation_rule rule"
            " ON rule.id = log.rule_id WHERE log.state = 'sent' GROUP BY 1, 2"
        )
        logged = Counter({(name, res_id): count for name, res_id, count in env.cr.fetchall()})
        env.cr.execute(
            "SELECT count(*) FROM caredesk_automation_run WHERE state <> 'done'"
            " AND due_at <= now() AT TIME ZONE 'UTC'"
        )
        ((left,),) = env.cr.fetchall()
    for what, found in (("mail", mails), ("line of the log", logged)):
        _compare(what, wanted, found, (lost, duplicated, violations))
    if left:
        violations.append(f"{left} occurrences were not finished")
    return {"lost": lost, "duplicated": duplicated, "violations": violations}


def _compare(what: str, wanted: Counter, found: Counter, verdict: tuple[list, list, list]) -> None:
    """Add to the verdict (lost, duplicated, violations) what is not as it has to be."""
    lost, duplicated, violations = verdict
    for key, count in wanted.items():
        if found[key] != count:
            words = f"{key}: {found[key]} instead of {count} times a {what}"
            (lost if found[key] < count else duplicated).append(words)
    subjects = {subject for subject, _id in wanted}
    violations += [
        f"{key}: a {what} nobody asked for"
        for key in found.keys() - wanted.keys()
        if key[0] in subjects
    ]
