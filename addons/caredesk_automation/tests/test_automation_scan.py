from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationScan(AutomationCase):
    """How what is due is found among very many customers and occurrences."""

    def test_birthdays_are_found_by_their_index(self):
        """IE-28, S0-AUT-09: what the scan asks reads the index, not every customer."""
        rule = self._rule("birthday")
        domain = rule._domain_of_birthday(date(2026, 3, 2))
        query = self.env["res.partner"]._search(domain & rule._conditions())
        self.assertIn("res_partner__birthday_idx", self._plan(query.select()))

    def test_due_occurrences_are_found_by_their_index(self):
        """IE-28: the worker reads what is pending and due, not what was done long ago."""
        self._rule("partner_create")
        self._customer("Lan")
        due = SQL(
            "SELECT id FROM caredesk_automation_run WHERE state = 'pending' AND due_at <= now()"
            " ORDER BY due_at, id LIMIT 50 FOR NO KEY UPDATE SKIP LOCKED"
        )
        self.assertIn("caredesk_automation_run__due_idx", self._plan(due))

    def _plan(self, query):
        self.env.flush_all()
        # A few rows are read quicker one by one; a million are not.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        return "\n".join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query)))
