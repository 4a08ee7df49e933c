from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users

from .automation_common import TEXT, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationRule(AutomationCase):
    """The rule as a marketing person makes it: fields, what must be filled in, who may."""

    def test_form_with_the_fields_of_the_chosen_kind(self):
        """S0-AUT-01, S0-AUT-06, S0-AUT-13: one trigger kind, its own fields, saved as running."""
        with Form(self.rules.with_user(self.mai)) as form:
            form.name = "Greeting"
            form.trigger_kind = "action"
            form.action_kind = "partner_create"
            with self.assertRaises(AssertionError):
                form.event_kind = "birthday"  # invisible: belongs to another kind
            form.trigger_kind = "event"
            form.event_kind = "birthday"
            with form.content_ids.new() as message:
                message.channel = "sms"
                message.body_text = TEXT
        rule = form.record
        self.assertEqual((rule.trigger, rule.state, rule.active), ("birthday", "running", True))
        self.assertTrue(rule.next_run_at)
        self.assertIn(rule, self.rules.search([]))

    def test_required_fields_are_named(self):
        """S0-AUT-07: saving without a required field raises an error that names it."""
        cases = [
            ("On", {"event_kind": False}),
            ("Messages by Channel", {"content_ids": False}),
            ("Users", {"recipient_kind": "users"}),
            ("Recipients", {"recipient_kind": "custom"}),
            ("Support Group", {"recipient_kind": "group"}),
            ("Sending User", {"sender_kind": "user"}),
            ("Sending Address", {"sender_kind": "custom"}),
            ("Subject", {"content_ids": [self._message(subject=False)]}),
            ("Content", {"content_ids": [self._message(body_html="<p><br></p>")]}),
            ("Text", {"content_ids": [self._message("sms", body_text=False)]}),
        ]
        for label, vals in cases:
            with (
                self.subTest(label=label),
                self.assertRaisesRegex(ValidationError, f"«{label}»"),
                self.cr.savepoint(),
            ):
                self._rule("birthday", **vals)

    def test_numbers_are_checked(self):
        """S0-AUT-07, S0-AUT-12, S0-AUT-X4: hours, days and cycles that make no sense."""
        for vals in (
            {"hour": 24},
            {"day": 32},
            {"offset_days": -1},
            {"silent_days": 0},
            {"paid_share": 101},
            {"cycle_on": True, "cycle_every_days": 60},
            {"trigger_kind": "time", "time_kind": "weekly", "weekday_0": False},
            {"domain": "[('no_such_field', '=', 1)]"},
            {"domain": "__import__('os')"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                self._rule("birthday", **vals)

    def test_unknown_placeholder_is_refused(self):
        """S0-AUT-X6, IE-26: a placeholder that would stay empty cannot be saved."""
        for text in ("{{order_number}}", "{{ customer.name }}", "{{__class__}}", "{{}}"):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(ValidationError, "no placeholder"),
                self.cr.savepoint(),
            ):
                self._rule("birthday", content_ids=[self._message("sms", body_text=text)])
        self._rule(
            "order_confirm", content_ids=[self._message("sms", body_text="{{order_number}}")]
        )

    def test_another_trigger_needs_other_texts(self):
        """S0-AUT-X6: a text about orders does not fit once the rule is about birthdays."""
        text = self._message("sms", body_text="{{order_number}}")
        rule = self._rule("order_confirm", content_ids=[text])
        with self.assertRaisesRegex(ValidationError, "no placeholder"):
            rule.write({"trigger_kind": "event", "event_kind": "birthday"})

    def test_merge_field_is_picked(self):
        """S0-AUT-X6: the chosen merge field stands in the text afterwards."""
        field = self.env.ref("caredesk_automation.merge_field_customer_name")
        with Form(self.rules.with_user(self.mai)) as form:
            form.name = "Greeting"
            form.event_kind = "birthday"
            with form.content_ids.new() as message:
                message.channel = "sms"
                message.body_text = "Dear "
                message.insert_field_id = field
                self.assertEqual(message.body_text, "Dear {{customer_name}}")
                self.assertFalse(message.insert_field_id)

    def test_one_message_for_each_channel(self):
        """S0-AUT-03: e-mail and SMS on one rule."""
        rule = self._rule("birthday", "email", "sms", "notification")
        self.assertEqual(rule.content_ids.mapped("channel"), ["email", "sms", "notification"])

    def test_menu_and_ready_made_rules(self):
        """S0-AUT-02, S0-AUT-05: Marketing, Automation; rules are ready and switched off."""
        menu = self.env.ref("caredesk_automation.caredesk_automation_menu_automation")
        self.assertEqual(menu.complete_name, "Marketing/Automation")
        self.assertEqual(menu.action.res_model, "caredesk.automation.rule")
        for name in (
            "birthday",
            "order_thanks",
            "contract_reminder",
            "installment_reminder",
            "weekly_care",
            "win_back",
        ):
            rule = self.env.ref(f"caredesk_automation.caredesk_automation_rule_{name}")
            self.assertEqual(rule.state, "stopped")
            self.assertFalse(rule.next_run_at)
            rule.action_start()
            self.assertEqual(rule.state, "running")

    def test_ready_made_rules_remind_in_time(self):
        """S0-AUT-02, S0-AUT-10, S0-AUT-11: before the end and the due day, and to whom."""
        expected = {
            "birthday": ("birthday", "on", "customer"),
            "order_thanks": ("order_confirm", "on", "customer"),
            "contract_reminder": ("contract_end", "before", "contact"),
            "installment_reminder": ("installment_due", "before", "customer"),
            "weekly_care": ("weekly", "on", "owner"),
            "win_back": ("no_contact", "on", "customer"),
        }
        for name, wanted in expected.items():
            rule = self.env.ref(f"caredesk_automation.caredesk_automation_rule_{name}")
            with self.subTest(name):
                found = (rule.trigger, rule.offset_when, rule.recipient_kind)
                self.assertEqual(found, wanted)
                self.assertEqual(bool(rule.offset_days), rule.offset_when == "before")

    def test_copy_is_stopped(self):
        """S0-AUT-X9: a copy sends nothing before somebody has looked at it."""
        copied = self._rule("birthday").copy()
        self.assertEqual((copied.state, len(copied.content_ids)), ("stopped", 1))

    @users("mai.automation")
    def test_only_managers_write_rules(self):
        """S1-MGT-07: managers set rules up without code; users read; the rest sees nothing."""
        rule = self._rule("birthday")
        reader = self._person("reader", "caredesk_automation.group_automation_user")
        self.assertEqual(rule.with_user(reader).name, rule.name)
        with self.assertRaises(AccessError):
            rule.with_user(reader).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            rule.with_user(reader).action_stop()
        stranger = self._person("stranger", "base.group_user")
        with self.assertRaises(AccessError):
            rule.with_user(stranger).read(["name"])

    def test_rules_of_other_companies_are_not_seen(self):
        """IE-47: rule, occurrence, log and contract belong to a company."""
        other = self.env["res.company"].create({"name": "Other"})
        rule = self._rule("birthday", company_id=other.id)
        contract = self._contract(company_id=other.id)
        for record in (rule, contract):
            with self.assertRaises(AccessError):
                record.with_user(self.mai).read(["name"])

    def test_secret_fields_are_no_placeholders(self):
        """S0-AUT-X6: a merge field cannot reach what people may not read."""
        merge = self.env["caredesk.automation.merge.field"]
        vals = {"name": "X", "token": "x", "source": "owner"}
        for path in ("totp_secret", "no_such", "partner_id.signup_type"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                merge.create({**vals, "path": path})
