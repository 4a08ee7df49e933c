from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestSecrets(SurveyCase):
    """Who will be examined finds neither points nor right answers, whichever way he asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quiz = cls._survey(cls._bank("single", {"Right": 2, "Wrong": 0}), kind="employee")
        cls.right = cls.quiz.question_ids.suggested_answer_ids[0]

    def test_choices_are_not_read(self):
        """IE-21, S0-SVY-15: neither by name, nor by field, nor by counting or searching."""
        choices = self.env["survey.question.answer"].with_user(self.hoa)
        for ask in (
            lambda: choices.browse(self.right.id).read(["answer_score", "is_correct"]),
            lambda: choices.search([("answer_score", ">", 0)]),
            lambda: choices.formatted_read_group([], ["value"], ["answer_score:sum"]),
            lambda: self.quiz.question_ids.with_user(self.hoa).read(["answer_score"]),
        ):
            with self.assertRaises(AccessError):
                ask()

    def test_other_models_lead_to_no_points(self):
        """IE-21, S0-SVY-15: a path from what one may read finds nothing out."""
        surveys = self.env["survey.survey"].with_user(self.hoa)
        self.assertEqual(surveys.browse(self.quiz.id).title, "Survey employee")
        right = [("question_and_page_ids.suggested_answer_ids.answer_score", ">", 0)]
        with self.assertRaises(AccessError):
            surveys.search(right)
        lines = self.env["survey.user_input.line"].with_user(self.hoa)
        with self.assertRaises(AccessError):
            lines.search([("question_id.suggested_answer_ids.is_correct", "=", True)])

    def test_nothing_of_an_attempt_before_its_end(self):
        """IE-21: points of the first page are not read while the second may still be answered."""
        entry = self._entry(self.quiz, partner=self.hoa.partner_id)
        entry._mark_in_progress()
        entry._save_lines(self.quiz.question_ids, [str(self.right.id)])
        mine, lines = entry.with_user(self.hoa), entry.user_input_line_ids.with_user(self.hoa)
        self.assertFalse(mine.search([("id", "in", mine.ids)]))
        self.assertFalse(lines.search([("id", "in", lines.ids)]))
        entry._mark_done()
        self.assertEqual(mine.search([("id", "in", mine.ids)]), mine)
        self.assertEqual(lines.search([("id", "in", lines.ids)]).answer_score, 2)

    def test_no_trial_of_an_examination(self):
        """IE-21: only who builds surveys tries them; a trial shows the questions and the score."""
        surveys = self.quiz.sudo()
        with self.assertRaises(UserError):
            surveys._create_answer(user=self.hoa, test_entry=True)
        self.assertTrue(surveys._create_answer(user=self.maker, test_entry=True).test_entry)

    def test_bank_is_no_entry_of_the_menu(self):
        """S0-SVY-04: managers find the bank in the menu, those who perform surveys do not."""
        bank = self.env.ref("caredesk_survey.survey_question_menu_bank")
        menus = self.env["ir.ui.menu"]
        self.assertIn(bank.id, menus.with_user(self.maker)._visible_menu_ids())
        self.assertNotIn(bank.id, menus.with_user(self.hoa)._visible_menu_ids())

    def test_answers_of_other_companies(self):
        """S0-SVY-16: answers and questions keep to their company like the history."""
        entry = self._answer(self.quiz, "Right")
        entry.sudo().company_id = self._company("Elsewhere")
        lines = self.env["survey.user_input.line"].with_user(self.maker)
        self.assertFalse(lines.search([("user_input_id", "=", entry.id)]))
        questions = self.env["survey.question"].with_user(self.maker)
        self.assertTrue(questions.search([("survey_id", "=", self.quiz.id)]))
        self.quiz.sudo().company_id = self._company("Further")
        self.assertFalse(questions.search([("survey_id", "=", self.quiz.id)]))

    def test_kind_of_what_was_answered(self):
        """S0-SVY-16: history is no history any more as an ordinary survey, so it stays ours."""
        self._answer(self.quiz, "Right")
        with self.assertRaises(UserError):
            self.quiz.with_user(self.maker).survey_type = "survey"
        empty = self._survey(self._bank(), kind="employee")
        empty.with_user(self.maker).survey_type = "survey"
