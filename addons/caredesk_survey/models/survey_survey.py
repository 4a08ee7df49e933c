from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Kinds of surveys of customers: one answer for each invitation.
CUSTOMER_KINDS = ("customer", "csat", "nps")
KINDS = (*CUSTOMER_KINDS, "employee")


class SurveySurvey(models.Model):
    """The kinds of surveys: of customers, of employees, of satisfaction, of recommendation."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[
            ("customer", "Customer Survey"),
            ("employee", "Employee Survey"),
            ("csat", "Customer Satisfaction (CSAT)"),
            ("nps", "Recommendation (NPS)"),
        ],
        ondelete=dict.fromkeys(KINDS, "set default"),
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Leave empty to use it in all companies."
    )
    is_caredesk = fields.Boolean(
        compute="_compute_is_caredesk",
        export_string_translation=False,
        search="_search_is_caredesk",
    )
    is_template = fields.Boolean(
        help="Templates are not answered themselves: surveys are made from them."
    )
    has_average = fields.Boolean(
        compute="_compute_survey_statistic", export_string_translation=False
    )
    archived_question_count = fields.Integer(
        "Archived Questions", compute="_compute_archived_question_count"
    )
    counting_attempt = fields.Selection(
        [("best", "Best Attempt"), ("last", "Last Attempt")],
        string="Attempt That Counts",
        default="best",
        required=True,
        help="Which attempt of an employee counts when the survey may be taken again.",
    )

    # === COMPUTE ===

    @api.depends("survey_type")
    def _compute_is_caredesk(self):
        for survey in self:
            survey.is_caredesk = survey.survey_type in KINDS

    def _search_is_caredesk(self, operator, value):
        if operator != "in":
            return NotImplemented
        ours = Domain("survey_type", "in", KINDS)
        found = [ours if flag else ~ours for flag in value]
        return Domain.OR(found)

    def _compute_archived_question_count(self):
        found = self.env["survey.question"]._read_group(
            self._archived_questions(), ["survey_id"], ["__count"]
        )
        counts = dict(found)
        for survey in self:
            survey.archived_question_count = counts.get(survey._origin, 0)

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        super()._compute_allowed_survey_types()
        if self.env.user.has_group("caredesk_survey.group_survey_manager"):
            for survey in self:
                survey.allowed_survey_types = [*KINDS, *(survey.allowed_survey_types or [])]

    @api.onchange("survey_type")
    def _onchange_survey_type(self):
        """Begin a survey of our kinds such that it is for invited people and scored."""
        super()._onchange_survey_type()
        if self.survey_type in KINDS:
            self.update(self._kind_defaults(self.survey_type))

    @api.model
    def _kind_defaults(self, kind):
        """Return what a new survey of this kind begins with."""
        values = {
            "access_mode": "token",
            "scoring_type": "scoring_without_answers",
            "certification": False,
            "is_time_limited": False,
        }
        if kind == "employee":
            limits = {"is_attempts_limited": True, "attempts_limit": 1}
            return values | limits | {"users_login_required": True}
        # A customer passes or fails nothing.
        return values | {"scoring_success_min": 0.0, "users_login_required": False}

    def _compute_survey_statistic(self):
        """Average over all who completed a survey of ours; Odoo counts each percentage once."""
        super()._compute_survey_statistic()
        ours = self.filtered("is_caredesk")
        found = self.env["survey.user_input"]._read_group(
            [
                ("survey_id", "in", ours.ids),
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("is_scored", "=", True),
            ],
            ["survey_id"],
            ["scoring_percentage:avg"],
        )
        averages = dict(found)
        for survey in self:
            survey.has_average = survey._origin in averages
        for survey in ours:
            survey.answer_score_avg = averages.get(survey._origin, 0.0)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            kind = vals.get("survey_type")
            prepared.append({**self._kind_defaults(kind), **vals} if kind in KINDS else vals)
        return super().create(prepared)

    def write(self, vals):
        """Keep the kind of what was answered: history is guarded for our kinds alone."""
        if "survey_type" in vals and vals["survey_type"] not in KINDS and not self.env.su:
            self._unlink_except_answered()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return [
            dict(vals, is_template=(default or {}).get("is_template", False)) for vals in vals_list
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        """Keep the history: answers would go with their survey."""
        ours = self.filtered("is_caredesk")
        # sudo: whether there are answers, whoever gave them
        answered = ours and self.env["survey.user_input"].sudo()._read_group(
            [("survey_id", "in", ours.ids), ("state", "=", "done"), ("test_entry", "=", False)],
            ["survey_id"],
        )
        if answered:
            raise UserError(
                self.env._(
                    "«%(survey)s» has been answered: its answers stay. Close it instead.",
                    survey=answered[0][0].title,
                )
            )

    # === ACTIONS ===

    def action_use_template(self):
        """Make a survey from this template and open it."""
        self.ensure_one()
        survey = self.copy({"is_template": False, "user_id": self.env.uid})
        survey.title = self.title
        return survey._caredesk_form()

    def action_add_from_bank(self):
        """Choose questions of the bank to be added to this survey."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.caredesk_survey_add_questions_action"
        )
        action["context"] = {"default_survey_id": self.id}
        return action

    def action_archived_questions(self):
        """Open what is not asked any more, to be looked at or asked again."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("survey.action_survey_question_form")
        name = self.env._("Archived Questions")
        shown = {"name": name, "display_name": name, "context": {}}
        return {**action, **shown, "domain": self._archived_questions()}

    def action_caredesk_history(self):
        """Open the completed answers to this survey."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_user_input_action_history"
        )
        history = self.env["survey.user_input"]._history_domain()
        action["domain"] = list(history & Domain("survey_id", "=", self.id))
        return action

    def action_caredesk_statistics(self):
        """Open the charts of this survey."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "caredesk_survey.caredesk_survey_statistics_action"
        )
        return {**action, "params": {"survey_id": self.id}}

    def _caredesk_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS ===

    def _archived_questions(self):
        """Return the domain of the questions that are not asked any more."""
        return [("survey_id", "in", self.ids), ("active", "=", False), ("is_page", "=", False)]

    def _get_next_page_or_question(self, user_input, page_or_question_id, go_back=False):
        """Go on from the place of what was archived since: Odoo looks for it and fails."""
        shown = user_input.survey_id._get_pages_or_questions(user_input)
        if page_or_question_id and page_or_question_id not in shown.ids:
            left = shown.browse(page_or_question_id).exists()
            before = shown.filtered(lambda one: (one.sequence, one.id) < (left.sequence, left.id))
            after = shown - before
            if go_back and not (before and after):
                return before[-1:]
            page_or_question_id = (after[:1] if go_back else before[-1:]).id or 0
        if not page_or_question_id and not go_back:
            page_or_question_id = self._last_answered_id(user_input, shown)
        return super()._get_next_page_or_question(user_input, page_or_question_id, go_back=go_back)

    @api.model
    def _last_answered_id(self, user_input, shown):
        """Return the id of the last of ``shown`` that has an answer, 0 when there is none.

        Whose page was deleted since has no place in the survey any more. From the first question
        on nothing could be answered: answers that nobody may go back to are not overwritten.
        """
        survey = user_input.survey_id
        if survey.users_can_go_back or survey.session_state:
            return 0
        answered = user_input.user_input_line_ids.question_id.filtered(
            # These were filled in when the invitation was made.
            lambda question: not (question.save_as_email or question.save_as_nickname)
        )
        if survey.questions_layout == "page_per_section":
            answered = answered.page_id
        return (shown & answered)[-1:].id or 0

    def _check_answer_creation(
        self, user, partner, email, test_entry=False, check_attempts=True, invite_token=False
    ):
        if self.is_template and not test_entry:
            raise UserError(self.env._("«%(survey)s» is a template.", survey=self.title))
        if test_entry and self.is_caredesk and not self.with_user(user).has_access("write"):
            # Who performs surveys would see an examination, and its score, before it counts.
            raise UserError(self.env._("Only who builds surveys can try them."))
        return super()._check_answer_creation(
            user, partner, email, test_entry, check_attempts, invite_token
        )

    def _has_attempts_left(self, partner, email, invite_token):
        """Give a customer one answer for each invitation, conditional questions or not."""
        self.ensure_one()
        if self.survey_type not in CUSTOMER_KINDS or not invite_token:
            return super()._has_attempts_left(partner, email, invite_token)
        # sudo: whether this very invitation was used
        return (
            not self.env["survey.user_input"]
            .sudo()
            .search_count(
                [
                    ("survey_id", "=", self.id),
                    ("invite_token", "=", invite_token),
                    ("state", "=", "done"),
                    ("test_entry", "=", False),
                ],
                limit=1,
            )
        )
