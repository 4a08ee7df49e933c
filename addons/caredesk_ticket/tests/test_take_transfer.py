from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTake(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.auto_assign = False
        cls.ticket = cls._ticket()

    def test_a_free_member_takes(self):
        """S0-TKT-28, S0-TKT-33, S0-TKT-64: take gives it to oneself, state Not started."""
        self.ticket.with_user(self.an).action_take()
        self.assertState(self.ticket, "todo", self.an)
        self.assertLog(self.ticket, ("take", "an"))

    def test_a_waiting_member_takes(self):
        """S0-TKT-33: who only waits for customers may take."""
        self._held_ticket(self.an, "waiting")
        self.ticket.with_user(self.an).action_take()
        self.assertState(self.ticket, "todo", self.an)

    def test_a_busy_member_cannot_take(self):
        """S0-TKT-33, C-04: the server refuses, whatever the screen shows."""
        self._held_ticket(self.an)
        with self.assertRaisesRegex(UserError, "hold 1 open ticket"):
            self.ticket.with_user(self.an).action_take()
        self.assertState(self.ticket, "unassigned")

    def test_an_away_member_cannot_take(self):
        """IE-08: who is away comes back first."""
        self._seat(self.an).is_away = True
        with self.assertRaisesRegex(UserError, "away"):
            self.ticket.with_user(self.an).action_take()

    def test_taking_several_stops_at_the_capacity(self):
        """I-1: a multi-selection cannot take more than the capacity, and then takes nothing."""
        tickets = self._tickets(2)
        with self.assertRaises(UserError), self.cr.savepoint():
            tickets.with_user(self.an).action_take()
        self.assertPerformers(tickets, None, None)

    def test_the_second_taker_reads_who_has_it(self):
        """IE-04: two people take one ticket: the second reads the name of the first."""
        self.ticket.with_user(self.an).action_take()
        with self.assertRaisesRegex(UserError, "taken by An"):
            self.ticket.with_user(self.binh).action_take()
        self.assertState(self.ticket, "todo", self.an)

    def test_only_members_take(self):
        """S0-TKT-13, S0-TKT-28: a manager outside the group cannot take its ticket."""
        boss = self._user("boss", "manager")
        with self.assertRaisesRegex(AccessError, "members of Support"):
            self.ticket.with_user(boss).action_take()

    def test_a_member_of_another_group_does_not_even_see_it(self):
        """S0-TKT-28: agents of other groups have no access."""
        stranger = self._user("chi")
        self._group("Other", stranger)
        with self.assertRaises(AccessError):
            self.ticket.with_user(stranger).action_take()

    def test_removed_members_do_not_take(self):
        """IE-07: an archived seat is no membership."""
        self._seat(self.an).active = False
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.an).action_take()

    def test_a_ticket_that_ended_is_not_taken(self):
        """IE-03: taking a cancelled ticket gives a clear message."""
        self.ticket.action_cancel("Asked twice")
        with self.assertRaisesRegex(UserError, "only when it is «Unassigned»"):
            self.ticket.with_user(self.an).action_take()


@tagged("post_install", "-at_install")
class TestAssign(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.auto_assign = False
        cls.boss = cls._user("boss", "manager")
        cls.ticket = cls._ticket()

    def test_a_manager_assigns_even_to_a_busy_member(self):
        """C-04: the manager may override what automatic assignment may not."""
        self._held_ticket(self.an)
        self.ticket.with_user(self.boss).action_assign(self.an.id)
        self.assertState(self.ticket, "todo", self.an)
        self.assertLog(self.ticket, ("assign", "an"))

    def test_assigning_to_who_has_it_already_is_refused(self):
        """S0-TKT-30: it would stop his work and count as received twice."""
        ticket = self._held_ticket(self.an, "in_progress")
        with self.assertRaisesRegex(UserError, "already"):
            ticket.with_user(self.boss).action_assign(self.an)
        self.assertState(ticket, "in_progress", self.an)

    def test_intake_assigns(self):
        """S1-FLW-05: the intake team hands tickets to people."""
        intake = self._user("nhan", "intake")
        self.ticket.with_user(intake).action_assign(self.binh)
        self.assertState(self.ticket, "todo", self.binh)

    def test_an_agent_does_not_assign_to_others(self):
        """S0-TKT-28: agents take; giving work to others is not theirs."""
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.an).action_assign(self.binh)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.an).user_id = self.binh

    def test_the_performer_must_be_a_member_of_the_group(self):
        """S0-TKT-13: another user is refused, for managers and on create too."""
        with self.assertRaisesRegex(UserError, "not a member of Support"):
            self.ticket.with_user(self.boss).action_assign(self.boss)
        with self.assertRaisesRegex(UserError, "not a member of Support"):
            self.ticket.with_user(self.boss).user_id = self.boss
        with self.assertRaisesRegex(UserError, "not a member of Support"):
            self._ticket(by=self.boss, user_id=self.boss.id)

    def test_a_performer_given_on_create_is_logged_as_assigned(self):
        """S0-TKT-30: naming the performer oneself is not «automatic»."""
        ticket = self._ticket(by=self.boss, user_id=self.binh.id)
        self.assertState(ticket, "todo", self.binh)
        self.assertLog(ticket, ("assign", "binh"))

    def test_a_busy_agent_cannot_create_for_himself(self):
        """I-1, S0-TKT-33: naming oneself on create is a take, with the same limits."""
        self._held_ticket(self.an)
        with self.assertRaises(UserError):
            self._ticket(by=self.an, user_id=self.an.id)
        with self.assertRaises(AccessError):
            self._ticket(by=self.an, user_id=self.binh.id)

    def test_a_manager_puts_a_ticket_back_into_the_queue(self):
        """S1-MGT-03: released tickets have no performer and wait again."""
        ticket = self._held_ticket(self.an)
        with self.assertRaises(AccessError):
            ticket.with_user(self.an).action_release()
        ticket.with_user(self.boss).action_release("Wrong person")
        self.assertState(ticket, "unassigned")
        self.assertEqual(ticket.assignment_ids[0].reason, "Wrong person")


