"""Nobody overwrites silently what a colleague has just changed (IE-12, collision)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.caredesk_ticket_stale import StaleTicketError
from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketStale(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._held_ticket(cls.an, name="No sound")
        cls.env.flush_all()

    def _save(self, vals, seen, **context):
        """Save as the form of ``an`` does that read ``seen``."""
        ticket = self.ticket.with_user(self.an).with_context(caredesk_seen=seen, **context)
        ticket.web_save(vals, {"name": {}})

    def _conflicts(self, vals, seen):
        with self.assertRaises(StaleTicketError) as caught:
            self._save(vals, seen)
        return caught.exception.context["caredesk_conflicts"]

    def test_the_second_save_is_told(self):
        """IE-12: which field, by whom, theirs and mine; nothing is overwritten."""
        self.ticket.with_user(self.binh).write({"name": "No sound at all"})
        self.env.flush_all()
        self.cr.precommit.run()  # the tracking of the colleague's save
        [conflict] = self._conflicts({"name": "Mute"}, {"name": "No sound"})
        self.assertEqual(conflict["name"], "name")
        self.assertEqual((conflict["theirs"], conflict["mine"]), ("No sound at all", "Mute"))
        self.assertEqual(conflict["user"], self.binh.name)
        self.assertEqual(self.ticket.name, "No sound at all")

    def test_keep_mine_or_take_theirs(self):
        """IE-12: knowingly overwritten, or left as the other one wrote it; the rest is saved."""
        self.ticket.write({"name": "No sound at all", "priority": "2"})
        vals = {"name": "Mute", "severity": "3"}
        [conflict] = self._conflicts(vals, {"name": "No sound", "severity": "1"})
        self._save(vals, {"name": "No sound", "severity": "1"}, caredesk_take_theirs=["name"])
        self.assertRecordValues(
            self.ticket, [{"name": "No sound at all", "priority": "2", "severity": "3"}]
        )
        self._save({"name": "Mute"}, {"name": conflict["seen"]})
        self.assertEqual(self.ticket.name, "Mute")

    def test_each_kind_of_field(self):
        """IE-12: links, choices, dates and formatted text are compared as what they are."""
        partner = self.env["res.partner"].create({"name": "Tú"})
        self.ticket.write(
            {
                "partner_id": partner.id,
                "priority": "3",
                "deadline_at": "2130-03-02 10:00:00",
                "description": "<p>New</p>",
            }
        )
        conflicts = self._conflicts(
            {
                "partner_id": self.an.partner_id.id,
                "priority": "0",
                "deadline_at": "2130-04-02 10:00:00",
                "description": "<p>Mine</p>",
            },
            {
                "partner_id": False,
                "priority": "1",
                "deadline_at": False,
                "description": "<p>The printer is silent.</p>",
            },
        )
        shown = {conflict["name"]: conflict["theirs"] for conflict in conflicts}
        self.assertEqual(shown["partner_id"], "Tú")
        self.assertEqual(shown["priority"], "Very High")
        self.assertEqual(shown["description"], "New")
        self.assertIn("2130", shown["deadline_at"])
        seen = {conflict["name"]: conflict["seen"] for conflict in conflicts}
        self._save({"deadline_at": "2130-04-02 10:00:00"}, seen)
        self.assertEqual(str(self.ticket.deadline_at), "2130-04-02 10:00:00")

    def test_no_false_alarm(self):
        """IE-12: what the form did not touch, what is the same anyway, what the system writes."""
        seen = {"name": "No sound", "description": "<p>The printer is silent.</p>"}
        self.ticket.with_user(self.an).action_start()
        self.ticket.write({"priority": "3"})
        self._save({"name": "Mute"}, seen)
        self.ticket.write({"name": "Same"})
        self._save({"name": "Same"}, {"name": "Mute"})
        self._save({"description": "<p>Now it smokes.</p>"}, seen)
        self.assertEqual(self.ticket.name, "Same")
        self.ticket.with_user(self.an).write({"name": "By RPC"})
        self.assertEqual(self.ticket.name, "By RPC")

    def test_the_guard_still_holds(self):
        """IE-12: the form's word about what it saw opens nothing that is guarded."""
        with self.assertRaises(UserError):
            self._save({"state": "done"}, {"state": "todo"})
        self._save({"name": "x"}, {"unknown_field": 1, "name": "No sound"})
        self.assertEqual(self.ticket.name, "x")

    def test_nothing_is_named_that_the_user_may_not_read(self):
        """IE-12, C-23: a made-up save tells no name of a record behind an id."""
        lead = self.env["crm.lead"].create({"name": "Secret deal", "user_id": False})
        seen = {"lead_id": lead.id + 1000}
        vals = {"lead_id": lead.id}
        [conflict] = self._conflicts(vals, seen)
        self.assertEqual(conflict["mine"], "")
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator).with_user(creator)
        with self.assertRaises(AccessError):
            own.with_context(caredesk_seen=seen).write(vals)
