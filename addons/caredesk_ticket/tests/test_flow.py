from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestFlow(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.ticket = cls._held_ticket(cls.an)
        cls.mine = cls.ticket.with_user(cls.an)

    def _refused(self, ticket, method, *args, match="only when it is"):
        with self.assertRaisesRegex(UserError, match):
            getattr(ticket, method)(*args)

    # === THE WAY THROUGH ===

    def test_start_wait_continue_complete(self):
        """S0-TKT-26, S0-TKT-65, S0-TKT-66, S0-TKT-67, C-02: the four buttons, the six states."""
        self.mine.action_start()
        self.assertState(self.ticket, "in_progress", self.an)
        self.mine.action_wait("customer")
        self.assertState(self.ticket, "waiting", self.an)
        self.mine.action_continue()
        self.assertState(self.ticket, "in_progress", self.an)
        self.mine.action_complete("Sent a key")
        self.assertState(self.ticket, "done", self.an)

    def test_exactly_six_states(self):
        """S0-TKT-62, C-01, S1-TKT-09: the states and their labels."""
        labels = [
            ("unassigned", "Unassigned"),
            ("todo", "Not Started"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ]
        self.assertEqual(self.ticket.fields_get(["state"])["state"]["selection"], labels)

    def test_each_click_is_stamped_with_time_and_user(self):
        """S0-TKT-26, S1-MGT-04, S1-TKT-10: history who, when, which state, how long."""
        clock = self._freeze("2026-03-02 10:00:00")
        ticket = self._held_ticket(self.binh, name="Stamped")
        clock.tick(60)
        ticket.with_user(self.binh).action_start()
        clock.tick(30)
        ticket.with_user(self.binh).action_complete("Fixed")
        lines = ticket.time_ids.sorted("start_at")
        self.assertEqual(lines.mapped("state"), ["todo", "in_progress"])
        self.assertEqual(lines.mapped("seconds"), [60, 30])
        self.assertEqual(lines[1].by_user_id, self.binh)
        self.assertEqual((ticket.done_at, ticket.done_by_id), (clock(), self.binh))

    def test_waiting_reason_is_one_of_two(self):
        """S0-TKT-23: the reason is required and recorded per interval."""
        for wrong in ("", False, "lunch"):
            self._refused(self.mine, "action_wait", wrong, match="what the ticket waits for")
        self.mine.action_wait("not_now")
        self.mine.action_continue()
        self.mine.action_wait("customer")
        waits = self.ticket.time_ids.filtered(lambda line: line.kind == "wait").sorted("id")
        self.assertEqual(waits.mapped("reason"), ["not_now", "customer"])
        self.assertEqual(self.ticket.waiting_reason, "customer")
        self.mine.action_continue()
        self.assertFalse(self.ticket.waiting_reason)

    # === FORBIDDEN STEPS ===

    def test_steps_that_do_not_fit_the_state_name_the_state(self):
        """IE-03: a clear message says in which state the ticket is and where the step fits."""
        for method, args in (("action_continue", ()), ("action_complete", ("x",))):
            self._refused(self.mine, method, *args, match="«Not Started»")
        self._refused(self.mine, "action_reopen")
        self.mine.action_start()
        for method in ("action_start", "action_continue"):
            self._refused(self.mine, method, match="«In Progress»")
        self.mine.action_complete("Fixed")
        for method, args in (
            ("action_start", ()),
            ("action_wait", ("customer",)),
            ("action_continue", ()),
            ("action_complete", ("x",)),
        ):
            self._refused(self.mine, method, *args, match="«Done»")

    def test_working_steps_belong_to_the_performer(self):
        """IE-03, S0-TKT-13: neither a colleague nor a manager presses another's buttons."""
        for user in (self.binh, self.boss):
            other = self.ticket.with_user(user)
            for method, args in (("action_start", ()), ("action_wait", ("customer",))):
                with self.assertRaises(AccessError):
                    getattr(other, method)(*args)
        self.assertState(self.ticket, "todo", self.an)

    def test_state_is_changed_by_buttons_only(self):
        """IE-03: writing the state, a clock or a date is refused, for managers too."""
        for vals in (
            {"state": "done"},
            {"work_seconds_closed": 5},
            {"done_at": "2020-01-01 00:00:00"},
            {"is_closed": True},
            {"number": "TK/1"},
            {"first_response_at": "2020-01-01 00:00:00"},
        ):
            with self.assertRaisesRegex(UserError, "cannot be set directly"):
                self.ticket.with_user(self.boss).write(vals)

    def test_a_card_dropped_on_another_column_takes_the_step(self):
        """IE-03, C-01: the stage leads to its state by the button's own way, or is refused."""
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.binh).stage_id = stage
        self.mine.stage_id = stage
        self.assertState(self.ticket, "in_progress", self.an)
        self.assertEqual(self.ticket.stage_id, stage)
        for name in ("stage_follow_up", "stage_assign"):
            with self.assertRaises(UserError):
                self.mine.stage_id = self.env.ref(f"caredesk_ticket.{name}")
        self.assertState(self.ticket, "in_progress", self.an)

    def test_stages_follow_the_state(self):
        """C-01: each state enters its first stage; waiting keeps the stage."""
        self.assertEqual(self.ticket.stage_id.state, "todo")
        self.mine.action_start()
        self.mine.stage_id = self.env.ref("caredesk_ticket.stage_solution")
        self.mine.action_wait("customer")
        self.assertEqual(self.ticket.stage_id, self.env.ref("caredesk_ticket.stage_solution"))
        self.mine.action_complete("Fixed")
        self.assertEqual(self.ticket.stage_id, self.env.ref("caredesk_ticket.stage_follow_up"))

    # === RESULT AND CAUSE ===

    def test_completing_asks_for_the_result(self):
        """S0-TKT-11: no result, no Done; a result written before is enough."""
        self.mine.action_start()
        for nothing in (None, "", "   "):
            self._refused(self.mine, "action_complete", nothing, match="what was done")
        self.mine.result = "Sent a key"
        self.mine.action_complete()
        self.assertEqual(self.ticket.result, "Sent a key")

    def test_a_type_may_require_the_cause(self):
        """S0-TKT-11: types that need a cause get one before Done."""
        self.usage.require_cause = True
        self.mine.action_start()
        self._refused(self.mine, "action_complete", "Fixed", match="need a cause")
        self.mine.action_complete("Fixed", "Cable")
        self.assertEqual(self.ticket.cause, "Cable")

    # === ONE AT A TIME ===

    def test_one_ticket_in_progress_at_a_time(self):
        """C-37: a second start is refused, or puts the first to waiting when asked to."""
        self.mine.action_start()
        second = self._held_ticket(self.an).with_user(self.an)
        self._refused(second, "action_start", match="already working")
        second.action_start(pause_others=True)
        self.assertState(self.ticket, "waiting", self.an)
        self.assertEqual(self.ticket.waiting_reason, "not_now")
        self.assertState(second, "in_progress", self.an)
        self._refused(self.mine, "action_continue", match="already working")

    def test_a_group_may_allow_several_at_once(self):
        """C-37: with the group's setting both run."""
        self.support.allow_parallel_work = True
        self.mine.action_start()
        self._held_ticket(self.an).with_user(self.an).action_start()
        self.assertState(self.ticket, "in_progress", self.an)

    # === CANCEL, REOPEN, CLOSE ===

    def test_cancel_needs_a_reason(self):
        """S0-TKT-68: by the manager at any time, with a reason that is kept."""
        for nothing in (None, "", "  "):
            self._refused(self.ticket, "action_cancel", nothing, match="why")
        self.mine.action_start()
        self.ticket.with_user(self.boss).action_cancel("Duplicate")
        self.assertState(self.ticket, "cancelled", self.an)
        self.assertEqual(self.ticket.cancel_reason, "Duplicate")
        self.assertFalse(self.ticket.done_by_id, "not counted as completed")

    def test_the_creator_cancels_before_work_began(self):
        """S0-TKT-68: the creator's own ticket, not started; afterwards only the manager."""
        sales = self._user("hoa", "creator")
        own = self._ticket(by=sales)
        own.with_user(sales).action_cancel("Solved itself")
        self.assertState(own, "cancelled", own.user_id)
        self._seat(self.binh).capacity = 9
        begun = self._ticket(by=sales)
        begun.with_user(begun.user_id).action_start()
        with self.assertRaises(AccessError):
            begun.with_user(sales).action_cancel("Too late")
        with self.assertRaises(AccessError):
            self.mine.action_cancel("Not mine to cancel")

    def test_reopen_brings_it_back_to_its_performer(self):
        """C-01, IE-09: Done goes back to Not started with the same person, end marks cleared."""
        self.mine.action_start()
        self.mine.action_complete("Fixed")
        self.mine.action_reopen()
        self.assertState(self.ticket, "todo", self.an)
        self.assertFalse(self.ticket.done_at or self.ticket.done_by_id)
        self.assertEqual(self.ticket.assignment_ids[0].method, "reopen")

    def test_only_managers_reopen_what_was_cancelled(self):
        """S0-TKT-68: agents get an error; the manager brings it back."""
        self.ticket.action_cancel("Mistake")
        with self.assertRaises(AccessError):
            self.mine.action_reopen()
        self.ticket.with_user(self.boss).action_reopen()
        self.assertState(self.ticket, "todo", self.an)
        self.assertFalse(self.ticket.cancel_reason)

    def test_reopen_goes_to_the_queue_when_the_performer_left(self):
        """IE-07, C-01: nobody is assigned to a dead account by reopening."""
        self.mine.action_start()
        self.mine.action_complete("Fixed")
        self.an.active = False
        self._seat(self.binh).capacity = 0
        self.ticket.with_user(self.boss).action_reopen()
        self.assertState(self.ticket, "unassigned")

    def test_close_is_a_step_of_its_own(self):
        """C-24: the response team closes a done ticket; who and when is stored; read-only then."""
        self._refused(self.ticket.with_user(self.boss), "action_close")
        self.mine.action_start()
        self.mine.action_complete("Fixed")
        with self.assertRaises(AccessError):
            self.mine.action_close()
        response = self._user("dap", "intake")
        self.ticket.with_user(response).action_close()
        self.assertEqual((self.ticket.closed_by_id, self.ticket.state), (response, "done"))
        self._refused(self.ticket.with_user(response), "action_close", match="closed already")
        self._refused(self.mine, "write", {"name": "Other"}, match="is closed")
        self.mine.action_reopen()
        self.assertFalse(self.ticket.is_closed or self.ticket.closed_at)

    def test_a_waiting_ticket_is_completed_directly(self):
        """C-01: from Waiting one may complete without continuing first."""
        self.mine.action_wait("customer")
        self.mine.action_complete("Customer solved it")
        self.assertState(self.ticket, "done", self.an)
        self.assertFalse(self.ticket.waiting_reason)
        self.assertHistory(self.ticket)

    def test_only_ended_tickets_are_archived(self):
        """S1-MGT-02: an open ticket out of sight would still fill its performer's capacity."""
        for user in (self.an, self.boss):
            with self.assertRaisesRegex(UserError, "[Cc]ancel"):
                self.ticket.with_user(user).active = False
        self.ticket.with_user(self.boss).action_cancel("Duplicate")
        self.ticket.with_user(self.boss).active = False
        self.ticket.with_user(self.boss).action_reopen()
        self.assertTrue(self.ticket.active, "what is worked on is in sight")
        self.assertTrue(self._ticket(by=self.an, active=False).active)

    def test_small_firms_close_when_done(self):
        """C-24: with the group's setting Complete closes too."""
        self.support.close_when_done = True
        self.mine.action_start()
        self.mine.action_complete("Fixed")
        self.assertTrue(self.ticket.is_closed)
