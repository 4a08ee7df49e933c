from odoo.tests import HttpCase, tagged

from .common import SurveyMixin


@tagged("post_install", "-at_install")
class TestPrint(SurveyMixin, HttpCase):
    """The printable page of an examination: the whole of it, or one's own completed answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quiz = cls._survey(
            {"caredesk_type": "number", "title": "How many?", "answer_numerical_box": 4711},
            {"caredesk_type": "number", "title": "How often?", "answer_numerical_box": 815},
            kind="employee",
            scoring_type="scoring_with_answers",
        )
        cls.quiz.question_ids.write({"answer_score": 1, "is_scored_question": True})
        cls.mine = cls._entry(cls.quiz, partner=cls.hoa.partner_id)

    def _page(self, login=None, entry=None, survey=None):
        """Return the printable page as ``login`` sees it, as text."""
        self.authenticate(login and login.login, login and login.login)
        survey = survey or self.quiz
        token = f"?answer_token={entry.access_token}" if entry else ""
        return self.url_open(f"/survey/print/{survey.access_token}{token}").text

    def test_examination_is_not_seen_before_it_is_completed(self):
        """S0-SVY-15, IE-21: neither its questions without a token, nor its answers with one."""
        for kind in ("token", "public"):
            self.quiz.access_mode = kind
            self.assertNotIn("How many?", self._page(self.hoa), kind)
        self.assertNotIn("How many?", self._page(self.hoa, self.mine), "just assigned")
        self.mine._mark_in_progress()
        self.mine._save_lines(self.quiz.question_ids[0], "1")
        page = self._page(self.hoa, self.mine)
        self.assertNotIn("4711", page, "begun")
        self.assertNotIn("How often?", page)
        self.assertNotIn("How many?", self._page(), "a stranger")

    def test_completed_examination(self):
        """S0-SVY-15: one's own answers, with the right ones only as the survey says."""
        self._fill(self.mine, "3", "815")
        page = self._page(self.hoa, self.mine)
        self.assertIn("How many?", page)
        self.assertIn("4711", page, "it was answered wrongly, and the survey tells")
        self.assertNotIn("How many?", self._page(self.kim, self.mine), "a colleague")
        self.assertNotIn("How many?", self._page(None, self.mine), "not logged in")
        self.quiz.scoring_type = "scoring_without_answers"
        self.assertNotIn("4711", self._page(self.hoa, self.mine))

    def test_who_builds_surveys_sees_all(self):
        """S0-SVY-18: the whole survey, and what anybody completed."""
        self._fill(self.mine, "3", "815")
        self.assertIn("How often?", self._page(self.maker))
        self.assertIn("4711", self._page(self.maker, self.mine))

    def test_customer_reads_his_own_answers_again(self):
        """IE-19: by the link of the invitation, without an account; others' surveys as ever."""
        survey = self._survey({"caredesk_type": "stars", "title": "How was it?"}, kind="csat")
        survey.scoring_type = "no_scoring"
        entry = self._entry(survey)
        self.assertNotIn("How was it?", self._page(None, entry, survey))
        self._fill(entry, "4")
        self.assertIn("How was it?", self._page(None, entry, survey))
        self.assertNotIn("How was it?", self._page(None, None, survey))
