"""Follow-ups and tickets put off that fell due in `clock_back` while the scheduler stood still.

A desk of its own, without service levels: half of its tickets are solved and to be asked after
two days later, the others are put off for a day. Their moments move into the past with all others.
"""

from datetime import UTC, datetime, timedelta

TICKET = "caredesk.ticket"
_REMINDER = "caredesk_ticket.mail_activity_type_follow_up"
#: Runs after which work that is never done counts as such.
RUNS = 20


def open_desk(worker, share: int) -> dict:
    """Let one agent solve `share` tickets and put as many off; return their ids."""
    with worker.env() as env:
        agent = env["res.users"].search([("login", "=", "fault_agent_0")])
        desk = env["caredesk.support.group"].create(
            {
                "name": "Fault desk",
                "follow_up_days": 2,
                "auto_close_days": 0,
                "allow_parallel_work": True,
            }
        )
        env["caredesk.support.member"].create(
            {"group_id": desk.id, "user_id": agent.id, "capacity": 10_000}
        )
        tickets = env[TICKET].create(
            [
                {"name": f"Desk {number}", "group_id": desk.id, "user_id": agent.id}
                for number in range(2 * share)
            ]
        )
        uid, ids = agent.id, tickets.ids
    tomorrow = (_now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    for ticket_id in ids[:share]:
        worker.rpc(uid, TICKET, "action_start", [ticket_id])
        worker.rpc(uid, TICKET, "action_complete", [ticket_id], "Đã thay linh kiện.")
    for ticket_id in ids[share:]:
        worker.rpc(uid, TICKET, "action_wait", [ticket_id], "not_now", tomorrow)
    return {"solved": ids[:share], "put_off": ids[share:], "uid": uid}


def catch_up(worker) -> None:
    """Do the work of both scheduled actions at the same moment as another process."""
    from psycopg2.errors import SerializationFailure

    worker.gate(0)
    for _run in range(RUNS):
        for method in ("_cron_follow_up", "_cron_wake"):
            try:
                with worker.env() as env:
                    getattr(env[TICKET], method)()
            except SerializationFailure:
                continue  # the next run does it
        with worker.env() as env:
            if not _due(env):
                break


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _due(env) -> int:
    now = _now()
    tickets = env[TICKET]
    return tickets.search_count(tickets._domain_to_remind(now)) + tickets.search_count(
        [("state", "=", "waiting"), ("snooze_until", "<=", now)]
    )


def judge(worker, desk: dict) -> dict:
    """Compare what became of each ticket with what had to."""
    lost, duplicated, violations = [], [], []
    with worker.env() as env:
        kind = env.ref(_REMINDER)
        for ticket in env[TICKET].browse(desk["solved"]):
            reminders = ticket.activity_ids.filtered(lambda one: one.activity_type_id == kind)
            _count(len(reminders), f"{ticket.name}: reminder", lost, duplicated)
            if reminders.user_id.ids != [desk["uid"]]:
                violations.append(f"{ticket.name}: reminder for {reminders.user_id.ids}")
        for ticket in env[TICKET].browse(desk["put_off"]):
            told = env["mail.message"].search_count(
                [
                    ("model", "=", TICKET),
                    ("res_id", "=", ticket.id),
                    ("message_type", "=", "user_notification"),
                ]
            )
            _count(told, f"{ticket.name}: notice", lost, duplicated)
            if ticket.state != "todo" or ticket.snooze_until:
                violations.append(f"{ticket.name}: {ticket.state} until {ticket.snooze_until}")
    tried = len(desk["solved"]) + len(desk["put_off"])
    words = f"{len(desk['solved'])} follow-ups, {len(desk['put_off'])} tickets put off"
    found = {"lost": lost, "duplicated": duplicated, "violations": violations}
    return {"tried": tried, "words": words, **found}


def _count(number: int, what: str, lost: list[str], duplicated: list[str]) -> None:
    if not number:
        lost.append(f"{what} never came")
    elif number > 1:
        duplicated.append(f"{what} came {number} times")
