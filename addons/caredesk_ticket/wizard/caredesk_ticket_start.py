from odoo import api, fields, models


class CaredeskTicketStart(models.TransientModel):
    """Start or continue a ticket while another one is in progress."""

    _name = "caredesk.ticket.start"
    _description = "Start Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    other_names = fields.Text("In Progress", compute="_compute_other_names")

    @api.depends("ticket_id")
    def _compute_other_names(self):
        for dialog in self:
            others_sudo = dialog.ticket_id._in_progress_of_performer()
            dialog.other_names = "\n".join(others_sudo.mapped("display_name"))

    def action_pause_and_start(self):
        """Put the other tickets to waiting and work on this one."""
        self.ensure_one()
        if self.ticket_id.state == "waiting":
            self.ticket_id.action_continue(pause_others=True)
        else:
            self.ticket_id.action_start(pause_others=True)
        return {"type": "ir.actions.act_window_close"}
