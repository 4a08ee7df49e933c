from odoo.tests import TransactionCase, tagged

from .automation_common import AutomationMixin
from .care_common import CareMixin


@tagged("post_install", "-at_install")
class TestAutomationCare(AutomationMixin, CareMixin, TransactionCase):
    """Where rules, contracts and care meet."""

    def test_a_planned_task_sets_rules_off(self):
        """S0-AUT-05: by hand or made by a schedule, each new care task once."""
        rule = self._rule("care_task_create")
        order = self._order(self.course)
        order.action_confirm()
        tasks = self._tasks(order)
        self.assertTrue(tasks)
        self.assertEqual(self._runs(rule).mapped("res_id"), tasks.ids)

    def test_a_running_contract_begins_its_care(self):
        """S0-CAR-01, C-33: schedules that count from the contract's start."""
        self.spa.base_date = "contract"
        order = self._order(self.course)
        order.action_confirm()
        self.assertFalse(self._tasks(order))
        contract = self._contract(order.partner_id, state="draft", order_id=order.id)
        contract.action_start()
        tasks = self._tasks(order)
        self.assertEqual(len(tasks), 3)
        self.assertEqual(set(tasks.mapped("base_day")), {contract.date_start})
