from odoo import api, fields, models

ANSWERS = [("yes", "Yes"), ("no", "No")]


class CaredeskTicketCheck(models.TransientModel):
    """Check a completed ticket: does the solution work, is the need met?"""

    _name = "caredesk.ticket.check"
    _description = "Check Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    performer_id = fields.Many2one(related="ticket_id.user_id", string="Performer")
    result = fields.Text(related="ticket_id.result", string="Support Result")
    solution_effective = fields.Selection(ANSWERS, string="Does the solution work?", required=True)
    need_met = fields.Selection(ANSWERS, string="Is the customer's need met?", required=True)
    note = fields.Text()
    is_failed = fields.Boolean(compute="_compute_is_failed")

    @api.depends("solution_effective", "need_met")
    def _compute_is_failed(self):
        for dialog in self:
            dialog.is_failed = "no" in (dialog.solution_effective, dialog.need_met)

    def action_check(self):
        """Record the check."""
        self.ensure_one()
        self.ticket_id.action_check(
            self.solution_effective == "yes", self.need_met == "yes", self.note
        )
        return {"type": "ir.actions.act_window_close"}
