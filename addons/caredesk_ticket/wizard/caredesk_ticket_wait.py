from odoo import fields, models

from ..models.caredesk_ticket import WAITING_REASONS


class CaredeskTicketWait(models.TransientModel):
    """Put a ticket to waiting, saying what for."""

    _name = "caredesk.ticket.wait"
    _description = "Put Ticket to Waiting"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    reason = fields.Selection(
        WAITING_REASONS, string="Waiting Reason", required=True, default="customer"
    )

    def action_wait(self):
        """Put the ticket to waiting."""
        self.ensure_one()
        self.ticket_id.action_wait(self.reason)
        return {"type": "ir.actions.act_window_close"}
