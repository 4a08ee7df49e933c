from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain.care_balance import GIFT_ACTIONS
from .care_defaults import without_defaults
from .caredesk_care_form import ACTIONS, MEDIA

#: Still open to everybody who may write the entry once it counts.
_AFTERWARDS = {
    "result", "ticket_id", "message_main_attachment_id", "message_ids", "message_follower_ids",
    "activity_ids", "duration_minutes",
}  # fmt: skip
#: Kept by the system; people use the buttons.
_OWN = {"state", "confirmed_at", "confirmed_uid"}


class CaredeskCareHistory(models.Model):
    """One act of care that was done: a call, a message, a mail, a gift («lịch sử chăm sóc»).

    A ledger: what is confirmed is not changed any more, only reversed.
    """

    _name = "caredesk.care.history"
    _description = "Care History"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    phone = fields.Char(related="partner_id.phone")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    action = fields.Selection(ACTIONS, string="Care Action", required=True, default="call")
    is_gift = fields.Boolean(compute="_compute_is_gift")
    form_id = fields.Many2one(
        "caredesk.care.form",
        string="Care Form",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('action', '=', action), ('company_id', 'in', (company_id, False))]",
    )
    guideline = fields.Text(related="form_id.note")
    reason_id = fields.Many2one(
        "caredesk.care.reason",
        index="btree_not_null",
        ondelete="restrict",
        domain="['|', ('form_ids', '=', False), ('form_ids', 'in', form_id)]",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for Approval"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_uid = fields.Many2one("res.users", "Confirmed by", readonly=True, copy=False)

    # what it was
    points = fields.Float(
        compute="_compute_offer", store=True, readonly=False, precompute=True, digits=(16, 2)
    )
    amount = fields.Monetary(compute="_compute_offer", store=True, readonly=False, precompute=True)
    medium = fields.Selection(
        MEDIA, compute="_compute_offer", store=True, readonly=False, precompute=True
    )
    direction = fields.Selection(
        [("out", "To the Customer"), ("in", "From the Customer")],
        compute="_compute_direction",
        store=True,
        precompute=True,
    )
    duration_minutes = fields.Float("Duration (minutes)")
    subject = fields.Char(compute="_compute_subject", store=True, readonly=False, precompute=True)
    body = fields.Text("Content")
    result = fields.Text()
    template_id = fields.Many2one(
        "mail.template", compute="_compute_offer", store=True, readonly=False, precompute=True,
        domain="[('model', '=', 'caredesk.care.history')]",
    )  # fmt: skip
    ticket_id = fields.Many2one("caredesk.ticket", readonly=True, index="btree_not_null")
    task_id = fields.Many2one(
        "caredesk.care.task", string="Care Task", index="btree_not_null", ondelete="restrict",
        domain="[('partner_id', '=', partner_id)]",
    )  # fmt: skip
    loyalty_history_ids = fields.One2many(
        "loyalty.history", "order_id", string="Changes of the Balance",
        domain=[("order_model", "=", "caredesk.care.history")],
        groups="caredesk_automation.group_care_manager",
    )  # fmt: skip

    _duration = models.Constraint(
        "CHECK (duration_minutes IS NULL OR duration_minutes BETWEEN 0 AND 1440)",
        "A call lasts 0 to 1440 minutes.",
    )
    _customer_idx = models.Index("(partner_id, date)")

    # === COMPUTE ===

    @api.depends("action")
    def _compute_is_gift(self):
        for entry in self:
            entry.is_gift = entry.action in GIFT_ACTIONS

    @api.depends("action")
    def _compute_direction(self):
        for entry in self:
            entry.direction = "in" if entry.action == "receive_call" else "out"

    @api.depends("form_id")
    def _compute_offer(self):
        """Fill in what the form offers; what was typed before stays without one."""
        for entry in self:
            form = entry.form_id
            entry.points = form.points or entry.points
            entry.amount = form.amount or entry.amount
            entry.medium = form.medium or entry.medium
            entry.template_id = form.template_id or entry.template_id

    @api.depends("form_id")
    def _compute_subject(self):
        for entry in self:
            entry.subject = entry.subject or entry.form_id.name

    @api.onchange("action")
    def _onchange_action(self):
        """Offer only forms of the chosen action, and choose one where there is only one."""
        if self.form_id.action != self.action:
            forms = self.env["caredesk.care.form"].search(
                [("action", "=", self.action), ("company_id", "in", (self.company_id.id, False))],
                limit=2,
            )
            self.form_id = forms if len(forms) == 1 else False

    # === CONSTRAINTS ===

    @api.constrains("action", "form_id")
    def _check_form(self):
        for entry in self:
            if entry.form_id.action != entry.action:
                raise ValidationError(
                    self.env._("«%s» is a form of another care action.", entry.form_id.name)
                )

    @api.constrains("company_id", "partner_id", "form_id", "task_id")
    def _check_companies(self):
        for entry in self:
            companies = entry.partner_id.company_id | entry.form_id.company_id
            companies |= entry.task_id.company_id
            if companies - entry.company_id:
                raise ValidationError(
                    self.env._("Customer, care form and task have to belong to the company.")
                )
            if entry.task_id and entry.task_id.partner_id != entry.partner_id:
                raise ValidationError(self.env._("The task is one of another customer."))

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Begin every entry as a draft, whatever is sent."""
        if not self.env.su:
            for vals in vals_list:
                self._refuse_own(vals.keys())
        clean = without_defaults(self, _OWN)
        return super(CaredeskCareHistory, clean).create(vals_list)

    def write(self, vals):
        """Leave what is confirmed as it was.

        :raise UserError: a confirmed or cancelled entry, or a field of the system
        """
        if not self.env.su:
            self._refuse_own(vals.keys())
            closed = self.filtered(lambda entry: entry.state in ("confirmed", "cancelled"))
            waiting = self.filtered(lambda entry: entry.state == "waiting")
            if vals.keys() - _AFTERWARDS and (closed or waiting):
                raise UserError(
                    self.env._(
                        "«%s» counts already: it can be cancelled, but not changed.",
                        (closed or waiting)[0].subject,
                    )
                )
        return super().write(vals)

    def _refuse_own(self, names):
        if refused := names & _OWN:
            raise UserError(
                self.env._(
                    "%(fields)s is changed by the buttons of the entry only.",
                    fields=", ".join(self._fields[name].string for name in sorted(refused)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(entry.state != "draft" for entry in self):
            raise UserError(self.env._("Only drafts can be deleted; cancel the entry instead."))
