from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .caredesk_support_group import MAX_DAYS
from .caredesk_ticket_portal import PORTAL_LINK_DAYS


class CaredeskSupportGroup(models.Model):
    """What a group's customers see and may do on the portal."""

    _inherit = "caredesk.support.group"

    portal_show_performer = fields.Boolean(
        "Show Names of Employees",
        default=True,
        help="Customers read who answers them. Otherwise they read the name of the group.",
    )
    portal_show_deadline = fields.Boolean(
        "Show the Promised Time",
        help="Customers read until when they hear from you: the next deadline of the ticket's "
        "service levels.",
    )
    portal_reopen_days = fields.Integer(
        "Reopen on the Portal",
        default=14,
        help="Customers may reopen a done or closed ticket within this many days; later they "
        "open a new one. 0: never.",
    )

    @api.constrains("portal_reopen_days")
    def _check_portal_reopen_days(self):
        for group in self:
            if not 0 <= group.portal_reopen_days <= MAX_DAYS:
                raise ValidationError(
                    self.env._("Choose between 0 and %(days)s days.", days=MAX_DAYS)
                )


class CaredeskTicketType(models.Model):
    """What customers are offered and asked for."""

    _inherit = "caredesk.ticket.type"

    is_public = fields.Boolean(
        "Customers May Choose",
        default=True,
        help="Offered on the portal and on the public support form. Without such types customers "
        "choose none, and the default support group gets their requests.",
    )
    ask_customers = fields.Boolean(
        "Ask Customers for the Properties",
        help="Customers fill in the type's own fields when they open a ticket, and see them on "
        "it. Leave it off when some of these fields are internal.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_portal_scope = fields.Selection(
        [
            ("own", "Their own tickets"),
            ("company", "All tickets of their company"),
        ],
        string="Customers See on the Portal",
        default="own",
        config_parameter="caredesk_ticket.portal_scope",
        help="Whether a customer who is logged in reaches the tickets of colleagues too.",
    )
    caredesk_portal_link_days = fields.Integer(
        "Links in Mails Expire",
        default=PORTAL_LINK_DAYS,
        config_parameter="caredesk_ticket.portal_link_days",
        help="Days after the end of a ticket that the links in its mails open it without a login.",
    )
