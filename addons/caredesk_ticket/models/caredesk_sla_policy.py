from datetime import datetime, timedelta

from odoo import api, fields, models, tools

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

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS ===

    @api.model
    @tools.ormcache("group_id")
    def _rules_of(self, group_id):
        """Return the active policies of a group as plain values, cached: every create asks.

        :return: tuple of (policy id, ids of types or None for all, minimum priority, target)
        """
        # sudo: promises hold for every ticket, whoever creates it
        policies_sudo = self.sudo().search([("group_id", "=", group_id)])
        return tuple(
            (
                policy.id,
                frozenset(policy.type_ids.ids) or None,
                policy.min_priority,
                policy.target,
                policy.hours,
                policy.use_working_hours and policy.group_id.calendar_id.id,
            )
            for policy in policies_sudo
        )

    @api.model
    def _due(self, group_id, type_id, priority, start_at):
        """Return the promises that hold for a ticket that began at ``start_at`` (UTC).

        :return: list of (policy id, target, deadline)
        """
        due = []
        for policy_id, type_ids, min_priority, target, hours, calendar_id in self._rules_of(
            group_id
        ):
            if priority >= min_priority and (type_ids is None or type_id in type_ids):
                due.append((policy_id, target, self._deadline(start_at, hours, calendar_id)))
        return due

    @api.model
    def _deadline(self, start_at, hours, calendar_id) -> datetime:
        """Return when ``hours`` are over, counted in a working calendar if one is given.

        A calendar without any working time counts as none: a deadline that is too early is
        better than a ticket without one.
        """
        plain = start_at + timedelta(hours=hours)
        if not calendar_id:
            return plain
        # sudo: working hours are no secret
        calendar_sudo = self.env["resource.calendar"].sudo().browse(calendar_id)
        return calendar_sudo._caredesk_deadline(hours, start_at) or plain
