from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.clock import QUEUE, WAIT, WORK, clock_of, elapsed_seconds, split_duration

CLOCKS = [(QUEUE, "Queue"), (WORK, "Work"), (WAIT, "Wait")]

#: live field -> (column with the sum of finished intervals, clock whose running part it adds)
_LIVE = {
    "queue_seconds": ("queue_seconds_closed", QUEUE),
    "work_seconds": ("work_seconds_closed", WORK),
    "waiting_seconds": ("waiting_seconds_closed", WAIT),
}
_CLOSED_COLUMN = {clock: column for column, clock in _LIVE.values()}


class CaredeskTicket(models.Model):
    """The clocks of a ticket.

    Finished intervals are summed up in stored columns; the running one is added whenever a
    figure is read, by the ORM as well as in SQL, so that lists, pivots and forms agree to the
    second and no job has to count.
    """

    _inherit = "caredesk.ticket"

    clock_kind = fields.Selection(CLOCKS, readonly=True, copy=False)
    clock_started_at = fields.Datetime(readonly=True, copy=False)
    queue_seconds_closed = fields.Integer(readonly=True, copy=False, aggregator=None)
    work_seconds_closed = fields.Integer(readonly=True, copy=False, aggregator=None)
    waiting_seconds_closed = fields.Integer(readonly=True, copy=False, aggregator=None)

    queue_seconds = fields.Integer("Queue Time", compute="_compute_seconds", aggregator="sum")
    work_seconds = fields.Integer("Work Time", compute="_compute_seconds", aggregator="sum")
    waiting_seconds = fields.Integer("Waiting Time", compute="_compute_seconds", aggregator="sum")
    handling_seconds = fields.Integer(
        "Handling Time",
        compute="_compute_seconds",
        aggregator="sum",
        help="Work time and waiting time together.",
    )

    # === COMPUTE ===

    @api.depends("clock_kind", "clock_started_at", *_CLOSED_COLUMN.values())
    def _compute_seconds(self):
        now = fields.Datetime.now()
        for ticket in self:
            running = (
                elapsed_seconds(ticket.clock_started_at, now) if ticket.clock_started_at else 0
            )
            for field_name, (column, clock) in _LIVE.items():
                ticket[field_name] = ticket[column] + (running if ticket.clock_kind == clock else 0)
            ticket.handling_seconds = ticket.work_seconds + ticket.waiting_seconds

    def _field_to_sql(self, alias, field_expr, query=None):
        """Give the live figures as SQL, which makes them sortable and summable."""
        if field_expr == "handling_seconds":
            work = self._field_to_sql(alias, "work_seconds", query)
            return SQL("(%s + %s)", work, self._field_to_sql(alias, "waiting_seconds", query))
        if field_expr not in _LIVE:
            return super()._field_to_sql(alias, field_expr, query)
        column, clock = _LIVE[field_expr]
        return SQL(
            "(%(closed)s + CASE WHEN %(kind)s = %(clock)s THEN GREATEST(0, floor(extract("
            "epoch FROM (%(now)s::timestamp - %(since)s))))::int ELSE 0 END)",
            closed=SQL("COALESCE(%s, 0)", super()._field_to_sql(alias, column, query)),
            kind=super()._field_to_sql(alias, "clock_kind", query),
            since=super()._field_to_sql(alias, "clock_started_at", query),
            clock=clock,
            now=fields.Datetime.now(),
        )

    # === BUSINESS ===

    def _prepare_time_vals(self, start_at, state, reason=False):
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "state": state,
            "kind": clock_of(state),
            "reason": reason,
            "user_id": self.user_id.id,
            "by_user_id": self.env.uid,
            "start_at": start_at,
            "stage_id": self.stage_id.id,
            "stage_entered_at": self.stage_entered_at or start_at,
        }

    def _clock_vals(self, now, state):
        """Return the values that stop the running clock at ``now`` and start that of ``state``."""
        self.ensure_one()
        vals = {"clock_kind": clock_of(state) or False, "clock_started_at": False}
        if vals["clock_kind"]:
            vals["clock_started_at"] = self._not_before(now)
        if self.clock_kind:
            column = _CLOSED_COLUMN[self.clock_kind]
            vals[column] = self[column] + elapsed_seconds(self.clock_started_at, now)
        return vals

    def _not_before(self, now):
        """Return ``now``, or the start of the running interval if the machine's clock went back."""
        return max(now, self.clock_started_at) if self.clock_started_at else now

    def _switch_time_line(self, now, state, reason=False):
        """Close the open time line and, unless the ticket ends, open the next one."""
        lines_sudo = self.env["caredesk.ticket.time"].sudo()
        open_lines = lines_sudo.search([("ticket_id", "in", self.ids), ("stop_at", "=", False)])
        for line in open_lines:
            stop_at = max(now, line.start_at)
            line.write({"stop_at": stop_at, "seconds": elapsed_seconds(line.start_at, stop_at)})
        open_lines.flush_recordset()  # the database allows one open line per ticket
        if clock_of(state):
            lines_sudo.create(
                [
                    ticket._prepare_time_vals(ticket.clock_started_at, state, reason)
                    for ticket in self
                ]
            )

    @api.model
    def _duration_in_words(self, seconds, in_days=True):
        """Return ``seconds`` as people say them, e.g. «1 min 35 s», «1 phút 35 s».

        :param in_days: whether 24 hours make a day; working hours do not
        """
        words = {
            "d": self.env._("%(count)s d"),
            "h": self.env._("%(count)s h"),
            "min": self.env._("%(count)s min"),
            "s": self.env._("%(count)s s"),
        }
        parts = split_duration(seconds, in_days)
        return " ".join(words[unit] % {"count": count} for count, unit in parts)
