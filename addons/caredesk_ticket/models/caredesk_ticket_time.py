from odoo import fields, models

from .caredesk_ticket import WAITING_REASONS
from .caredesk_ticket_clock import CLOCKS
from .caredesk_ticket_stage import STATES


class CaredeskTicketTime(models.Model):
    """A stretch of a ticket's life: one state, one stage, one performer, one clock.

    The lines of a ticket follow each other without gap or overlap while it is open, so they
    are its history as well as its time sheet.
    """

    _name = "caredesk.ticket.time"
    _description = "Ticket Time Line"
    _order = "start_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    state = fields.Selection(STATES, required=True)
    kind = fields.Selection(CLOCKS, string="Clock", required=True)
    reason = fields.Selection(WAITING_REASONS, string="Waiting Reason")
    user_id = fields.Many2one(
        "res.users", string="Performer", ondelete="restrict", index="btree_not_null"
    )
    by_user_id = fields.Many2one(
        "res.users", string="Started by", ondelete="restrict", help="Who pressed the button."
    )
    start_at = fields.Datetime("From", required=True)
    stop_at = fields.Datetime("Until", help="Empty while the clock runs.")
    seconds = fields.Integer("Duration", help="Whole seconds; 0 while the clock runs.")
    stage_id = fields.Many2one("caredesk.ticket.stage", ondelete="restrict")
    stage_entered_at = fields.Datetime(
        "In Stage Since", help="Together with ticket and stage: one stay in the stage."
    )
    group_id = fields.Many2one(related="ticket_id.group_id")
    company_id = fields.Many2one(related="ticket_id.company_id")

    _one_open_uniq = models.UniqueIndex(
        "(ticket_id) WHERE stop_at IS NULL", "A ticket has one running clock."
    )
    _stop_after_start = models.Constraint(
        "CHECK(stop_at IS NULL OR stop_at >= start_at)", "A time line cannot end before it starts."
    )
    _person_idx = models.Index("(user_id, start_at) WHERE user_id IS NOT NULL")
    _stage_idx = models.Index("(stage_entered_at) WHERE stage_id IS NOT NULL")
