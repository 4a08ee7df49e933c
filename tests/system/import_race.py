"""A person imports very many customers while a worker sends what came just before.

The import is above the limit from which a rule asks: all of it is to be held back, whatever the
worker has done meanwhile, and the import must not fail by that. The scheduled action that looks
for what is due by the calendar is not kept away by the worker either.
"""

import time
from datetime import datetime

from .automation_race import RULE, work_on
from .harness import Context
from .past_occasions import LIMITS

#: The addons the scenario needs.
ADDONS = ["caredesk_automation"]
#: Customers who wait for their messages, and those that are imported: below the limit and above.
BEFORE = 300
LIMIT = 350
CROWD, CROWD_SMALL = 5_000, 400
_SENT = "SELECT count(*) FROM caredesk_automation_log WHERE state = 'sent'"
_STATES = (
    "SELECT run.state, count(*) FROM caredesk_automation_run run JOIN res_partner partner"
    " ON partner.id = run.res_id WHERE partner.name LIKE 'Mới%' GROUP BY 1"
)


def run(ctx: Context) -> dict:
    """Import while a worker sends, look for what is due meanwhile, and judge.

    tried: customers imported; lost: those who are not there, or of whom nothing is held back;
    violations: a scan that the worker kept away.
    """
    crowd = CROWD_SMALL if ctx.small else CROWD
    user_id = ctx.call("tests.system.import_race:prepare")
    worker = ctx.spawn("tests.system.import_race:work")
    while worker.alive() and not ctx.sql(_SENT)[0][0]:
        time.sleep(0.05)
    loader = ctx.spawn("tests.system.import_race:load", user_id, crowd)
    scanned = ctx.call("tests.system.import_race:scan")
    kept_away = not scanned and worker.alive()
    report = loader.result()
    worker.result()
    states = dict(ctx.sql(_STATES))
    lost = crowd - states.get("held", 0)
    violations = ["what is due could not be looked for while the worker sent"] * kept_away
    lines = [f"imported: {report}, then {states}"] * bool(lost) + violations
    return {
        "id": "import_race",
        "tried": crowd,
        "lost": lost,
        "duplicated": 0,
        "violations": len(violations),
        "ok": not lines,
        "details": lines,
        "notes": [f"imported in {report['seconds']:.1f} s, while {BEFORE} were written to"],
    }


# --- in processes of their own ---


def prepare(worker) -> int:
    """Make two rules that wait to send to the same customers; return who imports others."""
    with worker.env() as env:
        env.company.write({**LIMITS, "automation_bulk_limit": LIMIT})
        env[RULE].search([]).action_stop()
        groups = [
            (4, env.ref(f"base.{name}").id) for name in ("group_user", "group_partner_manager")
        ]
        user = env["res.users"].create({"name": "Mai", "login": "importer", "group_ids": groups})
        message = {"channel": "email", "subject": "Chào", "body_html": "<p>Kính chào</p>"}
        rules = env[RULE].create(
            [
                {
                    "name": kind,
                    "trigger_kind": trigger,
                    f"{trigger}_kind": kind,
                    "content_ids": [(0, 0, message)],
                }
                for trigger, kind in (("action", "partner_create"), ("event", "birthday"))
            ]
        )
        customers = env["res.partner"].create(
            [{"name": f"Cũ {n}", "email": f"cu{n}@khach.example"} for n in range(BEFORE)]
        )
        rules[1]._enter_records(customers, "birthday 2000")
        rules[1].next_run_at = datetime.utcnow().replace(microsecond=0)
        return user.id


def work(worker) -> None:
    """Send what is due until nothing is left."""
    work_on(worker)


def load(worker, user_id: int, crowd: int) -> dict:
    """Import the customers as the dialog does; return how long it took and what it said."""
    rows = [[f"Mới {number}", f"moi{number}@khach.example"] for number in range(crowd)]
    begin = time.monotonic()
    answer = worker.rpc(user_id, "res.partner", "load", ["name", "email"], rows)
    words = [message["message"] for message in answer["messages"][:3]]
    return {"seconds": time.monotonic() - begin, "words": words}


def scan(worker) -> bool:
    """Look for what is due, as the scheduled action does; tell whether something was looked for."""
    with worker.env() as env:
        env[RULE]._cron_scan()
    with worker.env() as env:
        rule = env[RULE].search([("event_kind", "=", "birthday"), ("state", "=", "running")])
        return rule.next_run_at > datetime.utcnow()
