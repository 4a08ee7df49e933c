from odoo import fields, models

from .survey_survey import CUSTOMER_KINDS

#: Surveys that customers may be invited to.
CUSTOMER_SURVEYS = [("survey_type", "in", CUSTOMER_KINDS), ("is_template", "=", False)]


class CaredeskSupportGroup(models.Model):
    _inherit = "caredesk.support.group"

    completion_survey_id = fields.Many2one(
        "survey.survey",
        string="Survey After Completion",
        domain=CUSTOMER_SURVEYS,
        ondelete="set null",
        help="Customers are invited to this survey when a ticket of the group is done, in place "
        "of the rating. A survey of the ticket type comes before it.",
    )


class CaredeskTicketType(models.Model):
    _inherit = "caredesk.ticket.type"

    completion_survey_id = fields.Many2one(
        "survey.survey",
        string="Survey After Completion",
        domain=CUSTOMER_SURVEYS,
        ondelete="set null",
        help="Customers are invited to this survey when a ticket of this type is done. Empty: the "
        "support group's.",
    )
