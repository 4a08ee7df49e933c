from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import scores

#: The types people choose from: what Odoo calls it, and what a new question of it begins with.
TYPES = {
    "single": ("simple_choice", {}),
    "multiple": ("multiple_choice", {}),
    "short_text": ("char_box", {}),
    "long_text": ("text_box", {}),
    "scale": ("scale", {"scale_min": 1, "scale_max": 5, "answer_score": 5}),
    "stars": ("scale", {"scale_min": 1, "scale_max": 5, "answer_score": 5}),
    "nps": ("scale", {"scale_min": 0, "scale_max": 10, "answer_score": 10}),
    "yes_no": ("simple_choice", {}),
    "number": ("numerical_box", {}),
    "date": ("date", {}),
    "datetime": ("datetime", {}),
    "matrix": ("matrix", {}),
}
#: The type of a question that was made in Odoo's own editor.
_PLAIN_TYPES = {
    "simple_choice": "single",
    "multiple_choice": "multiple",
    "char_box": "short_text",
    "text_box": "long_text",
    "scale": "scale",
    "numerical_box": "number",
    "date": "date",
    "datetime": "datetime",
    "matrix": "matrix",
}


class SurveyQuestion(models.Model):
    """The types of questions, stars, NPS and yes or no among them, and what each is worth."""

    _inherit = "survey.question"

    active = fields.Boolean(default=True)
    caredesk_type = fields.Selection(
        [
            ("single", "Single Choice"),
            ("multiple", "Multiple Choice"),
            ("short_text", "Short Text"),
            ("long_text", "Long Text"),
            ("scale", "Scale"),
            ("stars", "Stars"),
            ("nps", "Recommendation 0 to 10 (NPS)"),
            ("yes_no", "Yes or No"),
            ("number", "Number"),
            ("date", "Date"),
            ("datetime", "Date and Time"),
            ("matrix", "Matrix"),
        ],
        string="Question Kind",
        compute="_compute_caredesk_type",
        store=True,
        readonly=False,
        help="Stars and recommendations are scales with a look and a score of their own; yes or "
        "no is a choice of two.",
    )

    # === COMPUTE ===

    @api.depends("question_type", "is_page")
    def _compute_caredesk_type(self):
        """Keep the type that was chosen as long as it is one of Odoo's type."""
        for question in self:
            plain = question.question_type
            chosen = TYPES.get(question.caredesk_type, ("",))[0]
            if question.is_page or not plain:
                question.caredesk_type = False
            elif chosen != plain:
                question.caredesk_type = _PLAIN_TYPES.get(plain)

    @api.depends("answer_score")
    def _compute_is_scored_question(self):
        """Score scales too: those whose upper end is worth something."""
        super()._compute_is_scored_question()
        for question in self:
            if question.question_type == "scale" and question.scoring_type != "no_scoring":
                question.is_scored_question = question.answer_score > 0

    @api.onchange("caredesk_type")
    def _onchange_caredesk_type(self):
        """Begin a question of the chosen type as that type begins."""
        if self.caredesk_type:
            plain, start = TYPES[self.caredesk_type]
            self.update({"question_type": plain, **start})
            if self.caredesk_type == "yes_no" and not self.suggested_answer_ids:
                self.suggested_answer_ids = self._yes_and_no()

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_type(vals) for vals in vals_list])

    def write(self, vals):
        kind = vals.get("caredesk_type")
        if kind and "question_type" not in vals:
            vals = {**vals, "question_type": TYPES[kind][0]}
        return super().write(vals)

    @api.model
    def _with_type(self, vals):
        """Return values of a new question completed by what its type begins with."""
        kind = vals.get("caredesk_type")
        if kind not in TYPES:
            return vals
        plain, start = TYPES[kind]
        completed = {"question_type": plain, **start, **vals}
        # Data files bring the choices after their question, each with a name of its own.
        by_file = self.env.context.get("install_mode")
        if kind == "yes_no" and not by_file and not vals.get("suggested_answer_ids"):
            completed["suggested_answer_ids"] = self._yes_and_no()
        return completed

    @api.model
    def _yes_and_no(self):
        return [
            fields.Command.create(
                {"value": self.env._("Yes"), "answer_score": 1, "is_correct": True, "sequence": 1}
            ),
            fields.Command.create({"value": self.env._("No"), "sequence": 2}),
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        """Keep what was answered: its answers would go with it."""
        # sudo: whether there are answers, whoever gave them
        kept = self.sudo().filtered(lambda question: question._keeps_answers())
        if not kept:
            return
        answered = (
            self.env["survey.user_input.line"]
            .sudo()
            ._read_group(
                [
                    ("question_id", "in", kept.ids),
                    ("skipped", "=", False),
                    ("user_input_id.test_entry", "=", False),
                ],
                ["question_id"],
            )
        )
        if answered:
            raise UserError(
                self.env._(
                    "«%(question)s» has been answered and cannot be deleted. Archive it: nobody is "
                    "asked it any more, and the answers stay.",
                    question=answered[0][0].title,
                )
            )

    def _keeps_answers(self):
        """Tell whether the answers to this question are part of the history."""
        self.ensure_one()
        return self.survey_id.is_caredesk

    # === SCORES ===

    def _score_facts(self):
        """Return what the score of this question depends on, for ``domain.scores``."""
        self.ensure_one()
        return scores.Question(
            kind=self.question_type or "",
            weight=self.answer_score,
            choices=tuple(self.suggested_answer_ids.mapped("answer_score")),
            is_scored=self.is_scored_question,
            low=self.scale_min,
            high=self.scale_max,
            style=self.caredesk_type if self.caredesk_type in (scores.STARS, scores.NPS) else "",
        )

    def _most_points(self):
        """Return the most points an answer to this question can get; none in unscored surveys."""
        self.ensure_one()
        if self.scoring_type == "no_scoring":
            return 0.0
        return scores.most_points(self._score_facts())


class SurveyQuestionAnswer(models.Model):
    """A choice somebody took stays: what was answered would go with it."""

    _inherit = "survey.question.answer"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_chosen(self):
        # sudo: whether it was chosen, whoever did
        questions_sudo = self.sudo().question_id | self.sudo().matrix_question_id
        kept = questions_sudo.filtered(lambda question: question._keeps_answers())
        lines_sudo = self.env["survey.user_input.line"].sudo()
        if kept and lines_sudo.search_count(
            [
                ("question_id", "in", kept.ids),
                ("user_input_id.test_entry", "=", False),
                "|",
                ("suggested_answer_id", "in", self.ids),
                ("matrix_row_id", "in", self.ids),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._("A choice that was answered stays: the history would lose it.")
            )
