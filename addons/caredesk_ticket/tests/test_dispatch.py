from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestDispatch(CareDeskCase):
    """A queue is served whenever somebody becomes free (I-3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["caredesk.support.member"].search(
            [("group_id", "=", cls.support.id), ("user_id", "=", cls.binh.id)]
        ).unlink()
        cls.held = cls._ticket()
        cls.queued = cls._ticket()

    def test_complete_pulls_the_next(self):
        """C-36, S0-TKT-27: who completes gets the next queued ticket at once."""
        self.assertState(self.queued, "unassigned")
        mine = self.held.with_user(self.an)
        mine.action_start()
        mine.action_complete("Fixed")
        self.assertState(self.queued, "todo", self.an)
        self.assertLog(self.queued, ("auto", "an"))

    def test_waiting_alone_does_not_pull(self):
        """C-04: who waits is «waiting», not «free», and is given nothing."""
        self.held.with_user(self.an).action_wait("customer")
        self.assertState(self.queued, "unassigned")

    def test_waiting_pulls_where_waiting_members_serve(self):
        """C-04, C-36: with the group's setting the waiting member gets the next one."""
        self.support.assign_to_waiting = True
        self.held.with_user(self.an).action_wait("customer")
        self.assertState(self.queued, "todo", self.an)

    def test_cancel_pulls_the_next(self):
        """C-36, S0-TKT-68: a cancelled ticket frees its performer."""
        self.held.action_cancel("Asked twice")
        self.assertState(self.queued, "todo", self.an)

    def test_transfer_pulls_the_next(self):
        """C-36, S0-TKT-29: who passes a ticket on is free for the next."""
        self._member(self.support, self.binh, capacity=0)
        self.held.with_user(self.an).action_transfer(self.binh)
        self.assertState(self.held, "todo", self.binh)
        self.assertState(self.queued, "todo", self.an)

    def test_coming_back_pulls_the_next(self):
        """IE-08, C-36: who returns from absence is served."""
        seat = self._seat(self.an)
        seat.is_away = True
        self.held.action_cancel("Asked twice")
        self.assertState(self.queued, "unassigned")
        seat.is_away = False
        self.assertState(self.queued, "todo", self.an)

    def test_a_raised_capacity_pulls_the_next(self):
        """C-36: room for one more is filled at once."""
        self._seat(self.an).capacity = 2
        self.assertState(self.queued, "todo", self.an)

    def test_a_new_member_is_served(self):
        """C-36, S0-TKT-45: who joins a group with a queue gets its first ticket."""
        self._member(self.support, self.binh)
        self.assertState(self.queued, "todo", self.binh)

    def test_switching_automatic_assignment_on_serves_the_queue(self):
        """C-36: the group's switch works on what already waits."""
        self.support.auto_assign = False
        self._member(self.support, self.binh)
        self.assertState(self.queued, "unassigned")
        self.support.auto_assign = True
        self.assertState(self.queued, "todo", self.binh)

    def test_a_group_may_leave_its_queue_to_its_members(self):
        """C-36: with «dispatch queue» off, completing pulls nothing; members come and take."""
        self.support.dispatch_queue = False
        self.held.action_cancel("Asked twice")
        self.assertState(self.queued, "unassigned")
        self.assertState(self._ticket(), "todo", self.an)

    def test_the_most_important_is_served_first(self):
        """S1-TKT-08, C-36: priority, then severity, then arrival, over the whole queue."""
        severe = self._ticket(severity="3")
        high = self._ticket(priority="2", severity="0")
        order = [high, severe, self.queued]
        for position, ticket in enumerate(order):
            self._free_an()
            for later in order[position + 1 :]:
                self.assertState(later, "unassigned")
            self.assertState(ticket, "todo", self.an)

    def test_the_sla_deadline_decides_among_equals(self):
        """S1-TKT-08: of two alike the one due first is served first."""
        policy = {"group_id": self.support.id, "name": "Fast", "hours": 1}
        self.env["caredesk.sla.policy"].create(policy)
        due = self._ticket()
        self._free_an()
        self.assertState(due, "todo", self.an)
        self.assertState(self.queued, "unassigned")

    def test_a_member_of_several_groups_gets_the_most_important_of_all(self):
        """I-3, C-36: who becomes free serves the urgent ticket of whichever group."""
        other = self._type(self._group("Other", self.an))
        urgent = self._ticket(type_id=other.id, priority="3")
        self._free_an()
        self.assertState(urgent, "todo", self.an)
        self.assertState(self.queued, "unassigned")

    def test_pausing_another_ticket_leaves_no_room_unused(self):
        """I-3, C-37: starting a second ticket puts the first to waiting; a place becomes free."""
        self._seat(self.an).capacity = 2
        self.support.assign_to_waiting = True
        third = self._ticket()
        self.held.with_user(self.an).action_start()
        self.queued.with_user(self.an).action_start(pause_others=True)
        self.assertState(third, "todo", self.an)

    def test_the_cron_serves_what_was_left(self):
        """C-36: the safety net finds a queue that no event served."""
        self._member(self.support, self.binh, capacity=0)
        self.env.cr.execute(
            "UPDATE caredesk_support_member SET capacity = 1 WHERE user_id = %s", [self.binh.id]
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_dispatch").method_direct_trigger()
        self.env.invalidate_all()
        self.assertState(self.queued, "todo", self.binh)

    def _free_an(self):
        """Have An complete what he holds."""
        ticket = self.env["caredesk.ticket"].search(
            [("user_id", "=", self.an.id), ("state", "=", "todo")]
        )
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete("Fixed")
