"""Scheduled reports and rating requests: each mail once, whoever makes it and whoever dies.

Two processes make the reports that are due, and ask customers for ratings, at the same moment; one
of them is killed with signal 9 in the middle of each. Then both go on, and once more, as a
scheduler that runs every minute does.
"""

import time

from .harness import Child, Context

#: Reports, and customers to be asked: more than one batch of the cron, so that something is
#: committed when a process dies.
REPORTS, REPORTS_SMALL = 40, 8
CUSTOMERS, CUSTOMERS_SMALL = 400, 120
ADDRESSES = ("mot@example.com", "hai@example.com")
#: A process is killed when this part of the work has been committed.
DONE = 0.2
#: Runs after which work that is never done counts as such.
RUNS = 30
SCHEDULE, TICKET = "caredesk.report.schedule", "caredesk.ticket"

_SENT = "SELECT count(*) FROM caredesk_report_schedule_run WHERE state = 'sent'"
_ASKED = "SELECT count(*) FROM caredesk_rating_request WHERE ticket_id = ANY(%s)"
#: A report that died is tried again minutes later; here they pass at once.
_LATER = """
UPDATE caredesk_report_schedule_run SET retry_at = now() AT TIME ZONE 'UTC'
 WHERE state = 'waiting'
"""
_REPORT_MAILS = """
SELECT message.subject, mail.email_to, count(*)
  FROM mail_mail mail JOIN mail_message message ON message.id = mail.mail_message_id
 WHERE message.subject LIKE 'Fault report %' GROUP BY 1, 2
"""
_RATING_MAILS = """
SELECT message.res_id, count(*)
  FROM mail_mail mail JOIN mail_message message ON message.id = mail.mail_message_id
 WHERE message.model = 'caredesk.ticket' AND message.res_id = ANY(%s)
   AND mail.body_html LIKE '%%/support/rate/%%' GROUP BY 1
"""
_PERIODS = """
SELECT schedule_id, state, count(*) FROM caredesk_report_schedule_run
 WHERE state <> 'skipped' GROUP BY 1, 2
"""


def run(ctx: Context) -> dict:
    """Let two work and one die, twice over, go on, and judge.

    tried: mails that had to be written; lost and duplicated: those that were written never or more
    than once; violations: periods in a wrong state, or nobody killed in the middle.
    """
    reports = REPORTS_SMALL if ctx.small else REPORTS
    customers = CUSTOMERS_SMALL if ctx.small else CUSTOMERS
    plan = ctx.call("tests.system.mail_once:prepare", reports, customers)
    asked = [plan["ticket_ids"]]
    wrong = [
        *_work_with_a_death(ctx, "reports", reports, _SENT, None),
        *_work_with_a_death(ctx, "ratings", customers, _ASKED, asked),
    ]
    ctx.sql(_LATER)
    _go_on(ctx)
    return _judge(ctx, plan, wrong)


def _work_with_a_death(ctx: Context, work: str, number: int, query: str, params) -> list[str]:
    """Have two processes work at once and kill one in the middle; return what went wrong."""
    with ctx.gates(1) as release:
        workers = _spawn(ctx, work)
        release(0, 2)
    killed = False
    while not killed and any(child.alive() for child in workers):
        ((done,),) = ctx.sql(query, params)
        for child in workers if number * DONE <= done < number else ():
            if not killed and ctx.is_writing(child):
                child.kill9()
                killed = True
        time.sleep(0.002)
    for child in workers:
        if not child.killed:
            child.result()
    return [] if killed else [f"nobody was killed in the middle of the {work}"]


def _go_on(ctx: Context) -> None:
    """Have two processes do what is left, and then look for more as they do each minute."""
    with ctx.gates(1) as release:
        workers = _spawn(ctx, "everything")
        release(0, 2)
    for child in workers:
        child.result()


def _spawn(ctx: Context, work: str) -> list[Child]:
    return [ctx.spawn(f"tests.system.mail_once:do_{work}", name=work) for _worker in range(2)]


