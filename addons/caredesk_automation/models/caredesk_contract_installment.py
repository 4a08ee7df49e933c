from odoo import api, fields, models
from odoo.exceptions import ValidationError

STATES = [
    ("due", "Not Paid"),
    ("partial", "Partly Paid"),
    ("paid", "Paid"),
    ("overdue", "Overdue"),
]


class CaredeskContractInstallment(models.Model):
    """A part of a contract's amount that is due on a day.

    Where an invoice is linked the payment follows it; else it is entered by hand.
    """

    _name = "caredesk.contract.installment"
    _description = "Instalment"
    _inherit = ["caredesk.automation.source"]
    _order = "due_date, id"

    contract_id = fields.Many2one(
        "caredesk.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    name = fields.Char("Title", required=True)
    due_date = fields.Date("Due", required=True)
    amount = fields.Monetary(required=True)
    invoice_id = fields.Many2one(
        "account.move",
        domain="[('move_type', '=', 'out_invoice'), ('partner_id', 'child_of', partner_id)]",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    paid_amount = fields.Monetary(
        "Paid",
        compute="_compute_paid_amount",
        store=True,
        readonly=False,
        copy=False,
        help="Follows the invoice where one is linked.",
    )
    amount_left = fields.Monetary("Open Amount", compute="_compute_amount_left")
    payment_state = fields.Selection(
        STATES[:3], compute="_compute_payment_state", store=True, string="Payment"
    )
    follows_invoice = fields.Boolean(
        compute="_compute_follows_invoice",
        compute_sudo=True,  # whether there is one, not which
        export_string_translation=False,
    )
    paid_date = fields.Date(
        "Paid on", compute="_compute_paid_date", store=True, readonly=False, copy=False
    )
    state = fields.Selection(STATES, compute="_compute_state")

    _open_idx = models.Index("(due_date) WHERE payment_state <> 'paid'")

    # === COMPUTE ===

    @api.depends("contract_id.number", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.contract_id.number} {line.name}"

    @api.depends("amount", "invoice_id.amount_residual", "invoice_id.state")
    def _compute_paid_amount(self):
        for line in self:
            line.paid_amount = line._paid_by_invoice() if line.invoice_id else line.paid_amount

    @api.depends("invoice_id")
    def _compute_follows_invoice(self):
        for line in self:
            line.follows_invoice = bool(line.invoice_id)

    @api.depends("amount", "paid_amount")
    def _compute_amount_left(self):
        for line in self:
            line.amount_left = max(line.amount - line.paid_amount, 0)

    @api.depends("amount", "paid_amount")
    def _compute_payment_state(self):
        for line in self:
            compare = line.currency_id.compare_amounts if line.currency_id else _compare
            if compare(line.paid_amount, line.amount) >= 0:
                line.payment_state = "paid"
            else:
                line.payment_state = "partial" if compare(line.paid_amount, 0) > 0 else "due"

    @api.depends("payment_state")
    def _compute_paid_date(self):
        for line in self:
            if line.payment_state != "paid":
                line.paid_date = False
            elif not line.paid_date:
                line.paid_date = fields.Date.context_today(line)

    @api.depends("payment_state", "due_date")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for line in self:
            late = line.payment_state != "paid" and line.due_date and line.due_date < today
            line.state = "overdue" if late else line.payment_state

    # === CONSTRAINTS ===

    @api.constrains("amount", "paid_amount")
    def _check_amounts(self):
        for line in self:
            if line.amount <= 0 or line.paid_amount < 0:
                raise ValidationError(
                    self.env._("An instalment has an amount above zero, and no negative payment.")
                )

    @api.constrains("paid_amount")
    def _check_follows_invoice(self):
        """What is entered by hand is no other amount than the invoice says."""
        # sudo: the books say what is paid, whoever may read them
        for line_sudo in self.sudo().filtered("invoice_id"):
            paid = line_sudo._paid_by_invoice()
            if line_sudo.currency_id.compare_amounts(line_sudo.paid_amount, paid):
                line_sudo._refuse_payment()

    # === ACTIONS ===

    def action_pay(self):
        """Enter by hand that instalments are paid."""
        for line in self.filtered(lambda line: line.payment_state != "paid"):
            if line.follows_invoice:
                line._refuse_payment()
            line.paid_amount = line.amount

    # === BUSINESS ===

    def _paid_by_invoice(self):
        """Return how much of the instalment is paid, as its invoice says."""
        invoice = self.invoice_id
        if invoice.state != "posted" or not invoice.amount_total:
            return 0
        if invoice.payment_state == "reversed":
            return 0  # taken back, not paid
        share = 1 - invoice.amount_residual / invoice.amount_total
        return self.currency_id.round(self.amount * share)

    def _refuse_payment(self):
        raise ValidationError(
            self.env._("The payment of «%(name)s» follows its invoice.", name=self.name)
        )


def _compare(left, right):
    """Compare amounts that have no currency yet."""
    return (left > right) - (left < right)
