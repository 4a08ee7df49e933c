from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestContractWarranty(AutomationCase):
    """Warranties that begin with an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        products = cls.env["product.product"]
        cls.pump = products.create({"name": "Pump", "caredesk_warranty_months": 12})
        cls.filter = products.create({"name": "Filter"})

    def _order(self, **vals):
        lines = [Command.create({"product_id": one.id}) for one in (self.pump, self.filter)]
        return self.env["sale.order"].create(
            {"partner_id": self.hoa.id, "order_line": lines, "user_id": self.mai.id, **vals}
        )

    def _warranties(self):
        found = [("partner_id", "=", self.hoa.id), ("kind", "=", "warranty")]
        return self.env["caredesk.contract"].search(found)

    def test_from_the_delivery_for_its_months(self):
        """S1-X1, C-33: only what has a warranty, once, to the last day before a year is over."""
        self._freeze("2026-03-02 20:00:00")  # 3 March in Hanoi
        order = self._order(commitment_date="2026-03-09 20:00:00")
        order.action_confirm()
        warranty = self._warranties()
        self.assertEqual((warranty.product_id, warranty.state), (self.pump, "running"))
        self.assertEqual(warranty.user_id, self.mai)
        self.assertEqual(
            (str(warranty.date_start), str(warranty.date_end)), ("2026-03-10", "2027-03-09")
        )
        order.commitment_date = fields.Datetime.to_datetime("2026-03-31 20:00:00")
        self.assertEqual(
            (str(warranty.date_start), str(warranty.date_end)), ("2026-04-01", "2027-03-31")
        )
        order.order_line._begin_warranties()
        self.assertEqual(self._warranties(), warranty)

    def test_a_line_added_later(self):
        """C-33: what is added to a confirmed order has its warranty too, the others no second."""
        order = self._order()
        order.action_confirm()
        mixer = self.pump.create({"name": "Mixer", "caredesk_warranty_months": 6})
        self.env["sale.order.line"].create({"order_id": order.id, "product_id": mixer.id})
        self.assertEqual(self._warranties().product_id, self.pump | mixer)
        self.assertEqual(len(self._warranties()), 2)

        self._warranties().filtered(lambda one: one.product_id == self.pump).state = "cancelled"
        self.env["sale.order.line"].create({"order_id": order.id, "product_id": self.filter.id})
        self.assertEqual(len(self._warranties()), 2, "what somebody cancelled stays so")

    def test_a_line_set_to_nothing(self):
        """C-33: the warranty goes with the line that is set to 0, and comes back with it."""
        order = self._order()
        order.action_confirm()
        first, line = self._warranties(), order.order_line[0]
        line.product_uom_qty = 0
        self.assertEqual(first.state, "cancelled")
        line.product_uom_qty = 2
        self.assertEqual((self._warranties() - first).state, "running")

    def test_given_back_ends_it(self):
        """C-33, IE-29: what was billed and given back has no warranty any more."""
        self._invoice("2026-03-02")  # sees to journals and accounts
        self.pump.invoice_policy = "order"
        order = self._order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        refund = wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()["res_id"]
        self.assertEqual(self._warranties().state, "running")
        self.env["account.move"].browse(refund).action_post()
        self.assertEqual(self._warranties().state, "cancelled")

    def test_mistyped_delivery(self):
        """C-33: a day of the year 9999 is counted from as from none."""
        order = self._order(commitment_date="9999-12-31 10:00:00")
        order.action_confirm()
        self.assertLess(self._warranties().date_end.year, 9999)

    def test_cancelled_order_ends_it(self):
        """C-33: nobody is reminded of a warranty of what was not bought; confirmed again it is."""
        order = self._order()
        order.action_confirm()
        first = self._warranties()
        order._action_cancel()
        self.assertEqual(first.state, "cancelled")
        order.action_draft()
        order.action_confirm()
        self.assertEqual((self._warranties() - first).state, "running")
