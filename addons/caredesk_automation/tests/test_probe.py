from odoo.tests import TransactionCase
class TestProbe(TransactionCase):
    def test_x(self):
        self.assertTrue(self.env.ref("caredesk_automation.caredesk_automation_rule_birthday"))
