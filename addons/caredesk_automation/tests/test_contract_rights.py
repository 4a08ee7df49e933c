from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestContractRights(AutomationCase):
    """Who sees and changes whose contracts and instalments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._person("seller", "sales_team.group_sale_salesman")
        cls.own = cls._contract(user_id=cls.seller.id)
        cls.free = cls._contract(user_id=False)
        cls.other = cls._contract(user_id=cls.mai.id)
        cls.contracts = cls.own | cls.free | cls.other
        for contract in cls.contracts:
            cls._installment(contract)

    def _seen(self, user, model="caredesk.contract"):
        """Return what a user finds of the three contracts, or of their instalments."""
        path = "id" if model == "caredesk.contract" else "contract_id"
        return self.env[model].with_user(user).search([(path, "in", self.contracts.ids)])

    def test_own_documents_only(self):
        """C-33, S0-GEN-02: a salesperson finds and changes what is his or nobody's."""
        allowed = self.own | self.free
        self.assertEqual(self._seen(self.seller), allowed)
        lines = self._seen(self.seller, "caredesk.contract.installment")
        self.assertEqual(lines.contract_id, allowed)
        lines.action_pay()
        self.free.with_user(self.seller).user_id = self.seller
        theirs, line = self.other.with_user(self.seller), self.other.installment_ids
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for wrong in (
                lambda: theirs.name,
                lambda: theirs.write({"name": "Mine"}),
                lambda: line.with_user(self.seller).write({"amount": 1}),
                lambda: line.with_user(self.seller).unlink(),
                lambda: line.with_user(self.seller).copy({"contract_id": self.other.id}),
            ):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    wrong()

    def test_who_sees_all(self):
        """C-33: all documents of sales, and the groups of automation, also one who sells."""
        groups = (
            "sales_team.group_sale_salesman_all_leads",
            "caredesk_automation.group_automation_user",
            "caredesk_automation.group_automation_manager",
            "sales_team.group_sale_salesman,caredesk_automation.group_automation_user",
        )
        for number, group in enumerate(groups):
            user = self._person(f"reader{number}", group)
            with self.subTest(group):
                self.assertEqual(self._seen(user), self.contracts)
                lines = self._seen(user, "caredesk.contract.installment")
                self.assertEqual(lines.contract_id, self.contracts)

    def test_work_of_a_salesperson(self):
        """C-33: enters a contract, takes an instalment away, starts and renews it, as before."""
        contracts = self.env["caredesk.contract"].with_user(self.seller)
        with Form(contracts) as form:
            form.name = "Care"
            form.partner_id = self.hoa
            form.date_start, form.date_end = "2026-01-01", "2026-12-31"
            for title in ("One", "Two"):
                with form.installment_ids.new() as line:
                    line.name, line.due_date, line.amount = title, "2026-05-01", 100
        contract = form.record
        self.assertEqual(contract.user_id, self.seller)
        with Form(contract) as form:
            form.installment_ids.remove(0)
        self.assertEqual(len(contract.installment_ids), 1)
        contract.action_start()
        renewal = contracts.browse(contract.action_renew()["res_id"])
        renewal.action_start()
        self.assertTrue(contract.is_renewed)

    def test_renewal_that_a_colleague_has(self):
        """C-33: a second renewal is not made because the first is out of sight."""
        renewal = self._contract(state="draft", user_id=self.mai.id, renewed_from_id=self.own.id)
        action = self.own.with_user(self.seller).action_renew()
        self.assertEqual(action["res_id"], renewal.id)

    def test_counts_are_each_ones_own(self):
        """C-33, S0-GEN-01: the button counts what its user may open, and fails for nobody."""
        self.assertEqual(self.hoa.caredesk_contract_count, 3)
        hoa = self.hoa.with_user(self.seller)
        self.assertEqual(hoa.caredesk_contract_count, 2)
        found = self.own.with_user(self.seller).search(hoa.action_caredesk_contracts()["domain"])
        self.assertEqual(found, self.own | self.free)

    def test_warranty_that_a_colleague_has(self):
        """C-33: it follows the order all the same, whoever changes that."""
        pump = self.env["product.product"].create({"name": "Pump", "caredesk_warranty_months": 12})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.hoa.id,
                "user_id": self.seller.id,
                "order_line": [Command.create({"product_id": pump.id})],
            }
        )
        theirs = order.with_user(self.seller)
        theirs.action_confirm()
        warranty = self.env["caredesk.contract"].search([("order_id", "=", order.id)])
        self.assertEqual((warranty.state, warranty.user_id), ("running", self.seller))
        warranty.user_id = self.mai
        theirs.commitment_date = "2026-03-31 20:00:00"
        self.assertEqual(str(warranty.date_start), "2026-04-01")
        theirs._action_cancel()
        self.assertEqual(warranty.state, "cancelled")
