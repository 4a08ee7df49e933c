from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain.care_dates import MOST

UNITS = [("days", "Days"), ("weeks", "Weeks"), ("months", "Months")]


class CaredeskCareOccasion(models.Model):
    """One time a customer is cared for: so long after the purchase, in this form."""

    _name = "caredesk.care.occasion"
    _description = "Care Occasion"
    _inherit = ["caredesk.care.keep"]
    _order = "schedule_id, sequence, id"

    schedule_id = fields.Many2one(
        "caredesk.care.schedule",
        string="Care Schedule",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="schedule_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Subject", required=True)
    offset = fields.Integer("After", required=True, default=1)
    unit = fields.Selection(UNITS, required=True, default="days")
    form_id = fields.Many2one(
        "caredesk.care.form",
        string="Care Form",
        required=True,
        default=lambda self: self.env["caredesk.care.form"]._usual(),
        ondelete="restrict",
    )
    reason_id = fields.Many2one(
        "caredesk.care.reason", help="Reports count the care of this occasion under it."
    )
    hour = fields.Float(
        "At", default=9.0, required=True, help="Time of the day, in the company's time zone."
    )
    duration = fields.Float(
        "Duration (hours)", default=0.5, required=True, help="From the start until it is due."
    )
    reminder_days = fields.Integer(
        "Remind Days Before", help="The responsible is reminded so many days before it begins."
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Mail Template",
        domain="[('model', '=', 'caredesk.care.history')]",
        help="Offered when the care is done by mail.",
    )
    description = fields.Text()

    _limits = models.Constraint(
        'CHECK ("offset" >= 0 AND hour >= 0 AND hour < 24 AND duration > 0 AND duration <= 720'
        " AND reminder_days BETWEEN 0 AND 365)",
        "An occasion lies after the purchase, begins within a day, lasts up to 720 hours and "
        "reminds at most 365 days before.",
    )

    @api.model
    def _uses(self):
        return [("caredesk.care.task", "occasion_id"), ("caredesk.care.invite", "occasion_id")]

    @api.constrains("offset", "unit")
    def _check_offset(self):
        for occasion in self:
            if not 0 <= occasion.offset <= MOST[occasion.unit]:
                raise ValidationError(
                    self.env._("«%(name)s» lies too far after the purchase.", name=occasion.name)
                )
