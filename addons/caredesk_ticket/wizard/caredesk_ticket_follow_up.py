from odoo import fields, models


class CaredeskTicketFollowUp(models.TransientModel):
    """Record that the customer was asked whether the solution holds."""

    _name = "caredesk.ticket.follow.up"
    _description = "Follow-up of a Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    note = fields.Text("What the Customer Said")

    def action_done(self):
        """End the follow-up."""
        self.ensure_one()
        self.ticket_id.action_follow_up_done(self.note)
        return {"type": "ir.actions.act_window_close"}
