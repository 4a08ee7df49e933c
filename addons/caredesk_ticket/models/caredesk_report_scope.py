from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain.report_calendar import local_to_utc
from ..domain.states import CANCELLED, DONE, IN_PROGRESS, TODO, UNASSIGNED, WAITING

#: field -> state
_STATE_FIELDS = {
    "with_unassigned": UNASSIGNED,
    "with_todo": TODO,
    "with_in_progress": IN_PROGRESS,
    "with_waiting": WAITING,
    "with_done": DONE,
    "with_cancelled": CANCELLED,
}


class CaredeskReportScope(models.AbstractModel):
    """Which tickets a report is about, and what it tells of each: for exports and schedules."""

    _name = "caredesk.report.scope"
    _description = "Scope of a Ticket Report"

    with_unassigned = fields.Boolean("Unassigned")
    with_todo = fields.Boolean("Not Started")
    with_in_progress = fields.Boolean("In Progress")
    with_waiting = fields.Boolean("Waiting")
    with_done = fields.Boolean("Done")
    with_cancelled = fields.Boolean("Cancelled")
    type_ids = fields.Many2many("caredesk.ticket.type", string="Ticket Types")
    group_ids = fields.Many2many("caredesk.support.group", string="Support Groups")
    user_ids = fields.Many2many("res.users", string="Performers", domain="[('share', '=', False)]")
    partner_ids = fields.Many2many("res.partner", string="Customers")
    date_field = fields.Selection(
        [("create_date", "Created"), ("done_at", "Completed")],
        string="Date of",
        default="create_date",
        required=True,
        help="Whether the period means the day a ticket was created or the day it was completed.",
    )
    column_ids = fields.Many2many(
        "caredesk.report.column",
        string="Columns",
        default=lambda self: self.env["caredesk.report.column"].search([("is_default", "=", True)]),
    )

    @api.constrains("column_ids")
    def _check_columns(self):
        for scope in self:
            if not scope.column_ids:
                raise ValidationError(self.env._("Choose at least one column."))

    # === BUSINESS ===

    def _states(self):
        """Return the states asked for; none means all."""
        self.ensure_one()
        return [state for name, state in _STATE_FIELDS.items() if self[name]]

    def _scope_domain(self):
        """Return the domain of the tickets asked for, days not considered."""
        self.ensure_one()
        domain = Domain.TRUE
        if states := self._states():
            domain &= Domain("state", "in", states)
        for name, operator, field_name in (
            ("type_ids", "in", "type_id"),
            ("group_ids", "in", "group_id"),
            ("user_ids", "in", "user_id"),
            ("partner_ids", "child_of", "partner_id"),
        ):
            if self[name]:
                domain &= Domain(field_name, operator, self[name].ids)
        return domain

    def _days_domain(self, first, last):
        """Return the domain of ``date_field`` within whole days of the user's time zone."""
        self.ensure_one()
        tz = str(self.env.tz)
        domain = Domain.TRUE
        if first:
            begin = local_to_utc(datetime.combine(first, time.min), tz)
            domain &= Domain(self.date_field, ">=", fields.Datetime.to_string(begin))
        if last:
            end = local_to_utc(datetime.combine(last + timedelta(days=1), time.min), tz)
            domain &= Domain(self.date_field, "<", fields.Datetime.to_string(end))
        return domain

    def _filter_lines(self, first=None, last=None):
        """Return what was asked for in words, as pairs of label and text."""
        self.ensure_one()
        states = dict(self.env["caredesk.ticket"]._fields["state"]._description_selection(self.env))
        chosen = ", ".join(states[state] for state in self._states())
        lines = [(self.env._("States"), chosen or self.env._("All"))]
        for name in ("type_ids", "group_ids", "user_ids", "partner_ids"):
            if self[name]:
                label = self._fields[name].get_description(self.env, ["string"])["string"]
                lines.append((label, ", ".join(self[name].mapped("display_name"))))
        if first or last:
            label = dict(self._fields["date_field"]._description_selection(self.env))
            lines.append((label[self.date_field], self._days_in_words(first, last)))
        return lines

    @api.model
    def _days_in_words(self, first, last):
        if first and last:
            return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
        if first:
            return self.env._("from %(day)s", day=f"{first:%d/%m/%Y}")
        return self.env._("until %(day)s", day=f"{last:%d/%m/%Y}")
