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

    until = fields.Datetime(
        "Put Off Until", help="The ticket comes back by itself at this time. Empty: it does not."
    )

    def action_wait(self):
        """Put the ticket to waiting."""
        self.ensure_one()
        until = self.until if self.reason == "not_now" else None
        self.ticket_id.action_wait(self.reason, until)
        return {"type": "ir.actions.act_window_close"}
