"""Judges I-1 … I-5 on committed data, with plain SQL and none of CareDesk's own code.

I-1, I-2 and I-4 speak of every moment: they are replayed from the witness (`replay.py`). I-3 and
I-5 speak of the state after the last dispatch: they are queries, here.
"""

from . import witness
from .replay import Replay

#: Queued tickets beside members who could take them, in groups that serve their queue.
_IDLE = """
SELECT ticket.id, seat.user_id
  FROM caredesk_ticket ticket
  JOIN caredesk_support_group team ON team.id = ticket.group_id
  JOIN caredesk_support_member seat ON seat.group_id = team.id
  JOIN caredesk_support_agent agent ON agent.user_id = seat.user_id
  JOIN res_users person ON person.id = seat.user_id
 CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE held.state IN ('todo', 'in_progress')) AS open,
           count(*) FILTER (WHERE held.state = 'waiting') AS waiting
      FROM caredesk_ticket held WHERE held.user_id = seat.user_id) AS load
 WHERE ticket.state = 'unassigned' AND team.id = ANY(%(groups)s)
   AND team.active AND team.auto_assign AND team.dispatch_queue
   AND seat.active AND person.active AND agent.is_away IS NOT TRUE
   AND load.open < seat.capacity AND (load.waiting = 0 OR team.assign_to_waiting)
   AND NOT EXISTS (
    SELECT FROM caredesk_ticket_skill_rel needed
     WHERE needed.ticket_id = ticket.id AND needed.skill_id NOT IN (
        SELECT own.skill_id FROM caredesk_support_member_skill_rel own
         WHERE own.member_id = seat.id))
"""

#: What was given by itself, as far as it needs a skill: how much, and how much to the unskilled.
_SKILLED = """
SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (
    SELECT FROM caredesk_support_member seat
      JOIN caredesk_support_member_skill_rel own ON own.member_id = seat.id
     WHERE seat.user_id = given.to_user_id AND seat.group_id = ticket.group_id
       AND own.skill_id = needed.skill_id))
  FROM caredesk_ticket_assignment given
  JOIN caredesk_ticket ticket ON ticket.id = given.ticket_id
  JOIN caredesk_ticket_skill_rel needed ON needed.ticket_id = ticket.id
 WHERE ticket.group_id = ANY(%(groups)s) AND given.method = 'auto'
"""

#: State and performer must fit each other.
_HALF_ASSIGNED = """
SELECT id, state, user_id FROM caredesk_ticket
 WHERE group_id = ANY(%(groups)s)
   AND ((state = 'unassigned' AND user_id IS NOT NULL)
     OR (state IN ('todo', 'in_progress', 'waiting') AND user_id IS NULL))
"""

#: What the time lines say, against what the ticket says. The running line counts until the
#: ticket's own running clock started, so both halves end at the same second.
_CLOCKS = """
WITH line AS (
    SELECT ticket_id, kind, state, start_at, stop_at, seconds,
           lag(stop_at) OVER life AS stopped, lag(start_at) OVER life AS before,
           lead(start_at) OVER life AS next_start
      FROM caredesk_ticket_time WINDOW life AS (PARTITION BY ticket_id ORDER BY start_at, id)
), life AS (
    SELECT ticket_id, min(start_at) AS born,
           count(*) FILTER (WHERE stop_at IS NULL) AS running,
           count(*) FILTER (WHERE stop_at IS NULL AND next_start IS NOT NULL) AS unclosed,
           count(*) FILTER (WHERE stop_at IS NOT NULL
                              AND seconds <> extract(epoch FROM stop_at - start_at)) AS uneven,
           count(*) FILTER (WHERE stopped > start_at) AS overlaps,
           coalesce(sum(extract(epoch FROM start_at - stopped)) FILTER (
                WHERE stopped < start_at), 0) AS pauses,
           coalesce(sum(seconds) FILTER (WHERE kind = 'queue'), 0) AS queue,
           coalesce(sum(seconds) FILTER (WHERE kind = 'work'), 0) AS work,
           coalesce(sum(seconds) FILTER (WHERE kind = 'wait'), 0) AS wait,
           max(stop_at) AS last_stop,
           max(start_at) FILTER (WHERE stop_at IS NULL) AS running_since,
           max(kind) FILTER (WHERE stop_at IS NULL) AS running_kind,
           max(state) FILTER (WHERE stop_at IS NULL) AS running_state
      FROM line GROUP BY ticket_id
)
SELECT ticket.id, ticket.state,
       ticket.state IN ('unassigned', 'todo', 'in_progress', 'waiting') AS is_open,
       life.*, ticket.clock_kind, ticket.clock_started_at,
       coalesce(ticket.queue_seconds_closed, 0) AS queue_column,
       coalesce(ticket.work_seconds_closed, 0) AS work_column,
       coalesce(ticket.waiting_seconds_closed, 0) AS wait_column,
       (SELECT count(*) FROM caredesk_ticket_assignment one
         WHERE one.ticket_id = ticket.id AND one.method = 'reopen') AS reopened,
       extract(epoch FROM date_trunc('second', ticket.create_date) - life.born) AS born_late
  FROM caredesk_ticket ticket LEFT JOIN life ON life.ticket_id = ticket.id
 WHERE ticket.group_id = ANY(%(groups)s)
"""


