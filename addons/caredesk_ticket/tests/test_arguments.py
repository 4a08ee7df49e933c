"""Arguments of kinds that make no sense, as scripts send them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CareDeskCase

#: What stands where an id, a text or a list belongs.
_NONSENSE = ("abc", {"id": 1}, ["1"], [[1]], 1.5, True, -3, 2**40)


@tagged("post_install", "-at_install")
class TestArguments(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._held_ticket(cls.an)
        cls.mine = cls.ticket.with_user(cls.an)

    def test_linked_records_are_named_by_id(self):
        """IE-03: text, lists and what is no number at all are refused in words, nothing changes."""
        tickets = self.env["caredesk.ticket"].with_user(self.an)
        for name in ("partner_id", "type_id", "group_id", "user_id", "stage_id", "parent_id"):
            for value in _NONSENSE:
                with self.subTest(name=name, value=value):
                    with self.assertRaises(UserError):
                        tickets.create({**self._ticket_vals(), name: value})
                    with self.assertRaises(UserError):
                        self.mine.write({name: value})
                    with self.assertRaises(UserError):
                        tickets.with_context(**{f"default_{name}": value}).create({"name": "X"})
        self.assertState(self.ticket, "todo", self.an)

    def test_values_are_a_dictionary(self):
        """IE-03: a ticket made of nothing, a word or a number."""
        for values in (None, "abc", 5, ["abc"], [None]):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.env["caredesk.ticket"].with_user(self.an).create(values)

    def test_steps_refuse_what_is_no_text_and_no_person(self):
        """IE-03: the buttons' methods, called by a script."""
        manager = self.ticket.with_user(self._user("boss", "manager"))
        for value in (*_NONSENSE, None):
            with self.subTest(value=value):
                for call in (manager.action_assign, manager.action_transfer):
                    self.assertRaises(UserError, call, value)
                self.assertRaises(UserError, self.mine.action_merge_into, value)
        for value in ({"a": 1}, ["x"], 5, True):
            with self.subTest(value=value):
                for call in (
                    self.mine.action_wait,
                    self.mine.action_complete,
                    self.mine.action_follow_up_done,
                    manager.action_cancel,
                    manager.action_release,
                ):
                    self.assertRaises(UserError, call, value)
        self.assertState(self.ticket, "todo", self.an)

    def test_moments_are_moments(self):
        """IE-03: a planned deadline and a day to come back that are neither."""
        for value in ("soon", {"day": 1}, [1], 5):
            with self.subTest(value=value):
                self.assertRaises(UserError, self.mine.write, {"deadline_at": value})
                self.assertRaises(UserError, self.mine.action_wait, "not_now", value)

    def test_lists_of_ids_leave_out_what_is_none(self):
        """IE-03: screens ask for figures of many; what is no id is nobody."""
        tickets = self.mine.browse()
        members = self.env["caredesk.support.member"].with_user(self.an)
        for value in (None, "abc", 5, {"a": 1}, ["abc", None, 2**40]):
            with self.subTest(value=value):
                self.assertEqual(tickets.get_ticket_viewers(value), {})
                self.assertEqual(members.get_workload(value), {})
