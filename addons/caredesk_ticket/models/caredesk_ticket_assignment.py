from odoo import api, fields, models

METHODS = [
    ("auto", "Automatic"),
    ("take", "Taken"),
    ("assign", "Assigned"),
    ("transfer", "Transferred"),
    ("handover", "Handed Over"),
    ("release", "Back to Queue"),
    ("reopen", "Reopened"),
]


class CaredeskTicketAssignment(models.Model):
    """Who got a ticket from whom, when and how: the history behind «tickets received»."""

    _name = "caredesk.ticket.assignment"
    _description = "Ticket Assignment"
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    date = fields.Datetime(required=True)
    method = fields.Selection(METHODS, required=True)
    from_user_id = fields.Many2one("res.users", string="From", ondelete="restrict")
    to_user_id = fields.Many2one("res.users", string="To", ondelete="restrict")
    from_group_id = fields.Many2one("caredesk.support.group", ondelete="set null")
    to_group_id = fields.Many2one("caredesk.support.group", ondelete="set null")
    by_user_id = fields.Many2one("res.users", string="By", ondelete="restrict")
    reason = fields.Text()
    notice_pending = fields.Boolean(help="The new performer is still to be told by mail.")
    company_id = fields.Many2one(related="ticket_id.company_id")

    _received_idx = models.Index("(to_user_id, date) WHERE to_user_id IS NOT NULL")
    _notice_idx = models.Index("(id) WHERE notice_pending IS TRUE")

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_notice(vals) for vals in vals_list]
        assignments = super().create(vals_list)
        self._notify_screens(vals_list)
        return assignments

    # === BUSINESS ===

    @api.model
    def _with_notice(self, vals):
        """Return ``vals`` with whether the new performer is to be told by mail."""
        told = vals.get("to_user_id")
        # Nobody is told what he or she did.
        return {"notice_pending": bool(told) and told != vals.get("by_user_id"), **vals}
