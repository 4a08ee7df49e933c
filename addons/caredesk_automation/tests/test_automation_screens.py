from ast import literal_eval
from types import SimpleNamespace

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationScreens(AutomationCase):
    """What the screens of rules show and say to whom may see less than the rule."""

    # === PREVIEW ===

    def _preview(self, rule, **vals):
        """Return the preview as the form makes it for ``mai``, who only manages rules."""
        self.env.invalidate_all()  # what the system has read says nothing about mai's rights
        previews = self.env["caredesk.automation.preview"].with_user(self.mai)
        return previews.create({"rule_id": rule.id, **vals})

    def test_test_send_about_no_customer(self):
        """IE-26: the form says that no record is chosen; this rule needs none."""
        users = {"recipient_kind": "users", "recipient_user_ids": [Command.set(self.mai.ids)]}
        news = self._message(subject="News", body_html="<p>{{company_name}} sends greetings.</p>")
        rule = self._rule("daily", audience="once", content_ids=[news], **users)
        wizard = self._preview(rule, res_id=False)
        self.assertTrue(wizard.is_once)
        self.assertIn("greetings", wizard.preview)
        wizard.action_send_test()
        mine = [("recipient_ids", "in", self.mai.partner_id.ids)]
        self.assertTrue(self.env["mail.mail"].search_count(mine))

    def test_preview_of_records_one_may_not_read(self):
        """IE-26, S0-AUT-X1: the texts as they are written, and why there is no example."""
        self.env["sale.order"].create({"partner_id": self.hoa.id})
        wizard = self._preview(self._rule("order_confirm"))
        self.assertFalse(wizard.res_id)
        self.assertIn("Sales Order", wizard.obstacle)
        self.assertIn("{{customer_name}}", wizard.preview)
        self.assertFalse(wizard.recipients)
        with self.assertRaisesRegex(UserError, "may not read"):
            wizard.action_send_test()

    def test_preview_of_one_record_one_may_not_read(self):
        """IE-26: nothing of it is shown, and the form does not break."""
        rule = self._rule("partner_create")
        hidden = self._customer("Hidden")
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {hidden.id})]",
            }
        )
        wizard = self._preview(rule, res_id=hidden.id)
        self.assertIn("You may not read", wizard.obstacle)
        self.assertNotIn("Hidden", wizard.preview)
        rule.domain = "[('name', '=', 'Hidden')]"
        self.assertFalse(self._preview(rule).res_id)

    def test_preview_offers_the_records_of_the_rule(self):
        """IE-26: no other kind of record can be chosen, and its name is in one's language."""
        self.env["res.lang"]._activate_lang("vi_VN")
        kind = self.env["ir.model"]._get("res.partner")
        kind.with_context(lang="vi_VN").name = "Liên hệ"
        wizard = self._preview(self._rule("birthday")).with_context(lang="vi_VN")
        self.assertEqual((wizard.res_model, wizard.kind_name), ("res.partner", "Liên hệ"))
        self.assertTrue(wizard.res_id)
        self.assertFalse(wizard.obstacle)

    def test_preview_of_a_text_that_is_broken(self):
        """IE-26: what the worker would stumble over is shown, the form stays open."""
        rule = self._rule("birthday", "sms")
        rule.content_ids.flush_recordset()
        self.env.cr.execute(
            'UPDATE caredesk_automation_message SET body_text = \'{"en_US": "{{gone}}"}\''
            " WHERE rule_id = %s",
            [rule.id],
        )
        self.assertIn("{{gone}}", self._preview(rule, res_id=self.hoa.id).preview)

    def test_test_send_of_a_rule_without_messages(self):
        """IE-26: what there is to test is said, not an empty error."""
        step = {"kind": "tag", "tag_ids": [Command.create({"name": "New"})]}
        rule = self._rule("partner_create", content_ids=[], step_ids=[Command.create(step)])
        with self.assertRaisesRegex(UserError, "sends no messages"):
            self._preview(rule).action_send_test()

    # === RULE ===

    def test_picker_offers_what_saving_takes(self):
        """S0-AUT-X6, IE-26: about a customer, a record of his, or nobody."""
        arch = self.env.ref("caredesk_automation.caredesk_automation_rule_view_form").arch
        domain = etree.fromstring(arch).find(".//field[@name='insert_field_id']").get("domain")
        fields = self.env["caredesk.automation.merge.field"]
        for model, is_once in (("res.partner", False), ("sale.order", False), (False, True)):
            with self.subTest(model=model):
                rule = SimpleNamespace(model_name=model)
                offered = fields.search(safe_eval(domain, {"parent": rule}))
                self.assertTrue(offered)
                known = fields._of_model(model, is_once)
                self.assertEqual(set(offered.mapped("token")), set(known))

    def test_warranties_are_left_out_at_first(self):
        """S0-AUT-05, C-33: who buys a phone is not welcomed as a party to a contract."""
        self._freeze()
        with Form(self.rules.with_user(self.mai)) as form:
            form.name = "Welcome"
            form.trigger_kind = "action"
            form.action_kind = "contract_create"
            self.assertEqual(literal_eval(form.domain), [("kind", "=", "contract")])
            form.action_kind = "order_confirm"
            self.assertEqual(literal_eval(form.domain), [])
            form.action_kind = "contract_create"
            with form.content_ids.new() as message:
                message.subject, message.body_html = "Welcome", "<p>Welcome</p>"
        self._contract(self._customer("Lan"), kind="warranty")
        self._contract(self.hoa)
        self._cron("run")
        self.assertSent(form.record, self.hoa)

    # === COUNTS ===

    def _listed(self, action, view):
        """Return how many rows an action opens, by the filters it sets."""
        arch = etree.fromstring(self.env.ref(f"caredesk_automation.{view}").arch)
        domain = list(action["domain"])
        for key in action["context"]:
            name = key.removeprefix("search_default_")
            domain += literal_eval(arch.find(f".//filter[@name='{name}']").get("domain"))
        return self.env[action["res_model"]].search_count(domain)

    def _buttons(self, rule):
        """Return ``{field: action}`` of the buttons that count in the form of a rule."""
        form = self.env.ref("caredesk_automation.caredesk_automation_rule_view_form").arch
        actions = {}
        for button in etree.fromstring(form).findall(".//button[@class='oe_stat_button']"):
            here = rule.with_context(**literal_eval(button.get("context")))
            actions[button.find("field").get("name")] = getattr(here, button.get("name"))()
        return actions

    def test_buttons_open_what_they_count(self):
        """S0-AUT-X8: sent and failed, pending and held back, each its own rows."""
        self._freeze()
        rule = self._rule("partner_create", "email", "voice")
        self._customer("Lan")
        self._cron("run")
        self._customer("Nam")
        self._customer("Minh")
        self._runs(rule)[2].state = "held"
        self._runs(rule)[:1].copy({"occurrence": "again", "state": "held"})
        self.env.invalidate_all()
        views = {"caredesk.automation.log": "log", "caredesk.automation.run": "run"}
        counts = {"sent_count": 1, "failed_count": 1, "pending_count": 1, "held_count": 2}
        actions = self._buttons(rule)
        self.assertEqual(actions.keys(), counts.keys())
        for name, action in actions.items():
            view = f"caredesk_automation_{views[action['res_model']]}_view_search"
            self.assertEqual((rule[name], self._listed(action, view)), (counts[name],) * 2, name)
        self.assertFalse(rule.action_open_log()["context"])

    def test_deciding_on_what_is_held_back(self):
        """IE-30, S0-AUT-X9: one is told how many, and the ledger says who dropped them."""
        self._freeze()
        rule = self._rule("partner_create")
        self._customer("Lan")
        self._runs(rule).state = "held"
        told = rule.with_user(self.mai).action_release()
        self.assertEqual(told["params"]["message"], "Released: 1")
        self._runs(rule).state = "held"
        told = rule.with_user(self.mai).action_drop()
        self.assertEqual(told["params"]["message"], "Dropped: 1")
        self.assertRuns(rule, "cancelled")
        self.assertIn(self.mai.name, self._runs(rule).reason)

    # === RUN NOW ===

    def test_run_now_where_there_is_a_calendar(self):
        """S0-AUT-X9: nothing is looked for where a rule only hears of what happens."""
        self._freeze(MONDAY)
        for trigger in ("sla_missed", "low_score", "paid_share"):
            rule = self._rule(trigger)
            self.assertFalse(rule.looks_by_calendar, trigger)
            with self.assertRaisesRegex(UserError, "nothing to run"):
                rule.action_run_now()
        self.assertTrue(self._rule("birthday").looks_by_calendar)

    def test_words_of_a_rule_that_sends_nothing(self):
        """S0-AUT-X9: steps are no messages."""
        self._freeze(MONDAY)
        tag = self.env["res.partner.category"].create({"name": "Birthday"})
        step = Command.create({"kind": "tag", "tag_ids": [Command.set(tag.ids)]})
        rule = self._rule("birthday", content_ids=[], step_ids=[step])
        told = rule.action_run_now()["params"]["message"]
        self.assertIn("occurrences", told)
        self.assertNotIn("messages", told)
        self.assertEqual(rule.step_ids.detail, "Birthday")

    # === STEPS ===

    def test_steps_of_administrators(self):
        """S0-AUT-07: who may not choose the action is told so, not of a field he cannot see."""
        rules = self.rules.with_user(self.mai)
        for kind in ("action", "webhook"):
            rule = {
                "name": "Call",
                "trigger_kind": "event",
                "event_kind": "birthday",
                "step_ids": [Command.create({"kind": kind})],
            }
            with self.assertRaisesRegex(ValidationError, "Only an administrator"):
                rules.create(rule)

    # === LOG ===

    def test_who_may_not_read_a_message_is_told_so(self):
        """S0-AUT-X7: the log opens the message itself, for whom may read it."""
        rule = self._rule("partner_create", "notification", recipient_kind="owner")
        self._customer("Lan", user_id=self._person("owner", "base.group_user").id)
        self._cron("run")
        log = self._log(rule)
        self.assertTrue(log.message_id)
        with self.assertRaisesRegex(AccessError, "may not read this message"):
            log.with_user(self.mai).action_open_message()
        log.message_id = False
        self.assertFalse(log.action_open_message())
