"""Who else has a ticket open, and who is typing (IE-12, collision)."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.caredesk_ticket_viewer import VIEWERS_CHANNEL
from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketViewers(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket()
        cls.env.flush_all()

    def _announce(self, user, **state):
        return self.ticket.with_user(user).announce_viewer(**state)

    def _sent(self):
        """Return what was sent over the bus since the last call, and forget it."""
        values = self.cr.precommit.data.pop("bus.bus.values", [])
        self.cr.precommit.clear()
        return [value["message"] for value in values if VIEWERS_CHANNEL in value["message"]]

    def _names(self, viewers):
        return [(row["name"], row["typing"]) for row in viewers]

    def test_everybody_sees_the_others(self):
        """IE-12: a call notes the caller and returns who is there; typing is told."""
        self._announce(self.an)
        viewers = self._announce(self.binh, is_typing=True)
        self.assertEqual(self._names(viewers), [("An", False), ("Binh", True)])
        self.assertEqual(self._names(self._announce(self.an)), [("An", False), ("Binh", True)])
        self.assertEqual(self._names(self._announce(self.binh, is_leaving=True)), [("An", False)])

    def test_only_changes_are_told(self):
        """IE-12: coming, typing, going; a heartbeat that changes nothing sends nothing."""
        for state, wanted in (
            ({}, 1),
            ({}, 0),
            ({"is_typing": True}, 1),
            ({"is_typing": True}, 0),
            ({}, 1),
            ({"is_leaving": True}, 1),
            ({"is_leaving": True}, 0),
        ):
            self._sent()
            self._announce(self.an, **state)
            self.assertEqual(len(self._sent()), wanted, state)

    def test_two_tabs_of_one_user(self):
        """IE-12: each tab has a row of its own; closing one does not take its user away."""
        self._announce(self.an, tab="one", is_typing=True)
        self.assertEqual(self._names(self._announce(self.an, tab="two")), [("An", True)])
        self._sent()
        left = self._announce(self.an, tab="two", is_leaving=True)
        self.assertEqual(self._names(left), [("An", True)])
        self.assertFalse(self._sent(), "nothing changed for the others")
        self.assertFalse(self._announce(self.an, tab="one", is_leaving=True))
        self.assertEqual(len(self._sent()), 1)

    def test_tabs_of_one_user_never_collide(self):
        """IE-12: two tabs that call at the same moment write no common row: nothing is retried."""
        with self.registry.cursor() as one, self.registry.cursor() as other:
            for cursor, tab in ((one, "first"), (other, "second")):
                viewers = self.env(cr=cursor)["caredesk.ticket.viewer"]
                viewers._note(-1, tab, fields.Datetime.now(), False)
            one.rollback()
            other.rollback()

    def test_a_crash_is_forgotten(self):
        """IE-12: who is not heard of for 40 seconds is gone, for forms and lists alike."""
        clock = self._freeze()
        self._announce(self.an)
        clock.tick(39)
        viewers = self.env["caredesk.ticket"].with_user(self.binh)
        self.assertTrue(viewers.get_ticket_viewers(self.ticket.ids)[self.ticket.id])
        clock.tick(2)
        self.assertFalse(viewers.get_ticket_viewers(self.ticket.ids)[self.ticket.id])
        self.assertEqual(self._names(self._announce(self.binh)), [("Binh", False)])
        clock.tick(7200)
        self.env["caredesk.ticket.viewer"]._gc_viewers()
        left = self.env["caredesk.ticket.viewer"].search([("ticket_id", "=", self.ticket.id)])
        self.assertFalse(left)

    def test_only_readers_watch(self):
        """IE-12: not a ticket one may not read, nothing for portal users, whatever is asked."""
        chi = self._user("chi")
        portal = self._user("khach", "portal")
        self._announce(self.an)
        with self.assertRaises(AccessError):
            self._announce(chi)
        unseen = self.env["caredesk.ticket"].with_user(chi).get_ticket_viewers(self.ticket.ids)
        self.assertEqual(unseen, {})
        for call in (
            lambda: self._announce(portal),
            lambda: self.env["caredesk.ticket"].with_user(portal).get_ticket_viewers([]),
        ):
            with self.assertRaises(AccessError):
                call()
        bad = ["x", True, None, self.ticket.id]
        found = self.env["caredesk.ticket"].with_user(self.an).get_ticket_viewers(bad)
        self.assertEqual(list(found), self.ticket.ids)

    def test_bus_channels(self):
        """IE-12: a browser listens to the tickets its user may read, and to no others."""
        chi, portal = self._user("chi"), self._user("khach", "portal")
        asked = [f"{VIEWERS_CHANNEL}:{self.ticket.id},x,-1,99999999", f"{VIEWERS_CHANNEL}:", "keep"]
        for user, wanted in ((self.an, [self.ticket]), (chi, []), (portal, [])):
            websocket = self.env["ir.websocket"].with_user(user)
            with MockRequest(websocket.env):
                channels = websocket._build_bus_channel_list(list(asked))
            pairs = [one for one in channels if isinstance(one, tuple) and one[-1] == "VIEWERS"]
            self.assertEqual([record for record, _sub in pairs], wanted, user.login)
            self.assertIn("keep", channels)
            self.assertFalse([one for one in channels if str(one).startswith(VIEWERS_CHANNEL)])

    def test_a_heartbeat_touches_no_ticket(self):
        """IE-12: cheap, and in nobody's way: no write on the ticket, few queries."""
        self._announce(self.an)
        self.env.flush_all()
        written = self.ticket.write_date
        ticket = self.ticket.with_user(self.an)
        with self.assertQueryCount(7):
            self.env.invalidate_all()
            ticket.announce_viewer()
        self.assertEqual(self.ticket.write_date, written)
