from odoo import api, fields, models

from ..domain import sla
from .caredesk_sla_policy import TARGETS

STATUS_STATES = [
    (sla.RUNNING, "Running"),
    (sla.NEAR, "Nearly Due"),
    (sla.PAUSED, "Paused"),
    (sla.REACHED, "Reached"),
    (sla.FAILED, "Failed"),
]


class CaredeskSlaStatus(models.Model):
    """How one promise stands on one ticket: its clock, its deadline, and how it ended."""

    _name = "caredesk.sla.status"
    _description = "SLA Status"
    _order = "deadline_at, id"
    _rec_name = "policy_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    policy_id = fields.Many2one(
        "caredesk.sla.policy", required=True, ondelete="cascade", index=True
    )
    target = fields.Selection(TARGETS, required=True)
    state = fields.Selection(STATUS_STATES, default=sla.RUNNING, required=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    group_id = fields.Many2one(related="ticket_id.group_id")
    user_id = fields.Many2one(related="ticket_id.user_id", string="Performer")
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")

    started_at = fields.Datetime("Promised", help="The time counts from here on.")
    allowed_seconds = fields.Integer("Time Allowed", aggregator="avg")
    calendar_id = fields.Many2one("resource.calendar", string="Counted in", ondelete="set null")
    used_seconds = fields.Integer(
        "Time Used", aggregator="avg", help="Counted until the clock last stopped."
    )
    since_at = fields.Datetime(help="When the clock was last started; empty while it stands.")
    deadline_at = fields.Datetime("Deadline", help="Empty while the clock is paused.")
    warn_at = fields.Datetime(help="When people are warned.")
    is_warned = fields.Boolean(help="People have been warned of this deadline.")
    reached_at = fields.Datetime("Done", help="When it was done, in time or late.")
    exceeded_seconds = fields.Integer(
        "Too Late by", aggregator="avg", help="Of the hours the promise counts in."
    )
    is_withdrawn = fields.Boolean(
        "No Longer Holds",
        help="It was broken before the ticket changed: kept on record, but no longer counted.",
    )
    left_seconds = fields.Integer("Time Left", compute="_compute_left_seconds")
    notice = fields.Selection(
        [(sla.NEAR, "Warning"), (sla.FAILED, "Missed")],
        help="What people have to be told of still.",
    )

    # What the cron looks for: few rows of millions.
    _warn_idx = models.Index("(warn_at) WHERE state = 'running'")
    _due_idx = models.Index("(deadline_at) WHERE state IN ('running', 'near')")
    _notice_idx = models.Index("(id) WHERE notice IS NOT NULL")
    _calendar_idx = models.Index("(calendar_id, ticket_id) WHERE reached_at IS NULL")
    _live_idx = models.Index("(ticket_id) WHERE reached_at IS NULL")

    # === COMPUTE ===

    @api.depends("allowed_seconds", "used_seconds", "since_at", "reached_at")
    def _compute_left_seconds(self):
        now = fields.Datetime.now()
        for status in self:
            clock = status._clock()
            status.left_seconds = clock.left_at(status.reached_at or now, status._hours())

    # === ACTIONS ===

    def action_open_ticket(self):
        """Open the ticket this promise belongs to."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()

    # === BUSINESS ===

    def _live(self):
        """Return the promises that are still to be kept, be it late."""
        return self.filtered(lambda row: not (row.reached_at or row.is_withdrawn))

    def _clock(self):
        self.ensure_one()
        return sla.SlaClock(self.allowed_seconds, self.used_seconds, self.since_at or None)

    def _hours(self):
        """Return the hours in which this promise counts."""
        self.ensure_one()
        calendar = self.calendar_id and (self.calendar_id.id, self.company_id.id)
        return self.env["resource.calendar"]._caredesk_hours(calendar)

    @api.model
    def _prepare_clock(self, clock, hours, warn_seconds, state=sla.RUNNING):
        """Return the values that store a clock: what it counted, its deadline and warning.

        :param state: what the promise is while its clock runs: running, near or failed
        """
        deadline_at = clock.deadline(hours)
        warn_at = warn_seconds and clock.moment(hours, warn_seconds)
        if state != sla.FAILED and not clock.since:
            state = sla.PAUSED
        return {
            "allowed_seconds": clock.allowed,
            "used_seconds": clock.used,
            "since_at": clock.since or False,
            "deadline_at": deadline_at or False,
            "warn_at": warn_at or False,
            "state": state,
        }

    def _run(self, now):
        """Start or stop the clocks of these promises as the state of their tickets asks."""
        for status in self:
            ticket, policy = status.ticket_id, status.policy_id
            runs = sla.runs(status.target, policy.pause_on, ticket.state, ticket.waiting_reason)
            clock = status._clock()
            if runs == bool(clock.since):
                continue
            hours = status._hours()
            clock = clock.start(now) if runs else clock.stop(now, hours)
            status.write(
                status._prepare_clock(clock, hours, policy._warn_seconds(), status._running_state())
            )

    def _running_state(self):
        """Return what this promise is, or would be if its clock ran."""
        self.ensure_one()
        if self.state == sla.FAILED:
            return sla.FAILED
        return sla.NEAR if self.is_warned else sla.RUNNING

    def _arrived(self):
        """Return the promises to reach a stage whose ticket is there, or farther."""
        return self.filtered(
            lambda row: (
                row.target == sla.STAGE
                and row.ticket_id.state != "cancelled"
                and row.ticket_id.stage_id.sequence >= row.policy_id.stage_id.sequence
            )
        )

    def _reach(self, now):
        """End the promises of these rows at ``now``: kept when in time, to the second."""
        for status in self:
            hours = status._hours()
            clock = status._clock().stop(now, hours)
            too_late = clock.used > clock.allowed
            if status.deadline_at:  # also right where a working day begins between the two
                too_late = now > status.deadline_at
            failed = too_late or status.state == sla.FAILED
            # Late, and nobody has been told yet: the cron was down, or has not come to it.
            untold = status.notice == sla.FAILED or status.state != sla.FAILED
            status.write(
                {
                    "reached_at": now,
                    "used_seconds": clock.used,
                    "since_at": False,
                    "exceeded_seconds": max(0, clock.used - clock.allowed),
                    "state": sla.FAILED if failed else sla.REACHED,
                    "notice": sla.FAILED if failed and untold else False,
                }
            )

    def _fail_overdue(self, now):
        """Mark what was broken before ``now`` and not seen yet: the cron may have been down."""
        self.filtered(
            lambda row: row.state != sla.FAILED and row.deadline_at and row.deadline_at < now
        ).write({"state": sla.FAILED, "notice": sla.FAILED, "is_warned": True})

    def _resume(self, now):
        """Take promises up again whose ticket was reopened."""
        for status in self:
            status.write(
                {
                    "reached_at": False,
                    "exceeded_seconds": 0,
                    "state": sla.PAUSED if status.state == sla.REACHED else status.state,
                }
            )
        self._run(now)
