from odoo import models


class CaredeskTicket(models.Model):
    """Buttons that ask for something first: each opens its dialog.

    The dialogs call the steps of the ticket, which hold all checks.
    """

    _inherit = "caredesk.ticket"

    # === ACTIONS ===

    def action_open_start(self):
        """Start, or ask what shall happen to the ticket the performer is working on."""
        return self._start_or_ask(self.action_start)

    def action_open_continue(self):
        """Continue, or ask what shall happen to the ticket the performer is working on."""
        return self._start_or_ask(self.action_continue)

    def action_open_wait(self):
        """Ask what the ticket waits for."""
        return self._dialog("caredesk.ticket.wait", self.env._("Put to Waiting"))

    def action_open_complete(self):
        """Ask for the support result and the cause."""
        return self._dialog("caredesk.ticket.complete", self.env._("Complete Ticket"))

    def action_open_transfer(self):
        """Ask which member of the group takes the ticket over."""
        return self._dialog("caredesk.ticket.transfer", self.env._("Transfer Ticket"))

    def action_open_assign(self):
        """Ask which member of the group gets the ticket."""
        return self._dialog("caredesk.ticket.assign", self.env._("Assign Ticket"))

    def action_open_cancel(self):
        """Ask why the ticket is cancelled."""
        return self._dialog("caredesk.ticket.cancel", self.env._("Cancel Ticket"))

    # === BUSINESS ===

    def _start_or_ask(self, action):
        self.ensure_one()
        several = self.group_id.sudo().allow_parallel_work  # a setting, not a secret
        if not several and self._is_performer() and self._in_progress_of_performer():
            return self._dialog("caredesk.ticket.start", self.env._("One Ticket at a Time"))
        return action()

    def _dialog(self, model, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
