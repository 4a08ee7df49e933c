from datetime import timedelta

from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationLate(AutomationCase):
    """What waits, and makes no sense any more when its turn comes; and who is no customer."""

    # === UNDONE ===

    def test_order_cancelled_before_the_thanks(self):
        """S0-AUT-08, S0-AUT-X3: who cancels at once is not thanked two days later, then he is."""
        clock = self._freeze(MONDAY)
        rules = [
            self._rule(trigger, delay_number=2) for trigger in ("quotation_create", "order_confirm")
        ]
        order = self.env["sale.order"].create({"partner_id": self.hoa.id})
        order.action_confirm()
        order._action_cancel()
        clock.tick(timedelta(days=2))
        self._cron("run")
        for rule in rules:
            self.assertRuns(rule)
            self.assertEqual(self._log(rule).mapped("state"), ["skipped"])
        order.action_draft()
        order.action_confirm()
        clock.tick(timedelta(days=2))
        self._cron("run")
        self.assertSent(rules[1], self.hoa)

    def test_ticket_reopened_before_the_message(self):
        """S0-AUT-08: a customer is told that his ticket is done when it is, and once."""
        clock = self._freeze(MONDAY)
        rule = self._rule("ticket_done", delay_number=2, delay_unit="hours")
        ticket, agent = self._open_ticket()
        ticket = ticket.with_user(agent)
        ticket.action_start()
        ticket.action_complete(result="Repaired")
        ticket.action_reopen()
        clock.tick(timedelta(hours=2))
        self._cron("run")
        self.assertSent(rule)
        for _time in range(2):
            ticket.action_start()
            ticket.action_complete(result="Repaired")
            clock.tick(timedelta(hours=2))
            self._cron("run")
            ticket.action_reopen()
        self.assertSent(rule, self.hoa)

    def test_a_cycle_that_began_goes_on(self):
        """S0-AUT-X4: later changes of the record do not stop the cycle."""
        clock = self._freeze(MONDAY)
        rule = self._rule("order_confirm", cycle_on=True, cycle_every_days=1, cycle_within_days=1)
        order = self.env["sale.order"].create({"partner_id": self.hoa.id})
        order.action_confirm()
        self._cron("run")
        order._action_cancel()
        clock.tick(timedelta(days=1))
        self._cron("run")
        self.assertSent(rule, self.hoa, self.hoa)

    # === TOO LATE ===

    def test_greeting_that_waited_for_weeks(self):
        """IE-24: what waited in the ledger is not sent long after the day either."""
        self.company.write({"automation_quiet_from": 7, "automation_quiet_to": 10})
        clock = self._freeze("2026-02-28 08:00:00")
        rule = self._rule("birthday")
        clock.move_to("2026-03-02 01:30:00")  # 08:30 in Hanoi
        self._scan_and_run()
        self.assertRuns(rule, "pending")
        clock.tick(timedelta(days=20, hours=3))
        self._cron("run")
        self.assertSent(rule)
        self.assertRuns(rule, "skipped")
        self.assertEqual(self._log(rule).mapped("state"), ["skipped"])
        self._runs(rule).state = "failed"
        self._runs(rule).with_user(self.mai).action_retry()
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_released_late(self):
        """IE-28: what was held back for weeks goes out when somebody says so."""
        self.company.automation_bulk_limit = 1
        self._customer("Lan", birthday="1991-03-02")
        clock = self._freeze("2026-02-28 08:00:00")
        rule = self._rule("birthday")
        clock.move_to("2026-03-02 02:00:00")
        self._cron("scan")
        self.assertRuns(rule, "held", "held")
        clock.tick(timedelta(days=20))
        rule.with_user(self.mai).action_release()
        self._cron("run")
        self.assertRuns(rule, "done", "done")

    def test_the_latest_of_those_that_waited(self):
        """IE-24, S0-AUT-12: after days of standstill a daily message comes once."""
        self.company.write({"automation_quiet_from": 7, "automation_quiet_to": 10})
        clock = self._freeze("2026-02-28 08:00:00")
        news = [self._message(subject="News", body_html="<p>Look at the lists.</p>")]
        once = {"audience": "once", "recipient_kind": "owner"}
        rule = self._rule("daily", hour=8, content_ids=news, **once)
        clock.move_to("2026-03-01 01:30:00")
        self._scan_and_run()
        clock.move_to("2026-03-11 04:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.mai.partner_id)
        self.assertRuns(rule, "skipped", "done")

    # === NO CUSTOMERS ===

    def test_own_company_is_no_customer(self):
        """S0-AUT-09, S1-X1: neither our companies, their people nor employees are greeted."""
        self._freeze(MONDAY)
        born = {"birthday": "1990-03-02", "email": "one@caredesk.test"}
        self.company.partner_id.write(born)
        people = self.env["res.partner"].create(
            [
                {"name": "Desk", "parent_id": self.company.partner_id.id, **born},
                {"name": "Employee", "employee": True, **born},
            ]
        )
        rule, welcome = self._rule("birthday"), self._rule("partner_create")
        rule.action_run_now()
        late = self._customer("Late")
        late.employee = True  # an employee's contact is made before the employee
        self.env["res.company"].create({"name": "Branch", "email": "branch@caredesk.test"})
        self._cron("run")
        self.assertSent(rule, self.hoa)
        self.assertSent(welcome)
        outside = [("caredesk_is_external", "=", True)]
        ours = people | self.company.partner_id | self.mai.partner_id
        self.assertEqual((self.hoa | ours).filtered_domain(outside), self.hoa)
        mine = [("id", "in", (self.hoa | ours).ids)]
        self.assertEqual(self.env["res.partner"].search([*mine, *outside]), self.hoa)
        inside = [("caredesk_is_external", "=", False)]
        self.assertEqual(self.env["res.partner"].search([*mine, *inside]), ours)

    def test_suppliers_are_not_won_back(self):
        """S1-X1, S0-AUT-02: the ready-made rule and new ones leave out who sells to us."""
        ready = self.env.ref("caredesk_automation.caredesk_automation_rule_win_back")
        supplier = self._customer("Supplier", supplier_rank=1)
        fresh = self.rules.new({"trigger_kind": "event", "event_kind": "no_contact"})
        fresh._onchange_trigger()
        for rule in (ready, fresh):
            found = (self.hoa | supplier).filtered_domain(rule._conditions())
            self.assertEqual(found, self.hoa)

    # === WHO DECIDES ===

    def test_held_back_for_who_left(self):
        """IE-28: when the person in charge has left, somebody else is asked."""
        self.company.automation_bulk_limit = 1
        rule = self._rule("partner_create")
        self.mai.active = False
        for name in ("Lan", "Minh"):
            self._customer(name)
        self.assertEqual(rule.held_count, 2)
        asked = rule.activity_ids.user_id
        self.assertTrue(asked.active)
        self.assertTrue(asked.has_group("caredesk_automation.group_automation_manager"))
        self.assertIn(self.company, asked.company_ids)
