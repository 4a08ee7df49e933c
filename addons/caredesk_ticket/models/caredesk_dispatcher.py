import logging
from functools import partial

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL

from ..domain import routing

_logger = logging.getLogger(__name__)

#: Key of the PostgreSQL advisory lock that makes dispatchers of one database take turns.
_DISPATCH_LOCK = 0x43_44_44_50
#: What the query for seats reads.
_FACTS_OF_SEATS = {
    "caredesk.support.member": (
        "group_id",
        "user_id",
        "sequence",
        "capacity",
        "agent_id",
        "active",
        "skill_ids",
    ),
    "caredesk.support.agent": ("assigned_at", "is_away"),
    "caredesk.support.group": ("company_id",),
    "res.users": ("active", "share", "company_ids"),
    "caredesk.ticket": ("user_id", "state"),
}


class CaredeskDispatcher(models.AbstractModel):
    """Joins queued tickets and free members.

    Two ways lead here, and both are needed:

    * inside the transaction that makes a ticket or frees a member, so that whoever caused it
      sees the result at once. Odoo's transactions read a snapshot that may be out of date,
      so this way takes only people and tickets it can lock without waiting and that nobody
      changed since the snapshot; in any doubt it leaves the ticket in the queue;
    * after the commit, in a transaction of its own that reads committed data and takes turns
      with the other dispatchers. It picks up whatever the first way left. Should the process
      die in between, the cron does it within a minute.
    """

    _name = "caredesk.dispatcher"
    _description = "Ticket Dispatcher"

    # === ENTRY POINTS ===

    @api.model
    def _dispatch(self, groups):
        """Serve the queues of ``groups`` now, and once more after the commit."""
        groups_sudo = groups.sudo().filtered("dispatch_queue")  # routing is the system's work
        if not groups_sudo:
            return
        self.sudo()._serve(groups_sudo)
        self._dispatch_after_commit(groups_sudo.ids)

    @api.model
    def _dispatch_for(self, users):
        """Serve the queues of all groups these people are in: they may have become free."""
        # sudo: a person's groups matter to routing even where the user cannot see them
        members_sudo = self.env["caredesk.support.member"].sudo()
        self._dispatch(members_sudo.search([("user_id", "in", users.ids)]).group_id)

    @api.model
    def _dispatch_after_commit(self, group_ids):
        """Have the queues served right after this transaction is committed."""
        postcommit = self.env.cr.postcommit
        pending = postcommit.data.get("caredesk.dispatch")
        if pending is None:
            pending = postcommit.data["caredesk.dispatch"] = set()
            postcommit.add(partial(self._run_in_own_transaction, pending))
        pending.update(group_ids)

    @api.model
    def _cron_dispatch(self):
        """Cron: the safety net for shift starts and for processes that died after a commit."""
        self.env["caredesk.support.group"]._rescue_stranded()
        self.env["caredesk.ticket"]._waive_skills_overdue()
        groups = self.env["caredesk.support.group"]._with_queue()
        if groups:
            self._run_in_own_transaction(groups.ids)

    @api.model
    def _run_in_own_transaction(self, group_ids):
        """Serve the queues on committed data. Never raises: the caller's work is committed."""
        try:
            with self.env.registry.cursor() as cr:
                if isinstance(cr, Cursor):  # not the cursor of a test, which is one transaction
                    cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                    # A request waits here after its commit: rather leave it to the cron.
                    cr.execute("SET LOCAL lock_timeout = '2s'")
                env = api.Environment(cr, SUPERUSER_ID, {})
                groups = env["caredesk.support.group"].browse(group_ids).exists()
                if env["caredesk.dispatcher"]._has_queue(groups):
                    cr.execute("SELECT pg_advisory_xact_lock(%s)", (_DISPATCH_LOCK,))
                    env["caredesk.dispatcher"]._serve(groups)
        except OperationalError as error:
            _logger.info("Dispatch left to the cron: %s", error)
        except Exception:
            _logger.exception("Dispatch failed; the cron will try again")

    # === SERVING ===

    @api.model
    def _has_queue(self, groups):
        return bool(
            self.env["caredesk.ticket"].search_count(
                [("group_id", "in", groups.ids), ("state", "=", "unassigned")], limit=1
            )
        )

    @api.model
    def _serve(self, groups):
        """Give the queued tickets of ``groups`` to members who can take them now."""
        now = fields.Datetime.now()
        groups = groups._routable(now).filtered("dispatch_queue")
        if groups and self._has_queue(groups):
            self._match(groups, now, self._queue_heads)

    @api.model
    def _route(self, tickets):
        """Route tickets that came back to a queue like new ones, whoever serves the queue."""
        now = fields.Datetime.now()
        tickets_sudo = tickets.sudo().filtered(lambda ticket: ticket.state == "unassigned")
        self._match(
            tickets_sudo.group_id._routable(now),
            now,
            lambda _spare: [ticket._queued() for ticket in tickets_sudo],
        )
        self._dispatch_after_commit(tickets_sudo.group_id.ids)

    @api.model
    def _match(self, groups, now, read_queue):
        """Plan, lock, plan again with what is locked, and assign.

        :param read_queue: function of ``{group id: free places}`` that returns a list of
            ``routing.QueuedTicket``
        """
        seats, loads = self._seats(groups)
        chosen = self._plan(groups, seats, loads, read_queue)
        if not chosen:
            return
        user_ids = {seat.user_id for seat in chosen.values()}
        reserved = self.env["caredesk.support.agent"]._reserve(user_ids, now)
        # Planned again with the people that are ours now and figures read after the lock.
        seats, loads = self._seats(groups, reserved)
        chosen = self._plan(groups, seats, loads, read_queue)
        locked = self._lock_queued(list(chosen))
        tickets = self.env["caredesk.ticket"]
        user_of = {
            tickets.browse(key): seat.user_id
            for key, seat in chosen.items()
            if locked.get(key) == seat.group_id
        }
        tickets._give(user_of, "auto", now)
        if len(reserved) < len(user_ids) or len(locked) < len(chosen):
            # Somebody else holds them at this moment and may leave them free.
            self.env.ref("caredesk_ticket.ir_cron_dispatch")._trigger()

    @api.model
    def _plan(self, groups, seats, loads, read_queue):
        """Return ``{ticket id: seat}`` for what ``read_queue`` finds."""
        spare = {}
        for seat in seats:
            load = loads[seat.user_id]
            if load.open < seat.capacity:
                spare[seat.group_id] = spare.get(seat.group_id, 0) + seat.capacity - load.open
        if not spare:
            return {}
        waiting = frozenset(groups.filtered("assign_to_waiting").ids)
        return routing.plan(read_queue(spare), seats, loads, waiting)

    @api.model
    def _queue_heads(self, spare):
        """Return the most important queued tickets, at most ``spare[group id]`` of each lane.

        A lane of a queue holds the tickets that need the same skills: those nobody can serve
        now do not hide the others. Finds the few lanes by stepping through the index of the
        queue, and reads the head of each: neither history nor queue length matters.
        """
        self.env["caredesk.ticket"].flush_model()
        head = SQL(
            "SELECT id, group_id, priority, severity, sla_deadline, skill_key"
            " FROM caredesk_ticket WHERE group_id = wanted.group_id AND state = 'unassigned'"
        )
        order = SQL(
            "ORDER BY skill_key, priority DESC, severity DESC, sla_deadline, id LIMIT wanted.places"
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE wanted AS (
                    SELECT * FROM unnest(%(groups)s::int[], %(places)s::int[])
                        AS wanted(group_id, places)
                ), lane AS (
                    SELECT group_id, places, (
                           SELECT min(skill_key) FROM caredesk_ticket
                            WHERE group_id = wanted.group_id AND state = 'unassigned') AS key
                      FROM wanted
                    UNION ALL
                    SELECT group_id, places, (
                           SELECT min(skill_key) FROM caredesk_ticket
                            WHERE group_id = lane.group_id AND state = 'unassigned'
                              AND skill_key > lane.key)
                      FROM lane WHERE key IS NOT NULL
                )
                SELECT head.* FROM wanted
                 CROSS JOIN LATERAL (%(head)s AND skill_key IS NULL %(order)s) head
                UNION ALL
                SELECT head.* FROM lane wanted
                 CROSS JOIN LATERAL (%(head)s AND skill_key = wanted.key %(order)s) head
                 WHERE wanted.key IS NOT NULL
                """,
                groups=list(spare),
                places=list(spare.values()),
                head=head,
                order=order,
            )
        )
        return [
            routing.QueuedTicket(*row[:5], arrival=row[0], skills=routing.skills_of(row[5]))
            for row in rows
        ]

    @api.model
    def _seats(self, groups, user_ids=None):
        """Return the seats of ``groups`` whose people can work, and what these people hold.

        Who is away, off duty, archived, no employee, without access to the company or without
        the role that opens tickets has no part in it.

        :param user_ids: only the seats of these users
        :return: (list of ``routing.Seat``, ``{user id: routing.Load}``)
        """
        for model, names in _FACTS_OF_SEATS.items():
            self.env[model].flush_model(names)
        wanted = None if user_ids is None else list(user_ids)
        rows = self.env.execute_query(
            SQL("SELECT * FROM caredesk_support_seats(%s::int[], %s::int[])", groups.ids, wanted)
        )
        off_duty = groups._off_duty(fields.Datetime.now())
        seats = [
            routing.Seat(*row[:5], assigned_at=row[5], skills=frozenset(row[6]))
            for row in rows
            if row[0] not in off_duty and self._may_serve(row[2])
        ]
        return seats, {row[2]: routing.Load(*row[7]) for row in rows}

    @api.model
    def _may_serve(self, user_id):
        """Tell whether a member has the role that lets him or her open tickets at all."""
        return self.env["res.users"].browse(user_id)._has_group("caredesk_ticket.group_agent")

    @api.model
    def _lock_queued(self, ticket_ids):
        """Lock those of the tickets that are still queued and return where.

        :return: ``{ticket id: id of the group it is queued in now}``, which may be another
            than it was planned in; empty when one is newer than this transaction can see
        """
        self.env["caredesk.ticket"].flush_model(["state", "group_id"])
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "SELECT id, group_id FROM caredesk_ticket"
                    " WHERE id = ANY(%s) AND state = 'unassigned'"
                    " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                    (ticket_ids,),
                    log_exceptions=False,
                )
                return dict(self.env.cr.fetchall())
        except SerializationFailure:
            return {}
