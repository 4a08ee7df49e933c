from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestMemberOrder(CareDeskCase):
    """C-06: the routing priority of people; not to be confused with that of tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chi = cls._user("chi")
        cls._member(cls.support, cls.chi)
        cls.boss = cls._user("boss", "manager")

    def _assertOrder(self, *users):
        """Assert who is served first, second and so on; places are numbered from 1."""
        self.support.invalidate_recordset()
        seats = self.support.member_ids.sorted(lambda seat: (seat.sequence, seat.id))
        self.assertEqual([seat.user_id.login for seat in seats], [user.login for user in users])
        self.assertEqual(seats.mapped("sequence"), list(range(1, len(seats) + 1)))

    def test_new_members_come_last(self):
        """S0-TKT-46: 1 is served first; who joins stands at the end."""
        self._assertOrder(self.an, self.binh, self.chi)

    def test_increase_moves_one_place_up(self):
        """S0-TKT-46: exactly one place; nothing happens at the top."""
        seat = self._seat(self.chi).with_user(self.boss)
        seat.action_increase()
        self._assertOrder(self.an, self.chi, self.binh)
        seat.action_increase()
        seat.action_increase()
        self._assertOrder(self.chi, self.an, self.binh)

    def test_decrease_moves_one_place_down(self):
        """S0-TKT-46: exactly one place; nothing happens at the end."""
        seat = self._seat(self.an).with_user(self.boss)
        for _press in range(3):
            seat.action_decrease()
        self._assertOrder(self.binh, self.chi, self.an)

    def test_order_is_repaired_when_two_share_a_place(self):
        """S0-TKT-46: equal numbers, as an import may leave them, do not jam the buttons."""
        self.support.member_ids.sequence = 5
        self._seat(self.chi).action_increase()
        self._assertOrder(self.an, self.chi, self.binh)

    def test_agents_do_not_change_the_order(self):
        """S0-TKT-46: it takes the right to set up groups."""
        with self.assertRaises(AccessError):
            self._seat(self.chi).with_user(self.chi).action_increase()
        with self.assertRaises(AccessError):
            self._seat(self.an).with_user(self.chi).action_decrease()

    def test_routing_uses_the_new_order(self):
        """S0-TKT-48, C-06: raise B over A: the next ticket goes to B, urgent or not."""
        self._seat(self.binh).action_increase()
        self.assertState(self._ticket(priority="0"), "todo", self.binh)
        self.assertState(self._ticket(priority="3"), "todo", self.an)


@tagged("post_install", "-at_install")
class TestTicketOrder(CareDeskCase):
    def test_lists_are_ordered_by_urgency(self):
        """S1-TKT-08: priority, then severity, then deadline, then arrival."""
        self.support.auto_assign = False
        vals = ("1", "1"), ("3", "0"), ("1", "2"), ("2", "2"), ("1", "1")
        made = self.env["caredesk.ticket"].create(
            [self._ticket_vals(priority=p, severity=s) for p, s in vals]
        )
        due = self.env["caredesk.sla.policy"].create(
            {"name": "Fast", "group_id": self.support.id, "hours": 1}
        )
        last = self._ticket()
        self.assertTrue(due and last.sla_deadline)
        wanted = made[1] + made[3] + made[2] + last + made[0] + made[4]
        found = self.env["caredesk.ticket"].search([("id", "in", (made | last).ids)])
        self.assertEqual(found.ids, wanted.ids)

    def test_priorities_and_severities_can_be_filtered_and_grouped(self):
        """S1-LST-04, S1-LST-05, S1-MGT-06, S1-LST-03: by priority, severity and state."""
        self.support.auto_assign = False
        for priority, severity in ("0", "0"), ("3", "1"), ("3", "3"):
            self._ticket(priority=priority, severity=severity)
        tickets = self.env["caredesk.ticket"]
        mine = [("group_id", "=", self.support.id)]
        self.assertEqual(tickets.search_count([*mine, ("priority", "in", ["2", "3"])]), 2)
        groups = tickets._read_group(mine, ["severity", "state"], ["__count"])
        self.assertEqual(
            sorted(groups),
            [("0", "unassigned", 1), ("1", "unassigned", 1), ("3", "unassigned", 1)],
        )

    def test_kanban_shows_all_six_states(self):
        """S1-LST-03, S0-TKT-62: grouped by state, empty columns are there too."""
        self._ticket()
        kanban = self.env["caredesk.ticket"].with_context(read_group_expand=True)
        result = kanban.web_read_group([("group_id", "=", self.support.id)], ["state"])
        self.assertEqual(len(result["groups"]), 6)

    def test_table_has_all_columns(self):
        """S1-LST-01: every field of the requirements exists and can be read by an agent."""
        names = (
            "number name description type_id group_id stage_id state partner_id user_id priority "
            "severity channel cause result lead_id work_seconds waiting_seconds queue_seconds "
            "first_response_at assigned_at started_at done_at closed_at sla_deadline sla_state"
        )
        ticket = self._held_ticket(self.an, "done")
        row = ticket.with_user(self.an).read(names.split())[0]
        self.assertLessEqual(set(names.split()), set(row))
