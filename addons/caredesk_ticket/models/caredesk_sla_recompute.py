import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from .conflicts import CONFLICTS, unhindered

_logger = logging.getLogger(__name__)

#: Tickets recomputed between two commits: whoever saves a ticket meanwhile waits that long.
_CHUNK = 10
#: Seconds left to those who save tickets for longer than a chunk waits.
_PAUSE = 0.05
#: Tickets looked for at a time.
_AHEAD = 5000
#: Fields that say which tickets a row is about.
_SCOPE = ("company_id", "group_id", "calendar_id")


class CaredeskSlaRecompute(models.Model):
    """A change of policies or working hours on its way through the open tickets.

    One row per change, worked off by the cron from the oldest ticket to the newest. Rows are
    only added by those who change something: nobody waits for the cron.
    """

    _name = "caredesk.sla.recompute"
    _description = "SLA Recalculation"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one("res.company", readonly=True, index=True)
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        readonly=True,
        ondelete="cascade",
        help="Empty: all groups.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        readonly=True,
        ondelete="cascade",
        help="Only tickets whose deadlines count in these working hours.",
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        default="waiting",
        readonly=True,
        required=True,
    )
    last_ticket_id = fields.Integer(readonly=True, help="Id of the last ticket recomputed.")
    total = fields.Integer("Tickets", readonly=True)
    done = fields.Integer("Recomputed", readonly=True)
    progress = fields.Integer("Progress (%)", compute="_compute_progress")
    ended_at = fields.Datetime("Ended", readonly=True)

    _unfinished_idx = models.Index("(id) WHERE state <> 'done'")

    # === COMPUTE ===

    @api.depends("total", "done", "state")
    def _compute_progress(self):
        for job in self:
            share = 100 * job.done // job.total if job.total else 0
            job.progress = 100 if job.state == "done" else min(share, 99)

    # === BUSINESS: ASKING ===

    @api.model
    def _ask(self, company, groups=None):
        """Have the open tickets of groups brought in line; None: of all groups of ``company``."""
        scopes = [{"company_id": company.id, "group_id": group.id} for group in groups or ()]
        self._enqueue(scopes or [{"company_id": company.id}])

    @api.model
    def _ask_for_calendars(self, calendars):
        """Have the tickets recomputed whose deadlines count in ``calendars``."""
        in_use = calendars & self._calendars_in_use()
        self._enqueue([{"calendar_id": calendar.id} for calendar in in_use])

    @api.model
    def _calendars_in_use(self):
        """Return the calendars in which promises not ended yet are counted."""
        rows = self.env.execute_query(
            SQL(
                "SELECT calendar.id FROM resource_calendar calendar WHERE EXISTS ("
                "SELECT FROM caredesk_sla_status status"
                " WHERE status.calendar_id = calendar.id AND status.reached_at IS NULL)"
            )
        )
        return self.env["resource.calendar"].sudo().browse(row[0] for row in rows)

    @api.model
    def _enqueue(self, scopes):
        """Add a row for each scope that has tickets and waits for nobody yet; wake the cron."""
        jobs_sudo = self.sudo()  # whoever may change a policy or a calendar causes this
        waiting = {job._scope() for job in jobs_sudo.search([("state", "=", "waiting")])}
        scopes = [tuple(scope.get(name, False) for name in _SCOPE) for scope in scopes]
        new = [
            dict(zip(_SCOPE, scope, strict=True))
            for scope in scopes
            if scope not in waiting and self._ticket_ids(scope, limit=1)
        ]
        if new:
            jobs_sudo.create(new)
            cron = self.env.ref("caredesk_ticket.ir_cron_sla_recompute", raise_if_not_found=False)
            if cron:  # gone while the addon is uninstalled, which removes working hours too
                cron._trigger()

    def _scope(self):
        """Return (company id, group id, calendar id), False where it does not matter."""
        self.ensure_one()
        return tuple(self[name].id for name in _SCOPE)

    # === CRON ===

    @api.model
    def _cron_recompute(self):
        """Cron: bring the open tickets in line, one change after the other, chunk by chunk."""
        while job := self.search([("state", "!=", "done")], order="id", limit=1):
            scope = zip(_SCOPE, job._scope(), strict=True)
            later = [("id", ">", job.id), *((name, "=", value) for name, value in scope)]
            if self.search(later, limit=1):
                job.unlink()  # the same tickets are to be gone through once more anyway
            elif not job._work_off():
                return

    def _work_off(self):
        """Recompute the tickets of this row; return False when the time of the cron is up."""
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        if self.state == "waiting":
            self.write({"state": "running", "total": self._count(self._scope())})
            commit(remaining=1)
        while ticket_ids := self._ticket_ids(self._scope(), self.last_ticket_id, _AHEAD):
            for start in range(0, len(ticket_ids), _CHUNK):
                chunk = ticket_ids[start : start + _CHUNK]
                self._recompute_chunk(chunk)
                self.write({"last_ticket_id": chunk[-1], "done": self.done + len(chunk)})
                if not commit(len(chunk), remaining=1):
                    return False
        self.write({"state": "done", "ended_at": fields.Datetime.now(), "total": self.done})
        commit(remaining=0)
        return True

    def _recompute_chunk(self, ticket_ids):
        """Recompute these tickets while nobody saves any; beside the savers if they never rest."""
        try:
            unhindered(self.env, partial(self._recompute, ticket_ids, alone=True), _PAUSE)
        except CONFLICTS:
            unhindered(self.env, partial(self._recompute, ticket_ids))

    def _recompute(self, ticket_ids, alone=False):
        """Recompute these tickets; when one of them cannot be, the others are all the same.

        :param alone: whether savers are kept out; the transaction must have read nothing yet
        """
        tickets = self.env["caredesk.ticket"].browse(ticket_ids)
        if alone:
            tickets._close_gate()
        try:
            with self.env.cr.savepoint():
                tickets.exists()._sla_reapply(silent=True)
        except CONFLICTS:
            raise
        except Exception:
            _logger.exception("Service levels are recomputed ticket by ticket")
            tickets._tell_each(tickets, lambda ticket: ticket._sla_reapply(silent=True))

    @api.model
    def _ticket_ids(self, scope, after=0, limit=None):
        """Return the ids of open tickets after the id ``after``, in order; see :meth:`_scope`."""
        # Materialized: else PostgreSQL likes to walk through all tickets ever in order of ids.
        rows = self.env.execute_query(
            SQL(
                "WITH open AS MATERIALIZED (SELECT ticket.id %s)"
                " SELECT id FROM open WHERE id > %s ORDER BY id LIMIT %s",
                self._from_where(*scope),
                after,
                limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _count(self, scope):
        ((count,),) = self.env.execute_query(SQL("SELECT count(*) %s", self._from_where(*scope)))
        return count

    @api.model
    def _from_where(self, company_id, group_id, calendar_id):
        """Return the FROM and WHERE of the open tickets in a scope."""
        self.env["caredesk.ticket"].flush_model(["state", "group_id", "company_id"])
        self.env["caredesk.sla.status"].flush_model(["calendar_id", "reached_at"])
        where = [SQL("ticket.state IN ('unassigned', 'todo', 'in_progress', 'waiting')")]
        if group_id:
            where.append(SQL("ticket.group_id = %s", group_id))
        elif company_id:
            where.append(SQL("ticket.company_id = %s", company_id))
        if calendar_id:
            where.append(
                SQL(
                    "EXISTS (SELECT FROM caredesk_sla_status status"
                    " WHERE status.ticket_id = ticket.id AND status.calendar_id = %s"
                    " AND status.reached_at IS NULL)",
                    calendar_id,
                )
            )
        return SQL("FROM caredesk_ticket ticket WHERE %s", SQL(" AND ").join(where))

    # === VACUUM ===

    @api.autovacuum
    def _gc_done(self):
        """Forget changes that went through the tickets more than a month ago."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=1)
        self.search([("state", "=", "done"), ("ended_at", "<", limit)]).unlink()
