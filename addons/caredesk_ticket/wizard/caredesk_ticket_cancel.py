from odoo import fields, models


class CaredeskTicketCancel(models.TransientModel):
    """Cancel a ticket, saying why."""

    _name = "caredesk.ticket.cancel"
    _description = "Cancel Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_cancel(self):
        """Cancel the ticket."""
        self.ensure_one()
        self.ticket_id.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
