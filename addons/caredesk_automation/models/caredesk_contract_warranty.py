from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ProductTemplate(models.Model):
    """How long a product is under warranty."""

    _inherit = "product.template"

    caredesk_warranty_months = fields.Integer(
        "Warranty (Months)",
        help="A confirmed order of this product begins a warranty of so many months, counted from "
        "the delivery. 0: none.",
    )

    _caredesk_warranty = models.Constraint(
        "CHECK (caredesk_warranty_months IS NULL OR caredesk_warranty_months BETWEEN 0 AND 600)",
        "A warranty lasts 0 to 600 months.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _last_warranty_day(self, begin):
        """Return the last day of a warranty that begins on ``begin``."""
        return begin + relativedelta(months=self.caredesk_warranty_months) - timedelta(days=1)


class CaredeskContract(models.Model):
    """Warranties know what was bought."""

    _inherit = "caredesk.contract"

    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null")
    sales_line_id = fields.Many2one(
        "sale.order.line", "Order Line", readonly=True, copy=False, ondelete="set null"
    )

    # Holds cancelled ones too, so that deleting an order line finds them by it.
    _line_once = models.UniqueIndex(
        "(sales_line_id, (CASE WHEN state = 'cancelled' THEN id ELSE 0 END))"
        " WHERE sales_line_id IS NOT NULL",
        "This purchase has its warranty already.",
    )


class SaleOrder(models.Model):
    """What is sold with a warranty begins one, from the day of the delivery."""

    _inherit = "sale.order"

    def _action_cancel(self):
        """End the warranties of what is not delivered."""
        result = super()._action_cancel()
        self._warranties_sudo().write({"state": "cancelled"})
        return result

    def write(self, vals):
        """A new delivery date moves the warranties."""
        result = super().write(vals)
        if "commitment_date" in vals:
            for order in self.filtered(lambda order: order.state == "sale"):
                begin = order._care_day("delivery")
                for warranty_sudo in order._warranties_sudo().filtered("product_id"):
                    warranty_sudo.write(
                        {
                            "date_start": begin,
                            "date_end": warranty_sudo.product_id._last_warranty_day(begin),
                        }
                    )
        return result

    def _warranties_sudo(self):
        """Return the warranties of these orders that are under way."""
        # sudo: who may change the order changes its warranties
        contracts_sudo = self.env["caredesk.contract"].sudo()
        return contracts_sudo.search(
            [
                ("order_id", "in", self.ids),
                ("sales_line_id", "!=", False),
                ("state", "in", ("draft", "running")),
            ]
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _plan_all_care(self):
        """What is cared for begins its warranty too."""
        super()._plan_all_care()
        self._begin_warranties()

    def _withdraw_care(self):
        """What is not ordered any more, or was given back, has no warranty."""
        super()._withdraw_care()
        warranties_sudo = self.order_id._warranties_sudo()
        warranties_sudo.filtered(lambda one: one.sales_line_id in self).state = "cancelled"

    def _begin_warranties(self):
        """Begin the warranties of what these lines sell, each once."""
        lines = self.filtered(
            lambda line: line.product_id.caredesk_warranty_months and line.product_uom_qty > 0
        )
        if not lines:
            return
        # sudo: who may sell a product gives its warranty
        contracts_sudo = self.env["caredesk.contract"].sudo()
        # Also one that ended: the line had its warranty, and the database holds it to that.
        covered = (
            contracts_sudo.with_context(active_test=False)
            .search([("sales_line_id", "in", lines.ids), ("state", "!=", "cancelled")])
            .sales_line_id
        )
        contracts_sudo.create([line._warranty_vals() for line in lines - covered])

    def _warranty_vals(self):
        """Return the values of the warranty of what this line sells."""
        order = self.order_id
        begin = order._care_day("delivery")
        return {
            "name": self.product_id.display_name,
            "kind": "warranty",
            "state": "running",
            "partner_id": order.partner_id.id,
            "user_id": order.user_id.id,
            "company_id": order.company_id.id,
            "currency_id": order.currency_id.id,
            "order_id": order.id,
            "sales_line_id": self.id,
            "product_id": self.product_id.id,
            "date_start": begin,
            "date_end": self.product_id._last_warranty_day(begin),
        }
