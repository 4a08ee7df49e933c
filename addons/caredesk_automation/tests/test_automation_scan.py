from datetime import date

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationScan(AutomationCase):
    """How what is due is found among very many customers and occurrences."""

    def test_birthdays_are_found_by_their_index(self):
        """IE-28, S0-AUT-09: what the scan asks reads the index, not every customer."""
        rule = self._rule("birthday")
        domain = rule._domain_of_birthday(date(2026, 3, 2))
        query = self.env["res.partner"]._search(domain & rule._conditions())
        self.assertIn("res_partner_birthday_idx", self._plan(query.select()))

    def test_contracts_and_instalments_are_found_by_their_index(self):
        """IE-28, S0-AUT-10, S0-AUT-11: what ends or is due on a day, not every contract."""
        for trigger, index in (
            ("contract_end", "caredesk_contract_running_idx"),
            ("installment_due", "caredesk_contract_installment_open_idx"),
        ):
            rule = self._rule(trigger)
            domain = getattr(rule, f"_domain_of_{trigger}")(date(2026, 3, 2))
            query = rule._records()._search(domain)
            with self.subTest(trigger):
                self.assertIn(index, self._plan(query.select()))

    def test_parts_of_invoices_are_found_by_their_index(self):
        """IE-28, S0-AUT-11: what is due on a day, not every invoice that is open."""
        self._invoice("2026-03-02")
        domain = self._rule("invoice_due")._domain_of_invoice_due(date(2026, 3, 2))
        plan = self._plan(self.env["account.move"]._search(domain).select())
        self.assertIn("account_move_line__date_maturity_index", plan)

    def test_silent_customers_are_found_by_their_index(self):
        """IE-28, S1-X1: also those with whom there never was any contact."""
        domain = self._rule("no_contact")._silent_since(date(2026, 3, 2))
        plan = self._plan(self.env["res.partner"]._search(domain).select())
        self.assertIn("res_partner__caredesk_last_contact_index", plan)
        self.assertIn("res_partner_caredesk_never_idx", plan)

    def test_due_occurrences_are_found_by_their_index(self):
        """IE-28: the worker reads what is pending and due, not what was done long ago."""
        rule = self._rule("partner_create")
        self._customer("Lan")
        due = self.env["caredesk.automation.run"]._due_sql(rule.id, fields.Datetime.now())
        self.assertIn("caredesk_automation_run_waiting_idx", self._plan(due))

    def test_old_occurrences_are_found_by_their_index(self):
        """IE-28: forgetting what was done years ago reads that alone."""
        old = self.env["caredesk.automation.run"]
        plan = self._plan(old._search(old._domain_of_old(), limit=10, order=old._order).select())
        self.assertIn("caredesk_automation_run_old_idx", plan)

    def test_tasks_and_warranties_are_found_by_their_order_line(self):
        """IE-29: deleting an order line, or delivering it, reads its own rows alone."""
        for table in ("caredesk_care_task", "caredesk_contract"):
            asked = SQL("SELECT id FROM %s WHERE sales_line_id = 7", SQL.identifier(table))
            self.assertIn(f"{table}_line_once", self._plan(asked))

    def test_paid_before_a_delayed_message(self):
        """S0-AUT-11, S0-AUT-X3, S0-AUT-X4: who pays meanwhile is not reminded, nor again."""
        clock = self._freeze(MONDAY)
        timing = {"delay_number": 1, "cycle_on": True, "cycle_every_days": 2}
        rule = self._rule("installment_due", **timing)
        lan = self._customer("Lan")
        quick = self._installment(self._contract(), due_date="2026-03-03")
        slow = self._installment(self._contract(lan), due_date="2026-03-03")
        clock.move_to("2026-03-03 02:00:00")
        self._scan_and_run()
        quick.paid_amount = quick.amount
        clock.move_to("2026-03-04 02:00:00")
        self._scan_and_run()
        self.assertSent(rule, lan)
        slow.paid_amount = slow.amount
        clock.move_to("2026-03-06 02:00:00")
        self._scan_and_run()
        self.assertSent(rule, lan)
        self.assertRuns(rule, "skipped", "done", "skipped")

    def test_rule_that_changed_its_subject(self):
        """IE-25: what waits from before a change of the trigger is not sent about other records."""
        rule = self._rule("partner_create", delay_number=1)
        self._customer("Lan")
        body = "<p>{{contract_number}}</p>"
        rule.content_ids.write({"subject": "Contract", "body_html": "<p>Contract</p>"})
        rule.write({"trigger_kind": "event", "event_kind": "contract_end", "domain": "[]"})
        rule.content_ids.body_html = body
        self._runs(rule).due_at = "2026-01-01"
        self._cron("run")
        self.assertSent(rule)
        self.assertRuns(rule, "skipped")

    def _plan(self, query):
        self.env.flush_all()
        # A few rows are read quicker one by one; a million are not.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        return "\n".join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query)))
