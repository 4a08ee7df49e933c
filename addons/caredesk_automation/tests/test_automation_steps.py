from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationSteps(AutomationCase):
    """Steps of customer care: points, care tasks, webhooks; and what ends with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        forms = cls.env["caredesk.care.form"]
        cls.gift = forms.create({"name": "Birthday gift", "action": "give_points", "points": 50})
        cls.call = forms.create({"name": "Welcome call", "action": "call"})

    def _steps(self, trigger, *steps, **vals):
        return self._rule(
            trigger, content_ids=False, step_ids=[Command.create(s) for s in steps], **vals
        )

    # === POINTS ===

    def test_points_stand_in_the_care_history(self):
        """S3-CTX-05, S0-AUT-X5: given once, as an entry that is read and can be taken back."""
        rule = self._steps("partner_create", {"kind": "points", "points_form_id": self.gift.id})
        self.assertEqual(rule.step_ids.points, 50)
        lan = self._customer("Lan")
        for _time in range(2):
            self._cron("run")
        entry = self.env["caredesk.care.history"].search([("partner_id", "=", lan.id)])
        self.assertEqual((entry.state, entry.points, entry.form_id), ("confirmed", 50, self.gift))
        card = self.env["caredesk.customer.account"]._of(lan, self.company)._card("loyalty")
        self.assertEqual(card.points, 50)
        entry.action_cancel()
        self.assertEqual(card.points, 0)
        self.assertRuns(rule, "done")

    def test_nobody_gives_more_by_a_rule(self):
        """S3-CTX-05: above the limit of the company only a care manager sets it up."""
        self.company.caredesk_points_limit = 100
        rules = self.rules.with_user(self.mai)
        step = {"kind": "points", "points_form_id": self.gift.id, "points": 101}
        vals = {
            "name": "Gift",
            "trigger_kind": "event",
            "event_kind": "birthday",
            "step_ids": [Command.create(step)],
        }
        with self.assertRaisesRegex(AccessError, "100"):
            rules.create(vals)
        self.mai.group_ids += self.env.ref("caredesk_automation.group_care_manager")
        self.assertTrue(rules.create(vals))

    def test_wrong_gifts_are_refused(self):
        """S0-AUT-07: no points, a form of another action, no form."""
        step = {"kind": "points", "points_form_id": self.gift.id}
        for vals, words in (
            ({"points": -1}, "above zero"),
            ({"points_form_id": self.call.id, "points": 5}, "another care action"),
            ({"points_form_id": False, "points": 5}, "Gift Type"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, words):
                self._steps("birthday", {**step, **vals})

    # === CARE TASK ===

    def test_care_task_is_planned(self):
        """S0-AUT-X5, S0-AUT-X2: three days later at the hour of the rule, for the owner."""
        self._freeze(MONDAY)
        step = {
            "kind": "care_task",
            "care_form_id": self.call.id,
            "title": "Call {{customer_name}}",
            "days": 3,
        }
        rule = self._steps("partner_create", step, hour=9.5)
        lan = self._customer("Lan", user_id=self.mai.id)
        self._cron("run")
        task = self.env["caredesk.care.task"].search([("partner_id", "=", lan.id)])
        self.assertEqual((task.name, task.form_id, task.user_id), ("Call Lan", self.call, self.mai))
        self.assertEqual(str(task.date_start), "2026-03-05 02:30:00")
        self.assertRuns(rule, "done")

    def test_a_rule_does_not_set_itself_off(self):
        """S0-AUT-08: a rule about new care tasks that plans one ends with that one."""
        step = {"kind": "care_task", "care_form_id": self.call.id}
        rule = self._steps("care_task_create", step)
        self.env["caredesk.care.task"].create({"name": "First", "partner_id": self.hoa.id})
        for _time in range(3):
            self._cron("run")
        tasks = self.env["caredesk.care.task"].search_count([("partner_id", "=", self.hoa.id)])
        self.assertEqual(tasks, 2)
        self.assertRuns(rule, "done")

    # === SERVER ACTION ===

    def test_action_of_a_rule_about_nobody(self):
        """S0-AUT-12, S0-AUT-X5: every Monday once, an action that is about the rule itself."""
        clock = self._freeze("2026-03-01 08:00:00")
        text = {"update_path": "description", "value": "Ran"}
        action = self._server_action("caredesk.automation.rule", **text)
        step = {"kind": "action", "action_id": action.id}
        rule = self._steps("weekly", step, audience="once")
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertRuns(rule, "done")
        self.assertEqual(rule.description, "Ran")

    # === WEBHOOK ===

    def test_webhook_needs_an_action_that_is_one(self):
        """S0-AUT-07: another server action is no webhook."""
        action = self._webhook()
        action.state = "code"
        with self.assertRaisesRegex(ValidationError, "sends a webhook"):
            self._steps("birthday", {"kind": "webhook", "action_id": action.id})

    def _webhook(self):
        return self.env["ir.actions.server"].create(
            {
                "name": "Tell the shop",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "webhook",
                "webhook_url": "http://shop.test/hook",
            }
        )

    # === RUN NOW ===

    def test_run_now_says_what_becomes_of_the_messages(self):
        """S0-AUT-09, IE-27: at once, after the quiet hours, or held back for a decision."""
        self._freeze(MONDAY)
        words = {}
        for name, limits in {
            "at once": {},
            "quiet": {"automation_quiet_from": 6, "automation_quiet_to": 10},
            "held": {"automation_quiet_to": 0, "automation_quiet_from": 0},
        }.items():
            self.company.write(limits)
            rule = self._rule("birthday", domain=f"[('id', '=', {self.hoa.id})]")
            if name == "held":
                self._customer("Lan", birthday="1991-03-02")
                self.company.automation_bulk_limit = 1
                rule.domain = "[]"
            words[name] = rule.action_run_now()["params"]["message"]
            if name == "at once":
                self._cron("run")
                self.assertSent(rule, self.hoa)
                again = rule.action_run_now()["params"]["message"]
        self.assertEqual(words["at once"], "1 messages are on their way.")
        self.assertEqual(again, "Nobody new fits today.")
        self.assertIn("10:00", words["quiet"])
        self.assertIn("held back", words["held"])
