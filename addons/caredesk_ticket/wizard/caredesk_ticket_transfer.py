from odoo import fields, models


class CaredeskTicketTransfer(models.TransientModel):
    """Pass a ticket on to another member of its group."""

    _name = "caredesk.ticket.transfer"
    _inherit = "caredesk.ticket.give"
    _description = "Transfer Ticket"

    reason = fields.Text(help="Told to the new performer and kept in the history.")

    def action_transfer(self):
        """Transfer the ticket to the chosen member."""
        self.ensure_one()
        self.ticket_id.action_transfer(self.member_id.user_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
