from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestIntakeRights(CareDeskCase):
    """What the front desk needs to do its work without calling a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls._user("desk", "intake")

    def test_intake_writes_customers_down(self):
        """S1-TKT-02: a new caller becomes a customer, with a ticket, and is corrected later."""
        partners = self.env["res.partner"].with_user(self.desk)
        caller = partners.create({"name": "Chị Hạnh", "phone": "0900 000 999"})
        caller.email = "hanh@example.com"
        ticket = self._ticket(by=self.desk, partner_id=caller.id, channel="hotline")
        self.assertEqual(ticket.email_from, "hanh@example.com")
        with self.assertRaises(AccessError):
            caller.unlink()

    def test_agents_do_not(self):
        """S1-TKT-02, IE-47: customers are the front desk's to write, not every performer's."""
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.an).create({"name": "Somebody"})

    def test_intake_cancels_what_nobody_has_begun(self):
        """S0-TKT-68, S1-FLW-02: spam and duplicates end at the front desk; begun work does not."""
        begun = self._held_ticket(self.an)
        assigned, queued = self._tickets(2)
        self.assertEqual((assigned | queued).mapped("state"), ["todo", "unassigned"])
        for ticket in queued | assigned:
            desk_ticket = ticket.with_user(self.desk)
            self.assertTrue(desk_ticket.can_cancel)
            desk_ticket.action_cancel("Spam")
            self.assertState(ticket, "cancelled", ticket.user_id)
        begun.with_user(self.an).action_start()
        self.assertFalse(begun.with_user(self.desk).can_cancel)
        with self.assertRaises(AccessError):
            begun.with_user(self.desk).action_cancel("Spam")
