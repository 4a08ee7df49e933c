from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_CHOICE_TYPES = ("simple_choice", "multiple_choice")


class SurveyQuestion(models.Model):
    """The question bank: questions without a survey, from which surveys take copies.

    A copy knows where it comes from, so that answers are counted across surveys; it is a question
    of its own, so that changing the bank leaves surveys and past answers as they are.
    """

    _inherit = "survey.question"

    is_bank = fields.Boolean(
        "In the Question Bank", readonly=True, export_string_translation=False, copy=False
    )
    bank_category_id = fields.Many2one(
        "caredesk.survey.category", string="Category", ondelete="restrict"
    )
    bank_origin_id = fields.Many2one(
        "survey.question",
        string="From the Bank",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    bank_copy_ids = fields.One2many(
        "survey.question", "bank_origin_id", string="Used in Surveys", readonly=True
    )
    bank_survey_count = fields.Integer("Surveys", compute="_compute_bank_counts")
    bank_answer_count = fields.Integer(
        "Times Answered",
        compute="_compute_bank_counts",
        help="Answers to this question in all surveys that took it from the bank.",
    )

    _bank_idx = models.Index("(create_date DESC, id DESC) WHERE is_bank IS TRUE")

    # === COMPUTE ===

    @api.depends("bank_copy_ids")
    def _compute_bank_counts(self):
        copies = self.with_context(active_test=False)._read_group(
            [("bank_origin_id", "in", self.ids)],
            ["bank_origin_id"],
            ["survey_id:count_distinct", "id:recordset"],
        )
        origins = {copy: origin for origin, _count, copies_ in copies for copy in copies_}
        answers = dict.fromkeys(self.ids, 0)
        # sudo: a number only; managers may know how often a question was used
        counted = (
            self.env["survey.user_input.line"]
            .sudo()
            ._read_group(
                [
                    ("question_id", "in", [question.id for question in origins]),
                    ("skipped", "=", False),
                    ("user_input_id.state", "=", "done"),
                    ("user_input_id.test_entry", "=", False),
                ],
                ["question_id"],
                ["user_input_id:count_distinct"],
            )
        )
        for question, count in counted:
            answers[origins[question].id] = answers.get(origins[question].id, 0) + count
        surveys = {origin.id: count for origin, count, _copies in copies}
        for question in self:
            question.bank_survey_count = surveys.get(question._origin.id, 0)
            question.bank_answer_count = answers.get(question._origin.id, 0)

    # === CONSTRAINTS ===

    @api.constrains("is_bank", "question_type", "suggested_answer_ids")
    def _check_bank_choices(self):
        if self.env.context.get("install_mode"):
            return  # data files bring the choices after their question
        for question in self.filtered("is_bank"):
            if question.question_type in _CHOICE_TYPES and len(question.suggested_answer_ids) < 2:
                raise ValidationError(
                    self.env._(
                        "Enter at least two choices for «%(question)s».", question=question.title
                    )
                )

    @api.constrains("is_bank", "survey_id", "is_page")
    def _check_bank_place(self):
        for question in self.filtered("is_bank"):
            if question.survey_id or question.is_page:
                raise ValidationError(
                    self.env._("A question of the bank belongs to no survey and is no section.")
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("caredesk_bank"):
            vals_list = [
                vals if vals.get("survey_id") else {**vals, "is_bank": True} for vals in vals_list
            ]
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_bank(self):
        """Keep bank questions that surveys took and people answered: figures hang on them."""
        for question in self.filtered("is_bank"):
            if question.bank_answer_count:
                raise UserError(
                    self.env._(
                        "«%(question)s» was answered in %(count)s surveys and cannot be deleted. "
                        "Archive it instead.",
                        question=question.title,
                        count=question.bank_survey_count,
                    )
                )

    # === ACTIONS ===

    def action_bank_detail(self):
        """Show the question, not to be changed."""
        self.ensure_one()
        view = self.env.ref("caredesk_survey.survey_question_view_form_bank_detail")
        return self._bank_window(view, self.env._("Question"), "new")

    def action_bank_edit(self):
        """Open the form in which the question is changed."""
        self.ensure_one()
        view = self.env.ref("caredesk_survey.survey_question_view_form_bank")
        return self._bank_window(view, self.env._("Edit Question"), "current")

    def action_bank_saved(self):
        """Say that the question was saved; the form itself saved it."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("«%(question)s» has been saved.", question=self.title),
            },
        }

    def action_bank_answers(self):
        """Open the answers to this question in all surveys."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_user_input_line_action"
        )
        copies = self.with_context(active_test=False).bank_copy_ids
        action["domain"] = [
            ("question_id", "in", copies.ids),
            ("skipped", "=", False),
            ("user_input_id.state", "=", "done"),
            ("user_input_id.test_entry", "=", False),
        ]
        return action

    def action_bank_statistics(self):
        """Open the chart of this question across all surveys."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "caredesk_survey.caredesk_survey_statistics_action"
        )
        return {**action, "params": {"question_id": self.id}}

    def _bank_window(self, view, name, target):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": target,
            "context": {"caredesk_bank": True},
        }

    # === BUSINESS ===

    def _keeps_answers(self):
        return self.is_bank or super()._keeps_answers()

    def _add_to_survey(self, survey):
        """Copy these bank questions to the end of ``survey``; return the copies."""
        last = max(survey.question_and_page_ids.mapped("sequence"), default=0)
        copies = self.browse()
        for place, question in enumerate(self, start=1):
            copies += question.with_context(caredesk_bank=False).copy(
                {
                    "survey_id": survey.id,
                    "bank_origin_id": question.id,
                    "sequence": last + place,
                }
            )
        return copies
