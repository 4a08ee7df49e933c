from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .caredesk_support_group import MAX_DAYS

NEVER = "never"
DONE = "done"
STAGE = "stage"
#: Whom a manager is to call -> the highest rate that means it.
_ALERT_LIMITS = {"nobody": 0, "bad": 2, "okay": 3}


class CaredeskSupportGroup(models.Model):
    """When a group asks its customers how satisfied they are, and who hears of it."""

    _inherit = "caredesk.support.group"

    rating_moment = fields.Selection(
        [
            (NEVER, "Never"),
            (DONE, "When the Ticket Is Done"),
            (STAGE, "In the Stages Marked for It"),
        ],
        string="Ask for a Rating",
        default=DONE,
        required=True,
        tracking=True,
        help="The customer gets one thank-you mail for each ticket with the question how "
        "satisfied he or she is. Where completed tickets are checked first, after the check.",
    )
    rating_template_id = fields.Many2one(
        "mail.template",
        string="Thank-You Mail",
        domain="[('model', '=', 'caredesk.ticket')]",
        ondelete="set null",
        help="Empty: the mail that comes with CareDesk.",
    )
    rating_reminder_days = fields.Integer(
        "Rating Reminder",
        default=3,
        tracking=True,
        help="A customer who has not answered is reminded once after so many days. 0: never.",
    )
    rating_alert = fields.Selection(
        [("nobody", "Nobody"), ("bad", "Unhappy"), ("okay", "Unhappy or Neutral")],
        string="Call Back Customers Who Are",
        default="bad",
        required=True,
        tracking=True,
        help="The manager of the group gets an activity to call the customer.",
    )

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("rating_reminder_days")
    def _check_rating_reminder_days(self):
        for group in self:
            if group.rating_reminder_days < 0:
                raise ValidationError(self.env._("Minutes and days cannot be negative."))
            if group.rating_reminder_days > MAX_DAYS:
                raise ValidationError(self.env._("Choose at most %(days)s days.", days=MAX_DAYS))

    # === BUSINESS ===

    def _rating_alert_limit(self):
        """Return the highest rate after which a manager calls the customer."""
        self.ensure_one()
        return _ALERT_LIMITS[self.sudo().rating_alert]  # sudo: a setting, not a secret


class CaredeskTicketStage(models.Model):
    _inherit = "caredesk.ticket.stage"

    asks_rating = fields.Boolean(
        "Asks for a Rating",
        help="Customers of tickets that come here are asked how satisfied they are, where the "
        "group asks in the stages marked for it.",
    )

    # === BUSINESS ===

    @api.model
    @tools.ormcache()
    def _ids_asking_rating(self):
        """Return the ids of the stages in which customers are asked for a rating."""
        # sudo: asked for whoever moves a ticket
        stages_sudo = self.sudo().with_context(active_test=False)
        return frozenset(stages_sudo.search([("asks_rating", "=", True)]).ids)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_rating_pause_days = fields.Integer(
        "Days Between Rating Requests",
        config_parameter="caredesk_ticket.rating_pause_days",
        help="One address is asked for a rating at most once in so many days. 0: for each ticket.",
    )
    caredesk_rating_open_days = fields.Integer(
        "Days to Rate",
        default=30,
        config_parameter="caredesk_ticket.rating_open_days",
        help="So long after the ticket is done the customer can rate it.",
    )
    caredesk_rating_change_days = fields.Integer(
        "Days to Change a Rating",
        default=7,
        config_parameter="caredesk_ticket.rating_change_days",
        help="So long the customer can change a rating.",
    )