def watch(connection) -> None:
    """Start to observe; before the first ticket of the scenario is made."""
    with connection.cursor() as cursor:
        witness.install(cursor)


def check(connection, group_ids: list[int], *, skills: bool = False) -> list[str]:
    """Return one line for each violation; call it when everything is quiet and dispatched.

    :param skills: some of the tickets need a skill, and must have gone to people who have it
    """
    with connection.cursor() as cursor:
        replay = Replay(group_ids)
        for events in witness.transactions(cursor):
            replay.feed(events)
        replay.finish()
        found = replay.violations
        for ticket_id, user_id in idle(cursor, group_ids):
            found.append(f"I-3: ticket {ticket_id} is queued while {user_id} is free")
        cursor.execute(_HALF_ASSIGNED, {"groups": group_ids})
        for ticket_id, state, user_id in cursor.fetchall():
            found.append(f"I-2: ticket {ticket_id} is {state} with performer {user_id}")
        if skills:
            found += _skill_problems(cursor, group_ids)
        return found + clock_problems(cursor, group_ids)


def idle(cursor, group_ids: list[int]) -> list[tuple[int, int]]:
    """Return pairs of a queued ticket and a member who could have it."""
    cursor.execute(_IDLE, {"groups": group_ids})
    return cursor.fetchall()


def _skill_problems(cursor, group_ids: list[int]) -> list[str]:
    """Who is given a ticket automatically has the skills it needs, and some need one."""
    cursor.execute(_SKILLED, {"groups": group_ids})
    given, unskilled = cursor.fetchone()
    if not given:
        return ["skills: no ticket that needs one was given to anybody"]
    return [f"skills: {unskilled} of {given} went to members without them"] if unskilled else []


def clock_problems(cursor, group_ids: list[int]) -> list[str]:
    """I-5: contiguous lines, at most one of them open, and sums equal to the elapsed time."""
    cursor.execute(_CLOCKS, {"groups": group_ids})
    names = [column.name for column in cursor.description]
    found = []
    for row in cursor.fetchall():
        ticket = dict(zip(names, row, strict=True))
        for text in _clock_problems_of(ticket):
            found.append(f"I-5: ticket {ticket['id']}: {text}")
    return found


def _clock_problems_of(ticket: dict) -> list[str]:
    if ticket["born"] is None:
        return ["has no time line"]
    checks = [
        (ticket["running"] == int(ticket["is_open"]), f"{ticket['running']} running lines"),
        (not ticket["unclosed"], "a line runs on behind a later one"),
        (not ticket["uneven"], "a line's seconds are not its length"),
        (not ticket["overlaps"], "lines overlap"),
        # Between done and reopened no clock runs; otherwise there is no gap.
        (not ticket["pauses"] or ticket["reopened"], f"gap of {ticket['pauses']} s"),
        (-60 <= ticket["born_late"] <= 60, f"born {ticket['born_late']} s off its first line"),
        (ticket["clock_kind"] == ticket["running_kind"], "ticket and line run different clocks"),
        (ticket["running_state"] in (None, ticket["state"]), "line of another state"),
        (ticket["clock_started_at"] == ticket["running_since"], "ticket and line start apart"),
    ]
    for clock in ("queue", "work", "wait"):
        column, lines = ticket[f"{clock}_column"], ticket[clock]
        checks.append((column == lines, f"{clock} {column} s, by its lines {lines} s"))
    closed = sum(ticket[f"{clock}_column"] for clock in ("queue", "work", "wait"))
    end = ticket["clock_started_at"] or ticket["last_stop"]
    lived = (end - ticket["born"]).total_seconds() - float(ticket["pauses"])
    checks.append((closed == lived, f"clocks say {closed} s, it lived {lived} s"))
    return [text for fine, text in checks if not fine]