@tagged("post_install", "-at_install")
class TestTransfer(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._held_ticket(cls.an)

    def test_the_performer_transfers_with_a_reason(self):
        """S0-TKT-29, S0-TKT-69: to a colleague of the group; reason and history are kept."""
        self.ticket.with_user(self.an).action_transfer(self.binh.id, "He knows printers")
        self.assertState(self.ticket, "todo", self.binh)
        latest = self.ticket.assignment_ids[0]
        self.assertRecordValues(
            latest,
            [
                {
                    "method": "transfer",
                    "from_user_id": self.an.id,
                    "to_user_id": self.binh.id,
                    "by_user_id": self.an.id,
                    "reason": "He knows printers",
                }
            ],
        )

    def test_any_open_state_can_be_transferred(self):
        """S0-TKT-69, C-01: in progress and waiting go over as Not started."""
        for state in ("in_progress", "waiting"):
            ticket = self._held_ticket(self.an, state)
            ticket.with_user(self.an).action_transfer(self.binh)
            self.assertState(ticket, "todo", self.binh)
            self.assertFalse(ticket.waiting_reason)
            self.assertHistory(ticket)

    def test_a_busy_colleague_may_be_chosen(self):
        """S0-TKT-34: transfer is a human decision and may exceed the capacity."""
        self._held_ticket(self.binh)
        self.ticket.with_user(self.an).action_transfer(self.binh)
        self.assertState(self.ticket, "todo", self.binh)

    def test_targets_are_members_of_the_same_group(self):
        """S0-TKT-34, C-07: members transfer within the group only; so do managers."""
        stranger, boss = self._user("chi"), self._user("boss", "manager")
        self._group("Other", stranger)
        for user in (self.an, boss):
            with self.assertRaisesRegex(UserError, "not a member of Support"):
                self.ticket.with_user(user).action_transfer(stranger)
        self.assertState(self.ticket, "todo", self.an)

    def test_archived_colleagues_are_no_target(self):
        """IE-07: neither an archived account nor an archived seat receives a ticket."""
        self._seat(self.binh).active = False
        with self.assertRaises(UserError):
            self.ticket.with_user(self.an).action_transfer(self.binh)

    def test_others_tickets_cannot_be_passed_on(self):
        """S0-TKT-69: a colleague who is not the performer may not transfer."""
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.binh).action_transfer(self.binh)
        self.assertState(self.ticket, "todo", self.an)

    def test_transfer_to_oneself_is_refused(self):
        """S0-TKT-29: the receiver must be another person."""
        with self.assertRaisesRegex(UserError, "already"):
            self.ticket.with_user(self.an).action_transfer(self.an)

    def test_an_ended_ticket_is_not_transferred(self):
        """IE-03: Done tickets stay with who did them."""
        ticket = self._held_ticket(self.an, "done")
        with self.assertRaisesRegex(UserError, "Done"):
            ticket.with_user(self.an).action_transfer(self.binh)

    def test_an_unknown_user_gives_an_error_and_no_change(self):
        """S0-TKT-34: an id of nobody does not orphan the ticket."""
        with self.assertRaises(UserError):
            self.ticket.with_user(self.an).action_transfer(2**30)
        self.assertState(self.ticket, "todo", self.an)
