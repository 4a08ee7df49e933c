from odoo import api, fields, models


class CaredeskTicketComplete(models.TransientModel):
    """Finish a ticket with its result and, if the type asks for it, its cause."""

    _name = "caredesk.ticket.complete"
    _description = "Complete Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    result = fields.Text("Support Result", compute="_compute_texts", store=True, readonly=False)
    cause = fields.Text(compute="_compute_texts", store=True, readonly=False)
    require_cause = fields.Boolean(compute="_compute_require_cause")
    outcome = fields.Selection(
        lambda self: self._outcomes(),
        string="Resolution Outcome",
        compute="_compute_texts",
        store=True,
        readonly=False,
    )
    is_checked = fields.Boolean(compute="_compute_require_cause")

    @api.depends("ticket_id")
    def _compute_texts(self):
        """Begin with what was written on the ticket before."""
        for dialog in self:
            dialog.result = dialog.ticket_id.result
            dialog.cause = dialog.ticket_id.cause
            dialog.outcome = dialog.ticket_id.outcome or "solved"

    @api.model
    def _outcomes(self):
        """Those of the ticket, in the language of who looks at the dialog."""
        return self.env["caredesk.ticket"]._fields["outcome"]._description_selection(self.env)

    @api.depends("ticket_id")
    def _compute_require_cause(self):
        for dialog in self:
            # sudo: settings of type and group, not secrets
            dialog.require_cause = dialog.ticket_id.type_id.sudo().require_cause
            dialog.is_checked = dialog.ticket_id.group_id.sudo().quality_check

    def action_complete(self):
        """Complete the ticket."""
        self.ensure_one()
        self.ticket_id.action_complete(self.result, self.cause, self.outcome)
        return {"type": "ir.actions.act_window_close"}
