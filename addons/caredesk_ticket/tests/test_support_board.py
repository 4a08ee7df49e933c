"""View Support: what it shows, to whom, at which cost, and how it learns of changes."""

import json

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.caredesk_support_board import BOARD_CHANGED, BOARD_CHANNEL
from .common import CareDeskCase

#: Queries of one refresh, whatever the number of members, groups and tickets.
_BOARD_QUERIES = 12


@tagged("post_install", "-at_install")
class TestSupportBoard(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.groups = cls.env["caredesk.support.group"]
        cls.manager = cls._user("quan", "manager")
        cls.company.caredesk_default_group_id = cls.support

    def _board(self, user, group=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.groups.with_user(user).get_support_board(group.id if group else None)

    def _member_row(self, board, user):
        return next(row for row in board["members"] if row["user_id"] == user.id)

    def test_default_group_comes_first_and_is_shown(self):
        """S0-TKT-41, S0-TKT-50, S0-TKT-53: the default group is on top and opens first."""
        early = self._group("Aardvarks", sequence=0)
        board = self._board(self.an)
        self.assertEqual(board["group"], self.support.id)
        self.assertEqual(board["groups"][0]["id"], self.support.id)
        self.assertTrue(board["groups"][0]["is_default"])
        self.assertEqual(self._board(self.an, early)["group"], early.id)
        self.company.caredesk_default_group_id = early
        self.assertEqual(self._board(self.an)["group"], early.id)

    def test_gone_group_falls_back_to_the_default(self):
        """S0-TKT-47: refreshing after somebody deleted the shown group shows the default."""
        gone = self._group("Gone")
        gone.unlink()
        self.assertEqual(self._board(self.an, gone)["group"], self.support.id)

    def test_member_information(self):
        """S0-TKT-40, S0-TKT-51: name, contact, live state, place, open and waiting tickets."""
        self.an.phone = "+84 24 3333 1111"
        held = self._held_ticket(self.an)
        waiting = self._held_ticket(self.binh, "waiting")
        board = self._board(self.an)
        row = self._member_row(board, self.an)
        self.assertEqual(row["email"], "an@caredesk.test")
        self.assertEqual(row["phone"], "+84 24 3333 1111")
        self.assertEqual((row["availability"], row["open_count"], row["sequence"]), ("busy", 1, 1))
        self.assertEqual([ticket["number"] for ticket in row["tickets"]], [held.number])
        self.assertTrue(row["is_me"])
        row = self._member_row(board, self.binh)
        self.assertEqual((row["availability"], row["waiting_count"]), ("waiting", 1))
        self.assertEqual([ticket["id"] for ticket in row["tickets"]], [waiting.id])

    def test_queue_length_is_true_for_everybody(self):
        """S0-TKT-40: who is not in a group sees how many wait there, but not which."""
        self.support.auto_assign = False
        self._tickets(3)
        stranger = self._user("chi", "agent")
        board = self._board(stranger)
        self.assertEqual(board["groups"][0]["queue"], 3)
        self.assertFalse(board["can_manage"])
        self.assertTrue(self._board(self.manager)["can_manage"])

    def test_tickets_of_other_groups_are_counted_not_shown(self):
        """C-04: load counts over all groups, record rules hide what is not one's business."""
        other = self._group("Other", self.an)
        hidden = self._ticket(group_id=other.id, user_id=self.an.id)
        row = self._member_row(self._board(self.binh), self.an)
        self.assertEqual((row["open_count"], row["tickets"]), (1, []))
        row = self._member_row(self._board(self.manager), self.an)
        self.assertEqual([ticket["id"] for ticket in row["tickets"]], [hidden.id])

    def test_creators_are_refused(self):
        """S0-TKT-40: View Support is for those who serve tickets."""
        with self.assertRaises(AccessError):
            self._board(self._user("mai", "creator"))

    def test_cost_does_not_grow(self):
        """S0-TKT-47: a refresh costs the same number of queries for 2 members and for 12."""
        self._board(self.manager)
        with self.assertQueryCount(_BOARD_QUERIES):
            self._board(self.manager)
        for number in range(10):
            user = self._user(f"staff{number}")
            self._member(self.support, user)
            self._held_ticket(user)
        self._group("More")
        self._board(self.manager)
        with self.assertQueryCount(_BOARD_QUERIES):
            self._board(self.manager)

    def test_order_is_what_routing_uses(self):
        """S0-TKT-46, S0-TKT-48: a raised member gets the next ticket; no-op at the ends."""
        self._seat(self.an).with_user(self.manager).action_increase()
        self._seat(self.binh).with_user(self.manager).action_increase()
        board = self._board(self.manager)
        self.assertEqual([row["name"] for row in board["members"]], ["Binh", "An"])
        self.assertPerformers(self._ticket(), self.binh)
        self._seat(self.binh).with_user(self.manager).action_decrease()
        self._seat(self.binh).with_user(self.manager).action_decrease()
        board = self._board(self.manager)
        self.assertEqual([row["name"] for row in board["members"]], ["An", "Binh"])

    def test_agents_do_not_change_groups(self):
        """S0-TKT-42..46: rename, create, delete, order and members are for managers."""
        seat = self._seat(self.binh).with_user(self.an)
        group = self.support.with_user(self.an)
        for change in (
            seat.action_increase,
            seat.unlink,
            group.unlink,
            lambda: group.write({"name": "Mine"}),
            lambda: group.create({"name": "New"}),
            lambda: seat.create({"group_id": group.id, "user_id": self.manager.id}),
        ):
            with self.assertRaises(AccessError):
                change()


@tagged("post_install", "-at_install")
class TestAway(CareDeskCase):
    def test_own_absence(self):
        """IE-08, S0-TKT-51: an agent goes away, gets nothing, and is served when back."""
        seat = self._seat(self.an).with_user(self.an)
        seat.action_set_away(True)
        self.assertEqual(seat.availability, "away")
        ticket = self._ticket()
        self.assertPerformers(ticket, self.binh)
        queued = self._ticket()
        self.assertState(queued, "unassigned")
        seat.action_set_away(False)
        self.assertState(queued, "todo", self.an)

    def test_of_somebody_else(self):
        """IE-08: only a manager sends others away."""
        with self.assertRaises(AccessError):
            self._seat(self.binh).with_user(self.an).action_set_away(True)
        manager = self._user("quan", "manager")
        self._seat(self.binh).with_user(manager).action_set_away(True)
        self.assertEqual(self._seat(self.binh).availability, "away")


@tagged("post_install", "-at_install")
class TestBoardNotices(CareDeskCase):
    def setUp(self):
        super().setUp()
        self.env["mail.presence"]._update_presence(self.an)
        self.env["mail.presence"].search([("user_id", "=", self.an.id)]).status = "online"

    def _notices(self, change):
        """Run ``change`` and return the ids of the groups whose boards are told, in order."""
        self.env.cr.precommit.run()
        last = self.env["bus.bus"].search([], order="id desc", limit=1).id
        change()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].search([("id", ">", last)], order="id")
        messages = [json.loads(row.message) for row in rows]
        return [m["payload"]["group_id"] for m in messages if m["type"] == BOARD_CHANGED]

    def test_each_step_is_told_once_per_group(self):
        """S0-TKT-47, S0-TKT-51: the board follows every change, one message per group."""
        ticket = self._held_ticket(self.an).with_user(self.an)
        for step in (
            ticket.action_start,
            lambda: ticket.action_wait("customer"),
            ticket.action_continue,
            lambda: ticket.action_complete("Done"),
            lambda: self._tickets(3),
            lambda: self._seat(self.binh).action_set_away(True),
            lambda: self.support.write({"name": "Renamed"}),
        ):
            self.assertEqual(self._notices(step), [self.support.id])

    def test_other_groups_of_the_person_are_told(self):
        """C-04: the load counts over all groups, so the boards of all of them change."""
        other = self._group("Other", self.an)
        ticket = self._held_ticket(self.an).with_user(self.an)
        told = self._notices(ticket.action_start)
        self.assertEqual(told, sorted([self.support.id, other.id]))

    def test_nobody_online_nothing_sent(self):
        """S0-TKT-51: nothing is written to the bus while nobody could see it."""
        self.env["mail.presence"].search([]).unlink()
        self.assertEqual(self._notices(lambda: self._tickets(2)), [])

    def test_who_may_listen(self):
        """S0-TKT-51: the channel is open to those who serve tickets, for groups they can see."""
        company = self._company("Elsewhere")
        hidden = self._group("Hidden", company_id=company.id)
        mine = self._channels(self.an)
        self.assertIn((self.support, "BOARD"), mine)
        self.assertNotIn((hidden, "BOARD"), mine)
        self.assertNotIn(BOARD_CHANNEL, mine)
        creator = self._channels(self._user("mai", "creator"))
        self.assertNotIn((self.support, "BOARD"), creator)
        self.assertNotIn(BOARD_CHANNEL, creator)

    def _channels(self, user):
        websocket = self.env["ir.websocket"].with_user(user)
        with MockRequest(websocket.env):
            channels = websocket._build_bus_channel_list([BOARD_CHANNEL])
        return [channel for channel in channels if isinstance(channel, (tuple, str))]

    def test_two_companies_see_their_own_groups(self):
        """IE-47: a person of two companies listens to the groups of both."""
        company = self._company("Second")
        second = self._group("Second", company_id=company.id)
        self.an.company_ids = [Command.link(company.id)]
        self.assertIn((second, "BOARD"), self._channels(self.an))
