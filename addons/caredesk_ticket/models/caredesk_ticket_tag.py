from odoo import fields, models


class CaredeskTicketTag(models.Model):
    """A word by which tickets are sorted, shared by all groups of a company or of all."""

    _name = "caredesk.ticket.tag"
    _description = "Ticket Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=4)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
