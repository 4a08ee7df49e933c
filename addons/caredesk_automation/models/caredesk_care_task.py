from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .care_defaults import without_defaults
from .caredesk_care_form import ACTIONS

STATES = [
    ("planned", "Planned"),
    ("confirmed", "Confirmed"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("no_show", "No-show"),
    ("cancelled", "Cancelled"),
]
OPEN = ("planned", "confirmed", "in_progress")
#: Days that a reminder comes before the start at most.
MOST_DAYS = 365
#: Kept by the system; people use the buttons.
_OWN = {
    "state", "done_at", "reminded", "withdrawn", "sales_line_id", "purchase_id", "occasion_id",
    "event_id",
}  # fmt: skip


class CaredeskCareTask(models.Model):
    """One planned act of care («giao dịch») for one customer, made by a schedule or by hand."""

    _name = "caredesk.care.task"
    _description = "Care Task"
    _inherit = ["mail.thread", "mail.activity.mixin", "caredesk.automation.source"]
    _order = "date_start, id"
    _automation_created = "care_task_create"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    phone = fields.Char(compute="_compute_phone")
    form_id = fields.Many2one(
        "caredesk.care.form",
        string="Care Form",
        required=True,
        index=True,
        default=lambda self: self.env["caredesk.care.form"]._usual(),
        ondelete="restrict",
    )
    reason_id = fields.Many2one("caredesk.care.reason", index="btree_not_null", ondelete="restrict")
    action = fields.Selection(
        ACTIONS, string="Care Action", compute="_compute_action", store=True, precompute=True
    )
    state = fields.Selection(STATES, required=True, default="planned", tracking=True, copy=False)
    priority = fields.Selection(
        [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Very High")],
        required=True,
        default="1",
    )
    user_ids = fields.Many2many(
        "res.users",
        "caredesk_care_task_user_rel",
        "task_id",
        "user_id",
        string="Assignees",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The first of the assignees.",
    )
    share_user_ids = fields.Many2many(
        "res.users",
        "caredesk_care_task_share_rel",
        "task_id",
        "user_id",
        string="Shared with",
        domain="[('share', '=', False)]",
        help="They see the task and may work on it too.",
    )
    description = fields.Text()

    # when
    date_start = fields.Datetime(
        "Start", required=True, default=fields.Datetime.now, tracking=True, index=True
    )
    date_deadline = fields.Datetime("Due", required=True, tracking=True, compute="_compute_due",
        store=True, readonly=False, precompute=True)  # fmt: skip
    done_at = fields.Datetime("Finished", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    reminder_days = fields.Integer("Remind Days Before")
    remind_at = fields.Datetime(
        "Reminder", compute="_compute_remind_at", store=True, precompute=True
    )
    reminded = fields.Boolean(readonly=True, copy=False)
    notify_email = fields.Boolean(
        "Notify by Mail", help="The assignees are told of the task and reminded by mail too."
    )
    notify_sms = fields.Boolean(
        "Notify by SMS", help="The assignees are told of the task and reminded by SMS too."
    )
    conflict = fields.Char(compute="_compute_conflict", help="Other care at the same time.")

    # where it comes from
    schedule_id = fields.Many2one(
        "caredesk.care.schedule", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    occasion_id = fields.Many2one(
        "caredesk.care.occasion", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null")
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, index="btree_not_null"
    )
    sales_line_id = fields.Many2one(
        "sale.order.line", "Order Line", readonly=True, ondelete="set null", copy=False
    )
    purchase_id = fields.Many2one(
        "caredesk.care.purchase",
        readonly=True,
        ondelete="cascade",
        copy=False,
        index="btree_not_null",
    )
    base_day = fields.Date("Counted From", readonly=True, help="Day of the purchase.")
    withdrawn = fields.Boolean(
        readonly=True, copy=False, help="Cancelled together with the purchase it came from."
    )
    previous_id = fields.Many2one("caredesk.care.task", readonly=True, ondelete="set null",
        string="Follows", index="btree_not_null")  # fmt: skip
    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, index="btree_not_null", copy=False
    )

    # what came of it
    evaluation = fields.Selection(
        [("1", "Poor"), ("2", "Fair"), ("3", "Good"), ("4", "Very Good"), ("5", "Excellent")],
        copy=False,
    )
    result = fields.Text(copy=False)
    history_ids = fields.One2many("caredesk.care.history", "task_id", string="Care History")

    # Holds all tasks of order lines, so that deleting a line finds them by it too.
    _line_once = models.UniqueIndex(
        "(sales_line_id, occasion_id, (CASE WHEN withdrawn THEN id ELSE 0 END))"
        " WHERE sales_line_id IS NOT NULL",
        "This purchase has its task for this occasion already.",
    )
    _purchase_once = models.UniqueIndex(
        "(purchase_id, occasion_id) WHERE purchase_id IS NOT NULL"
        " AND occasion_id IS NOT NULL AND withdrawn IS NOT TRUE",
        "This purchase has its task for this occasion already.",
    )
    _due_idx = models.Index(
        "(date_deadline) WHERE state IN ('planned', 'confirmed', 'in_progress')"
    )
    _remind_idx = models.Index(
        "(remind_at) WHERE reminded IS NOT TRUE AND state IN ('planned', 'confirmed')"
    )
    _dates = models.Constraint(
        "CHECK (date_deadline >= date_start)", "A task cannot be due before it starts."
    )
    _reminder = models.Constraint(
        "CHECK (reminder_days IS NULL OR reminder_days BETWEEN 0 AND 365)",
        "A reminder comes 0 to 365 days before the start.",
    )

    # === COMPUTE ===

    @api.depends("form_id.action")
    def _compute_action(self):
        for task in self:
            task.action = task.form_id.action

    @api.depends("user_ids")
    def _compute_user_id(self):
        for task in self:
            people = task.user_ids._origin  # a record being made holds copies without a number
            if task.user_id not in people:
                task.user_id = people[:1]

    @api.depends("date_start")
    def _compute_due(self):
        """Keep the length when the start moves; half an hour when there is none."""
        for task in self:
            before = task._origin
            length = timedelta(minutes=30)
            if before.date_start and before.date_deadline:
                length = before.date_deadline - before.date_start
            task.date_deadline = task.date_start and task.date_start + length

    @api.depends("date_start", "reminder_days")
    def _compute_remind_at(self):
        for task in self:
            days = min(max(task.reminder_days, 0), MOST_DAYS)  # more is refused when it is saved
            task.remind_at = task.date_start and task.date_start - timedelta(days=days)

    def _compute_phone(self):
        for task in self:
            task.phone = task.contact_id.phone or task.partner_id.phone

    @api.depends("date_deadline", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for task in self:
            task.is_overdue = (
                task.state in OPEN and bool(task.date_deadline) and task.date_deadline < now
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "in", OPEN) & Domain("date_deadline", "<", fields.Datetime.now())
        return Domain.OR([late if one else ~late for one in value])

    @api.depends("date_start", "date_deadline", "user_ids", "state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_conflict(self):
        for task in self:
            others_sudo = task._meeting() if task.state in OPEN else self.browse()
            # That a colleague is busy may be known; with what, to those who may read it.
            known = others_sudo and others_sudo.with_env(self.env)._filtered_access("read")
            task.conflict = bool(others_sudo) and self.env._(
                "%(who)s: %(what)s",
                who=", ".join((others_sudo.user_ids & task.user_ids._origin).mapped("name")),
                what=", ".join(known[:3].mapped("name")) or self.env._("other care"),
            )

    def _meeting(self):
        """Return the other open tasks of the same people at the same time, at most a few."""
        self.ensure_one()
        if not (self.user_ids and self.date_start and self.date_deadline):
            return self.browse()
        # sudo: whether a colleague is free may be known, whomever he then cares for
        return self.sudo().search(
            [
                ("user_ids", "in", self.user_ids.ids),
                ("id", "not in", self.ids),
                ("state", "in", OPEN),
                ("date_start", "<", self.date_deadline),
                ("date_deadline", ">", self.date_start),
            ],
            limit=5,
        )

    # === CONSTRAINTS ===

    @api.constrains("contact_id", "partner_id", "company_id")
    def _check_customer(self):
        for task in self:
            company = task.partner_id.company_id
            if company and company != task.company_id:
                raise ValidationError(
                    self.env._("The customer %s belongs to another company.", task.partner_id.name)
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Begin every task as planned; warn who is booked twice."""
        if not self.env.su:
            for vals in vals_list:
                self._refuse_own(vals.keys() - {"occasion_id"})
        clean = without_defaults(self, _OWN - {"occasion_id"})
        tasks = super(CaredeskCareTask, clean).create(vals_list)
        tasks._warn_of_conflict()
        return tasks

    def write(self, vals):
        """Leave the steps to the buttons, and closed tasks as they were.

        :raise UserError: a field of the system, or the time of a task that is over
        """
        if not self.env.su:
            self._refuse_own(vals.keys())
        if self._moves_start_alone(vals):
            return self._move(vals)
        moved = vals.keys() & {"date_start", "date_deadline", "user_ids"}
        if moved and not self.env.su and any(task.state not in OPEN for task in self):
            raise UserError(self.env._("A task that is over cannot be moved any more."))
        if "date_start" in vals:
            vals = dict(vals, reminded=False)  # the reminder counts from the start alone
        result = super().write(vals)
        if moved:
            self._warn_of_conflict()
        return result

    @api.model
    def _moves_start_alone(self, vals):
        return "date_start" in vals and "date_deadline" not in vals

    def _move(self, vals):
        """Write another start and keep the length of each task."""
        start = fields.Datetime.to_datetime(vals["date_start"])
        for task in self:
            length = task.date_deadline - task.date_start
            task.write({**vals, "date_deadline": start and start + length})
        return True

    def _refuse_own(self, names):
        if refused := names & _OWN:
            raise UserError(
                self.env._(
                    "%(fields)s is changed by the buttons of the task only.",
                    fields=", ".join(self._fields[name].string for name in sorted(refused)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_planned_only(self):
        if any(task.history_ids or task.state in ("done", "no_show") for task in self.sudo()):
            raise UserError(
                self.env._("A task that was worked on is part of the history; cancel it instead.")
            )

    def _warn_of_conflict(self):
        """Tell who plans that somebody is planned twice at this time; nothing is refused."""
        if len(self) != 1 or self.env.su or not self.conflict:
            return
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning",
                "title": self.env._("Planned Twice"),
                "message": self.conflict,
            },
        )
