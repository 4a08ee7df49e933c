from odoo import fields, models


class CaredeskTicketGive(models.AbstractModel):
    """What the dialogs that name a performer have in common: one member, his or her load."""

    _name = "caredesk.ticket.give"
    _description = "Choose a Performer"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    group_id = fields.Many2one(related="ticket_id.group_id")
    performer_id = fields.Many2one(related="ticket_id.user_id", string="Present Performer")
    member_id = fields.Many2one(
        "caredesk.support.member",
        string="New Performer",
        required=True,
        ondelete="cascade",
        domain="[('group_id', '=', group_id), ('user_id', '!=', performer_id)]",
    )
    availability = fields.Selection(related="member_id.availability")
    open_count = fields.Integer(related="member_id.open_count")
    waiting_count = fields.Integer(related="member_id.waiting_count")
    capacity = fields.Integer(related="member_id.capacity")
