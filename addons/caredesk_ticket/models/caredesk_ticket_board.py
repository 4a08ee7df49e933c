from odoo import api, models


class CaredeskTicket(models.Model):
    """Tickets tell View Support when a queue or somebody's load changes."""

    _inherit = "caredesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.sudo().group_id._notify_board()  # only ids are told
        return tickets

    def _transition(self, step, vals=None):
        ticket_sudo = self.sudo()  # only ids are told
        users = ticket_sudo.user_id
        result = super()._transition(step, vals)
        ticket_sudo.group_id._notify_board()
        ticket_sudo.group_id._notify_board_of(users | ticket_sudo.user_id)
        return result
