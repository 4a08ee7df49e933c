from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    caredesk_ticket_count = fields.Integer(
        "Ticket Count",
        compute="_compute_caredesk_ticket_count",
        groups="caredesk_ticket.group_creator",
        help="Tickets of the customer and of his or her company's contacts.",
    )

    # === COMPUTE ===

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_caredesk_ticket_count(self):
        for order in self:
            order.caredesk_ticket_count = (
                order.partner_id.commercial_partner_id.caredesk_ticket_count
            )

    # === ACTIONS ===

    def action_caredesk_tickets(self):
        """Open the tickets of the order's customer."""
        self.ensure_one()
        action = self.partner_id.commercial_partner_id.action_caredesk_tickets()
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action
