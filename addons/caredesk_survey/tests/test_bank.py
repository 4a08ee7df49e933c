from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SurveyCase

BANK = [("is_bank", "=", True)]


@tagged("post_install", "-at_install")
class TestBank(SurveyCase):
    """The question bank: its types, its list, what becomes of questions that were answered."""

    def test_form_makes_a_question_that_stands_first_in_the_list(self):
        """S0-SVY-04, S0-SVY-05, S0-SVY-06, S0-SVY-07: menu, New, Save, newest first."""
        self._bank("date")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_question_action_bank"
        )
        menu = self.env.ref("caredesk_survey.survey_question_menu_bank")
        self.assertEqual(menu.action.id, action["id"])
        self.assertEqual(
            menu.parent_id.parent_id, self.env.ref("caredesk_ticket.caredesk_menu_root")
        )
        view = "caredesk_survey.survey_question_view_form_bank"
        questions = self.env["survey.question"].with_user(self.maker)
        with Form(questions.with_context(caredesk_bank=True), view) as form:
            form.title = "Are you satisfied?"
            form.caredesk_type = "yes_no"
        question = form.record
        self.assertTrue(question.is_bank)
        self.assertEqual(question.suggested_answer_ids.mapped("answer_score"), [1, 0])
        order = self.env.ref("caredesk_survey.survey_question_view_list_bank").arch
        self.assertIn('default_order="create_date desc, id desc"', order)
        self.assertEqual(
            questions.search(BANK, order="create_date desc, id desc", limit=1), question
        )

    def test_icons_open_the_form_and_the_detail(self):
        """S0-SVY-08, S0-SVY-09, S0-SVY-10, S0-SVY-11, S0-SVY-12: edit and detail."""
        question = self._bank("short_text").with_user(self.maker)
        edit, detail = question.action_bank_edit(), question.action_bank_detail()
        form = self.env.ref("caredesk_survey.survey_question_view_form_bank")
        self.assertEqual(edit["views"], [(form.id, "form")], "the same form as for a new one")
        self.assertIn('string="Update"', form.arch)
        read_only = self.env["ir.ui.view"].browse(detail["views"][0][0])
        self.assertIn('edit="false"', read_only.arch)
        self.assertIn('name="action_bank_edit"', read_only.arch)
        with Form(question, form) as record:
            record.title = "How was it?"
        self.assertEqual(question.title, "How was it?")
        self.assertEqual(question.action_bank_saved()["params"]["type"], "success")

    def test_all_types_can_be_asked(self):
        """S0-SVY-13, C-20: each type is one of Odoo's, with ends and points of its own."""
        wanted = {
            "single": "simple_choice",
            "multiple": "multiple_choice",
            "short_text": "char_box",
            "long_text": "text_box",
            "scale": "scale",
            "stars": "scale",
            "nps": "scale",
            "yes_no": "simple_choice",
            "number": "numerical_box",
            "date": "date",
        }
        for kind, plain in wanted.items():
            choices = {"A": 1, "B": 0} if kind in ("single", "multiple") else None
            question = self._bank(kind, choices)
            self.assertEqual((question.question_type, question.caredesk_type), (plain, kind))
        nps = self._bank("nps")
        self.assertEqual((nps.scale_min, nps.scale_max, nps.answer_score), (0, 10, 10))

    def test_choice_needs_two_choices(self):
        """S0-SVY-06: a choice question without choices is refused."""
        with self.assertRaises(ValidationError):
            self._bank("single", {"Only": 1})

    def test_bank_question_belongs_to_no_survey(self):
        """S0-SVY-04: nobody turns a question of a survey into one of the bank."""
        survey = self._survey()
        with self.assertRaises(ValidationError):
            self._bank("date").survey_id = survey

    def test_answered_question_is_archived_not_deleted(self):
        """S0-SVY-14: delete works before, is refused after an answer, archiving keeps answers."""
        unused = self._bank("date").with_user(self.maker)
        unused.unlink()
        self.assertFalse(unused.exists())
        bank = self._bank("stars")
        survey = self._survey(bank)
        entry = self._answer(survey, 4)
        with self.assertRaises(UserError):
            bank.with_user(self.maker).unlink()
        with self.assertRaises(UserError):
            survey.question_ids.with_user(self.maker).unlink()
        bank.with_user(self.maker).action_archive()
        survey.question_ids.with_user(self.maker).action_archive()
        entry.invalidate_recordset()
        self.assertEqual(entry.user_input_line_ids.value_scale, 4)
        self.assertEqual(entry.scoring_percentage, 80)

    def test_change_of_the_bank_leaves_surveys_and_answers(self):
        """IE-20: a question used in two surveys; changing it changes neither."""
        bank = self._bank("single", {"Good": 2, "Bad": 0})
        first, second = self._survey(bank), self._survey(bank)
        entry = self._answer(first, "Good")
        bank.with_user(self.maker).write({"title": "Something else"})
        bank.suggested_answer_ids[0].value = "Great"
        bank.suggested_answer_ids[0].answer_score = 9
        entry.invalidate_recordset()
        for survey in (first, second):
            self.assertEqual(survey.question_ids.title, "Question single")
            self.assertEqual(survey.question_ids.suggested_answer_ids[0].value, "Good")
        self.assertEqual(entry.scoring_total, 2)
        self.assertEqual((bank.bank_survey_count, bank.bank_answer_count), (2, 1))

    def test_add_from_the_bank(self):
        """S0-SVY-15: the dialog copies the chosen questions, in order, with their origin."""
        questions = self._bank("stars") + self._bank("nps")
        survey = self._survey({"caredesk_type": "date"})
        dialog = self.env["caredesk.survey.add.questions"].with_user(self.maker)
        dialog.create({"survey_id": survey.id, "question_ids": questions.ids}).action_add()
        copies = survey.question_ids[1:]
        self.assertEqual(copies.bank_origin_id, questions)
        self.assertEqual(copies.mapped("caredesk_type"), ["stars", "nps"])
        self.assertFalse(any(copies.mapped("is_bank")))
        again = survey.copy()
        self.assertEqual(again.question_ids.bank_origin_id, questions, "a copied survey counts too")

    def test_a_choice_that_was_taken_stays(self):
        """S0-SVY-14: deleting a choice, or a row of a matrix, would empty answers."""
        survey = self._survey(self._bank("single", {"Good": 2, "Fair": 1, "Bad": 0}))
        self._answer(survey, "Good")
        good, fair, _bad = survey.question_ids.suggested_answer_ids.with_user(self.maker)
        with self.assertRaises(UserError):
            good.unlink()
        with self.assertRaises(UserError):
            survey.question_ids.write({"suggested_answer_ids": [Command.delete(good.id)]})
        fair.unlink()
        self.assertFalse(fair.exists())

    def test_trials_keep_nothing(self):
        """S0-SVY-14: who tried a survey while building it may still delete its questions."""
        survey = self._survey(
            self._bank("single", {"Good": 2, "Bad": 0}), {"caredesk_type": "long_text"}
        )
        self._answer(survey, "Good", "Because", test_entry=True)
        survey.question_ids[0].suggested_answer_ids[0].with_user(self.maker).unlink()
        survey.question_ids[1].with_user(self.maker).unlink()
        self.assertEqual(len(survey.question_ids), 1)

    def test_only_managers_see_the_bank(self):
        """S0-SVY-14: those who will be examined see no questions, let alone change them."""
        question = self._bank("date")
        for user in (self.hoa, self.an):
            with self.assertRaises(AccessError):
                question.with_user(user).read(["title"])
            with self.assertRaises(AccessError):
                question.with_user(user).title = "Mine"

    def test_category_names_are_unique(self):
        """S0-SVY-04: two categories of one name would be confused."""
        categories = self.env["caredesk.survey.category"]
        categories.create({"name": "Knowledge"})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            categories.create({"name": "Knowledge"})

    def test_templates_make_surveys(self):
        """S0-SVY-15: a template is copied, and cannot be answered itself."""
        template = self._survey(self._bank("stars"), is_template=True, title="Care")
        with self.assertRaises(UserError):
            self._entry(template)
        action = template.with_user(self.maker).action_use_template()
        survey = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual((survey.is_template, survey.title), (False, "Care"))
        self.assertEqual(len(survey.question_ids), 1)

    def test_shipped_templates(self):
        """S0-SVY-15: four templates, all of whose questions stand in the bank too."""
        kinds = {"service": "csat", "nps": "nps", "spa": "customer", "knowledge": "employee"}
        for key, kind in kinds.items():
            template = self.env.ref(f"caredesk_survey.template_{key}")
            self.assertEqual((template.survey_type, template.is_template), (kind, True))
            self.assertEqual(template.questions_layout, "one_page")
            self.assertTrue(all(template.question_ids.mapped("bank_origin_id")))
        solved = self.env.ref("caredesk_survey.template_service_3").with_context(lang="en_US")
        self.assertEqual(solved.suggested_answer_ids.mapped("value"), ["Yes", "No"])

    def test_survey_users_of_odoo_go_on(self):
        """S0-SVY-02: who only has Odoo's own survey app opens and copies surveys as before."""
        clerk = self._survey_user("clerk", "base.group_user,survey.group_survey_user")
        surveys = self.env["survey.survey"].with_user(clerk)
        survey = surveys.create({"title": "Quiz", "survey_type": "survey", "user_id": clerk.id})
        with Form(survey) as form:
            form.title = "Another Quiz"
        self.assertTrue(survey.copy().title)
