"""The dialogs behind the buttons, and which buttons a person sees."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestDialogs(CareDeskCase):
    def _dialog(self, ticket, user, step, **vals):
        """Open the dialog of ``step`` as ``user``, fill it in and return the saved record."""
        action = getattr(ticket.with_user(user), f"action_open_{step}")()
        dialogs = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        form = Form(dialogs)
        for name, value in vals.items():
            setattr(form, name, value)
        return form.save()

    def test_wait_records_the_reason(self):
        """S0-TKT-23, S0-TKT-26: Wait asks what for and stops the work clock."""
        ticket = self._held_ticket(self.an, "in_progress")
        closed = self._dialog(ticket, self.an, "wait", reason="not_now").action_wait()
        self.assertState(ticket, "waiting", self.an)
        self.assertEqual(ticket.waiting_reason, "not_now")
        self.assertEqual(closed["type"], "ir.actions.act_window_close")

    def test_complete_needs_a_result(self):
        """S0-TKT-11: completing without a result is refused, in the dialog and behind it."""
        ticket = self._held_ticket(self.an, "in_progress")
        with self.assertRaisesRegex(AssertionError, "result is a required field"):
            self._dialog(ticket, self.an, "complete")
        with self.assertRaises(UserError):
            self.env["caredesk.ticket.complete"].with_user(self.an).create(
                {"ticket_id": ticket.id}
            ).action_complete()
        self._dialog(ticket, self.an, "complete", result="New toner").action_complete()
        self.assertState(ticket, "done", self.an)
        self.assertEqual(ticket.result, "New toner")

    def test_complete_asks_for_the_cause_when_the_type_does(self):
        """S0-TKT-11, C-24b: a type may require the cause too."""
        self.usage.require_cause = True
        ticket = self._held_ticket(self.an, "in_progress")
        with self.assertRaisesRegex(AssertionError, "cause is a required field"):
            self._dialog(ticket, self.an, "complete", result="New toner")
        self._dialog(ticket, self.an, "complete", result="x", cause="Empty").action_complete()
        self.assertEqual(ticket.cause, "Empty")

    def test_complete_begins_with_what_was_written_before(self):
        """S0-TKT-11: result and cause noted on the ticket are offered again."""
        ticket = self._held_ticket(self.an, "in_progress")
        ticket.with_user(self.an).write({"result": "Half done", "cause": "Dust"})
        dialog = self._dialog(ticket, self.an, "complete")
        self.assertEqual((dialog.result, dialog.cause), ("Half done", "Dust"))

    def test_transfer_to_a_busy_colleague_warns_and_keeps_the_reason(self):
        """S0-TKT-29, S0-TKT-69: the dialog shows the colleague's load; history keeps the reason."""
        self._held_ticket(self.binh)
        ticket = self._held_ticket(self.an)
        dialog = self._dialog(
            ticket, self.an, "transfer", member_id=self._seat(self.binh), reason="Knows it"
        )
        self.assertEqual((dialog.availability, dialog.open_count, dialog.capacity), ("busy", 1, 1))
        dialog.action_transfer()
        self.assertState(ticket, "todo", self.binh)
        self.assertEqual(ticket.assignment_ids[:1].reason, "Knows it")

    def test_members_are_named_with_their_load_where_one_is_chosen(self):
        """S0-TKT-51: whom one chooses shows state and load; elsewhere the name alone."""
        seat = self._seat(self.an)
        self._held_ticket(self.an)
        seat.invalidate_recordset()
        self.assertEqual(seat.display_name, "An")
        shown = seat.with_context(caredesk_show_load=True).display_name
        self.assertEqual(shown, "An – Busy, 1 open, 0 waiting")

    def test_assign_gives_a_queued_ticket_to_a_member(self):
        """S0-TKT-13, S1-MGT-03: intake names the performer of a queued ticket."""
        intake = self._user("intake", "intake")
        self.support.auto_assign = False
        ticket = self._ticket()
        self._dialog(ticket, intake, "assign", member_id=self._seat(self.binh)).action_assign()
        self.assertState(ticket, "todo", self.binh)
        self.assertLog(ticket, ("assign", "binh"))

    def test_dialog_cannot_get_around_the_checks(self):
        """IE-03: an agent who is not the performer gets nowhere through a dialog either."""
        ticket = self._held_ticket(self.an, "in_progress")
        waits = self.env["caredesk.ticket.wait"].with_user(self.binh)
        with self.assertRaises(AccessError):
            waits.create({"ticket_id": ticket.id}).action_wait()
        with self.assertRaises(AccessError):
            self.env["caredesk.ticket.assign"].with_user(self.binh).create(
                {"ticket_id": ticket.id, "member_id": self._seat(self.binh).id}
            )

    def test_creator_cancels_before_work_began(self):
        """S0-TKT-68: the creator cancels with a reason while nobody has started."""
        creator = self._user("mai", "creator")
        ticket = self._ticket(by=creator)
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            self._dialog(ticket, creator, "cancel")
        self._dialog(ticket, creator, "cancel", reason="Solved itself").action_cancel()
        self.assertEqual((ticket.state, ticket.cancel_reason), ("cancelled", "Solved itself"))

    def test_start_asks_about_the_ticket_in_progress(self):
        """C-37: starting a second ticket offers to put the first to waiting."""
        self._seat(self.an).capacity = 2
        first = self._held_ticket(self.an, "in_progress")
        second = self._held_ticket(self.an)
        dialog = self._dialog(second, self.an, "start")
        self.assertIn(first.number, dialog.other_names)
        dialog.action_pause_and_start()
        self.assertState(first, "waiting", self.an)
        self.assertState(second, "in_progress", self.an)
        again = self._dialog(first, self.an, "continue")
        again.action_pause_and_start()
        self.assertState(first, "in_progress", self.an)
        self.assertState(second, "waiting", self.an)

    def test_start_is_plain_without_a_conflict(self):
        """S0-TKT-26: Start starts at once, also where several tickets at once are allowed."""
        self._seat(self.an).capacity = 2
        first, second = self._held_ticket(self.an), self._held_ticket(self.an)
        self.assertIs(first.with_user(self.an).action_open_start(), True)
        self.support.allow_parallel_work = True
        self.assertIs(second.with_user(self.an).action_open_start(), True)
        self.assertState(second, "in_progress", self.an)


