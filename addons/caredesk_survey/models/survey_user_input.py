from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from ..domain import scores
from .survey_survey import CUSTOMER_KINDS, KINDS

#: What stays writable on completed answers: talk about them, nothing they say.
_FREE_WHEN_DONE = frozenset(
    {"activity_ids", "message_follower_ids", "message_ids", "message_main_attachment_id"}
)


class SurveyUserInput(models.Model):
    """One performed survey: who was asked, who performed it, about what; kept for good."""

    _inherit = "survey.user_input"

    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )
    interviewer_id = fields.Many2one(
        "res.users",
        string="Interviewed by",
        readonly=True,
        index="btree_not_null",
        help="The employee who asked the customer and entered the answers.",
    )
    # What the ticket said when the customer was asked: results are broken down by it.
    support_group_id = fields.Many2one(
        "caredesk.support.group", readonly=True, ondelete="set null", copy=False
    )
    ticket_type_id = fields.Many2one(
        "caredesk.ticket.type", readonly=True, ondelete="set null", copy=False
    )
    served_by_id = fields.Many2one(
        "res.users",
        string="Served by",
        readonly=True,
        ondelete="set null",
        copy=False,
        help="Who interviewed the customer, or else who completed the ticket.",
    )
    performer_kind = fields.Selection(
        [("customer", "Customer"), ("employee", "Employee")],
        readonly=True,
        help="Whether a customer answered, by link or interview, or an employee.",
    )
    performer_name = fields.Char("Performer", compute="_compute_performer_name")
    survey_creator_id = fields.Many2one(
        "res.users", string="Survey Creator", related="survey_id.create_uid"
    )
    survey_kind = fields.Selection(related="survey_id.survey_type", string="Survey Kind")
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    nps_group = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        string="Recommendation",
        readonly=True,
        help="Promoters answered 9 or 10 to the recommendation question, detractors 0 to 6.",
    )
    is_score_final = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="What was achieved stays, whatever a question is worth later.",
    )
    is_scored = fields.Boolean(
        "Scored",
        compute="_compute_is_scored",
        store=True,
        help="Whether anything that was asked is worth points. What is not scored has no score, "
        "which is not a score of zero.",
    )
    section_scores = fields.Text(compute="_compute_section_scores")
    # Percentages are averaged, not added up.
    scoring_percentage = fields.Float(aggregator="avg")

    _history_idx = models.Index(
        "(end_datetime DESC, id DESC) WHERE state = 'done' AND test_entry IS NOT TRUE"
    )
    _results_idx = models.Index(
        "(survey_id, end_datetime) WHERE state = 'done' AND test_entry IS NOT TRUE"
    )

    # === COMPUTE ===

    @api.depends("partner_id", "nickname", "email", "interviewer_id", "performer_kind")
    def _compute_performer_name(self):
        for entry in self:
            partner = entry.partner_id
            entry.performer_name = (
                partner.display_name or entry.nickname or entry.email or self.env._("Anonymous")
            )

    @api.depends("user_input_line_ids.answer_score", "predefined_question_ids")
    @api.depends_context("lang")
    def _compute_section_scores(self):
        for entry in self:
            lines = []
            for title, *figures in entry._scores_by_section():
                figures.append(scores.percentage(*figures))
                points, most, share = map(entry._as_read, figures)
                lines.append(f"{title}: {points} / {most} ({share} %)")
            entry.section_scores = "\n".join(lines)

    def _as_read(self, figure):
        """Return a figure as people of the user's language write it, without needless zeros."""
        return f"{figure:g}".replace(".", get_lang(self.env).decimal_point)

    @api.depends("user_input_line_ids.question_id", "predefined_question_ids")
    def _compute_is_scored(self):
        """Note whether there are points to get; of Odoo's other surveys all count, as ever."""
        for entry in self:
            entry.is_scored = not entry.survey_id.is_caredesk or entry._is_scored()

    @api.depends("user_input_line_ids.question_id", "predefined_question_ids.scale_max")
    def _compute_scoring_values(self):
        """Score scales too, and what was archived since; Odoo's own rule for all others."""
        final = self.filtered("is_score_final")  # kept as they are
        ours = (self - final).filtered(
            lambda entry: entry.survey_id.is_caredesk or entry._has_scales()
        )
        super(SurveyUserInput, self - final - ours)._compute_scoring_values()
        for entry in ours:
            most = sum(entry._most_by_question().values())
            points = sum(entry.user_input_line_ids.mapped("answer_score"))
            entry.scoring_total = points if most else 0
            entry.scoring_percentage = scores.percentage(points, most)

    def _read_group_select(self, aggregate_spec, query):
        """Average what is scored: the others have no percentage, and count as none."""
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "scoring_percentage:avg":
            return selected
        is_scored = self._field_to_sql(self._table, "is_scored", query)
        return SQL("%s FILTER (WHERE %s)", selected, is_scored)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        surveys = self.env["survey.survey"].browse(
            [vals["survey_id"] for vals in vals_list if vals.get("survey_id")]
        )
        kinds = {survey.id: survey for survey in surveys.sudo()}  # kinds and companies only
        prepared = []
        for vals in vals_list:
            survey = kinds.get(vals.get("survey_id"))
            if survey and survey.survey_type in KINDS:
                vals = {**self._caredesk_defaults(survey, vals), **vals}
            prepared.append(vals)
        return super().create(prepared)

    def write(self, vals):
        if not self.env.su and vals.keys() - _FREE_WHEN_DONE:
            kept = self.filtered(
                lambda entry: (
                    entry.state == "done" and not entry.test_entry and entry.survey_id.is_caredesk
                )
            )
            if kept:
                raise UserError(self.env._("Completed answers cannot be changed."))
        return super().write(vals)

    @api.model
    def _caredesk_defaults(self, survey, vals):
        kind = "customer" if survey.survey_type in CUSTOMER_KINDS else "employee"
        # sudo: whose work is asked about; the link to the ticket was made by our own code
        ticket_sudo = self.env["caredesk.ticket"].sudo().browse(vals.get("ticket_id") or [])
        company = ticket_sudo.company_id or survey.company_id or self.env.company
        values = {
            "performer_kind": kind,
            "company_id": company.id,
            "support_group_id": ticket_sudo.group_id.id,
            "ticket_type_id": ticket_sudo.type_id.id,
            "served_by_id": vals.get("interviewer_id")
            or (ticket_sudo.done_by_id or ticket_sudo.user_id).id,
        }
        if kind == "customer" and not vals.get("invite_token"):
            values["invite_token"] = self._generate_invite_token()
        return values

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        """Keep completed answers; whoever administers the system may delete them, e.g. by law."""
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        if self.filtered(
            lambda entry: (
                entry.state == "done" and not entry.test_entry and entry.survey_id.is_caredesk
            )
        ):
            raise UserError(self.env._("Completed answers are kept: only administrators delete."))

    # === ACTIONS ===

    def action_open_ticket(self):
        """Open the ticket the survey was about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "caredesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS ===

    def _mark_done(self):
        """Note what the history shows besides the answers, once they are all there."""
        result = super()._mark_done()
        for entry in self.filtered("survey_id.is_caredesk"):
            group = entry._answered_nps_group()
            if group:
                entry.nps_group = group
            entry.flush_recordset(["scoring_total", "scoring_percentage", "scoring_success"])
            entry.is_score_final = True
        return result

    def _has_scales(self):
        self.ensure_one()
        return any(
            question.question_type == "scale" and question.answer_score > 0
            for question in self.predefined_question_ids
        )

    def _asked_questions(self):
        """Return the questions that were put; one archived before it was shown was not."""
        self.ensure_one()
        # sudo: questions of this very survey, for their points
        asked = self.sudo().with_context(active_test=False).predefined_question_ids
        shown = self.sudo().user_input_line_ids.question_id  # also what was skipped has a line
        return asked.filtered(lambda question: question.active or question in shown)

    def _is_scored(self):
        """Tell whether anything that was asked is worth points."""
        self.ensure_one()
        return any(self._most_by_question().values())

    def _most_by_question(self):
        """Return the most points of each question that was put, those of when it was answered."""
        self.ensure_one()
        noted = {line.question_id.id: line.most_points for line in self.sudo().user_input_line_ids}
        return {
            question: noted[question.id] if question.id in noted else question._most_points()
            for question in self._asked_questions()
        }

    def _answered_nps_group(self):
        """Return the group of the first answered recommendation question, empty without one."""
        self.ensure_one()
        for line in self.user_input_line_ids.sorted("question_sequence"):
            if line.question_id.caredesk_type == scores.NPS and not line.skipped:
                return scores.nps_group(line.value_scale)
        return False

    def _scores_by_section(self):
        """Return (section, points, most points) for each section with scored questions."""
        self.ensure_one()
        found = {}
        earned = {}
        for line in self.user_input_line_ids:
            earned[line.question_id.id] = earned.get(line.question_id.id, 0) + line.answer_score
        for question, most in self._most_by_question().items():
            if most:
                title = question.page_id.title or self.env._("Without section")
                points, total = found.get(title, (0, 0))
                found[title] = (points + earned.get(question.id, 0), total + most)
        return [(title, points, most) for title, (points, most) in found.items()]

    @api.model
    def _history_domain(self):
        """Return the domain of the history: completed answers of our kinds, without trials."""
        return Domain(
            [
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("survey_id.survey_type", "in", KINDS),
            ]
        )
