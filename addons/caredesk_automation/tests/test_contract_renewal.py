from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestContractRenewal(AutomationCase):
    """Renewed contracts, and what customers are reminded of."""

    def test_renewed_is_not_reminded(self):
        """C-33, S0-AUT-10: who has a renewal in force is not asked for one."""
        clock = self._freeze("2026-03-01 08:00:00")
        contract = self._contract(date_end="2026-03-12")
        rule = self._rule("contract_end", offset_when="before", offset_days=10)
        action = contract.action_renew()
        renewal = contract.browse(action["res_id"])
        self.assertFalse(contract.is_renewed, "a draft is not agreed on")
        self.assertEqual(contract.action_renew()["res_id"], renewal.id, "no second draft")
        renewal.action_start()
        self.assertTrue(contract.is_renewed)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule)
        self.assertRuns(rule)

    def test_end_beyond_the_calendar(self):
        """C-33: what ends in the year 9999 cannot be renewed, and that is said."""
        contract = self._contract(date_end="9999-12-30")
        with self.assertRaisesRegex(UserError, "too late"):
            contract.action_renew()

    def test_contact_of_another_customer(self):
        """C-33, S0-AUT-X5: another customer's contact would get the reminders."""
        an = self._customer("An", parent_id=self.hoa.id)
        contract = self._contract(contact_id=an.id)
        lan = self._customer("Lan")
        with Form(contract) as form:
            form.partner_id = lan
            self.assertFalse(form.contact_id)
        with self.assertRaisesRegex(ValidationError, "no contact of Lan"):
            contract.contact_id = an
        with self.assertRaisesRegex(ValidationError, "not negative"):
            contract.amount = -1

    def test_reminder_names_what_is_left_to_pay(self):
        """S0-AUT-11, S0-AUT-X6: of an instalment partly paid the rest."""
        line = self._installment(self._contract(), amount=18, paid_amount=6)
        merge = self.env["caredesk.automation.merge.field"]
        text = merge._fill("{{due_amount}}", {"record": line}, line._name)
        self.assertIn("12", text)
        self.assertNotIn("18", text)
