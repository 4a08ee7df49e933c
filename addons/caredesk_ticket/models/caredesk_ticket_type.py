from odoo import api, fields, models
from odoo.exceptions import UserError

from .caredesk_ticket import PRIORITIES, SEVERITIES


class CaredeskTicketType(models.Model):
    """A kind of work. Each type is served by exactly one group; a group may serve many."""

    _name = "caredesk.ticket.type"
    _description = "Ticket Type"
    _inherit = ["caredesk.kept.facts"]
    _order = "sequence, name, id"
    _kept = (
        "active",
        "group_id",
        "company_id",
        "default_priority",
        "default_severity",
        "skill_key",
        "check_count",
        "activity_plan_id",
        "properties_definition",
    )

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        required=True,
        ondelete="restrict",
        index=True,
        help="Tickets of this type go to this group.",
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True, index=True)
    default_priority = fields.Selection(PRIORITIES, default="1", required=True)
    default_severity = fields.Selection(SEVERITIES, default="1", required=True)
    require_cause = fields.Boolean(
        "Cause Required", help="Completing a ticket of this type asks for the cause too."
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["caredesk.ticket"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for ticket_type in self:
            ticket_type.ticket_count = counts.get(ticket_type, 0)

    def write(self, vals):
        moved = self.browse()
        if "group_id" in vals:
            moved = self.filtered(lambda kind: kind.group_id.id != vals["group_id"])
        result = super().write(vals)
        if moved:
            # sudo: the type was writable; all its open tickets follow it to its new group
            tickets_sudo = (
                self.env["caredesk.ticket"]
                .sudo()
                .search([("type_id", "in", moved.ids), ("is_open", "=", True)])
            )
            for group, tickets in tickets_sudo.grouped(lambda t: t.type_id.group_id).items():
                tickets._hand_over(
                    group, self.env._("The ticket type moved to this group"), keep_type=True
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: tickets the user cannot see still use the type
        used = self.env["caredesk.ticket"].sudo().search([("type_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%(type)s is used by tickets and cannot be deleted. Archive it instead.",
                    type=used.type_id.name,
                )
            )
