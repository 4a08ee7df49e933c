from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain.states import OPEN_STATES

#: More days than this are a slip of the keyboard, and no date can be counted with them.
MAX_DAYS = 3650


class CaredeskSupportGroup(models.Model):
    """A team that serves tickets: its members in order, its ticket types, its e-mail address."""

    _name = "caredesk.support.group"
    _description = "Support Group"
    _inherit = ["mail.thread", "mail.alias.mixin.optional", "caredesk.kept.facts"]
    _order = "sequence, name, id"
    _kept = (
        "active",
        "company_id",
        "calendar_id",
        "auto_assign",
        "assign_to_waiting",
        "assign_in_hours_only",
        "count_member_hours",
    )

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    description = fields.Text(translate=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    role_intake = fields.Boolean(
        "Intake", help="Receives requests of all channels, classifies them and hands them over."
    )
    role_processing = fields.Boolean("Processing", default=True, help="Works on requests.")
    role_response = fields.Boolean(
        "Response", help="Answers customers with the result and closes requests."
    )

    member_ids = fields.One2many("caredesk.support.member", "group_id", string="Members")
    type_ids = fields.One2many("caredesk.ticket.type", "group_id", string="Ticket Types")
    stage_ids = fields.Many2many(
        "caredesk.ticket.stage", string="Stages", domain="[('group_ids', '!=', False)]"
    )
    sla_policy_ids = fields.One2many("caredesk.sla.policy", "group_id", string="SLA Policies")
    default_type_id = fields.Many2one(
        "caredesk.ticket.type",
        string="Type of Mailed Tickets",
        domain="[('group_id', '=', id)]",
        ondelete="set null",
        help="Type of tickets made from mail to this group; empty leaves them to be classified.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Used by service levels counted in working hours and, if chosen, by routing.",
    )

    auto_assign = fields.Boolean(
        "Assign Automatically",
        default=True,
        tracking=True,
        help="New tickets go to the free member with the highest routing priority.",
    )
    dispatch_queue = fields.Boolean(
        default=True,
        tracking=True,
        help="A member who becomes free gets the next waiting ticket. Otherwise members take "
        "tickets from the queue themselves.",
    )
    assign_to_waiting = fields.Boolean(
        "Assign to Waiting Members",
        help="When nobody is free, members who only wait for customers get tickets too. Use it "
        "where people nearly always have a ticket waiting for a customer.",
    )
    assign_in_hours_only = fields.Boolean(
        "Assign in Working Hours Only",
        help="Outside its working hours the group's tickets stay in the queue.",
    )
    allow_parallel_work = fields.Boolean(
        "Several Tickets at Once",
        help="A member may have more than one ticket in progress.",
    )
    close_when_done = fields.Boolean(
        help="A completed ticket is closed at once instead of waiting for the response team."
    )
    continue_on_reply = fields.Boolean(
        "Continue on Customer Reply",
        default=True,
        help="A ticket that waits for the customer continues when the customer answers.",
    )
    reopen_on_reply_days = fields.Integer(
        default=7,
        help="An answer to a done ticket within this many days reopens it; later it makes a new "
        "ticket. 0: never reopens.",
    )
    acknowledge_mail = fields.Boolean(
        default=True,
        help="Customers who write a mail get the number of their ticket, by the auto reply of kind "
        "Acknowledgement.",
    )
    accept_bulk_mail = fields.Boolean(
        help="Lists and newsletters become tickets too instead of being parked for review."
    )
    unassigned_alert_minutes = fields.Integer(
        default=30,
        help="Managers of the group are told of tickets nobody serves for this long. 0: never.",
    )
    manager_ids = fields.Many2many(
        "res.users",
        "caredesk_support_group_manager_rel",
        string="Told of Problems",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who is told when a ticket finds nobody, or a service level is in danger or broken. "
        "Empty: all members; the support managers where there are none.",
    )

    is_default = fields.Boolean(compute="_compute_is_default", search="_search_is_default")
    member_count = fields.Integer(compute="_compute_member_count")
    unassigned_count = fields.Integer(compute="_compute_ticket_counts")
    open_count = fields.Integer(compute="_compute_ticket_counts")
    waiting_count = fields.Integer(compute="_compute_ticket_counts")

    # === COMPUTE ===

    @api.depends_context("uid", "company")
    @api.depends("company_id.caredesk_default_group_id")
    def _compute_is_default(self):
        for group in self:
            company_sudo = group.company_id.sudo()  # any member may know the default group
            group.is_default = company_sudo.caredesk_default_group_id == group

    def _search_is_default(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies_sudo = (
            self.env["res.company"].sudo().search([("caredesk_default_group_id", "!=", False)])
        )
        default_ids = companies_sudo.caredesk_default_group_id.ids
        return [("id", "in" if True in value else "not in", default_ids)]

    @api.depends("member_ids")
    def _compute_member_count(self):
        for group in self:
            group.member_count = len(group.member_ids)

    def _compute_ticket_counts(self):
        counts = {
            (group.id, state): count
            for group, state, count in self.env["caredesk.ticket"]._read_group(
                [("group_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["group_id", "state"],
                ["__count"],
            )
        }
        for group in self:
            figures = {state: counts.get((group.id, state), 0) for state in OPEN_STATES}
            group.unassigned_count = figures["unassigned"]
            group.waiting_count = figures["waiting"]
            group.open_count = sum(figures.values())

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("unassigned_alert_minutes", "reopen_on_reply_days")
    def _check_durations(self):
        for group in self:
            if group.unassigned_alert_minutes < 0 or group.reopen_on_reply_days < 0:
                raise ValidationError(self.env._("Minutes and days cannot be negative."))
            minutes, days = group.unassigned_alert_minutes, group.reopen_on_reply_days
            if max(minutes / (24 * 60), days) > MAX_DAYS:
                raise ValidationError(self.env._("Choose at most %(days)s days.", days=MAX_DAYS))

    @api.constrains("assign_in_hours_only", "calendar_id")
    def _check_calendar(self):
        for group in self:
            if group.assign_in_hours_only and not group.calendar_id.attendance_ids:
                raise ValidationError(
                    self.env._(
                        "%(group)s cannot assign in working hours only: choose working hours "
                        "that contain at least one period.",
                        group=group.name,
                    )
                )

    # === CRUD ===

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self._check_not_default()
        result = super().write(vals)
        if "calendar_id" in vals:
            for company, groups in self.grouped("company_id").items():
                self.env["caredesk.sla.recompute"]._ask(company, groups)
        if "active" in vals and not vals["active"]:
            self._hand_over_open_tickets()
        if vals.keys() & {
            "active",
            "auto_assign",
            "dispatch_queue",
            "assign_to_waiting",
            "assign_in_hours_only",
            "calendar_id",
            "member_ids",
        }:
            self.env["caredesk.dispatcher"]._dispatch(self)
        if "company_id" in vals:
            self._check_company_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_default()
        for group in self:
            if group.with_context(active_test=False).type_ids:
                raise UserError(
                    self.env._(
                        "%(group)s still serves ticket types. Give them to another group "
                        "first, or archive the group.",
                        group=group.name,
                    )
                )
            # sudo: a ticket the user cannot see still holds the group
            if (
                self.env["caredesk.ticket"]
                .sudo()
                .search_count([("group_id", "=", group.id)], limit=1)
            ):
                raise UserError(
                    self.env._(
                        "%(group)s has tickets and cannot be deleted. Archive it instead.",
                        group=group.name,
                    )
                )

    def _check_not_default(self):
        default = self.filtered("is_default")
        if default:
            raise UserError(
                self.env._(
                    "%(group)s is the default support group. Choose another default group in "
                    "the settings first.",
                    group=default[0].name,
                )
            )

    def _check_company_change(self):
        # sudo: tickets of the group the user cannot see count as well
        if self.env["caredesk.ticket"].sudo().search_count([("group_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("A group that has tickets cannot move to another company."))

    def _hand_over_open_tickets(self):
        """Give the open tickets of an archived group to the default group of its company."""
        for group in self:
            # sudo: archiving was checked; all open tickets must move, seen or not
            tickets_sudo = (
                self.env["caredesk.ticket"]
                .sudo()
                .search([("group_id", "=", group.id), ("state", "in", OPEN_STATES)])
            )
            if tickets_sudo:
                target = self._default_group(group.company_id).sudo()
                if not target:
                    raise UserError(
                        self.env._(
                            "%(group)s has open tickets. Set the default support group of "
                            "%(company)s first: it takes them over.",
                            group=group.name,
                            company=group.company_id.name,
                        )
                    )
                tickets_sudo._hand_over(
                    target, self.env._("Group %(group)s was archived", group=group.name)
                )

    # === BUSINESS ===

    def _mail_get_company_field(self):
        return "company_id"

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("caredesk.ticket")
        if self.id:
            values["alias_defaults"] = {"group_id": self.id}
        return values

    @api.model
    def _default_group(self, company):
        """Return the default group of ``company``; empty when none is set."""
        # sudo: whoever may create a ticket may know where untyped tickets go
        return company.sudo().caredesk_default_group_id.filtered("active").sudo(False)
