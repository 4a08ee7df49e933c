from odoo import api, fields, models

from ..domain import scores


class SurveyUserInputLine(models.Model):
    """One answer, and its points."""

    _inherit = "survey.user_input.line"

    most_points = fields.Float(
        compute="_compute_most_points",
        store=True,
        precompute=True,
        digits=(10, 2),
        aggregator=None,
        help="The most points there were to get when this was answered.",
    )
    answer_text = fields.Char("Answer", compute="_compute_answer_text", compute_sudo=True)

    _question_idx = models.Index("(question_id, id)")

    # === COMPUTE ===

    @api.depends("value_scale")
    def _compute_answer_score(self):
        """Score scales, stars and recommendations; Odoo's own rule for all others."""
        super()._compute_answer_score()
        for line in self:
            if line.answer_type == "scale" and line.question_id.is_scored_question:
                facts = line.question_id._score_facts()
                line.answer_score = scores.scale_points(facts, line.value_scale)
                line.answer_is_correct = line.value_scale == facts.high

    @api.depends("question_id")
    def _compute_most_points(self):
        """Note it at the answer: what the question is worth later changes nothing."""
        for line in self:
            line.most_points = line.question_id._most_points()

    @api.depends("display_name", "value_text_box", "question_id.caredesk_type")
    def _compute_answer_text(self):
        """Return the answer as people read it: ★ for stars, 7 / 10 for a scale."""
        for line in self:
            text = line.display_name
            if line.answer_type == "text_box":
                text = line.value_text_box  # Odoo's name of it is cut short
            elif line.answer_type == "scale" and line.question_id.caredesk_type == scores.STARS:
                text = "★" * line.value_scale + "☆" * (
                    line.question_id.scale_max - line.value_scale
                )
            elif line.answer_type == "scale":
                text = f"{line.value_scale} / {line.question_id.scale_max}"
            line.answer_text = text

    # === ACTIONS ===

    def action_open_entry(self):
        """Open the completed survey this answer belongs to."""
        self.ensure_one()
        view = self.env.ref("caredesk_survey.survey_user_input_view_form_history")
        return {
            "type": "ir.actions.act_window",
            "name": self.survey_id.title,
            "res_model": "survey.user_input",
            "res_id": self.user_input_id.id,
            "views": [(view.id, "form")],
        }
