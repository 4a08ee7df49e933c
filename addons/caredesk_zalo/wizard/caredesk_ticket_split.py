from odoo import models


class CaredeskTicketSplit(models.TransientModel):
    """A part of a Zalo ticket belongs to the same conversation: there its customer is answered."""

    _inherit = "caredesk.ticket.split"

    def _prepare_part_vals(self, messages):
        contact = self.ticket_id.zalo_contact_id
        return {**super()._prepare_part_vals(messages), "zalo_contact_id": contact.id}
