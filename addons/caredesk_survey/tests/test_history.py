import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestHistory(SurveyCase):
    """All performed surveys: who, when, how much; kept, searched, exported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nps = cls._survey({"caredesk_type": "nps"}, {"caredesk_type": "long_text"}, kind="nps")
        cls.quiz = cls._survey({"caredesk_type": "stars"}, kind="employee")
        cls.by_customer = cls._answer(cls.nps, 9, "=1+1")
        cls.by_employee = cls._answer(cls.quiz, 3, partner=cls.hoa.partner_id)

    def _found(self, user=None, domain=()):
        entries = self.env["survey.user_input"].with_user(user or self.maker)
        both = self.by_customer + self.by_employee
        return entries.search([*entries._history_domain(), *domain, ("id", "in", both.ids)])

    def test_both_kinds_stand_in_one_history(self):
        """S0-SVY-16, S0-SVY-17, S0-SVY-18: survey, creator, performer, score of both kinds."""
        found = {
            entry.performer_kind: (
                entry.survey_id,
                entry.survey_creator_id,
                entry.performer_name,
                entry.scoring_total,
                entry.scoring_percentage,
            )
            for entry in self._found()
        }
        self.assertEqual(found["customer"], (self.nps, self.maker, "Customer Tư", 9, 90))
        self.assertEqual(found["employee"], (self.quiz, self.maker, "Hoa", 3, 60))

    def test_average_counts_everybody(self):
        """S0-SVY-03, S0-SVY-18: the list of surveys averages all; equal scores count each."""
        for stars in (3, 5):
            self._answer(self.quiz, stars, partner=self.kim.partner_id)
        self._answer(self.quiz, 1, partner=self.maker.partner_id, test_entry=True)
        self._entry(self.quiz, partner=self.kim.partner_id)
        self.quiz.invalidate_recordset()
        self.assertAlmostEqual(self.quiz.answer_score_avg, (60 + 60 + 100) / 3, 2)

    def test_detail_shows_each_answer_and_its_points(self):
        """S0-SVY-18: opening a row shows question, answer and points."""
        lines = self.by_customer.with_user(self.maker).user_input_line_ids
        shown = [(line.answer_text, line.answer_score, line.most_points) for line in lines]
        self.assertEqual(shown, [("9 / 10", 9, 10), ("=1+1", 0, 0)])
        self.assertEqual(self.by_employee.user_input_line_ids.answer_text, "★★★☆☆")

    def test_detail_for_who_performed_it(self):
        """S0-SVY-18: the employee opens the detail too, without rights on questions."""
        names = ("answer_text", "answer_score", "most_points")
        columns = {**{name: {} for name in names}, "question_id": {"fields": {"display_name": {}}}}
        entry = self.by_employee.with_user(self.hoa)
        [read] = entry.web_read(
            {"section_scores": {}, "is_scored": {}, "user_input_line_ids": {"fields": columns}}
        )
        [line] = read["user_input_line_ids"]
        self.assertEqual([line[name] for name in names], ["★★★☆☆", 3, 5])
        self.assertEqual(line["question_id"]["display_name"], "Question 1")
        self.assertIn("3 / 5 (60 %)", read["section_scores"])

    def test_long_answers_are_read_whole(self):
        """S0-SVY-18: Odoo's name of a long text is cut; the detail shows all of it."""
        story = "It was a long day. " * 20
        entry = self._answer(self.nps, 9, story)
        line = entry.user_input_line_ids.filtered(lambda one: one.answer_type == "text_box")
        self.assertEqual(line.answer_text, story)

    def test_search_by_creator_and_performer(self):
        """S0-SVY-19: parts of names find both."""
        self.assertEqual(len(self._found(domain=[("survey_creator_id", "ilike", "ake")])), 2)
        self.assertFalse(self._found(domain=[("survey_creator_id", "ilike", "nobody")]))
        arch = self.env.ref("caredesk_survey.survey_user_input_view_search_history").arch
        self.assertIn("('interviewer_id', 'ilike', self)", arch)
        self.assertEqual(self._found(domain=[("partner_id", "ilike", "tu")]), self.by_customer)

    def test_trials_and_unfinished_are_no_history(self):
        """S0-SVY-16: only what was completed in earnest."""
        self._answer(self.nps, 5, "trial", test_entry=True)
        self._entry(self.nps)
        entries = self.env["survey.user_input"].search(
            [*self.env["survey.user_input"]._history_domain(), ("survey_id", "=", self.nps.id)]
        )
        self.assertEqual(entries, self.by_customer)

    def test_history_is_kept(self):
        """S0-SVY-16: nobody but administrators deletes; no survey or question takes it along."""
        for user in (self.hoa, self.maker):
            with self.assertRaises(UserError):
                self.by_customer.with_user(user).unlink()
            with self.assertRaises(UserError):
                self.by_customer.with_user(user).write({"scoring_percentage": 100})
            with self.assertRaises(UserError):
                self.by_customer.with_user(user).user_input_line_ids.write({"value_scale": 10})
        with self.assertRaises(UserError):
            self.nps.with_user(self.maker).unlink()
        with self.assertRaises(UserError):
            self.nps.unlink()
        with self.assertRaises(UserError):
            self.nps.write({"question_and_page_ids": [(2, self.nps.question_ids[0].id)]})

    def test_who_sees_what(self):
        """S0-SVY-16: managers see all, employees what they performed, others nothing."""
        self.assertEqual(len(self._found(self.maker)), 2)
        self.assertEqual(self._found(self.hoa), self.by_employee)
        self.assertFalse(self._found(self.kim))
        with self.assertRaises(AccessError):
            self._found(self.an)

    def test_other_companies_are_not_seen(self):
        """S0-SVY-16: the history of another company is invisible."""
        other = self._company("Elsewhere")
        self.by_customer.sudo().company_id = other
        self.assertEqual(self._found(), self.by_employee)

    def test_export(self):
        """IE-23: the workbook holds both kinds, each answer, and no formula."""
        export = (
            self.env["caredesk.survey.export"]
            .with_user(self.maker)
            .create({"survey_ids": (self.nps + self.quiz).ids})
        )
        book = load_workbook(io.BytesIO(export._render()))
        history, answers = book.worksheets
        rows = list(history.values)
        self.assertEqual(rows[0][:4], ("Survey", "Survey Creator", "Performer Kind", "Performer"))
        self.assertEqual({row[3]: row[7] for row in rows[1:]}, {"Customer Tư": 90, "Hoa": 60})
        cells = {cell.value: cell.data_type for row in answers.rows for cell in row}
        self.assertEqual(cells["=1+1"], "s")

    def test_empty_export_has_its_headings(self):
        """IE-23: no answers make a file with headings, not an error."""
        export = self.env["caredesk.survey.export"].with_user(self.kim).create({})
        book = load_workbook(io.BytesIO(export._render()))
        self.assertEqual(book.worksheets[0].max_row, 1)

    def test_export_is_of_what_one_sees(self):
        """IE-23: an employee exports what he performed; another's dialog is closed to him."""
        export = self.env["caredesk.survey.export"].with_user(self.hoa).create({})
        rows = list(load_workbook(io.BytesIO(export._render())).worksheets[0].values)
        self.assertEqual([row[3] for row in rows[1:]], ["Hoa"])
        with self.assertRaises(AccessError):
            export.with_user(self.maker).check_access("read")
