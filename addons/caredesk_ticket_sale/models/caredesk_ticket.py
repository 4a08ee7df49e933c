from odoo import api, fields, models


class CaredeskTicket(models.Model):
    """What the customer of a ticket bought, or thinks about buying."""

    _inherit = "caredesk.ticket"

    sale_order_count = fields.Integer(
        "Sales Order Count",
        compute="_compute_sale_order_count",
        groups="sales_team.group_sale_salesman",
        help="Quotations and orders of the customer and the contacts of the customer's company.",
    )

    # === COMPUTE ===

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_sale_order_count(self):
        for ticket in self:
            orders = self.env["sale.order"]
            ticket.sale_order_count = orders.search_count(ticket._domain_of_family())

    # === ACTIONS ===

    def action_open_sale_orders(self):
        """Open the quotations and orders of the customer, new ones for the same."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_quotations")
        action["domain"] = list(self._domain_of_family())
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_origin": self.number,
        }
        return action
