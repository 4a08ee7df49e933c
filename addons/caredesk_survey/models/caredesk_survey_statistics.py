from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .statistics_chart import QuestionChart

#: Surveys to choose from, texts shown of a question.
_SURVEYS = 200
_TEXTS = 5
#: Years there is something in; a year being typed begins as 0002, and 9999 has no next day.
_YEARS = range(1900, 3000)
#: What results are broken down by: the group of the ticket, who served the customer, its type.
DIMENSIONS = {
    "group": ("support_group_id", "caredesk.support.group"),
    "performer": ("served_by_id", "res.users"),
    "type": ("ticket_type_id", "caredesk.ticket.type"),
}


class CaredeskSurveyStatistics(models.AbstractModel):
    """Results of a survey, or of a bank question in all surveys, counted by the database.

    A fixed number of queries, however many answers there are; each bar comes with the domain of
    the answers it counts.
    """

    _name = "caredesk.survey.statistics"
    _description = "Survey Statistics"

    @api.model
    @api.readonly
    def get_statistics(self, filters=None):
        """Return all that the page shows. Called by the screen.

        :param filters: ``{"survey_id", "question_id": a question of the bank, "date_from",
            "date_to": 'YYYY-MM-DD'}``, each may be missing; without survey and question the
            survey that was answered last
        :return: ``{"surveys": [{"id", "title"}], "survey_id", "title", "filters", "totals",
            "questions", "trend", "breakdown"}``
        :raise AccessError: for people who are not survey managers
        """
        if not self.env.user.has_group("caredesk_survey.group_survey_manager"):
            raise AccessError(self.env._("Statistics are for survey managers."))
        filters = filters if isinstance(filters, dict) else {}
        surveys = self._surveys()
        bank = self._bank_question(filters)
        survey = self._chosen(surveys, filters) if not bank else surveys.browse()
        questions = self._questions(survey, bank)
        asked = questions.survey_id if bank else survey
        where = self._where(asked, filters)
        trend = self._figures(where, self._base_domain(asked, filters), filters)
        return {
            "surveys": [{"id": one.id, "title": one.title} for one in surveys],
            "survey_id": survey.id,
            "title": bank.title if bank else survey.title,
            "filters": {name: filters.get(name) or "" for name in ("date_from", "date_to")},
            "totals": trend["total"],
            "questions": self._charts(questions, bank, where, filters),
            "trend": trend["month"],
            "breakdown": {name: trend[name] for name in DIMENSIONS},
        }

    # === WHAT IS ASKED FOR ===

    def _surveys(self):
        domain = [("is_caredesk", "=", True), ("is_template", "=", False)]
        surveys = self.env["survey.survey"].with_context(active_test=False)
        return surveys.search(domain, limit=_SURVEYS)

    def _chosen(self, surveys, filters):
        """Return the survey asked for, or the one answered last; empty when there is none."""
        wanted = filters.get("survey_id")
        if wanted and isinstance(wanted, int):
            survey = surveys.browse(wanted).exists().filtered("is_caredesk")
            survey.check_access("read")
            return survey
        entries = self.env["survey.user_input"]
        latest = entries.search(
            entries._history_domain(), order="end_datetime desc, id desc", limit=1
        )
        return latest.survey_id or surveys[:1]

    def _bank_question(self, filters):
        questions = self.env["survey.question"]
        wanted = filters.get("question_id")
        if not wanted or not isinstance(wanted, int):
            return questions
        bank = questions.browse(wanted).exists().filtered("is_bank")
        bank.check_access("read")
        return bank

    def _questions(self, survey, bank):
        """Return what was asked, archived questions too: in one survey, or copies of one."""
        questions = self.env["survey.question"].with_context(active_test=False)
        if bank:
            copies = questions.search([("bank_origin_id", "=", bank.id)])
            readable = copies.survey_id._filtered_access("read")
            return copies.filtered(lambda copy: copy.survey_id in readable)
        domain = [("survey_id", "=", survey.id), ("is_page", "=", False)]
        return questions.search(domain) if survey else questions

    def _where(self, surveys, filters):
        """Return the condition on ``entry``, the completed answers that count."""
        terms = [
            SQL("entry.survey_id = ANY(%s)", surveys.ids),
            SQL("entry.state = 'done'"),
            SQL("entry.test_entry IS NOT TRUE"),
            SQL("(entry.company_id IS NULL OR entry.company_id = ANY(%s))", self.env.companies.ids),
        ]
        for operator, moment in self._period(filters):
            terms.append(SQL("entry.end_datetime %s %s", SQL(operator), moment))
        return SQL(" AND ").join(terms)

    def _period(self, filters):
        """Yield (operator, moment in UTC) for the days of the filter."""
        if first := self._day(filters.get("date_from")):
            yield ">=", self._moment(first)
        if last := self._day(filters.get("date_to")):
            yield "<", self._moment(fields.Date.add(last, days=1))

    def _day(self, text):
        try:
            day = fields.Date.to_date(text)
        except (TypeError, ValueError):
            return None
        return day if day and day.year in _YEARS else None

    def _moment(self, day):
        local = self.env.tz.localize(fields.Datetime.to_datetime(day))
        return local.astimezone(UTC).replace(tzinfo=None)

    def _base_domain(self, surveys, filters):
        """Return the domain of the completed answers that count, for the screen to open."""
        return [
            ("survey_id", "in", surveys.ids),
            ("state", "=", "done"),
            ("test_entry", "=", False),
            *(
                ("end_datetime", operator, fields.Datetime.to_string(moment))
                for operator, moment in self._period(filters)
            ),
        ]

    # === COUNTING ===

    def _charts(self, questions, bank, where, filters):
        """Return a chart for each question; one for all copies of a bank question."""
        self.env["survey.user_input.line"].flush_model()
        counted = self.env.execute_query(
            SQL(
                """
                SELECT line.question_id, line.suggested_answer_id, line.matrix_row_id,
                       line.value_scale, line.skipped, count(*), sum(line.value_numerical_box)
                  FROM survey_user_input_line line
                  JOIN survey_user_input entry ON entry.id = line.user_input_id
                 WHERE line.question_id = ANY(%s) AND %s
                 GROUP BY 1, 2, 3, 4, 5
                """,
                questions.ids,
                where,
            )
        )
        rows = {}
        for question_id, *columns in counted:
            rows.setdefault(question_id, []).append(columns)
        texts = self._latest_texts(questions, where)
        people = self._people(questions, where)
        period = [
            ("user_input_id.end_datetime", operator, fields.Datetime.to_string(moment))
            for operator, moment in self._period(filters)
        ]
        # Read for all charts at once.
        (questions.suggested_answer_ids | questions.matrix_row_ids).mapped("value_label")
        groups = [questions] if bank else questions
        return [
            QuestionChart(group, rows, texts, people, period).as_dict() for group in groups if group
        ]

    def _people(self, questions, where):
        """Return ``{question id: people who answered}`` of questions with several answers each.

        Who takes three choices, or a choice and a remark, is one person.
        """
        several = questions.filtered(
            lambda question: (
                question.question_type in ("multiple_choice", "matrix") or question.comments_allowed
            )
        )
        if not several:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT question_id, count(*)
                  FROM (SELECT DISTINCT line.question_id, line.user_input_id
                          FROM survey_user_input_line line
                          JOIN survey_user_input entry ON entry.id = line.user_input_id
                         WHERE line.question_id = ANY(%s) AND line.skipped IS NOT TRUE
                               AND %s) AS person
                 GROUP BY question_id
                """,
                several.ids,
                where,
            )
        )
        return {**dict.fromkeys(several.ids, 0), **dict(rows)}

    def _latest_texts(self, questions, where):
        """Return ``{question id: latest texts}``; no more than a few are read of each."""
        kinds = ("char_box", "text_box")
        asked = questions.filtered(lambda question: question.question_type in kinds).ids
        if not asked:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT question.id, latest.text
                  FROM unnest(%s) AS question(id)
                 CROSS JOIN LATERAL (
                       SELECT coalesce(line.value_text_box, line.value_char_box) AS text
                         FROM survey_user_input_line line
                         JOIN survey_user_input entry ON entry.id = line.user_input_id
                        WHERE line.question_id = question.id AND line.skipped IS NOT TRUE AND %s
                        ORDER BY line.id DESC LIMIT %s) AS latest
                """,
                asked,
                where,
                _TEXTS,
            )
        )
        found = {}
        for question_id, text in rows:
            found.setdefault(question_id, []).append((text or "")[:300])
        return found
