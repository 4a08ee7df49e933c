from datetime import timedelta

from odoo import fields, models

from .caredesk_ticket import PRIORITIES

TARGETS = [("first_response", "First Response"), ("resolution", "Resolution")]


class CaredeskSlaPolicy(models.Model):
    """A promise of a group: within how many hours a ticket is answered or resolved."""

    _name = "caredesk.sla.policy"
    _description = "SLA Policy"
    _order = "group_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    group_id = fields.Many2one(
        "caredesk.support.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True, index=True)
    type_ids = fields.Many2many(
        "caredesk.ticket.type", string="Ticket Types", help="Empty: all types of the group."
    )
    min_priority = fields.Selection(PRIORITIES, default="0", required=True)
    target = fields.Selection(TARGETS, default="resolution", required=True)
    hours = fields.Float(required=True, default=48.0, help="Time allowed, in hours.")
    use_working_hours = fields.Boolean(
        help="Count only the working hours of the group; else hours of the clock."
    )

    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "A service level needs more than zero hours."
    )

    def _applies_to(self, type_id, priority):
        self.ensure_one()
        if self.type_ids and type_id not in self.type_ids.ids:
            return False
        return priority >= self.min_priority

    def _deadline_from(self, start_at):
        """Return when the promise is due for a ticket that began at ``start_at`` (UTC).

        Without working hours to count, hours of the clock are used: a late deadline is better
        than none.
        """
        self.ensure_one()
        plain = start_at + timedelta(hours=self.hours)
        calendar = self.group_id.calendar_id
        if not self.use_working_hours or not calendar:
            return plain
        planned = calendar.plan_hours(self.hours, start_at, compute_leaves=True)
        return planned.replace(microsecond=0) if planned else plain
