from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationMends(AutomationCase):
    """What was found wrong once stays mended."""

    def test_a_rule_that_cannot_be_read_stops_no_other(self):
        """IE-25: it stands in the log, is tried again in an hour, and loses no day."""
        clock = self._freeze("2026-03-01 08:00:00")
        broken = self._rule("birthday", hour=0)
        sound = self._rule("birthday", hour=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE caredesk_automation_rule SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", broken.id],
        )
        self.env.invalidate_all()
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(sound, self.hoa)
        self.assertIn("no_such_field", self._log(broken).reason)
        self.assertEqual(str(broken.next_run_at), "2026-03-02 02:00:00")
        broken.domain = "[]"
        clock.move_to("2026-03-02 02:00:00")
        self._scan_and_run()
        self.assertSent(broken, self.hoa)

    def test_distances_end_somewhere(self):
        """S0-AUT-07, S0-AUT-X3: days beyond the calendar are refused, not met by the worker."""
        for vals in (
            {"offset_days": 3651},
            {"silent_days": 4000},
            {"cycle_on": True, "cycle_within_days": 10**6},
            {"delay_number": 3651},
            {"delay_number": 100_001, "delay_unit": "minutes"},
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, "ten years"):
                self._rule("birthday", **vals)
        call = self.env.ref("mail.mail_activity_data_call").id
        step = {"kind": "activity", "activity_type_id": call, "days": 10**6}
        with self.assertRaisesRegex(ValidationError, "ten years"):
            self._rule("birthday", step_ids=[Command.create(step)])

    def test_one_time_zone_for_rules_and_care(self):
        """S0-AUT-09: that of the company itself goes before that of its working hours."""
        self.company.partner_id.tz = "Pacific/Kiritimati"
        self.assertEqual(self.company._caredesk_tz(), "Pacific/Kiritimati")
        zone = self.env["caredesk.care.planner"]._zone(self.company)
        self.assertEqual(str(zone), "Pacific/Kiritimati")
        self.company.partner_id.tz = False
        self.assertEqual(self.company._caredesk_tz(), "Asia/Ho_Chi_Minh")

    def test_forgetting_says_that_there_is_more(self):
        """S0-AUT-X8: the vacuum of the log is told to come again while it is full."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", "sms", "email")
        self._customer("Lan")
        self._cron("run")
        clock.tick(timedelta(days=366))
        logs = self.env["caredesk.automation.log"]
        done, is_more = logs._gc_old()
        self.assertGreaterEqual(done, 2)
        self.assertFalse(is_more)
        self.assertFalse(self._log(rule))

    def test_the_sales_order_stays_with_the_contract_it_was_signed_with(self):
        """C-33: a renewal bills nothing twice; who may not see orders starts contracts too."""
        order = self.env["sale.order"].create({"partner_id": self.hoa.id})
        contract = self._contract(order_id=order.id)
        renewal = self.env["caredesk.contract"].browse(contract.action_renew()["res_id"])
        self.assertFalse(renewal.order_id)
        draft = self._contract(order_id=order.id, state="draft")
        clerk = self._person("clerk", "caredesk_automation.group_automation_user")
        draft.with_user(clerk).action_start()
        self.assertEqual(draft.state, "running")

    def test_an_ended_warranty_is_not_given_twice(self):
        """C-33: an order that is confirmed again has had its warranty."""
        pump = self.env["product.product"].create({"name": "Pump", "caredesk_warranty_months": 6})
        line = Command.create({"product_id": pump.id})
        order = self.env["sale.order"].create({"partner_id": self.hoa.id, "order_line": [line]})
        order.action_confirm()
        found = [("sales_line_id", "in", order.order_line.ids)]
        warranty = self.env["caredesk.contract"].search(found)
        warranty.state = "expired"
        order.order_line._begin_warranties()
        self.assertEqual(self.env["caredesk.contract"].search(found), warranty)

    def test_preview_finds_recipients_as_the_worker_does(self):
        """IE-26: who writes rules need not be a member of the group the rule writes to."""
        agent = self._person("agent", "caredesk_ticket.group_agent")
        group = self.env["caredesk.support.group"].create({"name": "Hotline"})
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": agent.id})
        rule = self._rule("birthday", recipient_kind="group", recipient_group_id=group.id)
        self.env.invalidate_all()  # what the system has read says nothing about mai's rights
        wizard = (
            self.env["caredesk.automation.preview"]
            .with_user(self.mai)
            .create({"rule_id": rule.id, "res_id": self.hoa.id})
        )
        self.assertEqual(wizard.recipients, "Agent")
        wizard.action_send_test()

    def test_who_left_neither_sends_nor_gets(self):
        """S0-AUT-X5: of a customer whose salesperson left, the person in charge of the rule."""
        gone = self._person("gone", "base.group_user")
        self.hoa.user_id = gone
        gone.active = False
        rule = self._rule("partner_create", recipient_kind="owner", sender_kind="owner")
        self.assertEqual(rule._recipients(self.hoa), self.mai.partner_id)
        self.assertEqual(rule._sender(self.hoa), self.mai.email_formatted)

    def test_contract_words(self):
        """C-33: a contract is in force, not running."""
        state = self.env["caredesk.contract"].with_context(lang="en_US")._fields["state"]
        states = dict(state.selection)
        self.assertEqual((states["running"], states["closed"]), ("In Force", "Ended"))

    # === STEPS AND CONDITIONS ===

    def test_server_action_of_other_records(self):
        """S0-AUT-07, S0-AUT-X5: refused when chosen, when the trigger changes, and when run."""
        action = self._server_action()  # would rename whatever customer has the id
        step = [Command.create({"kind": "action", "action_id": action.id})]
        with self.assertRaisesRegex(ValidationError, "Sales Order"):
            self._rule("order_confirm", step_ids=step)
        rule = self._rule("partner_create", step_ids=step)
        with self.assertRaises(ValidationError):
            rule.action_kind = "order_confirm"
        action.model_id = self.env["ir.model"]._get("sale.order")
        lan = self._customer("Lan")
        self._cron("run")
        self.assertEqual(lan.name, "Lan")
        self.assertIn("Sales Order", self._runs(rule).reason)

    def test_step_of_other_records(self):
        """S0-AUT-07, S0-AUT-X6: a placeholder of a step means nothing after the trigger changed."""
        call = self.env.ref("mail.mail_activity_data_call").id
        step = {"kind": "activity", "activity_type_id": call, "title": "{{contract_number}}"}
        rule = self._rule("contract_create", step_ids=[Command.create(step)])
        with self.assertRaisesRegex(ValidationError, "contract_number"):
            rule.action_kind = "partner_create"

    def test_conditions_on_records_one_may_not_read(self):
        """S0-AUT-X1: who writes rules needs no access to orders, only to the fields named."""
        message = {"channel": "email", "subject": "Thanks", "body_html": "<p>Thanks</p>"}
        rule = self.rules.with_user(self.mai).create(
            {
                "name": "Thanks",
                "trigger_kind": "action",
                "action_kind": "order_confirm",
                "content_ids": [Command.create(message)],
            }
        )
        rule.domain = "[('amount_total', '>', 1)]"
        self.assertFalse(rule._records().has_access("read"))
        rule.domain = "[('order_line.product_id.name', 'ilike', 'pump')]"
        secret = ("signup_type", "=", "reset")  # a field of administrators
        for hidden in (("partner_id.signup_type", "=", "reset"), ("partner_id", "any", [secret])):
            with self.subTest(hidden), self.assertRaises(AccessError):
                rule.domain = repr([hidden])

    # === CYCLE ===

    def test_one_failed_sending_is_not_the_end_of_the_cycle(self):
        """S0-AUT-X3, IE-25: the next repetition comes, and trying again adds none."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", cycle_on=True)
        lan = self._customer("Lan", email=False)
        self._cron("run")
        self.assertRuns(rule, "failed", "pending")
        lan.email = "lan@customer.test"
        self._runs(rule).with_user(self.mai).action_retry()
        self._cron("run")
        self.assertRuns(rule, "done", "pending")
        clock.tick(timedelta(days=10))
        self._cron("run")
        self.assertSent(rule, lan, lan)

    def test_given_up_is_not_the_end_of_the_cycle(self):
        """S0-AUT-X3, IE-25: nor is an error that stayed through all attempts."""
        self._freeze(MONDAY)
        rule = self._rule("partner_create", cycle_on=True)
        self._customer("Lan")
        run = self._runs(rule)
        run.attempts = 3
        rule.content_ids.flush_recordset()
        self.env.cr.execute(
            'UPDATE caredesk_automation_message SET subject = \'{"en_US": "{{gone}}"}\''
            " WHERE rule_id = %s",
            [rule.id],
        )
        self.env.invalidate_all()
        self._cron("run")
        self.assertRuns(rule, "failed", "pending")

    # === CONTACT ===

    def test_silence_of_customers_nobody_ever_spoke_with(self):
        """S1-X1, IE-27: it counts from the day they were entered, in the zone of the rule."""
        new, old = self._customer("New"), self._customer("Old")
        self.env.flush_all()
        for partner, moment in ((new, "2025-12-01 17:00:00"), (old, "2025-12-01 16:59:59")):
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = %s WHERE id = %s", [moment, partner.id]
            )
        self.env.invalidate_all()
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("no_contact", silent_days=90)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, new)  # of Old, silent for longer, the rule of today says nothing
        search = self.env.ref("caredesk_automation.caredesk_automation_partner_view_search")
        silent = etree.fromstring(search.arch).find(".//filter[@name='silent_90']")
        found = [("id", "in", (new + old + self.hoa).ids)]
        partners = self.env["res.partner"].with_context(tz="Asia/Ho_Chi_Minh")
        found = partners.search([*literal_eval(silent.get("domain")), *found])
        self.assertEqual(found, new + old)

    # === MERGED CUSTOMERS ===

    def test_merged_customers_take_their_occurrences_along(self):
        """IE-24, S0-AUT-08: what one of them got or waits for is the kept one's, each once."""
        greeting = self._rule("partner_create")
        first, second, kept = (self._customer(name) for name in ("One", "Two", "Kept"))
        self._runs(greeting).filtered(lambda run: run.res_id == kept.id).unlink()
        self._runs(greeting)[1].state = "done"
        first.caredesk_last_contact = "2026-02-01"
        kept.caredesk_last_contact = "2026-01-01"
        late = self._rule("birthday")
        for partner in (second, kept):
            late._enter_records(partner, "birthday 2026")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((first + second + kept).ids, kept, extra_checks=False)
        self.assertEqual(str(kept.caredesk_last_contact), "2026-02-01")
        mine = self._runs(greeting).filtered(lambda run: run.res_id == kept.id)
        self.assertEqual(mine.state, "done")
        mine = self._runs(late).filtered(lambda run: run.res_id == kept.id)
        self.assertEqual(len(mine), 1)
