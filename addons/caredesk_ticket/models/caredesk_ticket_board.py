from odoo import models


class CaredeskTicket(models.Model):
    """Tickets tell View Support when a queue or somebody's load changes."""

    _inherit = "caredesk.ticket"

    def _after_create(self):
        super()._after_create()
        self.group_id._notify_board()

    def _transition(self, step, vals=None):
        ticket_sudo = self.sudo()  # only ids are told
        users = ticket_sudo.user_id
        result = super()._transition(step, vals)
        ticket_sudo.group_id._notify_board()
        ticket_sudo.group_id._notify_board_of(users | ticket_sudo.user_id)
        return result
