"""A person stops a rule while two workers send its messages, and starts it again at once.

Stopping must not have to wait for its chance: it succeeds while others hold the rows it cancels.
What was waiting is not sent, before the new start nor after it; what comes after it is.
"""

import time
from collections import Counter

from .automation_race import BATCH, RULE, RUN, work_on
from .harness import Context
from .past_occasions import LIMITS
from .refusal import GaveUp

#: The addons the scenario needs.
ADDONS = ["caredesk_automation"]
#: Customers whose messages are waiting; the small form leaves nothing for a second step.
CROWD = 12_000
CROWD_SMALL = 600
WORKERS = 2
_SENT = "SELECT count(*) FROM caredesk_automation_log WHERE state = 'sent'"


def run(ctx: Context) -> dict:
    """Let two send, stop the rule in the middle and start it again, and judge.

    tried: occurrences; lost: those that are neither done nor cancelled, and the one that came
    after the new start and was not sent; duplicated: customers with several messages; violations:
    a stop that failed, messages that went out after it.
    """
    crowd = CROWD_SMALL if ctx.small else CROWD
    people = ctx.call("tests.system.stop_race:prepare", crowd)
    workers = [ctx.spawn("tests.system.stop_race:work") for _worker in range(WORKERS)]
    while any(child.alive() for child in workers) and ctx.sql(_SENT)[0][0] < BATCH:
        time.sleep(0.05)
    stopped = ctx.call("tests.system.stop_race:stop_and_start", **people)
    for child in workers:
        child.result()
    report = ctx.call("tests.system.stop_race:judge", stopped.get("late"))
    late = report["sent"] - stopped["sent"]
    violations = [*stopped["failed"]]
    # Whoever had a batch in hand goes first, and the customer who came later is to be told.
    if late > WORKERS * BATCH + 1:
        violations.append(f"{late} messages went out after the rule was stopped")
    lines = [*report["lost"], *report["duplicated"], *violations]
    return {
        "id": "stop_race",
        "tried": crowd + 1,
        "lost": len(report["lost"]),
        "duplicated": len(report["duplicated"]),
        "violations": len(violations),
        "ok": not lines,
        "details": lines[:20],
        "notes": [
            f"stopped after {stopped['sent']} of {crowd} within {stopped['seconds']:.2f} s;"
            f" {late} messages after it"
        ],
    }


# --- in processes of their own ---


def prepare(worker, crowd: int) -> dict:
    """Make a rule whose messages wait for a crowd of customers; return who may stop it."""
    with worker.env() as env:
        env.company.write(LIMITS)
        env[RULE].search([]).action_stop()
        manager = env["res.users"].create(
            {
                "name": "Mai",
                "login": "race_manager",
                "group_ids": [(4, env.ref("caredesk_automation.group_automation_manager").id)],
            }
        )
        message = {"channel": "email", "subject": "Chào", "body_html": "<p>Kính chào</p>"}
        rule = env[RULE].create(
            {
                "name": "Chào",
                "user_id": manager.id,
                "trigger_kind": "action",
                "action_kind": "partner_create",
                "content_ids": [(0, 0, message)],
            }
        )
        _customers(env, crowd)
        return {"uid": manager.id, "rule_id": rule.id}


def _customers(env, count: int):
    return env["res.partner"].create(
        [{"name": f"Khách {n}", "email": f"khach{n}@khach.example"} for n in range(count)]
    )


def work(worker) -> None:
    """Send what is due until nothing is left."""
    work_on(worker)


def stop_and_start(worker, uid: int, rule_id: int) -> dict:
    """Stop the rule and start it again, each as a request of a person; then enter a customer.

    :return: ``failed``: what went wrong; ``sent``: messages until the rule was stopped;
        ``seconds`` that stopping took; ``late``: the customer
    """
    begin = time.monotonic()
    failed = []
    try:
        worker.rpc(uid, RULE, "action_stop", [rule_id])
    except GaveUp as error:
        failed.append(f"the rule could not be stopped: {error}")
    seconds = time.monotonic() - begin
    with worker.env() as env:
        env.cr.execute(_SENT)
        ((sent,),) = env.cr.fetchall()
    worker.rpc(uid, RULE, "action_start", [rule_id])
    with worker.env() as env:
        late = _customers(env, 1).id
    return {"failed": failed, "sent": sent, "seconds": seconds, "late": late}


def judge(worker, late: int) -> dict:
    """Send what is left, and count what became of every occurrence."""
    work_on(worker)
    with worker.env() as env:
        env.cr.execute(_SENT)
        ((sent,),) = env.cr.fetchall()
        env.cr.execute(
            "SELECT res_id, count(*) FROM mail_message WHERE model = 'res.partner'"
            " AND subject = 'Chào' GROUP BY 1"
        )
        mails = Counter(dict(env.cr.fetchall()))
        runs = env[RUN].search([])
        lost = [
            f"occurrence {run.id} is {run.state}"
            for run in runs
            if run.state not in ("done", "cancelled")
        ]
        lost += [
            f"occurrence {run.id} is done without a mail"
            for run in runs
            if run.state == "done" and not mails[run.res_id]
        ]
    if not mails[late]:
        lost.append("who came after the new start got nothing")
    duplicated = [f"customer {one} got {count}" for one, count in mails.items() if count > 1]
    return {"lost": lost, "duplicated": duplicated, "sent": sent}
