"""Rules after three days without scheduled actions: two processes work, one is killed.

Every kind of trigger, and a cycle that began with new customers: all that became due must go out
once, in the ledger, in the log and as a mail, although a process dies with signal 9 in the middle
of its batch.
"""

import json
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from .harness import Context
from .tripwire import stretched

#: The addons the scenario needs.
ADDONS = ["caredesk_automation"]
RULE = "caredesk.automation.rule"
RUN = "caredesk.automation.run"

#: Customers of each kind; each brings one occurrence or two.
SHARE = 900
SHARE_SMALL = 40
#: A process is killed in the middle of the batch in which this part of all goes out.
SENT = 0.3
BATCH = 50
ROUNDS = 60
_DONE = "SELECT count(*) FROM caredesk_automation_run WHERE state = 'done'"


def run(ctx: Context) -> dict:
    """Let the days pass, let two work, kill one, let the other go on, and judge.

    tried: messages customers had to get; lost and duplicated: those that came never or more than
    once; violations: messages nobody should get, and occurrences that were not finished.
    """
    share = SHARE_SMALL if ctx.small else SHARE
    expected = ctx.call("tests.system.past_occasions:prepare", share)
    # Each of the two has finished a batch by then, and is in the middle of another.
    fatal = max(int(len(expected) * SENT) // BATCH, 2) * BATCH + BATCH // 2
    with stretched(ctx, "caredesk_automation_log", fatal, "NEW.state = 'sent'") as wire:
        with ctx.gates(1) as release:
            workers = [ctx.spawn("tests.system.automation_race:work") for _worker in range(2)]
            release(0, 2)
        wire.kill_who_trips(workers)
        ((done,),) = ctx.sql(_DONE)
    conflicts = sum(child.result() for child in workers if not child.killed)
    conflicts += ctx.call("tests.system.automation_race:work_on")
    # Thousands of them are more than a command line takes.
    wanted = ctx.folder / "expected.json"
    wanted.write_text(json.dumps(expected))
    report = ctx.call("tests.system.automation_race:judge", str(wanted))
    lines = [*report["lost"], *report["duplicated"], *report["violations"]]
    kinds = len({subject for subject, _partner_id in expected})
    return {
        "id": "automation_race",
        "tried": len(expected),
        "lost": len(report["lost"]),
        "duplicated": len(report["duplicated"]),
        "violations": len(report["violations"]),
        "ok": not lines,
        "details": lines[:20],
        "notes": [
            f"{kinds} triggers; killed writing message {fatal} of {len(expected)}, {done}"
            f" occurrences done by then; {conflicts} runs put off"
        ],
    }


# --- in processes of their own ---


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


def judge(worker, path: str) -> dict:
    """Compare mails, log and ledger with what had to go out, as a file says it."""
    expected = json.loads(Path(path).read_text())
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
            "SELECT count(*) FROM caredesk_automation_run"
            " WHERE state IN ('pending', 'held', 'failed') AND due_at <= now() AT TIME ZONE 'UTC'"
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
