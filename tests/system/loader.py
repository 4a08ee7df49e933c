"""Compares tickets that the loader copied by SQL with what the ORM makes, column by column.

Runs in a process of its own, see `worker.py`.
"""

from tests.system import invariants

TICKET = "caredesk.ticket"
#: Tickets of each kind that are looked at closely.
SAMPLE = 15
#: What a copy leaves behind on purpose: marks for scheduled actions, ties, what was sent.
LEFT = {"auto_reply_pending", "source_message_id", "status_mail_pending", "parent_id", "phone"}
#: What belongs to a ticket, and how it is found.
_COMPANIONS = {
    "caredesk_ticket_time": "ticket_id = %s",
    "caredesk_ticket_assignment": "ticket_id = %s",
    "caredesk_sla_status": "ticket_id = %s",
    "caredesk_ticket_check": "ticket_id = %s",
    "caredesk_ticket_stage_visit": "ticket_id = %s",
    "mail_message": "model = 'caredesk.ticket' AND res_id = %s",
    "mail_followers": "res_model = 'caredesk.ticket' AND res_id = %s",
}


def judge(worker, count: int) -> list[str]:
    """Return one line for each difference between copies and what the ORM made or would make."""
    with worker.env() as env:
        copies = env[TICKET].search([("name", "like", " (SN ")], order="id")
        problems = [] if len(copies) == count else [f"{len(copies)} tickets of {count}"]
        problems += invariants.clock_problems(env.cr, env["caredesk.support.group"].search([]).ids)
        problems += _seats_overfilled(env)
        for ticket in copies[:SAMPLE] | copies[-SAMPLE:]:
            problems += [f"{ticket.number}: {text}" for text in _differences(env, ticket)]
        env.cr.rollback()
    return problems


def _seats_overfilled(env) -> list[str]:
    """I-1: the loader gives nobody work."""
    held = env[TICKET].search_count(
        [("name", "like", " (SN "), ("state", "in", ("todo", "in_progress"))]
    )
    return [f"{held} copies are somebody's work"] if held else []


def _differences(env, ticket) -> list[str]:
    model = env[TICKET].search([("name", "=", ticket.name.rpartition(" (SN ")[0])], limit=1)
    found = []
    for table, condition in {"caredesk_ticket": "id = %s", **_COMPANIONS}.items():
        theirs, ours = (_filled(env, table, condition, one.id) for one in (model, ticket))
        if theirs != ours:
            found.append(f"{table} has {ours}, its model {theirs}")
    stored = {name: ticket[name] for name in ("search_text", "email_from", "partner_name")}
    for name in stored:
        env.add_to_compute(ticket._fields[name], ticket)
    found += [
        f"{name} {stored[name]!r}, by the ORM {ticket[name]!r}"
        for name in stored
        if ticket[name] != stored[name]
    ]
    return found + _promises_apart(env, ticket)


def _filled(env, table: str, condition: str, record_id: int) -> list[list[str]]:
    """Return the names of the filled columns of each row, in the order of the rows."""
    query = f"SELECT to_jsonb(one) FROM {table} one WHERE {condition} ORDER BY id"  # noqa: S608
    env.cr.execute(query, [record_id])
    rows = [row for (row,) in env.cr.fetchall()]
    empty = (None, False, "")
    return [
        sorted(key for key, value in row.items() if value not in empty and key not in LEFT)
        for row in rows
    ]


def _promises_apart(env, ticket) -> list[str]:
    """Let the ORM make the same request at the same moment and compare what is promised."""
    from tools.demo_data import clock

    with clock.shifted(env) as hands:
        hands.set(ticket.create_date)
        again = env[TICKET]._create_from_channel(
            ticket.channel,
            [
                {name: ticket[name].id for name in ("type_id", "partner_id", "group_id")}
                | {"name": ticket.name, "priority": ticket.priority, "severity": ticket.severity}
            ],
        )
        env.flush_all()
    made, copied = (
        {
            (row.policy_id.id, row.target, row.started_at, row.allowed_seconds, row.calendar_id.id)
            for row in one.sla_status_ids
            if row.target != "next_response"
        }
        for one in (again, ticket)
    )
    if ticket.state == "cancelled":  # broken promises only are kept
        made &= copied
    return [] if made == copied else [f"promised {copied}, by the ORM {made}"]
