"""Tickets that come back after their group has ended."""

from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestReopenArchived(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chi = cls._user("chi")
        cls.other = cls._group("Everything Else", cls.chi)
        cls.ticket = cls._held_ticket(cls.an, "in_progress")
        cls.ticket.with_user(cls.an).action_complete(result="Done")

    def _reopen_after_the_group_ended(self):
        self.support.active = False
        self.ticket.with_user(self._user("boss", "manager")).action_reopen()

    def test_the_default_group_takes_it(self):
        """IE-07, S1-FLW-08: nobody works for an archived group; the default group serves it."""
        self.company.caredesk_default_group_id = self.other
        self._reopen_after_the_group_ended()
        self.assertEqual(self.ticket.group_id, self.other)
        self.assertFalse(self.ticket.type_id, "to be classified anew")
        self.assertState(self.ticket, "todo", self.chi)
        self.assertHistory(self.ticket)

    def test_its_performer_keeps_it_where_there_is_no_other(self):
        """IE-07: without a default group it stays with who knows it."""
        self.company.caredesk_default_group_id = False
        self._reopen_after_the_group_ended()
        self.assertState(self.ticket, "todo", self.an)
