"""Tickets in bulk, written with SQL: a million in a minute or two where `create` would take hours.

Only for rows that measure finding and changing tickets; how they come about is measured elsewhere.
"""

import contextlib
from collections.abc import Iterator

#: The tables that are filled; to be vacuumed and analysed afterwards.
TABLES = "caredesk_ticket", "caredesk_ticket_time", "caredesk_sla_status"

# Born in the last two days, first due in the coming fortnight: nothing falls due by itself.
_TICKETS = """
INSERT INTO caredesk_ticket
       (number, name, search_text, group_id, company_id, type_id, partner_id, user_id, stage_id,
        state, priority, severity, channel, nature, active, clock_kind, clock_started_at,
        assigned_at, create_date, write_date, create_uid, write_uid, sla_state, sla_deadline,
        queue_seconds_closed, work_seconds_closed, waiting_seconds_closed)
SELECT 'SEED/' || i, 'Máy lạnh không mát ' || i,
       'seed/' || i || ' may lanh khong mat ' || md5(i::text),
       kinds.group_ids[1 + i %% kinds.count], 1, kinds.ids[1 + i %% kinds.count],
       (%(partners)s)[1 + i %% %(partner_count)s],
       CASE WHEN i %% 4 > 0 THEN (%(people)s)[1 + i %% %(people_count)s] END,
       (SELECT id FROM caredesk_ticket_stage stage
         WHERE stage.state = life.state ORDER BY sequence LIMIT 1),
       life.state, (i / 4 %% 4)::text, (i / 16 %% 4)::text, 'email', 'request', true,
       life.clock, born, CASE WHEN i %% 4 > 0 THEN born END, born, born, 1, 1, 'running',
       born + interval '3 days' + (i %% 104729) * interval '11 seconds', 0, 0, 0
  FROM generate_series(1, %(count)s) AS i
 CROSS JOIN LATERAL (SELECT (array['unassigned', 'todo', 'in_progress', 'in_progress'])[1 + i %% 4],
       (array['queue', 'wait', 'work', 'work'])[1 + i %% 4],
       date_trunc('second', now() AT TIME ZONE 'UTC') - (i %% 7919) * interval '20 seconds'
       ) AS life(state, clock, born)
 CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids, array_agg(group_id ORDER BY id) AS group_ids,
       count(*) FROM caredesk_ticket_type WHERE group_id = ANY(%(groups)s)) AS kinds
"""
_TIME_LINES = """
INSERT INTO caredesk_ticket_time (ticket_id, state, kind, user_id, start_at, seconds)
SELECT id, state, clock_kind, user_id, clock_started_at, 0 FROM caredesk_ticket
"""
_PROMISES = """
INSERT INTO caredesk_sla_status
       (ticket_id, policy_id, target, state, started_at, since_at, allowed_seconds, used_seconds,
        exceeded_seconds, calendar_id, deadline_at, warn_at, create_date, write_date)
SELECT ticket.id, policy.id, policy.target, 'running', ticket.create_date, ticket.create_date,
       policy.hours * 3600, 0, 0, team.calendar_id, ticket.sla_deadline,
       ticket.sla_deadline - interval '6 hours', ticket.create_date, ticket.create_date
  FROM caredesk_ticket ticket
  JOIN caredesk_support_group team ON team.id = ticket.group_id
  JOIN caredesk_sla_policy policy ON policy.group_id = ticket.group_id AND policy.active
 ORDER BY ticket.id
"""


def open_tickets(worker, staff, count: int) -> None:
    """Fill a database without tickets with open ones, each with every promise of its group.

    :param staff: a `tests.system.staff.Staff`
    """
    people = [agent["uid"] for agent in staff.agents]
    parameters = {
        "count": count,
        "groups": staff.group_ids,
        "partners": staff.partner_ids,
        "partner_count": len(staff.partner_ids),
        "people": people,
        "people_count": len(people),
    }
    with worker.env() as env, _without_indexes(env.cr):
        env.cr.execute(_TICKETS, parameters)
        env.cr.execute(_TIME_LINES)
        env.cr.execute(_PROMISES)


@contextlib.contextmanager
def _without_indexes(cr) -> Iterator[None]:
    """Make the indexes of the tables after they were filled, as one loads any big table."""
    cr.execute(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary",
        [list(TABLES)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cr.execute(definition)
