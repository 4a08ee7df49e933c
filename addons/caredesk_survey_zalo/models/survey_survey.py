from odoo import fields, models


class SurveySurvey(models.Model):
    """Zalo among the ways customers are invited by."""

    _inherit = "survey.survey"

    invite_channel = fields.Selection(
        selection_add=[("zalo", "Zalo, Otherwise E-mail or SMS")], ondelete={"zalo": "set default"}
    )
