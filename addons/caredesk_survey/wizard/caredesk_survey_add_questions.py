from odoo import fields, models
from odoo.exceptions import UserError


class CaredeskSurveyAddQuestions(models.TransientModel):
    """Dialog: which questions of the bank go into a survey."""

    _name = "caredesk.survey.add.questions"
    _description = "Add Questions from the Bank"

    survey_id = fields.Many2one("survey.survey", required=True, ondelete="cascade")
    category_id = fields.Many2one(
        "caredesk.survey.category", help="Show the questions of one category only."
    )
    question_ids = fields.Many2many(
        "survey.question",
        string="Questions",
        domain="[('is_bank', '=', True), ('bank_category_id', '=?', category_id)]",
    )

    def action_add(self):
        """Copy the chosen questions to the end of the survey."""
        self.ensure_one()
        self.survey_id.check_access("write")
        if not self.question_ids:
            raise UserError(self.env._("Choose at least one question."))
        if any(not question.is_bank for question in self.question_ids):
            raise UserError(self.env._("Only questions of the bank can be added."))
        self.question_ids._add_to_survey(self.survey_id)
        return {"type": "ir.actions.act_window_close"}
