from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestMyGroups(CareDeskCase):
    """The tickets of the groups one is a member of."""

    def _mine(self, user, value=True):
        """Return which of the two tickets of the test are found."""
        domain = [("is_of_my_groups", "=", value), ("id", "in", (self.here | self.there).ids)]
        return self.env["caredesk.ticket"].with_user(user).search(domain).with_env(self.env)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.far = cls._group("Far away")
        cls.here = cls._ticket()
        cls.there = cls._ticket(group_id=cls.far.id)

    def test_my_groups_are_those_i_sit_in(self):
        """IE-02: the filter finds the tickets of one's groups, its negation the others."""
        self.assertEqual(self._mine(self.an), self.here)
        self.assertFalse(self._mine(self.boss))
        self.assertEqual(self._mine(self.boss, False), self.here | self.there)
        self._member(self.far, self.boss)
        self.assertEqual(self._mine(self.boss), self.there)
        self.assertTrue(self.there.with_user(self.boss).is_of_my_groups)
        self.assertFalse(self.here.with_user(self.boss).is_of_my_groups)

    def test_a_seat_that_was_given_up_counts_no_more(self):
        """IE-02: the groups are looked up each time."""
        self._seat(self.an).active = False
        self.assertFalse(self._mine(self.an))
