from odoo import fields, models


class CaredeskTicketType(models.Model):
    """Which types customers may choose themselves."""

    _inherit = "caredesk.ticket.type"

    is_public = fields.Boolean(
        "Customers May Choose",
        help="Offered on the public support form. Without such types customers choose none, and "
        "the default support group gets their requests.",
    )