@tagged("post_install", "-at_install")
class TestButtons(CareDeskCase):
    def _buttons(self, ticket, user):
        """Return the steps ``user`` is offered on ``ticket``."""
        ticket = ticket.with_user(user)
        ticket.invalidate_recordset()
        return {
            name.removeprefix("can_")
            for name in ticket._fields
            if name.startswith("can_") and ticket[name]
        }

    def test_performer_sees_the_steps_of_the_state(self):
        """S0-TKT-26: buttons show only in the states where they apply."""
        ticket = self._held_ticket(self.an)
        mine = ticket.with_user(self.an)
        self.assertEqual(self._buttons(ticket, self.an), {"start", "wait", "transfer"})
        mine.action_start()
        self.assertEqual(self._buttons(ticket, self.an), {"wait", "complete", "transfer"})
        mine.action_wait("customer")
        self.assertEqual(self._buttons(ticket, self.an), {"continue", "complete", "transfer"})
        mine.action_complete("Done")
        self.assertEqual(self._buttons(ticket, self.an), {"reopen"})

    def test_take_is_offered_to_free_and_waiting_members_only(self):
        """S0-TKT-28, S0-TKT-33: a busy or away member and a stranger see no Take button."""
        self.support.auto_assign = False
        queued = self._ticket()
        stranger = self._user("chi", "intake")  # sees the ticket, is no member
        self.assertIn("take", self._buttons(queued, self.an))
        self._held_ticket(self.an, "waiting")
        self.assertIn("take", self._buttons(queued, self.an))
        self._held_ticket(self.binh)
        self.assertNotIn("take", self._buttons(queued, self.binh))
        self._seat(self.an).action_set_away(True)
        self.assertNotIn("take", self._buttons(queued, self.an))
        self.assertNotIn("take", self._buttons(queued, stranger))

    def test_every_offered_step_is_allowed(self):
        """IE-03: whatever button a role sees in a state, pressing it is not refused."""
        users = [self.an, *(self._user(role, role) for role in ("intake", "manager"))]
        arguments = {
            "wait": ("customer",),
            "complete": ("Done",),
            "cancel": ("No need",),
            "assign": (self.binh,),
            "transfer": (self.binh,),
        }
        self._seat(self.an).capacity = 99
        for state in ("todo", "in_progress", "waiting", "done"):
            for user in users:
                for step in self._buttons(self._held_ticket(self.an, state), user):
                    with self.subTest(state=state, user=user.login, step=step):
                        self.support.allow_parallel_work = True
                        ticket = self._held_ticket(self.an, state).with_user(user)
                        getattr(ticket, f"action_{step}")(*arguments.get(step, ()))

    def test_type_chosen_on_the_form_shows_its_group(self):
        """S0-TKT-18: the group follows the type at once, and a foreign group clears the type."""
        other = self._group("Other")
        form = Form(self.env["caredesk.ticket"].with_user(self._user("intake", "intake")))
        form.type_id = self.usage
        self.assertEqual(form.group_id, self.support)
        form.group_id = other
        self.assertFalse(form.type_id)
