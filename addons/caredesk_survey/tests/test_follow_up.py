from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestFollowUp(SurveyCase):
    """What is done by rule after a bad answer."""

    def _asked(self, kind="stars", **rule):
        return self._survey({"caredesk_type": kind}, kind="customer", follow_up_ids=[(0, 0, rule)])

    def _tickets(self):
        return self.env["caredesk.ticket"].search([("partner_id", "=", self.customer.id)])

    def test_low_score_makes_an_activity_on_the_ticket(self):
        """S0-SVY-02: the person named by the rule is asked to act, once."""
        ticket = self._held_ticket(self.an, "done", partner_id=self.customer.id)
        survey = self._asked(action="activity", below=50, user_id=self.hoa.id)
        self._answer(survey, 2, ticket_id=ticket.id)
        self._run_cron("ir_cron_follow_up")
        self._run_cron("ir_cron_follow_up")
        activity = ticket.activity_ids.filtered(lambda one: "Low score" in (one.summary or ""))
        self.assertEqual(activity.user_id, self.hoa)
        self.assertIn("★★☆☆☆", activity.note)

    def test_good_score_makes_nothing(self):
        """S0-SVY-02: from the limit on nobody is bothered."""
        survey = self._asked(action="activity", below=40)
        self._answer(survey, 2)
        self._run_cron("ir_cron_follow_up")
        self.assertFalse(self.customer.activity_ids)

    def test_detractor_gets_a_call_back(self):
        """S0-SVY-02: a task to call the customer, by who performed the ticket."""
        ticket = self._held_ticket(self.an, "done", partner_id=self.customer.id)
        survey = self._asked("nps", condition="detractor", action="call")
        self._answer(survey, 6, ticket_id=ticket.id)
        self._answer(survey, 7, ticket_id=ticket.id)
        self._run_cron("ir_cron_follow_up")
        calls = ticket.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(calls.user_id, self.an)
        self.assertEqual(len(calls), 1)

    def test_low_score_opens_a_ticket(self):
        """S0-SVY-02: a ticket of the given type for the customer, with the answers in it."""
        survey = self._asked("stars", action="ticket", ticket_type_id=self.usage.id)
        entry = self._answer(survey, 1)
        self.assertTrue(entry.follow_up_pending, "the customer does not wait for it")
        self._run_cron("ir_cron_follow_up")
        ticket = self._tickets()
        self.assertEqual((ticket.type_id, entry.follow_up_ticket_id), (self.usage, ticket))
        self.assertIn("★☆☆☆☆", ticket.description)

    def test_script_in_an_answer_stays_text(self):
        """IE-19: free text from outside is shown as text."""
        survey = self._survey(
            {"caredesk_type": "stars"},
            {"caredesk_type": "long_text"},
            follow_up_ids=[(0, 0, {"action": "ticket", "ticket_type_id": self.usage.id})],
        )
        self._answer(survey, 1, "<script>alert(1)</script>")
        self._run_cron("ir_cron_follow_up")
        self.assertNotIn("<script", self._tickets().description)
        self.assertIn("alert(1)", self._tickets().description)

    def test_unscored_survey_is_not_a_bad_one(self):
        """S0-SVY-02: nothing to score is not zero per cent."""
        survey = self._asked("long_text", action="ticket", ticket_type_id=self.usage.id)
        self._answer(survey, "Hello")
        self._run_cron("ir_cron_follow_up")
        self.assertFalse(self._tickets())

    def test_employees_are_not_followed_up(self):
        """S0-SVY-02: rules are for surveys of customers."""
        with self.assertRaises(ValidationError):
            self._survey(kind="employee", follow_up_ids=[(0, 0, {})])

    def test_copied_with_the_survey(self):
        """S0-SVY-02: a survey made from another one follows up as that one does."""
        survey = self._asked(action="call", below=30)
        copy = survey.with_user(self.maker).copy()
        rule = copy.follow_up_ids
        self.assertEqual((rule.action, rule.below), ("call", 30))
        self.assertEqual(len(survey.follow_up_ids), 1)
