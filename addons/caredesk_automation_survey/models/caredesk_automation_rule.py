from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.caredesk_automation.models.automation_triggers import EVENT, Trigger

ANSWERED = "survey_answered"
LOW_SCORE = "survey_low_score"
_ANSWER = Trigger(EVENT, "survey.user_input", owner="served_by_id")


class CaredeskAutomationRule(models.Model):
    """Answers of customers among what rules listen to."""

    _inherit = "caredesk.automation.rule"

    survey_below = fields.Float(
        "Score Below (%)", default=50, help="Share of the points there were to get."
    )

    @api.constrains("survey_below")
    def _check_survey_below(self):
        for rule in self:
            if not 0 < rule.survey_below <= 100:
                raise ValidationError(self.env._("The score is above 0 and up to 100%."))

    @api.model
    def _triggers(self):
        return {**super()._triggers(), ANSWERED: _ANSWER, LOW_SCORE: _ANSWER}

    @api.model
    def _trigger_labels(self):
        return {
            **super()._trigger_labels(),
            ANSWERED: self.env._("Survey Answered"),
            LOW_SCORE: self.env._("Low Survey Score"),
        }

    def _own_domain(self):
        if self.trigger == LOW_SCORE:
            return [("is_scored", "=", True), ("scoring_percentage", "<", self.survey_below)]
        return super()._own_domain()
