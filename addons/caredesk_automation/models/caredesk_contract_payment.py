from odoo import api, fields, models
from odoo.tools import float_round


class CaredeskContract(models.Model):
    """How far contracts are paid, summed up from their instalments."""

    _inherit = "caredesk.contract"

    installment_ids = fields.One2many(
        "caredesk.contract.installment", "contract_id", "Instalments", copy=False
    )
    paid_amount = fields.Monetary("Paid", compute="_compute_paid", store=True)
    paid_percent = fields.Float(
        "Paid (%)", compute="_compute_paid", store=True, aggregator="avg", digits=(5, 1)
    )
    paid_percent_told = fields.Float(
        default=0.0, readonly=True, copy=False, help="The share up to which rules have been told."
    )
    next_due_date = fields.Date("Next Instalment", compute="_compute_next_due_date")

    # A share that grew since rules were told of it: there are few at any time.
    _paid_idx = models.Index("(id) WHERE paid_percent > paid_percent_told")

    @api.depends("amount", "installment_ids.amount", "installment_ids.paid_amount")
    def _compute_paid(self):
        for contract in self:
            paid = sum(contract.installment_ids.mapped("paid_amount"))
            total = contract.amount or sum(contract.installment_ids.mapped("amount"))
            contract.paid_amount = paid
            contract.paid_percent = _percent(paid, total)

    @api.depends("installment_ids.due_date", "installment_ids.payment_state")
    def _compute_next_due_date(self):
        for contract in self:
            lines = contract.installment_ids
            unpaid = lines.filtered(lambda line: line.payment_state != "paid")
            contract.next_due_date = min(unpaid.mapped("due_date"), default=False)


def _percent(part, total):
    """Return the share in percent, to a tenth and never more: what is open is not paid in full."""
    if total <= 0:
        return 0
    share = float_round(100 * part / total, precision_digits=1, rounding_method="DOWN")
    return min(share, 100)
