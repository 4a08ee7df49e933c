"""What the tests of surveys share: people by role, questions, surveys, answers."""

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.caredesk_ticket.tests.common import CareDeskMixin


class SurveyMixin(CareDeskMixin):
    """Put before ``TransactionCase`` or ``HttpCase``.

    Ready are ``maker`` (builds surveys), ``hoa`` and ``kim`` (perform them), and ``customer``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker = cls._survey_user("maker", "caredesk_survey.group_survey_manager")
        cls.hoa = cls._survey_user("hoa", "caredesk_survey.group_survey_user")
        cls.kim = cls._survey_user("kim", "caredesk_survey.group_survey_user")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Customer Tư", "email": "tu@customer.test", "lang": "en_US"}
        )

    # === FACTORIES ===

    @classmethod
    def _survey_user(cls, login, group):
        context = {"no_reset_password": True, "mail_create_nolog": True}
        return new_test_user(
            cls.env,
            f"{login}.survey",
            group,
            context,
            name=login.capitalize(),
            email=f"{login}@caredesk.test",
            lang="en_US",
        )

    @classmethod
    def _bank(cls, kind="stars", choices=None, by=None, **vals):
        """Return a new question of the bank; ``choices`` maps each choice to its points."""
        values = {"title": f"Question {kind}", "caredesk_type": kind, **vals}
        if choices:
            values["suggested_answer_ids"] = cls._choices(choices)
        questions = cls.env["survey.question"].with_user(by or cls.maker)
        return questions.with_context(caredesk_bank=True).create(values).with_env(cls.env)

    @classmethod
    def _choices(cls, choices):
        return [
            Command.create({"value": text, "answer_score": points, "is_correct": points > 0})
            for text, points in choices.items()
        ]

    @classmethod
    def _survey(cls, *questions, kind="customer", by=None, **vals):
        """Return a new survey on one page; a question is a bank question or values of one."""
        surveys = cls.env["survey.survey"].with_user(by or cls.maker)
        survey = surveys.create(
            {
                "title": f"Survey {kind}",
                "survey_type": kind,
                "questions_layout": "one_page",
                **vals,
            }
        ).with_env(cls.env)
        for place, question in enumerate(questions, start=1):
            if isinstance(question, dict):
                values = {"title": f"Question {place}", "sequence": place, **question}
                cls.env["survey.question"].create({"survey_id": survey.id, **values})
            else:
                question._add_to_survey(survey)
        return survey

    @classmethod
    def _entry(cls, survey, partner=None, **vals):
        """Return an invitation to ``survey``, not answered yet."""
        return survey.sudo()._create_answer(
            partner=cls.customer if partner is None else partner, check_attempts=False, **vals
        )

    @classmethod
    def _answer(cls, survey, *answers, partner=None, **vals):
        """Return a completed entry; ``answers`` in the order of the questions, None for skipped.

        The answer to a choice question is the text of the choice, or a list of texts.
        """
        entry = cls._entry(survey, partner, **vals)
        return cls._fill(entry, *answers)

    @classmethod
    def _fill(cls, entry, *answers):
        entry._mark_in_progress()
        for question, answer in zip(entry.survey_id.question_ids, answers, strict=True):
            if question.suggested_answer_ids:
                texts = answer if isinstance(answer, list) else [answer]
                answer = [
                    str(choice.id)
                    for choice in question.suggested_answer_ids
                    if choice.value in texts
                ]
            entry._save_lines(question, answer if answer is None else answer)
        entry._mark_done()
        return entry

    def _run_cron(self, name):
        """Run the scheduled action ``caredesk_survey.<name>`` as the server does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"caredesk_survey.{name}").method_direct_trigger()
        self.env.invalidate_all()


class SurveyCase(SurveyMixin, TransactionCase):
    """Base of the tests of surveys; each test is rolled back."""
