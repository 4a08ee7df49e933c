from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.clock import elapsed_seconds


class CaredeskTicket(models.Model):
    """Moving through the stages: which one, since when, and what happens on entry."""

    _inherit = "caredesk.ticket"

    stage_entered_at = fields.Datetime("In Stage Since", readonly=True, copy=False)
    stage_target_hours = fields.Float(related="stage_id.target_hours", string="Stage Target")
    is_over_stage_target = fields.Boolean(
        compute="_compute_is_over_stage_target",
        help="In this stage for longer than its target; waiting does not count.",
    )

    # === COMPUTE ===

    @api.depends("stage_id", "stage_entered_at", "state", "is_closed")
    def _compute_is_over_stage_target(self):
        now = fields.Datetime.now()
        timed = self.filtered(
            lambda ticket: (
                ticket.stage_target_hours and ticket.stage_entered_at and not ticket.is_closed
            )
        )
        late = timed.filtered(
            lambda ticket: (
                elapsed_seconds(ticket.stage_entered_at, now) > ticket.stage_target_hours * 3600
            )
        )
        waited = late._seconds_waited_in_stage(now)
        for ticket in self:
            in_stage = elapsed_seconds(ticket.stage_entered_at or now, now)
            ticket.is_over_stage_target = ticket in late and (
                in_stage - waited.get(ticket.id, 0) > ticket.stage_target_hours * 3600
            )

    def _seconds_waited_in_stage(self, now):
        """Return ``{ticket id: seconds waited since it entered the stage}``."""
        waited = dict.fromkeys(self.ids, 0)
        lines = self.env["caredesk.ticket.time"].search(
            [("ticket_id", "in", self.ids), ("kind", "=", "wait")]
        )
        for line in lines:
            if line.stage_entered_at == line.ticket_id.stage_entered_at:
                waited[line.ticket_id.id] += elapsed_seconds(line.start_at, line.stop_at or now)
        return waited

    @api.model
    def _group_expand_stage_id(self, stages, domain):
        """Show the stages in use as kanban columns, empty ones included.

        Those of the groups that ``domain`` asks for; without a group those all groups share.
        """
        group_ids = {
            value
            for condition in fields.Domain(domain).iter_conditions()
            if condition.field_expr == "group_id" and condition.operator in ("=", "in")
            for value in (
                [condition.value] if isinstance(condition.value, int) else condition.value
            )
            if isinstance(value, int)
        }
        used = stages.search([("group_ids", "in", [False, *group_ids])])
        return (stages | used).sorted()

    # === CRUD ===

    def write(self, vals):
        """Note the stage that is left and do what the new one asks for."""
        if "stage_entered_at" not in vals or not self._is_own_code():
            return super().write(vals)
        stage_of = {ticket: ticket.stage_id.id for ticket in self}
        self._log_stay(vals["stage_entered_at"])
        result = super().write(vals)
        self.filtered(lambda ticket: ticket.stage_id.id != stage_of[ticket])._enter_stage()
        return result

    # === BUSINESS ===

    @api.model
    def _stage_of_new(self, vals):
        """Return the id of the first stage: the given one where it fits the state."""
        stages = self.env["caredesk.ticket.stage"]
        if not vals.get("stage_id"):
            return stages._first_id(vals["group_id"], vals["state"])
        given = stages.browse(vals["stage_id"])
        group = self.env["caredesk.support.group"].browse(vals["group_id"])
        given_sudo = given.sudo()  # a stage's state is no secret
        if given and given_sudo.state == vals["state"] and given_sudo._is_used_by(group):
            return given.id
        return stages._first_id(vals["group_id"], vals["state"])

    def _stage_for(self, state):
        """Return the id of the stage to be in: the present one while it fits the state."""
        self.ensure_one()
        stages = self.env["caredesk.ticket.stage"]
        stage = self.stage_id
        if stage and stage._is_used_by(self.group_id) and state in (stage.state, "waiting"):
            return stage.id
        if state == "done" and self.group_id.quality_check:
            check_id = stages._first_id(self.group_id.id, state, "check")
            if check_id:
                return check_id
        return stages._first_id(self.group_id.id, state)

    def _stage_vals(self, stage_id, now):
        """Return the values that put the ticket into a stage; none when it is there already."""
        self.ensure_one()
        if stage_id == self.stage_id.id:
            return {}
        entered_at = max(now, self.stage_entered_at) if self.stage_entered_at else now
        return {"stage_id": stage_id, "stage_entered_at": entered_at}

    def _write_stage(self, stage):
        """Set the stage; when it belongs to another state, take the step that leads there."""
        for ticket in self:
            if ticket.stage_id == stage:
                continue
            ticket._check_stage(stage)
            if stage.state != ticket.state:
                ticket._step_to(stage.state)
            elif stage.is_closing:
                ticket.action_close()
            if ticket.state == stage.state:
                ticket._move_to_stage(stage)

    def _check_stage(self, stage):
        """Raise when the ticket must not go to ``stage``, whoever asks for it."""
        self.ensure_one()
        if not stage._is_used_by(self.group_id):
            raise UserError(
                self.env._(
                    "«%(stage)s» is not a stage of %(group)s, which serves ticket %(number)s.",
                    stage=stage.name,
                    group=self.group_id.sudo().name,
                    number=self.number,
                )
            )
        if stage.state == "done":
            self._check_quality_passed()

    def _move_to_stage(self, stage):
        """Change the stage inside a state: what was timed so far belongs to the former one."""
        self.ensure_one()
        now = fields.Datetime.now()
        entry = self._stage_vals(stage.id, now)
        if not entry:
            return
        self._own_code().write({**entry, **self._clock_vals(now, self.state)})
        self._switch_time_line(now, self.state, self.waiting_reason)

    def _log_stay(self, left_at):
        """Log the time spent in stages after the work was done: no clock runs then."""
        self.env["caredesk.ticket.stage.visit"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "stage_id": ticket.stage_id.id,
                    "start_at": ticket.stage_entered_at,
                    "stop_at": max(left_at, ticket.stage_entered_at),
                    "seconds": elapsed_seconds(ticket.stage_entered_at, left_at),
                }
                for ticket in self
                if ticket.stage_entered_at
                and ticket.stage_id.state == "done"
                and not ticket.stage_id.is_closing
            ]
        )
