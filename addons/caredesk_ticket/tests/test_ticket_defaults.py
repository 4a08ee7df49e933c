"""Defaults come from outside, by a context or saved by somebody: they count as values, no more."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.caredesk_ticket_guard import _FLOW_FIELDS
from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketDefaults(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls._ticket(group_id=cls._group("Billing", cls._user("chi")).id)
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})
        cls.vals = {"name": "x", "type_id": cls.usage.id}

    def _create(self, **context):
        tickets = self.env["caredesk.ticket"].with_user(self.an).with_context(**context)
        return tickets.create(dict(self.vals))

    def _save_default(self, name, value):
        self.env["ir.default"].set("caredesk.ticket", name, value)

    def test_links_in_the_context_are_checked(self):
        """IE-03, IE-12: nobody links by a default what he or she does not see."""
        with self.assertRaises(AccessError):
            self._create(default_parent_id=self.hidden.id)
        self.env["ir.rule"].create(
            {
                "name": "Not the stranger",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": [("id", "!=", self.stranger.id)],
            }
        )
        with self.assertRaises(AccessError):
            self._create(default_partner_id=self.stranger.id)
        seen = self._ticket()
        self.assertEqual(self._create(default_parent_id=seen.id).parent_id, seen)
        empty = {**self.vals, "parent_id": False}
        tickets = self.env["caredesk.ticket"].with_user(self.an)
        child = tickets.with_context(default_parent_id=self.hidden.id).create(empty)
        self.assertFalse(child.parent_id, "what is given goes before what is not seen")

    def test_links_that_were_saved_are_checked(self):
        """IE-03, IE-12: a default that somebody saved opens nothing to others either."""
        self._save_default("parent_id", self.hidden.id)
        with self.assertRaises(AccessError):
            self._create()
        self._save_default("parent_id", False)
        self.assertFalse(self._create().parent_id)

    def test_no_default_that_was_saved_sets_a_guarded_field(self):
        """IE-03, IE-09: a ticket is born with its clocks at zero, whatever was saved."""
        tickets = self.env["caredesk.ticket"]
        before = self._create()
        moment, numbers = "2020-01-01 00:00:00", ("integer", "float")
        for name in _FLOW_FIELDS:
            kind = tickets._fields[name].type
            if kind == "datetime":
                self._save_default(name, moment)
            elif kind in numbers:
                self._save_default(name, 7)
            elif kind == "boolean":
                self._save_default(name, True)
        self._save_default("state", "done")
        self._save_default("sla_state", "reached")
        after = self._create()
        self.assertEqual((after.state, after.sla_state), ("todo", before.sla_state))
        wrong = [
            name
            for name in _FLOW_FIELDS
            if tickets._fields[name].type in ("boolean", *numbers) and after[name] != before[name]
        ]
        wrong += [
            name
            for name in _FLOW_FIELDS
            if tickets._fields[name].type == "datetime" and str(after[name]) == moment
        ]
        self.assertFalse(wrong)

    def test_channels_take_no_defaults(self):
        """IE-03: what a customer sends is not filled up by the context of the one who works."""
        channels = self.env["caredesk.ticket"].with_user(self.an)
        context = {"default_parent_id": self.hidden.id, "default_user_id": self.binh.id}
        ticket = channels.with_context(**context)._create_from_channel("email", [self.vals])
        self.assertFalse(ticket.parent_id)
        self.assertState(ticket, "todo", self.an)

    def test_numbers_of_a_day_begin_with_it(self):
        """IE-01: in Nepal, 5:45 ahead, the day begins at a quarter past the hour."""
        sequence = self.env.ref("caredesk_ticket.ir_sequence_ticket")
        sequence.prefix = "D%(day)s-"
        clock = self._freeze("2026-03-02 18:14:00")
        tickets = self.env["caredesk.ticket"].with_context(tz="Asia/Kathmandu")
        self.assertRegex(tickets.create(dict(self.vals)).number, "^D02-")
        clock.move_to("2026-03-02 18:15:00")
        self.assertRegex(tickets.create(dict(self.vals)).number, "^D03-")

    def test_functions_of_another_version_are_replaced(self):
        """IE-49: an upgrade goes through when the function that was there returns other columns."""
        self.env.cr.execute(
            "DROP FUNCTION caredesk_support_seats(integer[], integer[]);"
            "CREATE FUNCTION caredesk_support_seats(a integer[], b integer[]) RETURNS integer"
            " LANGUAGE sql AS 'SELECT 1'"
        )
        self.env["caredesk.support.agent"].init()
        self.assertState(self._ticket(), "todo", self.an)
