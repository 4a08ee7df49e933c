from odoo import models


class CaredeskTicketAssign(models.TransientModel):
    """Give a ticket to a member of its group."""

    _name = "caredesk.ticket.assign"
    _inherit = "caredesk.ticket.give"
    _description = "Assign Ticket"

    def action_assign(self):
        """Assign the ticket to the chosen member."""
        self.ensure_one()
        self.ticket_id.action_assign(self.member_id.user_id)
        return {"type": "ir.actions.act_window_close"}
