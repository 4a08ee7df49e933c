from datetime import timedelta

from odoo.exceptions import ValidationError
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
        order._begin_warranties()
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
            .create({"rule_id": rule.id, "record_ref": f"res.partner,{self.hoa.id}"})
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
