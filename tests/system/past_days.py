"""What happened to the tickets of `clock_back` while the scheduled actions stood still.

Nothing knows of a false clock: people act through the same calls as ever, and between their deeds
the whole history is moved into the past.
"""

import itertools
from dataclasses import dataclass, field

TICKET = "caredesk.ticket"
#: Promises by name: values of the policy.
PROMISES = {
    "Answer": {"target": "first_response", "hours": 4},
    "Answer again": {"target": "next_response", "hours": 2},
    "Solve": {"target": "resolution", "hours": 24, "escalate_priority": True},
    "Solve at last": {"target": "resolution", "hours": 100, "warn_percent": 50},
}
MISSED, WARNED = "missed a deadline", "is nearly due"
#: Tables whose moments are moved when time passes.
_HISTORY = (
    "caredesk_ticket",
    "caredesk_ticket_time",
    "caredesk_ticket_assignment",
    "caredesk_sla_status",
    "mail_message",
    "mail_notification",
)


@dataclass(frozen=True)
class Story:
    """What happens to some tickets, and what has to come of it.

    :param deeds: what is done, by hours after creation
    :param states: state of each promise in the end
    :param told: (promise, what people had to be told) once each
    :param raised: whether the priority had to be raised
    """

    deeds: dict[int, str]
    states: dict[str, str]
    told: set[tuple[str, str]] = field(default_factory=set)
    raised: bool = False


_ENDLESS = {("Solve", MISSED), ("Solve at last", WARNED), ("Solve at last", MISSED)}
_FAILED = {"Solve": "failed", "Solve at last": "failed"}
_KEPT = {"Answer": "reached", "Solve": "reached", "Solve at last": "reached"}

STORIES = {
    "untouched": Story({}, {"Answer": "failed", **_FAILED}, {("Answer", MISSED), *_ENDLESS}, True),
    "in time": Story({1: "answer", 10: "complete"}, _KEPT),
    "late": Story({1: "answer", 30: "complete"}, {**_KEPT, "Solve": "failed"}, {("Solve", MISSED)}),
    "late answer": Story(
        {6: "answer", 10: "complete"}, {**_KEPT, "Answer": "failed"}, {("Answer", MISSED)}
    ),
    "asked again": Story(
        {1: "answer", 5: "ask"},
        {"Answer": "reached", "Answer again": "failed", **_FAILED},
        {("Answer again", MISSED), *_ENDLESS},
        True,
    ),
    "asked again, late": Story(
        {1: "answer", 5: "ask", 10: "answer"},
        {"Answer": "reached", "Answer again": "failed", **_FAILED},
        {("Answer again", MISSED), *_ENDLESS},
        True,
    ),
    "asked again, in time": Story(
        {1: "answer", 5: "ask", 6: "answer"},
        {"Answer": "reached", "Answer again": "reached", **_FAILED},
        _ENDLESS,
        True,
    ),
    "waits": Story(
        {1: "answer_and_wait"}, {"Answer": "reached", "Solve": "paused", "Solve at last": "paused"}
    ),
    "waits too late": Story(
        {1: "answer", 30: "wait"},
        {"Answer": "reached", "Solve": "failed", "Solve at last": "paused"},
        {("Solve", MISSED)},
        True,
    ),
    "cancelled too late": Story(
        {30: "cancel"},
        {"Answer": "failed", "Solve": "failed"},
        {("Answer", MISSED), ("Solve", MISSED)},
    ),
}


# --- in processes of their own ---


