from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestStatistics(SurveyCase):
    """Figures and charts of a survey, and of a bank question across surveys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stars = cls._bank("stars")
        cls.fruit = cls._bank("multiple", {"Apple": 1, "Pear": 1})
        cls.survey = cls._survey(
            cls.stars, cls.fruit, {"caredesk_type": "nps"}, {"caredesk_type": "long_text"}
        )
        cls._answer(cls.survey, 5, ["Apple", "Pear"], 10, "Very good")
        cls._answer(cls.survey, 4, ["Apple"], 9, None)
        cls._answer(cls.survey, 2, [], "0", "Too slow")

    def _read(self, user=None, **filters):
        filters.setdefault("survey_id", self.survey.id)
        statistics = self.env["caredesk.survey.statistics"].with_user(user or self.maker)
        return statistics.get_statistics(filters)

    def _chart(self, data, kind):
        [chart] = [one for one in data["questions"] if one["type"] == kind]
        return chart

    def test_a_chart_for_each_question(self):
        """S0-SVY-03: counts and percentages per question, and averages."""
        data = self._read()
        stars = self._chart(data, "stars")
        self.assertEqual([bar["count"] for bar in stars["bars"]], [0, 1, 0, 1, 1])
        self.assertEqual([bar["share"] for bar in stars["bars"]], [0, 33.3, 0, 33.3, 33.3])
        self.assertEqual((stars["average"], stars["answered"]), (3.67, 3))
        fruit = {bar["label"]: bar["count"] for bar in self._chart(data, "multiple")["bars"]}
        self.assertEqual(fruit, {"Apple": 2, "Pear": 1})
        text = self._chart(data, "long_text")
        self.assertEqual(text["texts"], ["Too slow", "Very good"])
        self.assertEqual((text["answered"], text["skipped"]), (2, 1))

    def test_people_are_counted_not_choices(self):
        """S0-SVY-03: who takes two choices is one who answered; shares are of people."""
        self._answer(self.survey, 5, ["Pear"], 10, None)
        fruit = self._chart(self._read(), "multiple")
        self.assertEqual((fruit["answered"], fruit["skipped"]), (3, 1))
        self.assertEqual([bar["count"] for bar in fruit["bars"]], [2, 2])
        self.assertEqual([bar["share"] for bar in fruit["bars"]], [66.7, 66.7])

    def test_remarks_are_no_people(self):
        """S0-SVY-03: a remark beside a choice is the same person's."""
        survey = self._survey(self._bank("single", {"Good": 1, "Bad": 0}))
        question = survey.question_ids
        question.comments_allowed = True
        entry = self._entry(survey)
        choice = question.suggested_answer_ids[0]
        entry._save_lines(question, [str(choice.id)], comment="but late")
        entry._mark_done()
        self.assertEqual(self._read(survey_id=survey.id)["questions"][0]["answered"], 1)

    def test_matrix(self):
        """S0-SVY-03: one person is one who answered; shares are of each row."""
        choices = [Command.create({"value": text}) for text in ("Good", "Bad")]
        rows = [Command.create({"value": text}) for text in ("Price", "Place")]
        survey = self._survey(
            {"caredesk_type": "matrix", "suggested_answer_ids": choices, "matrix_row_ids": rows}
        )
        question = survey.question_ids
        good, bad = question.suggested_answer_ids
        price, place = question.matrix_row_ids
        for second in (good, bad):
            entry = self._entry(survey)
            answers = {str(price.id): [str(good.id)], str(place.id): [str(second.id)]}
            entry._save_lines(question, answers)
            entry._mark_done()
        [chart] = self._read(survey_id=survey.id)["questions"]
        self.assertEqual(chart["answered"], 2)
        self.assertEqual([bar["share"] for bar in chart["bars"]], [100, 0, 50, 50])

    def test_what_is_not_scored_has_no_average(self):
        """S0-SVY-03: nothing to score is no score of zero, in totals and in every breakdown."""
        survey = self._survey({"caredesk_type": "long_text"})
        self._answer(survey, "Hello", interviewer_id=self.hoa.id)
        data = self._read(survey_id=survey.id)
        points = (data["totals"], data["trend"][0], data["breakdown"]["performer"][0])
        for point in points:
            self.assertEqual((point["answers"], point["average"], point["csat"]), (1, None, None))

    def test_totals(self):
        """S0-SVY-03: average score, satisfaction and recommendation."""
        totals = self._read()["totals"]
        shares = [100 * points / 17 for points in (17, 14, 2)]
        self.assertEqual(totals["answers"], 3)
        self.assertAlmostEqual(totals["average"], sum(shares) / 3, 1)
        self.assertEqual((totals["csat"], totals["nps"]), (66.7, 33.3))

    def test_each_bar_opens_what_it_counts(self):
        """S0-SVY-03: the domain of a bar finds as many answers as the bar shows."""
        data = self._read()
        lines = self.env["survey.user_input.line"].with_user(self.maker)
        for chart in data["questions"]:
            self.assertEqual(lines.search_count(chart["domain"]) > 0, chart["answered"] > 0)
            for bar in chart["bars"]:
                self.assertEqual(lines.search_count(bar["domain"]), bar["count"], bar["label"])

    def test_trend_and_breakdown(self):
        """S0-SVY-03: by month, group, employee and type; each point opens its answers."""
        ticket = self._held_ticket(self.an, "done", partner_id=self.customer.id)
        self._answer(self.survey, 1, [], 7, None, ticket_id=ticket.id)
        past = self._answer(self.survey, 5, [], 8, None, interviewer_id=self.hoa.id)
        past.sudo().end_datetime = fields.Datetime.now() - timedelta(days=70)
        data = self._read()
        self.assertEqual(len(data["trend"]), 2)
        self.assertEqual([point["answers"] for point in data["trend"]], [1, 4])
        breakdown = data["breakdown"]
        self.assertEqual([point["label"] for point in breakdown["group"]], ["Support"])
        self.assertEqual([point["label"] for point in breakdown["type"]], ["Usage guidance"])
        self.assertEqual({point["label"] for point in breakdown["performer"]}, {"An", "Hoa"})
        entries = self.env["survey.user_input"].with_user(self.maker)
        for points in (data["trend"], *breakdown.values()):
            for point in points:
                self.assertEqual(entries.search_count(point["domain"]), point["answers"])

    def test_bank_question_across_surveys(self):
        """S0-SVY-03, IE-20: copies in all surveys count together, choices by their words."""
        other = self._survey(self.fruit)
        self._answer(other, ["Pear"])
        data = self._read(survey_id=False, question_id=self.fruit.id)
        [chart] = data["questions"]
        self.assertEqual(
            {bar["label"]: bar["count"] for bar in chart["bars"]}, {"Apple": 2, "Pear": 2}
        )
        self.assertEqual(data["totals"]["answers"], 4)

    def test_copies_of_a_matrix_or_scale_are_one_chart(self):
        """S0-SVY-03, IE-20: cells by their words, a scale as far as its widest copy goes."""
        cells = {
            name: [Command.create({"value": text}) for text in texts]
            for name, texts in (
                ("suggested_answer_ids", ("Good", "Bad")),
                ("matrix_row_ids", ("Price", "Place")),
            )
        }
        matrix, scale = self._bank("matrix", **cells), self._bank("scale", scale_max=5)
        for high, column in ((5, 0), (10, 1)):
            scale.scale_max = high
            survey = self._survey(matrix, scale)
            entry, (grid, line) = self._entry(survey), survey.question_ids
            choice = grid.suggested_answer_ids[column]
            entry._save_lines(grid, {str(row.id): [str(choice.id)] for row in grid.matrix_row_ids})
            entry._save_lines(line, str(high))
            entry._mark_done()
        [chart] = self._read(survey_id=False, question_id=matrix.id)["questions"]
        self.assertEqual([bar["share"] for bar in chart["bars"]], [50] * 4)
        lines = self.env["survey.user_input.line"].with_user(self.maker)
        self.assertEqual([lines.search_count(bar["domain"]) for bar in chart["bars"]], [1] * 4)
        [chart] = self._read(survey_id=False, question_id=scale.id)["questions"]
        self.assertEqual((len(chart["bars"]), chart["most"]), (10, 10))
        self.assertEqual(sum(bar["count"] for bar in chart["bars"]), 2)

    def test_period(self):
        """S0-SVY-03: only the days that were asked for."""
        tomorrow = fields.Date.add(fields.Date.context_today(self.maker), days=1)
        self.assertEqual(self._read(date_from=str(tomorrow))["totals"]["answers"], 0)
        self.assertEqual(self._read(date_to=str(tomorrow))["totals"]["answers"], 3)
        for text in ("nonsense", "0002-03-05", "9999-12-31"):
            for end in ("date_from", "date_to"):
                self.assertEqual(self._read(**{end: text})["totals"]["answers"], 3, text)

    def test_archived_question_keeps_its_chart(self):
        """IE-20: a question taken out of the survey still shows what was answered."""
        self.survey.question_ids[0].action_archive()
        chart = self._chart(self._read(), "stars")
        self.assertEqual((chart["archived"], chart["answered"]), (True, 3))

    def test_trials_and_other_companies_do_not_count(self):
        """S0-SVY-03: nor what was not finished."""
        self._answer(self.survey, 1, [], 1, None, test_entry=True)
        self._entry(self.survey)
        foreign = self._answer(self.survey, 1, [], 1, None)
        foreign.sudo().company_id = self._company("Elsewhere")
        self.assertEqual(self._read()["totals"]["answers"], 3)

    def test_only_managers(self):
        """S0-SVY-03: employees see what they performed, not everybody's answers."""
        for user in (self.hoa, self.an):
            with self.assertRaises(AccessError):
                self._read(user)

    def test_survey_restricted_to_others(self):
        """S0-SVY-03: a survey for some managers only stays theirs."""
        boss = self._survey_user("boss", "caredesk_survey.group_survey_manager")
        self.survey.write({"user_id": boss.id, "restrict_user_ids": [(6, 0, boss.ids)]})
        self.assertEqual(self._read(boss)["totals"]["answers"], 3)
        other = self._survey({"caredesk_type": "stars"})
        self.assertNotEqual(self._read(survey_id=other.id)["survey_id"], self.survey.id)
        with self.assertRaises(AccessError):
            self._read()
        data = self._read(survey_id=False, question_id=self.stars.id)
        self.assertEqual((data["totals"]["answers"], data["questions"]), (0, []))
        data = self._read(boss, survey_id=False, question_id=self.stars.id)
        self.assertEqual(data["questions"][0]["answered"], 3)

    def test_surveys_of_other_kinds(self):
        """S0-SVY-03: quizzes of Odoo's own app keep their own results page."""
        quiz = self.env["survey.survey"].create({"title": "Quiz", "survey_type": "survey"})
        self.assertFalse(self._read(survey_id=quiz.id)["survey_id"])

    def _queries(self, work):
        """Return how many queries ``work`` needs with nothing read yet."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def test_number_of_queries_does_not_grow(self):
        """S0-SVY-03: as many queries for three answers as for thirty."""
        self._read()
        few = self._queries(self._read)
        for _number in range(27):
            self._answer(self.survey, 3, ["Pear"], 5, "So so")
        many = self._queries(self._read)
        self.assertEqual(self._read()["totals"]["answers"], 30)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 20)

    def test_more_questions_need_no_more_queries(self):
        """S0-SVY-03: a chart more is not a query more."""
        self._read()
        few = self._queries(self._read)
        for number in range(5):
            self._bank("single", {f"A {number}": 1, f"B {number}": 0})._add_to_survey(self.survey)
        self.assertEqual(len(self._read()["questions"]), 9)
        self.assertLessEqual(self._queries(self._read), few)

    def test_history_needs_no_more_queries(self):
        """S0-SVY-16: a page of the history is as many queries for three rows as for thirty."""
        few = self._queries(self._history)
        for _number in range(27):
            self._answer(self.survey, 3, ["Pear"], 5, "So so")
        self.assertLessEqual(self._queries(self._history), few)
        self.assertEqual(self._history()["length"], 30)

    def _history(self):
        """Read the history as the list does."""
        entries = self.env["survey.user_input"].with_user(self.maker)
        names = ("end_datetime", "performer_kind", "performer_name", "scoring_percentage")
        named = {"fields": {"display_name": {}}}
        columns = {
            **{name: {} for name in names},
            "survey_id": named,
            "survey_creator_id": named,
        }
        domain = entries._history_domain() & Domain("survey_id", "=", self.survey.id)
        return entries.web_search_read(domain, columns, limit=80)

    def test_months_of_the_trend(self):
        """S0-SVY-03: months begin at midnight of the reader's clock; years back are found."""
        self.maker.tz = "Asia/Ho_Chi_Minh"
        moments = ("2026-02-28 16:59:59", "2026-02-28 17:00:00", "2020-05-05 05:00:00")
        entries = self.survey.user_input_ids.sudo()
        for entry, moment in zip(entries, moments, strict=True):
            entry.end_datetime = moment
        statistics = self.env["caredesk.survey.statistics"].with_user(self.maker)
        data = statistics.with_context(tz="Asia/Ho_Chi_Minh").get_statistics(
            {"survey_id": self.survey.id, "date_to": "2026-03-31"}
        )
        points = [(point["label"], point["answers"]) for point in data["trend"]]
        self.assertEqual(points, [("05/2020", 1), ("02/2026", 1), ("03/2026", 1)])
