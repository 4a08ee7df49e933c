from odoo import fields, models


class CaredeskTicketStageVisit(models.Model):
    """A stay in a stage after the work was done, such as a quality check or a follow-up.

    No clock of the ticket runs then, so its time lines know nothing of it. Written when the
    stage is left.
    """

    _name = "caredesk.ticket.stage.visit"
    _description = "Stay in a Stage after Completion"
    _order = "start_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    stage_id = fields.Many2one("caredesk.ticket.stage", required=True, ondelete="restrict")
    start_at = fields.Datetime("From", required=True)
    stop_at = fields.Datetime("Until", required=True)
    seconds = fields.Integer("Duration", help="Whole seconds.")
    company_id = fields.Many2one(related="ticket_id.company_id")

    _start_idx = models.Index("(start_at)")
