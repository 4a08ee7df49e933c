"""What people do, in a real browser."""

from odoo.tests import HttpCase, tagged

from .common import CareDeskMixin


@tagged("post_install", "-at_install")
class TestTours(CareDeskMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("quan", "manager")

    def test_ticket_life(self):
        """S0-TKT-14, S0-TKT-25, S0-TKT-26, S1-LST-01: a ticket's life.

        S0-TKT-03, S0-TKT-04, S0-TKT-05, S0-TKT-06: from the menu over New to a saved ticket.
        """
        self.usage.name = "Tour guidance"
        self.env["res.partner"].create({"name": "Hoa Sen", "phone": "024 3333"})
        self.start_tour("/odoo", "caredesk_ticket_life", login="an")
        ticket = self.env["caredesk.ticket"].search([("name", "=", "Printer is silent")])
        self.assertState(ticket, "done", self.an)
        self.assertEqual(ticket.result, "Switched it on")
        self.assertEqual(
            [line.state for line in ticket.time_ids],
            ["todo", "in_progress", "waiting", "in_progress"],
        )

    def test_tickets_of_a_customer(self):
        """S0-TKT-15: from the customer to his tickets and to a new one for him."""
        partner = self.env["res.partner"].create({"name": "Hoa Sen"})
        self._held_ticket(self.an, "done", name="Printer is silent", partner_id=partner.id)
        self.start_tour(f"/odoo/res.partner/{partner.id}", "caredesk_partner_tickets", login="an")

    def test_take_from_the_queue(self):
        """S0-TKT-28, S0-TKT-33: Take in the list, and no Take once busy."""
        self.support.auto_assign = False
        urgent = self._ticket(name="Urgent matter", priority="3")
        other = self._ticket(name="Other matter")
        self.start_tour("/odoo/support-queue", "caredesk_ticket_take", login="an")
        self.assertState(urgent, "todo", self.an)
        self.assertState(other, "unassigned")

    def test_view_support(self):
        """S0-TKT-40, S0-TKT-41, S0-TKT-42, S0-TKT-43, S0-TKT-44, S0-TKT-45, S0-TKT-46.

        S0-TKT-47, S0-TKT-48, S0-TKT-49, S0-TKT-51, S0-TKT-53: the screen View Support.
        """
        self.company.caredesk_default_group_id = self.support
        self._user("chi", "agent")
        with self.assertLogs("odoo.http", "WARNING") as refused:  # deleting the default group
            self.start_tour("/odoo", "caredesk_ticket_view_support", login="quan")
        self.assertEqual(len(refused.output), 1)
        self.assertEqual(self.support.name, "First Line")
        self.assertEqual(self.support.member_ids.user_id, self.binh | self.an)
        self.assertTrue(self._seat(self.binh).is_away)
        self.assertPerformers(self._ticket(), self.an)
