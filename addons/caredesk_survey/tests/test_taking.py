from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import SurveyMixin


@tagged("post_install", "-at_install")
class TestTaking(SurveyMixin, HttpCase):
    """The customer's side over HTTP: links, deadlines, one answer for each invitation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._survey(
            {"caredesk_type": "stars"}, {"caredesk_type": "long_text"}, kind="csat"
        )
        cls.entry = cls._entry(cls.survey)

    def _rpc(self, step, entry=None, token=None, **params):
        entry = entry or self.entry
        token = token or entry.access_token
        url = f"/survey/{step}/{entry.survey_id.access_token}/{token}"
        response = self.url_open(url, json={"params": params}, method="POST")
        answer = response.json()["result"][1]
        return answer.get("error") if isinstance(answer, dict) else None

    def _answers(self, stars="4", text="Fine", entry=None):
        questions = (entry or self.entry).survey_id.question_ids
        return {str(questions[0].id): stars, str(questions[1].id): text}

    def _submit(self, entry=None, **answers):
        return self._rpc("submit", entry, **self._answers(entry=entry, **answers))

    def test_answered_once_without_an_account(self):
        """IE-19, S0-SVY-02, S0-SVY-17: by link, thanked, and never a second time."""
        page = self.url_open(self.entry.get_start_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.survey.title, page.text)
        self.assertFalse(self._rpc("begin"))
        self.assertFalse(self._submit())
        self.entry.invalidate_recordset()
        self.assertEqual((self.entry.state, self.entry.scoring_percentage), ("done", 80))
        self.assertEqual(self._submit(stars="1"), "unauthorized")
        done = self.url_open(self.entry.get_start_url())
        self.assertIn("o_survey_finished", done.text)
        self.assertNotIn("80.0", done.text, "a customer is thanked, not graded")
        self.assertNotIn("/survey/retry/", done.text, "nobody is offered what is refused")
        retry = f"/survey/retry/{self.survey.access_token}/{self.entry.access_token}"
        self.url_open(retry)
        self.assertEqual(len(self.survey.user_input_ids), 1)
        self.assertEqual(self.entry.user_input_line_ids[0].value_scale, 4)

    def test_second_tab_after_the_first_submitted(self):
        """IE-19: two tabs; the second is refused, the first answer stays."""
        self._rpc("begin")
        self.assertTrue(self._rpc("begin"), "begun already")
        self._submit(stars="5")
        self.assertEqual(self._submit(stars="1"), "unauthorized")

    def test_deadline(self):
        """IE-19: after the deadline neither the page nor the submission works."""
        self.entry.deadline = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self._rpc("begin"), "answer_deadline")
        self.assertEqual(self._submit(), "answer_deadline")
        self.assertNotIn("o_survey_form_content", self.url_open(self.entry.get_start_url()).text)

    def test_guessed_and_foreign_tokens(self):
        """IE-19: a made-up token, and one of another survey, open nothing."""
        self.assertEqual(self._rpc("begin", token="0" * 36), "token_wrong")
        other = self._entry(self._survey({"caredesk_type": "stars"}, kind="csat"))
        self.assertEqual(self._rpc("begin", token=other.access_token), "token_wrong")
        bare = self.url_open(f"/survey/start/{self.survey.access_token}")
        self.assertNotIn(self.survey.title, bare.text, "only invited people")
        self.assertEqual(len(self.survey.user_input_ids), 1)

    def test_closed_survey(self):
        """IE-19: answers to a closed survey are refused."""
        self._rpc("begin")
        self.survey.action_archive()
        self.assertEqual(self._submit(), "survey_closed")

    def test_begun_survey_goes_on_where_it_was_left(self):
        """IE-19: what was answered on the first page is still there on the next visit."""
        survey = self._survey(
            {"caredesk_type": "stars"},
            {"caredesk_type": "long_text"},
            kind="csat",
            questions_layout="page_per_question",
        )
        entry = self._entry(survey)
        self._rpc("begin", entry)
        first, second = survey.question_ids
        self._rpc("submit", entry, question_id=first.id, **{str(first.id): "3"})
        entry.invalidate_recordset()
        self.assertEqual((entry.state, entry.user_input_line_ids.value_scale), ("in_progress", 3))
        self.assertIn(second.title, self.url_open(entry.get_start_url()).text)

    def test_archived_question_is_not_asked(self):
        """IE-20: a survey with questions taken out of it still works."""
        archived = self.survey.question_ids[1]
        archived.action_archive()
        self.assertEqual(self.survey.archived_question_count, 1)
        found = archived.search(self.survey.action_archived_questions()["domain"])
        self.assertEqual(found, archived, "what can be asked again")
        self._rpc("begin")
        question = self.survey.question_ids[0]
        self.assertFalse(self._rpc("submit", **{str(question.id): "5"}))
        self.entry.invalidate_recordset()
        self.assertEqual(self.entry.scoring_percentage, 100)

    def test_question_archived_while_it_is_shown(self):
        """IE-20: who was just looking at a question that was taken out goes on with the next."""
        kinds = [{"caredesk_type": kind} for kind in ("stars", "nps", "long_text")]
        survey = self._survey(*kinds, kind="csat", questions_layout="page_per_question")
        entry = self._entry(survey)
        first, second, third = survey.question_ids
        self._rpc("begin", entry)
        self._rpc("submit", entry, question_id=first.id, **{str(first.id): "3"})
        second.action_archive()
        self.assertIn(third.title, self.url_open(entry.get_start_url()).text)
        answer = {"question_id": second.id, str(second.id): "9"}
        self.assertFalse(self._rpc("submit", entry, **answer))
        find = survey._get_next_page_or_question
        self.assertEqual(find(entry, second.id), third)
        self.assertEqual(find(entry, second.id, go_back=True), first)
        third.action_archive()
        self.assertFalse(find(entry, third.id), "that was the last one")
        self.assertEqual(find(entry, third.id, go_back=True), first)

    def _begun(self, answered):
        """Return who began a survey of three questions, one a page, and answered so many."""
        kinds = [{"caredesk_type": kind} for kind in ("stars", "nps", "long_text")]
        survey = self._survey(*kinds, kind="csat", questions_layout="page_per_question")
        entry = self._entry(survey)
        self._rpc("begin", entry)
        for question in survey.question_ids[:answered]:
            self._rpc("submit", entry, question_id=question.id, **{str(question.id): "3"})
        entry.invalidate_recordset()
        return entry

    def test_all_that_was_left_is_taken_out(self):
        """IE-20: who answered everything that is still asked has completed the survey."""
        entry = self._begun(answered=2)
        self.assertEqual(entry.state, "in_progress")
        entry.survey_id.question_ids[2].action_archive()
        page = self.url_open(entry.get_start_url())
        entry.invalidate_recordset()
        self.assertEqual((page.status_code, entry.state), (200, "done"))
        self.assertIn("o_survey_finished", page.text)

    def test_page_shown_last_was_deleted(self):
        """IE-20: who left out a question that was deleted since goes on, not back to the first."""
        entry = self._begun(answered=1)
        first, second, third = entry.survey_id.question_ids
        self._rpc("submit", entry, question_id=second.id, **{str(second.id): ""})
        second.unlink()
        entry.invalidate_recordset()
        self.assertFalse(entry.last_displayed_page_id)
        page = self.url_open(entry.get_start_url())
        self.assertIn(third.title, page.text)
        self.assertNotIn(first.title, page.text)

    def test_interviewer_enters_the_answers_of_a_customer(self):
        """S0-SVY-15: the employee who interviews may open it; another employee may not."""
        self.entry.interviewer_id = self.hoa
        self.authenticate(self.kim.login, self.kim.login)
        self.assertEqual(self._rpc("begin"), "answer_wrong_user")
        self.authenticate(self.hoa.login, self.hoa.login)
        self.assertFalse(self._rpc("begin"))
        self.assertFalse(self._submit())
        page = self.url_open(self.entry.get_start_url())
        self.assertIn("o_caredesk_back", page.text)

    def test_export_over_http(self):
        """IE-23: the file is downloaded by who asked for it, by nobody else."""
        export = self.env["caredesk.survey.export"].with_user(self.maker).create({})
        url = export.action_export()["url"]
        self.authenticate(self.kim.login, self.kim.login)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)
        self.authenticate(self.maker.login, self.maker.login)
        response = self.url_open(url)
        self.assertEqual(response.content[:2], b"PK")

    def test_invited_by_mail_and_sms(self):
        """S0-SVY-02, IE-19: the dialog invites by e-mail, by SMS, or by both."""
        self.env.company.country_id = self.env.ref("base.vn")
        self.customer.phone = "0912345678"
        action = self.survey.with_user(self.maker).action_send_survey()
        for channel, mails, texts in (("mail", 1, 0), ("sms", 0, 1), ("both", 1, 1)):
            invites = self.env["survey.invite"].with_user(self.maker)
            form = Form(invites.with_context(**action["context"]))
            form.caredesk_channel = channel
            form.partner_ids.add(self.customer.copy({"email": f"{channel}@customer.test"}))
            seen = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
            queued = self.env["sms.sms"].search([], order="id desc", limit=1)
            form.save().action_invite()
            new_mails = self.env["mail.mail"].sudo().search_count([("id", ">", seen.id or 0)])
            new_texts = self.env["sms.sms"].search_count([("id", ">", queued.id or 0)])
            self.assertEqual((new_mails, new_texts), (mails, texts), channel)

    def test_sms_needs_a_number(self):
        """IE-25: who has no number cannot be invited by SMS, and one is told."""
        action = self.survey.with_user(self.maker).action_send_survey()
        form = Form(
            self.env["survey.invite"].with_user(self.maker).with_context(**action["context"])
        )
        form.caredesk_channel = "sms"
        form.partner_ids.add(self.customer)
        with self.assertRaises(UserError):
            form.save().action_invite()
