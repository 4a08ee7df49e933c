from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.caredesk_ticket.tests.common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketSale(CareDeskCase):
    """Tickets and orders of one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.firm = partners.create({"name": "Công ty Hoa Sen", "is_company": True})
        cls.lan = partners.create({"name": "Chị Lan", "parent_id": cls.firm.id})
        cls.sales = cls._user("hanh", "intake")
        cls.sales.group_ids = [Command.link(cls.env.ref("sales_team.group_sale_manager").id)]

    def test_a_ticket_shows_the_orders_of_its_customer(self):
        """S1-STA-03, S4-CHN-01: quotations and orders of the firm and its contacts."""
        orders = self.env["sale.order"].create(
            [{"partner_id": self.firm.id}, {"partner_id": self.lan.id}]
        )
        self.env["sale.order"].create({"partner_id": self.sales.partner_id.id})
        ticket = self._ticket(partner_id=self.lan.id).with_user(self.sales)
        self.assertEqual(ticket.sale_order_count, 2)
        action = ticket.action_open_sale_orders()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), orders.sorted())
        self.assertEqual(action["context"]["default_partner_id"], self.lan.id)

    def test_an_order_shows_the_tickets_of_its_customer(self):
        """S4-CHN-01: those of the whole firm."""
        tickets = self._ticket(partner_id=self.firm.id) | self._ticket(partner_id=self.lan.id)
        order = self.env["sale.order"].create({"partner_id": self.lan.id}).with_user(self.sales)
        self.assertEqual(order.caredesk_ticket_count, 2)
        found = self.env["caredesk.ticket"].search(order.action_caredesk_tickets()["domain"])
        self.assertEqual(found, tickets.sorted())

    def test_figures_keep_to_the_rights(self):
        """S1-STA-03, IE-47: no orders without a sales role, none without customer."""
        self.env["sale.order"].create({"partner_id": self.lan.id})
        ticket = self._ticket(partner_id=self.lan.id)
        self.assertNotIn("sale_order_count", ticket.with_user(self.an).fields_get())
        self.assertEqual(self._ticket().with_user(self.sales).sale_order_count, 0)
