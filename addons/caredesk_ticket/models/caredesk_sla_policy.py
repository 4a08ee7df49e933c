from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import sla
from .caredesk_ticket import PRIORITIES, SEVERITIES

TARGETS = [
    (sla.FIRST_RESPONSE, "First Response"),
    (sla.NEXT_RESPONSE, "Next Response"),
    (sla.RESOLUTION, "Resolution"),
    (sla.STAGE, "Reach a Stage"),
]
PAUSES = [
    (sla.PAUSE_NEVER, "Never"),
    (sla.PAUSE_CUSTOMER, "While it waits for the customer"),
    (sla.PAUSE_WAITING, "Whenever it waits"),
]


class CaredeskSlaPolicy(models.Model):
    """A promise: within how many hours tickets are answered, resolved or brought to a stage."""

    _name = "caredesk.sla.policy"
    _description = "SLA Policy"
    _inherit = ["caredesk.forgetful"]
    _order = "group_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )

    # which tickets
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        ondelete="cascade",
        index=True,
        check_company=True,
        help="Empty: all groups of the company.",
    )
    type_ids = fields.Many2many(
        "caredesk.ticket.type",
        string="Ticket Types",
        ondelete="restrict",
        help="Empty: all types.",
    )
    tag_ids = fields.Many2many(
        "caredesk.ticket.tag",
        string="Tags",
        ondelete="restrict",
        help="Tickets with one of these tags. Empty: with any tag or none.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="Tickets of these customers and their contacts. Empty: of everybody.",
    )
    min_priority = fields.Selection(PRIORITIES, "Priority at Least", default="0", required=True)
    min_severity = fields.Selection(SEVERITIES, "Severity at Least", default="0", required=True)

    # what is promised
    target = fields.Selection(TARGETS, default=sla.RESOLUTION, required=True)
    stage_id = fields.Many2one(
        "caredesk.ticket.stage",
        ondelete="restrict",
        help="The promise is kept when the ticket reaches this stage or a later one.",
    )
    hours = fields.Float("Time Allowed", required=True, default=48.0, help="In hours.")
    use_working_hours = fields.Boolean(
        "Working Hours Only",
        compute="_compute_use_working_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="Count only working hours, without breaks and public holidays; else hours of the "
        "clock.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Other Working Hours",
        check_company=True,
        help="Empty: the working hours of the group, or else of the company.",
    )
    pause_on = fields.Selection(
        PAUSES,
        "Paused",
        default=sla.PAUSE_CUSTOMER,
        required=True,
        help="When the time does not count. The time to an answer is never paused.",
    )

    # what happens when it is in danger
    warn_percent = fields.Integer(
        "Warn after (%)",
        default=80,
        help="Share of the time allowed after which people are warned. 0: no warning.",
    )
    notify_performer = fields.Boolean("Tell the Performer", default=True)
    notify_managers = fields.Boolean(
        "Tell the Group",
        default=True,
        help="The people the group names for problems, or all its members if it names none.",
    )
    notify_user_ids = fields.Many2many(
        "res.users", string="Tell Also", domain="[('share', '=', False)]"
    )
    escalate_priority = fields.Boolean(
        "Raise the Priority", help="When the promise is broken, by one step."
    )
    escalate_group_id = fields.Many2one(
        "caredesk.support.group",
        string="Move to Group",
        check_company=True,
        help="When the promise is broken.",
    )

    hours_warning = fields.Char(compute="_compute_hours_warning")
    recompute_progress = fields.Integer(compute="_compute_recompute_progress")

    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "A service level needs more than zero hours."
    )
    _warn_percent = models.Constraint(
        "CHECK(warn_percent >= 0 AND warn_percent < 100)",
        "Warn before the time is over: after 0 to 99 percent of it.",
    )

    # === COMPUTE ===

    @api.depends("group_id")
    def _compute_company_id(self):
        for policy in self:
            policy.company_id = policy.group_id.company_id or policy.company_id or self.env.company

    @api.depends("group_id")
    def _compute_use_working_hours(self):
        """A group with working hours promises in working hours, unless told otherwise."""
        for policy in self:
            policy.use_working_hours = policy.use_working_hours or policy.group_id.calendar_id

    @api.depends(
        "use_working_hours",
        "calendar_id.attendance_ids",
        "calendar_id.flexible_hours",
        "group_id.calendar_id",
        "company_id",
    )
    def _compute_hours_warning(self):
        for policy in self:
            policy.hours_warning = policy.use_working_hours and policy._warn_about_hours()

    def _warn_about_hours(self):
        """Return what is odd about the working hours of this policy, False if nothing is."""
        self.ensure_one()
        calendar = self._working_hours(self.group_id)
        if not calendar:
            return self.env._(
                "Neither the policy nor its group nor the company has working hours: hours of "
                "the clock are counted."
            )
        if not calendar._caredesk_has_hours():
            return self.env._(
                "%(calendar)s has no fixed working times: hours of the clock are counted.",
                calendar=calendar.name,
            )
        if self.group_id and not (self.calendar_id or self.group_id.calendar_id):
            return self.env._(
                "The group has no working hours of its own: those of the company, "
                "%(calendar)s, are counted.",
                calendar=calendar.name,
            )
        return False

    def _compute_recompute_progress(self):
        """Show the change that has come least far of those under way for these tickets."""
        # sudo: how far the system has come is no secret
        jobs = self.env["caredesk.sla.recompute"].sudo().search([("state", "!=", "done")])
        for policy in self:
            concerned = jobs.filtered(
                lambda job, policy=policy: (
                    job.group_id in (policy.group_id, job.group_id.browse())
                    and job.company_id in (policy.company_id, job.company_id.browse())
                )
            )
            policy.recompute_progress = min(concerned.mapped("progress"), default=100)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies.filtered("active")._recompute_tickets()
        return policies

    def write(self, vals):
        before = {policy: (policy._scope(), policy._prepare_rule()) for policy in self}
        result = super().write(vals)
        changed = self.filtered(
            lambda policy: before[policy] != (policy._scope(), policy._prepare_rule())
        )
        changed._recompute_tickets()
        # Those it held for until now have to hear of it too.
        for policy in changed:
            scope = before[policy][0]
            if scope != policy._scope():
                self.env["caredesk.sla.recompute"]._ask(*scope)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: tickets the user cannot see were promised something as well
        statuses_sudo = self.env["caredesk.sla.status"].sudo()
        if used := statuses_sudo.search([("policy_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "%(policy)s was promised to tickets and cannot be deleted. Archive it instead.",
                    policy=used.policy_id.name,
                )
            )

    # === ACTIONS ===

    def action_open_statuses(self):
        """Show how this promise stands on the tickets it holds for."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_sla_status_action"
        )
        return dict(action, domain=[("policy_id", "in", self.ids)], context={})

    def action_open_recompute(self):
        """Show how far the open tickets have been brought in line with what was changed."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_sla_recompute_action"
        )

    # === BUSINESS ===

    def _recompute_tickets(self):
        """Bring the open tickets in line with these policies, in the background."""
        for company, policies in self.grouped("company_id").items():
            groups = policies.group_id if all(policies.mapped("group_id")) else None
            self.env["caredesk.sla.recompute"]._ask(company, groups)
