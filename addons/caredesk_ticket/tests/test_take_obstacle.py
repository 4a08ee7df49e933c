from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTakeObstacle(CareDeskCase):
    """What a member reads who cannot take an unassigned ticket of his or her group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.auto_assign = False
        cls.ticket = cls._ticket()
        cls.mine = cls.ticket.with_user(cls.an)

    def _shown(self):
        self.env.invalidate_all()
        form = Form(self.mine)
        return form.can_take, form.take_obstacle

    def test_a_free_member_takes(self):
        """S0-TKT-28: nothing stands against it, nothing is said."""
        self.assertEqual(self._shown(), (True, ""))

    def test_a_busy_member_reads_the_figures(self):
        """S0-TKT-28, C-04: how many he holds and what his capacity is, instead of nothing."""
        self._held_ticket(self.an)
        can_take, obstacle = self._shown()
        self.assertFalse(can_take)
        self.assertIn("1 open tickets and your capacity is 1", obstacle)
        with self.assertRaisesRegex(UserError, "your capacity is 1"):
            self.mine.action_take()

    def test_an_away_member_reads_it(self):
        """S0-TKT-28, IE-08: who is away is told to come back."""
        self._seat(self.an).is_away = True
        can_take, obstacle = self._shown()
        self.assertFalse(can_take)
        self.assertIn("You are away", obstacle)

    def test_others_read_nothing(self):
        """S0-TKT-28: no hint on assigned tickets, and none for people outside the group."""
        boss = self._user("boss", "manager")
        self.assertFalse(self.ticket.with_user(boss).take_obstacle)
        held = self._held_ticket(self.an)
        self.assertFalse(held.with_user(self.binh).take_obstacle)
