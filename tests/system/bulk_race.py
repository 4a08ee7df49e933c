"""People change what a scheduled action is busy with: they get through, and so does its work.

A manager changes many tasks at once while their reminders go out; a person tests an account that
Zalo has disabled. Each request is one of a person, with Odoo's own five tries, and the scheduled
action runs as Odoo runs it: its job locked, as often as it says that something remains.
"""

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import zalo_desk
from .harness import Context
from .refusal import GaveUp, Refused

#: The addons the scenario needs.
ADDONS = ["caredesk_automation", "caredesk_zalo"]
ME = "tests.system.bulk_race"
ADMIN = 2
TASK = "caredesk.care.task"

#: Tasks whose reminders are due, each of a customer of its own, and who has them.
TASKS, TASKS_SMALL = 3000, 300
EMPLOYEES = 10
#: Reminders that have gone out when the manager begins.
BEGUN = 50
#: The error by which Zalo says that it has disabled an account.
DISABLED = -204
PATIENCE = 60

_REMIND = "caredesk_automation.ir_cron_care_remind"
_CHECK = "caredesk_zalo.ir_cron_check"
_REMINDED = "SELECT count(*) FROM caredesk_care_task WHERE reminded AND id >= %s"
_LEFT = (
    "SELECT count(*) FROM caredesk_care_task"
    " WHERE reminded IS NOT TRUE AND state = 'planned' AND id >= %s"
)
_COME_AGAIN = "UPDATE ir_cron_trigger SET call_at = now() AT TIME ZONE 'UTC'"


def run(ctx: Context) -> dict:
    """Let both happen, one after the other, and judge.

    tried: reminders and accounts; lost: those that came never, accounts nobody looked at;
    duplicated: people reminded twice of one task; violations: requests that did not get through,
    scheduled actions that failed.
    """
    verdict: dict[str, list[str]] = {"lost": [], "duplicated": [], "violations": []}
    count = TASKS_SMALL if ctx.small else TASKS
    notes = _care(ctx, count, verdict) + _check(ctx, verdict)
    return zalo_desk.report("bulk_race", count + 2, verdict, notes)


def _care(ctx: Context, count: int, verdict: dict) -> list[str]:
    """Give tasks to somebody else and call others off while their reminders go out."""
    known = ctx.call(f"{ME}:prepare_tasks", count)
    first = known["tasks"][:1]
    worker = ctx.spawn(f"{ME}:drive", _REMIND)
    zalo_desk.wait_until(lambda: ctx.sql(_REMINDED, first)[0][0] >= BEGUN, PATIENCE, pause=0.02)
    heir = {"user_ids": [[6, 0, [known["heir"]]]]}
    asked = [
        ctx.call(f"{ME}:ask", known["manager"], TASK, "write", known["given"], heir),
        ctx.call(f"{ME}:ask", known["manager"], TASK, "action_cancel", known["called_off"]),
    ]
    ((left,),) = ctx.sql(_LEFT, first)
    if not left:
        verdict["violations"].append("the manager got through only when all reminders were sent")
    runs = [worker.result()]
    ctx.sql(_COME_AGAIN)  # in half a minute; so long nobody wants to wait here
    runs.append(ctx.call(f"{ME}:drive", _REMIND))
    _note_ends(asked, runs, verdict)
    path = ctx.folder / "tasks.json"  # thousands of them are more than a command line takes
    path.write_text(json.dumps(known))
    for kind, lines in ctx.call(f"{ME}:judge_tasks", str(path)).items():
        verdict[kind] += lines
    return [_words(one) for one in asked] + [f"{left} of {count} reminders left by then"]


def _check(ctx: Context, verdict: dict) -> list[str]:
    """Test an account that Zalo has disabled; another one is due behind it."""
    with zalo_desk.open_desk(ctx) as (sandbox, desk):
        account = desk["account"]
        ctx.call(f"{ME}:prepare_account", account)
        sandbox.sandbox.faults.add(path="/v", kind="code", times=1, code=DISABLED)
        asked = [ctx.call(f"{ME}:ask", ADMIN, "caredesk.zalo.oa", "action_test", [account])]
        _note_ends(asked, [ctx.call(f"{ME}:drive", _CHECK)], verdict)
    rows = ctx.sql("SELECT id, checked_at, last_error FROM caredesk_zalo_oa WHERE state != 'draft'")
    verdict["lost"] += [f"account {row_id} was not checked" for row_id, at, _why in rows if not at]
    if not any(row_id == account and why for row_id, _at, why in rows):
        verdict["violations"].append("nobody reads why the account does not work")
    return [f"{len(rows)} accounts, one of them disabled"]


