from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationChanged(AutomationCase):
    """Rules that are edited while something waits, and whom they reach."""

    # === EDITED ===

    def test_trigger_changed_for_the_same_records(self):
        """IE-25: quotations that wait are not thanked for as orders."""
        clock = self._freeze(MONDAY)
        rule = self._rule("quotation_create", delay_number=1)
        self.env["sale.order"].create({"partner_id": self.hoa.id})
        rule.action_kind = "order_confirm"
        clock.tick(timedelta(days=1))
        self._cron("run")
        self.assertRuns(rule, "skipped")

    def test_rule_of_another_company(self):
        """S0-GEN-02: what waits was meant in the name of the company it was entered for."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "automation_quiet_from": 0, "automation_quiet_to": 0}
        )
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", delay_number=1)
        self._customer("Lan")
        rule.company_id = branch
        clock.tick(timedelta(days=1))
        self._cron("run")
        self.assertRuns(rule, "skipped")

    def test_hour_moved_past_now(self):
        """S0-AUT-06, IE-24: at 08:30 from nine to eight: today is neither lost nor doubled."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday", hour=9)
        clock.move_to("2026-03-02 01:30:00")  # 08:30 in Hanoi
        rule.hour = 8
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        rule.hour = 10
        clock.move_to("2026-03-02 04:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_share_paid_on_a_draft(self):
        """S0-AUT-05, C-33: it is told when the contract is put in force."""
        self._freeze()
        rule = self._rule("paid_share", paid_share=50)
        contract = self._contract(state="draft")
        line = self._installment(contract, amount=1000)
        line.paid_amount = 500
        self._scan_and_run()
        mine = [("rule_id", "=", rule.id), ("res_id", "=", contract.id)]
        self.assertFalse(self._runs(rule).search_count(mine))
        contract.state = "running"
        self._scan_and_run()
        self.assertEqual(self._runs(rule).search(mine).state, "done")

    # === LIMITS ===

    def test_colleagues_need_no_quiet(self):
        """IE-26, IE-28: quiet hours and the hourly limit are for people outside."""
        self._freeze("2026-03-02 15:00:00")  # 22:00 in Hanoi
        self.company.write(
            {"automation_quiet_from": 21, "automation_quiet_to": 7, "automation_hourly_cap": 1}
        )
        call = self.env.ref("mail.mail_activity_data_call").id
        step = {"kind": "activity", "activity_type_id": call, "title": "Call"}
        alone = self._rule("partner_create", content_ids=[], step_ids=[Command.create(step)])
        mails = self._rule("partner_create", step_ids=[Command.create(step)])
        self._customer("Lan")
        self._customer("Minh")
        self._cron("run")
        self.assertRuns(alone, "done", "done")
        self.assertRuns(mails, "pending", "pending")

    def test_limit_of_one_rule(self):
        """IE-28: many birthdays a day are meant, many new customers are not."""
        self._freeze()
        self.company.automation_bulk_limit = 2
        greetings = self._rule("partner_create", bulk_limit=10)
        news = self._rule("partner_create")
        self.env["res.partner"].create([{"name": f"N{number}"} for number in range(3)])
        self.assertRuns(greetings, *["pending"] * 3)
        self.assertRuns(news, *["held"] * 3)

    # === WHOM ===

    def test_shared_address_gets_it_once(self):
        """S0-AUT-X5: a company and its people with one address are one reader."""
        self._freeze()
        rule = self._rule("birthday", "email", "sms", recipient_kind="customer_contacts")
        self._customer("An", parent_id=self.hoa.id, email=self.hoa.email, phone="0901 234 568")
        rule.action_run_now()
        self._cron("run")
        sent = self._log(rule).filtered(lambda line: line.state == "sent")
        self.assertEqual(sorted(sent.mapped("channel")), ["email", "sms", "sms"])

    def test_lead_that_is_only_an_address(self):
        """S0-AUT-05: who wrote by a web form is answered; his contact is made by that."""
        self._freeze()
        rule = self._rule("lead_create")
        lead = self.env["crm.lead"].create({"name": "Sofa", "email_from": "new@customer.test"})
        self._cron("run")
        self.assertEqual(self._log(rule).mapped("recipient"), ["new@customer.test"])
        self.assertFalse(lead.partner_id)
        again = self.env["crm.lead"].create({"name": "Bed", "email_from": "new@customer.test"})
        self._cron("run")
        self.assertEqual(len(self._log(rule).partner_id), 1)
        self.assertFalse(again.partner_id)

    def test_day_and_hour_of_the_company(self):
        """IE-46, S0-AUT-X6: an order at two in the morning in Hanoi is not of the day before."""
        text = "{{order_date}}"
        rule = self._rule(
            "order_confirm", "sms", content_ids=[self._message("sms", body_text=text)]
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.hoa.id, "date_order": "2026-05-05 19:00:00"}
        )
        content = rule.content_ids._content_for(rule._sources(order, self.hoa), "en_US")
        self.assertEqual(content["body_text"].replace("\u202f", " "), "05/06/2026 02:00:00 AM")
