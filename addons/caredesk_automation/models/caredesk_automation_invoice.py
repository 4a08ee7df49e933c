from odoo import api, fields, models
from odoo.fields import Domain

#: In the context of an occurrence: the day on which the part it is about is due, as ISO text.
PART_DUE_ON = "caredesk_part_due_on"
_OPEN_PART = (
    Domain("display_type", "=", "payment_term")
    & Domain("reconciled", "=", False)
    & Domain("amount_residual_currency", ">", 0)
)


def part_day(occurrence):
    """Return the day that an occurrence of «Invoice Due» is about; None for other triggers."""
    trigger, _space, rest = occurrence.partition(" ")
    return fields.Date.to_date(rest[:10]) if trigger == "invoice_due" else None


class AccountMove(models.Model):
    """An invoice may be due in parts, each on a day of its own.

    Its own due date is that of the last part: whoever is reminded by it hears of no other.
    """

    _inherit = "account.move"

    caredesk_due_date = fields.Date(
        "Due Date of the Open Part", compute="_compute_caredesk_due", compute_sudo=True
    )
    caredesk_due_amount = fields.Monetary(
        "Open Amount of the Part", compute="_compute_caredesk_due", compute_sudo=True
    )

    @api.depends(
        "amount_residual",
        "invoice_date_due",
        "line_ids.amount_residual_currency",
        "line_ids.date_maturity",
        "line_ids.reconciled",
    )
    @api.depends_context(PART_DUE_ON)
    def _compute_caredesk_due(self):
        """Tell of the part an occurrence is about; without one of the open part due first.

        Where no part is open, of the whole invoice.
        """
        day = fields.Date.to_date(self.env.context.get(PART_DUE_ON))
        for move in self:
            parts = move._caredesk_parts().filtered_domain(_OPEN_PART)
            due = day or min(parts.mapped("date_maturity"), default=move.invoice_date_due)
            part = parts.filtered(lambda line, due=due: line.date_maturity == due)
            left = sum(part.mapped("amount_residual_currency"))
            move.caredesk_due_date = due
            move.caredesk_due_amount = left if parts else move.amount_residual

    def _caredesk_parts(self):
        """Return the lines of the books that say when how much is due, paid ones too."""
        return self.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and line.date_maturity
        )

    @api.model
    def _caredesk_due_on(self, day):
        """Return the domain of customer invoices of which something open is due on ``day``.

        Begins with the lines of that day, which the books have an index for.
        """
        self.env["account.move.line"].flush_model()  # the scan asks past the ORM
        parts = Domain("date_maturity", "=", day) & _OPEN_PART
        return Domain("line_ids", "any", parts) & Domain("move_type", "=", "out_invoice")


class CaredeskAutomationRule(models.Model):
    _inherit = "caredesk.automation.rule"

    def _is_moved(self, record, occurrence):
        """An invoice's day was moved when no part of it is due on that day any more."""
        if day := part_day(occurrence):
            return day not in record._caredesk_parts().mapped("date_maturity")
        return super()._is_moved(record, occurrence)


class CaredeskAutomationRun(models.Model):
    """Occurrences that are about one part of an invoice."""

    _inherit = "caredesk.automation.run"

    def _act(self):
        """Have the texts speak of the part that is due, not of the whole invoice."""
        day = part_day(self.occurrence)
        here = self.with_context(**{PART_DUE_ON: day.isoformat()}) if day else self
        return super(CaredeskAutomationRun, here)._act()

    def _obstacle(self):
        """Nobody is reminded of a part that was paid, whatever else of the invoice is open."""
        obstacle = super()._obstacle()
        day = part_day(self.occurrence)
        if obstacle or not day:
            return obstacle
        parts = self.env["account.move"].browse(self.res_id)._caredesk_parts()
        is_open = day in parts.filtered_domain(_OPEN_PART).mapped("date_maturity")
        return "" if is_open else self.rule_id._why_over()