def _note_ends(asked: list[dict], runs: list[str], verdict: dict) -> None:
    verdict["violations"] += [_words(one) for one in asked if one["end"] != "done"]
    verdict["violations"] += [f"the scheduled action failed: {error}" for error in runs if error]


def _words(asked: dict) -> str:
    return f"{asked['method']}: {asked['end']} after {asked['seconds']:.1f} s"


# --- in processes of their own ---


def ask(worker, uid: int, model: str, method: str, *args) -> dict:
    """Do what a person does; say how it ended and how long it took."""
    begin, end = time.monotonic(), "done"
    try:
        worker.rpc(uid, model, method, *args)
    except (GaveUp, Refused) as error:
        end = f"{type(error).__name__}: {error}"
    return {"method": method, "end": end, "seconds": time.monotonic() - begin}


def drive(worker, xmlid: str) -> str:
    """Run a scheduled action as Odoo does, again while something remains; return its errors."""
    from odoo.addons.base.models import ir_cron

    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(
        f"{record.getMessage()}: {record.exc_info and record.exc_info[1]}"
    )
    logging.getLogger(ir_cron.__name__).addHandler(handler)
    with worker.env() as env:
        cron_id = env.ref(xmlid).id
    ready = True
    while ready:
        with worker.registry.cursor() as cr:
            job = ir_cron.IrCron._acquire_one_job(cr, cron_id, include_not_ready=True)
            worker.registry["ir.cron"]._process_job(cr, job)
        with worker.registry.cursor() as cr:
            jobs = ir_cron.IrCron._get_all_ready_jobs(cr)
        ready = not errors and cron_id in [job["id"] for job in jobs]
    return "; ".join(errors)[-500:]


def prepare_tasks(worker, count: int) -> dict:
    """Make tasks of some employees whose reminders are due; return which ones change."""
    with worker.env() as env:
        people = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
        names = ["manager", "heir", *(f"employee {number}" for number in range(EMPLOYEES))]
        group = env.ref("caredesk_automation.group_care_manager").id
        users = people.create(
            [
                {"name": name, "login": f"bulk {name}", "email": f"{name[:3]}{place}@care.example",
                 "group_ids": [(4, group)]}
                for place, name in enumerate(names)
            ]
        )  # fmt: skip
        customers = env["res.partner"].create([{"name": f"Khách {n}"} for n in range(count)])
        tasks = env[TASK].with_context(tracking_disable=True).create(
            [
                {
                    "name": f"Gọi {customer.name}",
                    "partner_id": customer.id,
                    "user_ids": [(6, 0, users[2 + number % EMPLOYEES].ids)],
                    "date_start": datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1),
                    "reminder_days": 2,
                    "notify_email": True,
                }
                for number, customer in enumerate(customers)
            ]
        )  # fmt: skip
        return {
            "manager": users[0].id,
            "heir": users[1].id,
            "tasks": tasks.ids,
            "given": tasks[::EMPLOYEES].ids,
            "called_off": tasks[1::EMPLOYEES].ids,
        }


def judge_tasks(worker, path: str) -> dict[str, list[str]]:
    """Compare mails and to-dos of each task with what had to be, see `prepare_tasks`."""
    known = json.loads(Path(path).read_text())
    heir, given, called_off = known["heir"], set(known["given"]), set(known["called_off"])
    verdict: dict[str, list[str]] = {"lost": [], "duplicated": [], "violations": []}
    with worker.env() as env:
        env.cr.execute(
            "SELECT message.res_id, count(*) FROM mail_mail mail JOIN mail_message message"
            " ON message.id = mail.mail_message_id WHERE message.model = %s GROUP BY 1",
            [TASK],
        )
        mails = dict(env.cr.fetchall())
        for task in env[TASK].browse(known["tasks"]):
            is_off = task.id in called_off
            todos = task.activity_ids.user_id.ids
            for what, count in (("mail", mails.get(task.id, 0)), ("to-do", len(todos))):
                least = 0 if is_off else 1
                if count < least:
                    verdict["lost"].append(f"{task.name}: no {what}")
                elif count > 1:
                    verdict["duplicated"].append(f"{task.name}: {what} {count} times")
            if is_off and (task.state != "cancelled" or todos):
                verdict["violations"].append(f"{task.name}: {task.state}, to do for {todos}")
            if task.id in given and todos != [heir]:
                verdict["violations"].append(f"{task.name}: to do for {todos} instead of {heir}")
    return verdict


def prepare_account(worker, account_id: int) -> None:
    """Connect another account of the same app, which nobody has looked at for long."""
    with worker.env() as env:
        account = env["caredesk.zalo.oa"].browse(account_id)
        known = ("state", "access_token", "refresh_token", "token_expires_at")
        values = {name: account[name] for name in known}
        account.copy({"name": "Second"}).write({**values, "oa_id": "999", "checked_at": False})
