from odoo import models

from .caredesk_automation_rule import ANSWERED, LOW_SCORE


class SurveyUserInput(models.Model):
    """Completed surveys of customers set rules off."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        answered = self.filtered(
            lambda entry: entry.performer_kind == "customer" and not entry.test_entry
        )
        if answered:
            rules = self.env["caredesk.automation.rule"]
            rules._fire(ANSWERED, answered)
            rules._fire(LOW_SCORE, answered)
        return result
