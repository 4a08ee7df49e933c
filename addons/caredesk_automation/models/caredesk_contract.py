from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("draft", "Draft"),
    ("running", "In Force"),
    ("expired", "Expired"),
    ("closed", "Ended"),
    ("cancelled", "Cancelled"),
]
KINDS = [("contract", "Contract"), ("warranty", "Warranty")]
_SEQUENCE = "caredesk.contract"


class CaredeskContract(models.Model):
    """What was agreed with a customer for some time, and how far it is paid.

    Light on purpose: what is bought and invoiced stays with orders and invoices; the contract
    knows the dates and the instalments that customers are reminded of.
    """

    _name = "caredesk.contract"
    _description = "Contract"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_end, id desc"
    _rec_names_search = ["number", "name", "partner_id.name"]

    # identity
    number = fields.Char(readonly=True, copy=False, index=True, default="/")
    name = fields.Char("Title", required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="contract")
    active = fields.Boolean(default=True)

    # relations
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, tracking=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner",
        domain="[('id', 'child_of', partner_id)]",
        help="Whom we talk to about this contract, if not the customer itself.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person in Charge",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index="btree_not_null",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    order_id = fields.Many2one(
        "sale.order",
        "Sales Order",
        domain="[('partner_id', 'child_of', partner_id)]",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    renewed_from_id = fields.Many2one(
        "caredesk.contract", "Renewal of", readonly=True, copy=False, index="btree_not_null"
    )
    renewal_ids = fields.One2many("caredesk.contract", "renewed_from_id", "Renewals")
    is_renewed = fields.Boolean(
        "Renewed",
        compute="_compute_is_renewed",
        store=True,
        help="A renewal was put in force: nobody is reminded of the end of this contract.",
    )

    # dates and money
    date_start = fields.Date(
        "Start Date", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date("End Date", tracking=True, help="Last day; empty: without end.")
    days_left = fields.Integer(compute="_compute_days_left", help="Until the last day.")
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    description = fields.Html("Terms")

    # state
    state = fields.Selection(STATES, default="draft", required=True, copy=False, tracking=True)

    # What ends on a day, and what has to expire.
    _running_idx = models.Index("(state, date_end) WHERE state IN ('running', 'expired')")

    # === COMPUTE ===

    @api.depends("number", "name")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(filter(None, (contract.number, contract.name)))

    @api.depends("date_end")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.days_left = (contract.date_end - today).days if contract.date_end else 0

    @api.depends("renewal_ids.state")
    def _compute_is_renewed(self):
        for contract in self:
            states = set(contract.renewal_ids.mapped("state"))
            contract.is_renewed = bool(states & {"running", "expired", "closed"})

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Contact and order of another customer have nothing to do with this one."""
        family = self.partner_id.commercial_partner_id
        if self.contact_id.commercial_partner_id != family:
            self.contact_id = False
        sees_order = self._has_field_access(self._fields["order_id"], "write")
        if sees_order and self.order_id.partner_id.commercial_partner_id != family:
            self.order_id = False

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for contract in self.filtered("contact_id"):
            family = contract.partner_id.commercial_partner_id
            if contract.contact_id.commercial_partner_id != family:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is no contact of %(customer)s.",
                        contact=contract.contact_id.display_name,
                        customer=contract.partner_id.display_name,
                    )
                )

    @api.constrains("amount")
    def _check_amount(self):
        if any(contract.amount < 0 for contract in self):
            raise ValidationError(self.env._("The amount of a contract is not negative."))

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for contract in self:
            if contract.date_end and contract.date_end < contract.date_start:
                raise ValidationError(self.env._("A contract ends after its start."))

    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id and not self.amount:
            self.amount = self.order_id.amount_total
            self.currency_id = self.order_id.currency_id

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company_id)
                vals["number"] = sequence.next_by_code(_SEQUENCE) or "/"
        contracts = super().create(vals_list)
        contracts.filtered(lambda contract: contract.state == "running")._tell_of_new()
        return contracts

    def write(self, vals):
        """Tell rules of contracts put in force; let expired ones run whose end is moved."""
        is_start = vals.get("state") == "running"
        drafts = self.filtered(lambda one: is_start and one.state == "draft")
        result = super().write(vals)
        drafts._tell_of_new()
        if "date_end" in vals and "state" not in vals:
            self._prolong()
        return result

    def copy_data(self, default=None):
        """Name copies as such, unless they are renewals."""
        vals_list = super().copy_data(default=default)
        for contract, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(title)s (copy)", title=contract.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(contract.state not in ("draft", "cancelled") for contract in self):
            raise UserError(self.env._("Cancel a contract before you delete it."))

    # === ACTIONS ===

    def action_start(self):
        """Let drafts run; their dates and instalments are reminded of from now on."""
        self._step("running", ("draft",))
        for contract in self:
            # sudo: what was bought is cared for, whoever starts the contract
            contract.sudo().order_id.order_line._plan_care("contract", contract.date_start)

    def action_close(self):
        """End contracts before or after their last day."""
        self._step("closed", ("running", "expired"))

    def action_cancel(self):
        """Give contracts up."""
        self._step("cancelled", ("draft", "running", "expired"))

    def action_reset(self):
        """Make drafts of cancelled contracts."""
        self._step("draft", ("cancelled",))

    def action_renew(self):
        """Open the renewal; if there is none, a draft for the same time again after the end."""
        self.ensure_one()
        if not self.date_end:
            raise UserError(self.env._("A contract without end needs no renewal."))
        # sudo: also one of a colleague's, or there would be two; opening it asks who may
        renewals_sudo = self.sudo().renewal_ids.filtered(lambda one: one.state != "cancelled")
        renewal = renewals_sudo[:1] or self._renewal()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": renewal.id,
            "view_mode": "form",
        }

    def action_send_sms(self):
        """Write one SMS to the customers."""
        return self.partner_id.action_caredesk_send_sms()

    def action_send_mail(self):
        """Write one e-mail to the customers."""
        return self.partner_id.action_caredesk_send_mail()

    # === BUSINESS ===

    def _tell_of_new(self):
        """Tell rules of contracts that are in force from now on.

        A draft is ours alone, as a quotation nobody has confirmed: customers are not told of it.
        """
        self.env["caredesk.automation.rule"]._fire("contract_create", self)

    def _prolong(self):
        """Let expired contracts run again that have not ended, by the calendar of their company."""
        expired = self.filtered(lambda contract: contract.state == "expired")
        going_on = expired.filtered(
            lambda one: not one.date_end or one.date_end >= one.company_id._caredesk_today()
        )
        going_on.write({"state": "running"})

    def _renewal(self):
        """Make a draft for as many months again, or as many days, and return it."""
        try:
            begin = self.date_end + timedelta(days=1)
            end = begin + relativedelta(begin, self.date_start) - timedelta(days=1)
        except (OverflowError, ValueError) as error:
            raise UserError(self.env._("This contract ends too late to be renewed.")) from error
        return self.copy(
            {
                "name": self.name,
                "date_start": begin,
                "date_end": end,
                "renewed_from_id": self.id,
            }
        )

    def _step(self, state, allowed):
        states = dict(self._fields["state"]._description_selection(self.env))
        for contract in self:
            if contract.state not in allowed:
                raise UserError(
                    self.env._(
                        "Contract %(number)s is «%(state)s»: this step is not possible.",
                        number=contract.number,
                        state=states[contract.state],
                    )
                )
        self.write({"state": state})

    # === CRON ===

    @api.model
    def _cron_expire(self):
        """Cron: mark running contracts whose last day is over, by the calendar of their company."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = company._caredesk_today()
            domain = [
                ("state", "=", "running"),
                ("date_end", "<", today),
                ("company_id", "=", company.id),
            ]
            while ended := self.search(domain, limit=200).try_lock_for_update():
                ended.write({"state": "expired"})
                left = self.search_count(domain, limit=200)
                if not self.env["ir.cron"]._commit_progress(len(ended), remaining=left):
                    return
