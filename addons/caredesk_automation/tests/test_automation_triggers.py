from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationTriggers(AutomationCase):
    """What sets rules off: actions, events of a day, fixed times; each once."""

    def _order(self, **vals):
        return self.env["sale.order"].create({"partner_id": self.hoa.id, **vals})

    # === ACTIONS ===

    def test_new_customer(self):
        """S0-AUT-08, S0-AUT-04: each new customer once, its contacts and colleagues never."""
        rule = self._rule("partner_create")
        lan = self._customer("Lan")
        self._customer("Office", parent_id=lan.id)
        self._person("colleague", "base.group_user")
        lan.name = "Lan Anh"
        for _time in range(2):
            self._cron("run")
        self.assertSent(rule, lan)

    def test_quotation_order_contract_lead(self):
        """S0-AUT-08: creation of a quotation, an order (confirmed), a contract, a lead."""
        rules = {
            key: self._rule(key)
            for key in ("quotation_create", "order_confirm", "contract_create", "lead_create")
        }
        order = self._order()
        self._cron("run")
        self.assertSent(rules["quotation_create"], self.hoa)
        self.assertRuns(rules["order_confirm"])
        product = self.env["product.product"].create({"name": "Care", "type": "service"})
        order.order_line = [Command.create({"product_id": product.id})]
        order.action_confirm()
        self._contract()
        self.env["crm.lead"].create({"name": "Asks for a price", "partner_id": self.hoa.id})
        for _time in range(2):
            self._cron("run")
        for rule in rules.values():
            self.assertSent(rule, self.hoa)

    def test_order_confirmed_again_is_the_same_order(self):
        """S0-AUT-08: exactly once per record."""
        rule = self._rule("order_confirm")
        order = self._order()
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_ticket_created_and_done(self):
        """S0-AUT-08, IE-22: tickets set rules off when they come and when they are done."""
        created, done = self._rule("ticket_create"), self._rule("ticket_done")
        ticket, agent = self._open_ticket()
        self._cron("run")
        self.assertSent(created, self.hoa)
        self.assertRuns(done)
        ticket.with_user(agent).action_start()
        ticket.with_user(agent).action_complete(result="Repaired")
        self._cron("run")
        self.assertSent(done, self.hoa)

    def test_nothing_listens_nothing_is_asked(self):
        """IE-51: without a rule that listens an action costs no query and no row."""
        order = self._order()
        self.rules._fire("order_confirm", order)  # fills the cache
        with self.assertQueryCount(0):
            self.rules._fire("order_confirm", order)

    def test_rules_of_the_records_company_only(self):
        """IE-47: an order of one company sets off no rule of another."""
        other = self.env["res.company"].create({"name": "Other"})
        rule = self._rule("order_confirm", company_id=other.id)
        self._order().action_confirm()
        self.assertRuns(rule)

    def test_conditions_all_hold(self):
        """S0-AUT-X1: conditions are joined by AND and looked at when the message goes out."""
        rule = self._rule(
            "partner_create", domain="[('city', '=', 'Huế'), ('is_company', '=', True)]"
        )
        both = self._customer("Both", city="Huế", is_company=True)
        self._customer("One", city="Huế")
        self._cron("run")
        self.assertSent(rule, both)
        self.assertRuns(rule, "done", "skipped")

    # === EVENTS ===

    def test_birthday_once_a_year(self):
        """S0-AUT-09, S0-AUT-02: on the day, at the hour, once a year, again next year."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday")
        self._customer("Somebody else", birthday="1990-03-03")
        self._scan_and_run()
        self.assertSent(rule)
        clock.move_to("2026-03-02 00:59:00")
        self._scan_and_run()
        self.assertSent(rule)  # not before eight o'clock in Hanoi
        clock.move_to("2026-03-02 01:00:00")
        for _time in range(2):
            self._scan_and_run()
        self.assertSent(rule, self.hoa)
        clock.move_to("2027-03-02 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa, self.hoa)

    def test_corrected_birthday_brings_no_second_greeting(self):
        """S0-AUT-09: once per year and customer, whatever is corrected."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday")
        clock.move_to("2026-03-02 01:00:00")
        self._scan_and_run()
        self.hoa.birthday = "1990-03-03"
        clock.move_to("2026-03-03 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_leap_day_and_days_before(self):
        """S0-AUT-09: 29 February on the 28th of common years; three days before works too."""
        leap = self._customer("Leap", birthday="2000-02-29")
        clock = self._freeze("2026-02-24 08:00:00")
        on_the_day = self._rule("birthday")
        before = self._rule("birthday", offset_when="before", offset_days=3)
        clock.move_to("2026-02-25 01:00:00")
        self._scan_and_run()
        self.assertSent(before, leap)
        self.assertSent(on_the_day)
        clock.move_to("2026-02-28 01:00:00")
        self._scan_and_run()
        self.assertSent(on_the_day, leap)

    def test_contract_end(self):
        """S0-AUT-10, C-33: 30 days before the end; a moved end is a new occurrence."""
        contract = self._contract(date_end="2026-04-01")
        self._contract(date_end="2026-04-01", state="draft")
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("contract_end", offset_when="before", offset_days=30)
        clock.move_to("2026-03-02 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        contract.date_end = "2026-05-01"
        clock.move_to("2026-04-01 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa, self.hoa)

    def test_installment_due_while_unpaid(self):
        """S0-AUT-11, C-39: three days before the day, only where it is not paid."""
        contract = self._contract()
        due = self._installment(contract, due_date="2026-03-05")
        self._installment(contract, due_date="2026-03-05", paid_amount=500)
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("installment_due", offset_when="before", offset_days=3)
        clock.move_to("2026-03-02 01:00:00")
        self._cron("scan")
        self.assertEqual(self._runs(rule).mapped("res_id"), due.ids)
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_invoice_due_while_unpaid(self):
        """S0-AUT-11: the due date of an invoice that nobody has paid."""
        invoice = self._invoice("2026-03-02")
        self._invoice("2026-03-02").button_draft()
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("invoice_due")
        clock.move_to(MONDAY)
        self._cron("scan")
        self.assertEqual(self._runs(rule).mapped("res_id"), invoice.ids)
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_paid_share_reached(self):
        """S0-AUT-11, C-39: once when the share is reached; not for what was paid before."""
        old = self._contract()
        self._installment(old, paid_amount=500)
        self._cron("scan")
        rule = self._rule("paid_share", paid_share=50)
        contract = self._contract()
        part = self._installment(contract, paid_amount=100)
        self._scan_and_run()
        self.assertSent(rule)
        part.paid_amount = 500
        for _time in range(2):
            self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self.assertEqual(self._runs(rule).res_id, contract.id)

    def test_no_contact_for_some_days(self):
        """S1-X1: a customer nobody has spoken with for 90 days, once until he is heard of."""
        silent = self._customer("Silent")
        silent.caredesk_last_contact = "2025-12-02"
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("no_contact", silent_days=90)
        clock.move_to(MONDAY)
        self._scan_and_run()
        clock.move_to("2026-03-03 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, silent)

    def test_last_contact_is_noted(self):
        """S1-X1: orders, tickets and conversations count as contact."""
        self.hoa.caredesk_last_contact = "2020-01-01"
        lan = self._customer("Lan")
        self._order()
        lan.message_post(body="Called", message_type="comment")
        self._rule("partner_create", "sms", "email")
        minh = self._customer("Minh")
        self._cron("run")
        self._cron("last_contact")
        today = self.company._caredesk_today()
        self.assertEqual(self.hoa.caredesk_last_contact, today)
        self.assertEqual(lan.caredesk_last_contact, today)
        self.assertFalse(minh.caredesk_last_contact, "a rule that writes is no contact")

    def test_service_level_missed(self):
        """S0-AUT-09, IE-22: the watch of service levels sets it off, once for each ticket."""
        clock = self._freeze(MONDAY)
        rule = self._rule("sla_missed")
        policy = {"name": "Soon", "target": "resolution", "hours": 1}
        self.env["caredesk.sla.policy"].create(policy)
        self._open_ticket()
        self._cron("caredesk_ticket.ir_cron_sla")
        self.assertRuns(rule)
        clock.move_to("2026-03-03 09:00:00")
        for _time in range(2):
            self._cron("caredesk_ticket.ir_cron_sla")
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_unhappy_customer(self):
        """S0-AUT-09, IE-22: the customer's own verdict sets it off; a good one does not."""
        rule = self._rule("low_score")
        ticket, agent = self._open_ticket()
        ticket.with_user(agent).action_start()
        ticket.with_user(agent).action_complete(result="Repaired")
        ticket.rating_apply(5)
        self.assertRuns(rule)
        for _time in range(2):
            ticket.rating_apply(1)
        self._cron("run")
        self.assertSent(rule, self.hoa)

    # === TIME ===

    def test_daily_weekly_monthly(self):
        """S0-AUT-12: at the hour of the company; the next run stands on the form."""
        self._freeze("2026-01-30 08:00:00")
        daily = self._rule("daily", hour=9)
        weekly = self._rule("weekly", hour=9, weekday_0=False, weekday_2=True, weekday_4=True)
        monthly = self._rule("monthly", hour=9, day=31)
        found = [str(rule.next_run_at) for rule in (daily, weekly, monthly)]
        self.assertEqual(
            found, ["2026-01-31 02:00:00", "2026-02-04 02:00:00", "2026-01-31 02:00:00"]
        )
        monthly.day = 30
        self.assertEqual(str(monthly.next_run_at), "2026-02-28 02:00:00")

    def test_each_customer_who_fits(self):
        """S0-AUT-12: every Monday at nine, to the customers of a tag."""
        tag = self.env["res.partner.category"].create({"name": "Club"})
        self.hoa.category_id = tag
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("weekly", hour=9, domain=f"[('category_id', 'in', [{tag.id}])]")
        clock.move_to("2026-03-02 02:00:00")
        for _time in range(2):
            self._scan_and_run()
        self.assertSent(rule, self.hoa)
        clock.move_to("2026-03-09 02:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa, self.hoa)

    def test_one_message_about_nobody(self):
        """S0-AUT-12, S0-AUT-X5: the weekly list to the manager, as a notification."""
        clock = self._freeze("2026-03-01 08:00:00")
        text = self._message("notification", body_text="A new week, {{owner_name}}")
        rule = self._rule("weekly", audience="once", recipient_kind="owner", content_ids=[text])
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.mai.partner_id, channel="notification")
        self.assertIn("A new week, Mai", self._log(rule).message_id.body)
        self.assertIn(self.mai.partner_id, self._log(rule).message_id.notified_partner_ids)