def _judge(ctx: Context, plan: dict, wrong: list[str]) -> dict:
    expected = {(name, address) for name in plan["reports"] for address in ADDRESSES}
    expected |= set(plan["ticket_ids"])
    found = {(name, address): times for name, address, times in ctx.sql(_REPORT_MAILS)}
    found |= dict(ctx.sql(_RATING_MAILS, [plan["ticket_ids"]]))
    lost = [f"lost: {mail}" for mail in expected - found.keys()]
    twice = [f"duplicated: {mail} {times} times" for mail, times in found.items() if times > 1]
    wrong += [f"nobody should get {mail}" for mail in found.keys() - expected]
    wrong += [
        f"report {schedule_id}: {times} periods {state}"
        for schedule_id, state, times in ctx.sql(_PERIODS)
        if (state, times) != ("sent", 1)
    ]
    return {
        "id": "mail_once",
        "tried": len(expected),
        "lost": len(lost),
        "duplicated": len(twice),
        "violations": len(wrong),
        "ok": not (lost or twice or wrong),
        "details": [*lost, *twice, *wrong],
    }


# --- in processes of their own ---


def prepare(worker, reports: int, customers: int) -> dict:
    """Make reports that are due, and solved tickets whose customers are to be asked."""
    from odoo import fields

    with worker.env() as env:
        env[SCHEDULE].search([]).active = False
        schedules = env[SCHEDULE].create(
            [
                {
                    "name": f"Fault report {number}",
                    "user_id": env.ref("base.user_admin").id,
                    "frequency": "daily",
                    "period": "all",
                    "recipient_emails": ", ".join(ADDRESSES),
                }
                for number in range(reports)
            ]
        )
        for schedule in schedules:
            schedule.next_run_at = schedule._rhythm().last_until(fields.Datetime.now())
        tickets = _solved_tickets(env, customers)
        return {"reports": schedules.mapped("name"), "ticket_ids": tickets.ids}


def _solved_tickets(env, number: int):
    """Return tickets of as many customers, solved, in a group that asks for ratings."""
    env[TICKET].search([("rating_pending", "=", True)])._own_code().write({"rating_pending": False})
    desk = env["caredesk.support.group"].create(
        {"name": "Fault desk", "rating_moment": "done", "allow_parallel_work": True}
    )
    agent = env["res.users"].create(
        {
            "name": "Fault agent",
            "login": "fault_agent",
            "group_ids": [(6, 0, [env.ref("caredesk_ticket.group_agent").id])],
        }
    )
    env["caredesk.support.member"].create(
        {"group_id": desk.id, "user_id": agent.id, "capacity": 10_000}
    )
    people = env["res.partner"].create(
        [{"name": f"Khách {n}", "email": f"khach{n}@example.com"} for n in range(number)]
    )
    tickets = env[TICKET].create(
        [
            {"name": person.name, "group_id": desk.id, "user_id": agent.id, "partner_id": person.id}
            for person in people
        ]
    )
    for ticket in tickets.with_user(agent):
        ticket.action_start()
        ticket.action_complete("Đã thay linh kiện.")
    return tickets


def do_reports(worker) -> None:
    """Make what is due at the same moment as another process, as the scheduled action does."""
    worker.gate(0)
    _work_off(worker, SCHEDULE, "_cron_send", _reports_left)


def do_ratings(worker) -> None:
    """Ask customers at the same moment as another process, as the scheduled action does."""
    worker.gate(0)
    _work_off(worker, TICKET, "_cron_ask_for_ratings", _ratings_left)


def do_everything(worker) -> None:
    """Do both, and once more when nothing is left to do."""
    worker.gate(0)
    for _time in range(2):
        _work_off(worker, SCHEDULE, "_cron_send", _reports_left)
        _work_off(worker, TICKET, "_cron_ask_for_ratings", _ratings_left)


def _work_off(worker, model: str, method: str, is_left) -> None:
    """Without the scheduler, which lets nobody else run what it runs: nothing may depend on it."""
    from psycopg2.errors import SerializationFailure

    for _run in range(RUNS):
        try:
            with worker.env() as env:
                getattr(env[model], method)()
        except SerializationFailure:
            continue  # the next run does it
        with worker.env() as env:
            if not is_left(env):
                break


def _reports_left(env) -> int:
    from odoo import fields

    now = fields.Datetime.now()
    runs = env["caredesk.report.schedule.run"]
    due = env[SCHEDULE].search_count([("next_run_at", "<=", now)])
    return due + runs.search_count([("state", "=", "waiting"), ("retry_at", "<=", now)])


def _ratings_left(env) -> int:
    return env[TICKET].search_count([("rating_pending", "=", True)])
