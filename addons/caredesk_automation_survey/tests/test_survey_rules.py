from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_automation.tests.automation_common import AutomationMixin
from odoo.addons.caredesk_automation_survey import uninstall_hook
from odoo.addons.caredesk_survey.tests.common import SurveyMixin


@tagged("post_install", "-at_install")
class TestSurveyRules(AutomationMixin, SurveyMixin, TransactionCase):
    """Rules send surveys, and act on what customers answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._survey({"caredesk_type": "stars"}, kind="csat")
        cls.requests = cls.env["caredesk.survey.request"]
        cls.client = cls._customer("Client")

    def _sending(self, trigger, **vals):
        """Return a rule that sends the survey, nothing else."""
        step = Command.create({"kind": "survey", "survey_id": self.survey.id})
        return self._rule(trigger, content_ids=[], step_ids=[step], **vals)

    def _order(self):
        product = self.env["product.product"].create({"name": "Kettle"})
        line = Command.create({"product_id": product.id, "product_uom_qty": 1})
        orders = self.env["sale.order"]
        return orders.create({"partner_id": self.client.id, "order_line": [line]})

    def _asked(self, partner=None):
        return self.requests.search([("partner_id", "=", (partner or self.client).id)])

    # === SENDING SURVEYS ===

    def test_survey_after_an_order(self):
        """IE-22, S0-SVY-02: a confirmed order invites its customer, by the queue of surveys."""
        rule = self._sending("order_confirm")
        self._order().action_confirm()
        self._cron("run")
        self.assertRuns(rule, "done")
        self.assertEqual(self._asked().state, "pending", "sent by the scheduled action of surveys")
        self._run_cron("ir_cron_request")
        request = self._asked()
        self.assertEqual((request.state, request.company_id), ("sent", self.company))
        entry = request.user_input_id
        self.assertEqual((entry.partner_id, entry.survey_id), (self.client, self.survey))
        self.assertEqual(entry.performer_kind, "customer")

    def test_not_too_often_by_rules_either(self):
        """IE-22, S4-CSAT-03: a second order within the pause invites nobody, and it is said why."""
        self._sending("order_confirm")
        for _number in range(2):
            self._order().action_confirm()
            self._cron("run")
            self._run_cron("ir_cron_request")
        self.assertEqual(sorted(self._asked().mapped("state")), ["sent", "skipped"])
        self.assertIn("not long ago", self._asked().filtered("reason").reason)

    def test_survey_after_a_care_task(self):
        """IE-22: planned care sets the survey off."""
        rule = self._sending("care_task_create")
        self.env["caredesk.care.task"].create({"name": "Call", "partner_id": self.client.id})
        self._cron("run")
        self.assertRuns(rule, "done")
        self.assertEqual(self._asked().survey_id, self.survey)

    def test_survey_of_a_done_ticket_is_about_the_ticket(self):
        """S4-CSAT-03, IE-22: once a ticket, whoever asks, and counted for its group and type."""
        self._sending("ticket_done")
        ticket = self._held_ticket(self.an, "done", partner_id=self.client.id)
        for _time in range(2):
            self._cron("run")
        self._run_cron("ir_cron_request")
        request = self._asked()
        self.assertEqual((request.ticket_id, request.state), (ticket, "sent"))
        self.assertEqual(request.user_input_id.support_group_id, self.support)

    def test_step_needs_a_survey(self):
        """S0-AUT-07: a step without its survey is not saved; nor is the survey taken away."""
        with self.assertRaisesRegex(ValidationError, "Survey"):
            self._rule("order_confirm", step_ids=[Command.create({"kind": "survey"})])
        rule = self._sending("order_confirm")
        with self.assertRaisesRegex(ValidationError, "Survey"):
            rule.step_ids.survey_id = False

    # === ANSWERS AS EVENTS ===

    def test_answer_sets_a_rule_off_once(self):
        """IE-22: who answered gets the message of the rule, with words about the survey."""
        text = "{{survey_title}}: {{survey_score}} %"
        message = Command.create(
            {"channel": "email", "subject": text, "body_html": f"<p>{text}</p>"}
        )
        rule = self._rule("survey_answered", content_ids=[message])
        entry = self._answer(self.survey, 4, partner=self.client)
        entry._mark_done()
        self._cron("run")
        self.assertSent(rule, self.client)
        mail = self._log(rule).message_id
        self.assertEqual(mail.subject, f"{self.survey.title}: 80 %")

    def test_low_score(self):
        """IE-22: below the limit of the rule; not on it, not where nothing was to be scored."""
        rule = self._rule("survey_low_score", survey_below=60)
        self._answer(self.survey, 3, partner=self.client)
        words = self._survey({"caredesk_type": "long_text"}, kind="customer")
        self._answer(words, "Bad", partner=self.client)
        self.assertFalse(self._runs(rule))
        self._answer(self.survey, 2, partner=self.client)
        self._cron("run")
        self.assertSent(rule, self.client)

    def test_conditions_on_the_answer(self):
        """S0-AUT-X1: a rule may be about one survey only."""
        domain = repr([("survey_id", "=", self.survey.id)])
        rule = self._rule("survey_answered", domain=domain)
        other = self._survey({"caredesk_type": "stars"}, kind="customer")
        self._answer(other, 5, partner=self.client)
        self._answer(self.survey, 5, partner=self.client)
        self._cron("run")
        self.assertSent(rule, self.client)

    def test_employees_and_trials_set_nothing_off(self):
        """IE-22: rules are about customers, in earnest."""
        rule = self._rule("survey_answered")
        staff = self._survey({"caredesk_type": "stars"}, kind="employee")
        self._answer(staff, 5, partner=self.kim.partner_id)
        self._answer(self.survey, 5, partner=self.client, test_entry=True)
        self.assertFalse(self._runs(rule))

    # === RIGHTS ===

    def test_managers_of_rules_read_no_answers(self):
        """S0-SVY-16: conditions about answers can be written without seeing anybody's."""
        entry = self._answer(self.survey, 1, partner=self.client)
        rules = self.rules.with_user(self.mai)
        rule = self._rule("survey_low_score").with_user(self.mai)
        rule.domain = "[('scoring_percentage', '<', 20)]"
        self.assertIn("survey_low_score", dict(rules._selection_kinds("event")))
        self.assertFalse(self.env["survey.user_input"].with_user(self.mai).search([]))
        with self.assertRaises(AccessError):
            entry.with_user(self.mai).read(["scoring_percentage"])
        surveys = self.env["survey.survey"].with_user(self.mai)
        self.assertIn(self.survey, surveys.search([]))
        with self.assertRaises(AccessError):
            surveys.browse(self.survey.id).write({"title": "Mine"})

    def test_limit_is_a_percentage(self):
        """S0-AUT-07: a limit nobody can be below is refused."""
        with self.assertRaises(ValidationError):
            self._rule("survey_low_score", survey_below=0)

    def test_uninstalled_without_leftovers(self):
        """IE-22: rules that nothing sets off any more go with the addon, others stay."""
        gone = self._rule("survey_answered") + self._rule("survey_low_score")
        stays = self._sending("order_confirm")
        uninstall_hook(self.env)
        self.assertFalse(gone.exists())
        self.assertTrue(stays.exists())