def open_department(worker, share: int) -> dict:
    """Hire people, promise, and let a customer open `share` tickets of each story."""
    from . import staff as departments

    staff = departments.hire(worker, 2, 10, [share * len(STORIES)], seed=0, varied=False)
    told, boss = staff["manager_uids"]
    with worker.env() as env:
        teams = env["caredesk.support.group"].browse(staff["group_ids"])
        teams.write({"manager_ids": [(6, 0, [told])], "allow_parallel_work": True})
        env["res.users"].search([("login", "like", "fault_")]).notification_type = "inbox"
        teams.sla_policy_ids.active = False
        env["caredesk.sla.policy"].create(
            [
                {"name": name, "group_id": team.id, "notify_user_ids": [(6, 0, [boss])], **vals}
                for team in teams
                for name, vals in PROMISES.items()
            ]
        )
    stories = [name for name in STORIES for _ticket in range(share)]
    kinds = itertools.cycle(staff["type_of_group"].values())
    partners = itertools.cycle(staff["partner_ids"])
    vals_list = [
        {"name": f"Clock {name}", "type_id": next(kinds), "partner_id": next(partners)}
        for name in stories
    ]
    ids = worker.rpc(staff["creator_uids"][0], TICKET, "create", vals_list)
    ticket_ids = {name: [] for name in STORIES}
    for name, ticket_id in zip(stories, ids, strict=True):
        ticket_ids[name].append(ticket_id)
    return {"tickets": ticket_ids, "told": [told, boss], "boss": boss}


def live_until(worker, plan: dict, hour: int) -> None:
    """Let the time pass until `hour` after the creation, and do what is done then."""
    with worker.env() as env:
        env.cr.execute(
            "SELECT EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - create_date)::int"
            " FROM caredesk_ticket WHERE id = %s",
            plan["tickets"]["untouched"][:1],
        )
        _move_into_the_past(env, hour * 3600 - env.cr.fetchone()[0])
    for name, story in STORIES.items():
        for ticket_id in plan["tickets"][name] if hour in story.deeds else ():
            with worker.env() as env:
                ticket = env[TICKET].browse(ticket_id)
                uid, customer_id = ticket.user_id.id, ticket.partner_id.id
            _DEEDS[story.deeds[hour]](worker, ticket_id, uid, customer_id, plan)


def _move_into_the_past(env, seconds: int) -> None:
    env.cr.execute(
        "SELECT table_name, string_agg(format('%%1$I = %%1$I - %%2$L::interval', column_name,"
        " make_interval(secs => %s)), ', ') FROM information_schema.columns"
        " WHERE table_name IN %s AND data_type LIKE 'timestamp%%' GROUP BY table_name",
        [seconds, _HISTORY],
    )
    for table, changes in env.cr.fetchall():
        env.cr.execute(f"UPDATE {table} SET {changes}")  # noqa: S608 - of the catalogue


def _answer(worker, ticket_id, uid, *_more):
    words = {"body": "Anh/chị vui lòng khởi động lại máy.", "message_type": "comment"}
    worker.rpc(uid, TICKET, "message_post", [ticket_id], subtype_xmlid="mail.mt_comment", **words)


def _ask(worker, ticket_id, _uid, customer_id, _plan):
    with worker.env() as env:
        env[TICKET].browse(ticket_id).message_post(
            body="Vẫn chưa được, mong sớm trả lời.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=customer_id,
        )


def _wait(worker, ticket_id, uid, *_more):
    worker.rpc(uid, TICKET, "action_start", [ticket_id])
    worker.rpc(uid, TICKET, "action_wait", [ticket_id], "customer")


def _answer_and_wait(worker, *args):
    _answer(worker, *args)
    _wait(worker, *args)


def _complete(worker, ticket_id, uid, *_more):
    worker.rpc(uid, TICKET, "action_start", [ticket_id])
    worker.rpc(uid, TICKET, "action_complete", [ticket_id], "Đã vệ sinh, nạp gas.", "Bụi")


def _cancel(worker, ticket_id, _uid, _customer_id, plan):
    worker.rpc(plan["boss"], TICKET, "action_cancel", [ticket_id], "Khách đổi ý")


_DEEDS = {
    "answer": _answer,
    "ask": _ask,
    "wait": _wait,
    "answer_and_wait": _answer_and_wait,
    "complete": _complete,
    "cancel": _cancel,
}
