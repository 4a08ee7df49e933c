from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaClock(SlaMixin, TransactionCase):
    """When the clocks of service levels run, stand and end (S4-HD-04, S4-HD-05)."""

    # === WHICH TICKETS ===

    def test_a_promise_for_a_customer(self):
        """S4-HD-04: it holds for the customer and its contacts, and for nobody else."""
        firm = self._customer(name="Firm", is_company=True)
        contact = self._customer(name="Contact", parent_id=firm.id)
        self._policy(partner_ids=firm.ids)
        self.assertTrue(self._ticket(partner_id=contact.id).sla_deadline)
        self.assertFalse(self._ticket(partner_id=self._customer().id).sla_deadline)
        self.assertFalse(self._ticket().sla_deadline)

    def test_a_promise_for_a_tag(self):
        """S4-HD-04: tagging a ticket brings the promise, untagging takes it back."""
        tag = self.env["caredesk.ticket.tag"].create({"name": "VIP"})
        self._policy(tag_ids=tag.ids)
        ticket = self._ticket(tag_ids=[Command.set(tag.ids)])
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")
        plain = self._ticket()
        self.assertSla(plain, "none")
        self.clock.tick(3600)
        plain.tag_ids = tag
        self.assertSla(plain, "running", "2026-03-02 18:00:00")
        plain.tag_ids = False
        self.assertSla(plain, "none")

    def test_a_promise_from_a_severity_on(self):
        """S4-HD-04: severity at least; raising it on an open ticket brings the promise."""
        self._policy(min_severity="2")
        ticket = self._ticket(severity="1")
        self.assertSla(ticket, "none")
        ticket.severity = "3"
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")

    def test_a_promise_for_all_groups(self):
        """S4-HD-02, S4-HD-04: a policy without a group holds for every group of its company."""
        other = self._group("Other")
        self._policy(group_id=False)
        self.assertTrue(self._ticket(group_id=other.id).sla_deadline)
        abroad = self._company("Abroad")
        far = self.env["caredesk.support.group"].create({"name": "Far", "company_id": abroad.id})
        self.assertFalse(self._ticket(group_id=far.id).sla_deadline)

    # === PAUSES ===

    def test_waiting_for_the_customer_pauses(self):
        """S4-HD-05: the deadline goes while the ticket waits and comes back later by as much."""
        self._policy()
        ticket = self._held_ticket(self.an, "in_progress")
        mine = ticket.with_user(self.an)
        self.clock.tick(3600)
        mine.action_wait("customer")
        self.assertSla(ticket, "paused")
        self.assertEqual(self._row(ticket).used_seconds, 3600)
        self.clock.tick(5 * 3600)
        mine.action_continue()
        self.assertSla(ticket, "running", "2026-03-02 23:00:00")

    def test_waiting_for_oneself_does_not_pause(self):
        """S4-HD-05: putting off work is not the customer's fault, unless the policy says so."""
        lenient = self._policy(hours=4, pause_on="waiting", name="Lenient")
        self._policy(hours=8, pause_on="customer", name="Strict")
        ticket = self._held_ticket(self.an, "in_progress")
        ticket.with_user(self.an).action_wait("not_now")
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")
        paused = ticket.sla_status_ids.filtered(lambda row: row.policy_id == lenient)
        self.assertEqual((paused.state, paused.deadline_at), ("paused", False))

    def test_a_pause_over_night_counts_in_working_hours(self):
        """S4-HD-05: what is left is left in working hours, however long the customer took."""
        self.support.calendar_id = self._calendar()
        self._policy(hours=8, use_working_hours=True)
        ticket = self._held_ticket(self.an, "in_progress")  # Monday 10:00
        self.clock.tick(3600)
        ticket.with_user(self.an).action_wait("customer")
        self.clock.move_to("2026-03-04 22:00:00")
        ticket.with_user(self.an).action_continue()  # seven hours are left, from Thursday on
        self.assertSla(ticket, "running", "2026-03-05 16:00:00")

    def test_a_transfer_changes_nothing(self):
        """S4-HD-05: the promise is the group's, whoever holds the ticket."""
        self._policy()
        ticket = self._held_ticket(self.an)
        self.clock.tick(3600)
        ticket.with_user(self.an).action_transfer(self.binh)
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")

    def test_completed_while_waiting(self):
        """S4-HD-05: from waiting straight to done: the pause does not count."""
        self._policy()
        ticket = self._held_ticket(self.an, "waiting")
        self.clock.tick(20 * 3600)
        ticket.with_user(self.an).action_complete("Solved itself")
        self.assertSla(ticket, "reached")
        self.assertEqual(self._row(ticket).used_seconds, 0)

    def test_the_time_between_done_and_reopened_does_not_count(self):
        """S4-HD-05: what was used before stays used, the days in between are nobody's."""
        self._policy()
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3600)
        ticket.with_user(self.an).action_complete("Fixed")
        self.clock.tick(3 * 86400)
        ticket.with_user(self.an).action_reopen()
        self.assertSla(ticket, "running", "2026-03-05 18:00:00")
        self.assertFalse(self._row(ticket).reached_at)

    def test_a_late_end_says_by_how_much(self):
        """S4-HD-05: exact seconds too late, in the hours the promise counts in."""
        self._policy(hours=1)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3600 + 61)
        ticket.with_user(self.an).action_complete("Fixed")
        row = self._row(ticket)
        self.assertEqual((row.state, row.exceeded_seconds, row.left_seconds), ("failed", 61, -61))

    # === RESPONSES ===

    def test_the_next_response_counts_from_the_customers_message(self):
        """S4-HD-04: once answered, each message of the customer wants an answer in time."""
        self._policy("first_response", 1)
        self._policy("next_response", 2)
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self._customer().id)
        self._customer_writes(ticket)
        self.assertFalse(self._row(ticket, "next_response"), "the first response is due still")
        self._answer(ticket)
        self.assertSla(ticket, "reached")
        self.clock.tick(3600)
        self._customer_writes(ticket)
        self.assertSla(ticket, "running", "2026-03-02 13:00:00")
        self.clock.tick(1800)
        self._customer_writes(ticket)
        self.assertSla(ticket, "running", "2026-03-02 13:00:00")
        self._answer(ticket)
        self.assertSla(ticket, "reached")
        self._customer_writes(ticket)
        self.assertEqual(len(ticket.sla_status_ids), 3, "the next message, the next promise")

    def test_a_note_does_not_answer_the_next_message(self):
        """S4-HD-04, IE-11: notes and the customer's own messages leave the clock running."""
        self._policy("next_response", 2)
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self._customer().id)
        self._answer(ticket)
        self._customer_writes(ticket)
        ticket.with_user(self.an).message_post(body="Hm", subtype_xmlid="mail.mt_note")
        self.assertSla(ticket, "running", "2026-03-02 12:00:00")

    def test_a_message_that_ends_the_waiting_starts_the_clock(self):
        """S4-HD-04: the ticket goes on by the customer's message, and so does its promise."""
        self._policy("next_response", 2)
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self._customer().id)
        self._answer(ticket)
        ticket.with_user(self.an).action_wait("customer")
        self.clock.tick(3600)
        self._customer_writes(ticket)
        self.assertState(ticket, "in_progress", self.an)
        self.assertSla(ticket, "running", "2026-03-02 13:00:00")

    # === STAGES ===

    def test_reaching_a_stage_keeps_its_promise(self):
        """S4-HD-04: a stage, or a later one, in time; another stage before it does not count."""
        stage = self.env.ref("caredesk_ticket.stage_solution")
        self._policy("stage", 4, stage_id=stage.id)
        ticket = self._held_ticket(self.an, "in_progress")
        self.assertSla(ticket, "running", "2026-03-02 14:00:00")
        self.clock.tick(3600)
        ticket.with_user(self.an).stage_id = stage
        self.assertSla(ticket, "reached")
        late = self._held_ticket(self.binh, "in_progress")
        self.clock.tick(4 * 3600 + 1)
        late.with_user(self.binh).action_complete("Fixed")
        self.assertEqual(self._row(late, "stage").state, "failed")

    def test_a_promise_about_a_stage_names_one(self):
        """S4-HD-04: without a stage it cannot be kept."""
        with self.assertRaisesRegex(ValidationError, "which stage"):
            self._policy("stage", 4)

    def test_a_promise_that_cannot_be_kept_is_refused(self):
        """S4-HD-04: tickets never come to another group's stage, and cancelling keeps nothing."""
        cancelled = self.env.ref("caredesk_ticket.stage_cancelled")
        foreign = self.env["caredesk.ticket.stage"].create(
            {"name": "Workshop", "state": "in_progress", "group_ids": self._group("Other").ids}
        )
        for stage in (cancelled, foreign):
            with self.assertRaisesRegex(ValidationError, "never come to"):
                self._policy("stage", 4, stage_id=stage.id)
        self._policy("stage", 4, stage_id=foreign.id, group_id=False)

    # === WHAT THE TICKET SHOWS ===

    def test_a_missed_deadline_stays_on_top(self):
        """S4-HD-05: broken and not yet done: its deadline goes on ordering the queue."""
        self._policy(hours=1)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3601)
        self._watch()
        self.assertSla(ticket, "failed", "2026-03-02 11:00:00")
        ticket.with_user(self.an).action_complete("Fixed")
        self.assertSla(ticket, "failed")

    def test_what_a_screen_counts_down_from(self):
        """S4-HD-05: working time left, whether it ticks now, and until when."""
        self.support.calendar_id = self._calendar()
        self._policy(hours=8, use_working_hours=True)
        ticket = self._held_ticket(self.an)  # Monday 10:00
        live = {"left": 8 * 3600, "ticks": True, "until": 2 * 3600, "stops": None}
        self.assertEqual(ticket.sla_live, {**live, "state": "running"})
        self.clock.move_to("2026-03-02 12:30:00")
        ticket.invalidate_recordset()
        live = {"left": 6 * 3600, "ticks": False, "until": 1800, "stops": 4.5 * 3600}
        self.assertEqual(ticket.sla_live, {**live, "state": "running"})
        self.clock.move_to("2026-03-03 13:30:00")
        ticket.invalidate_recordset()
        self.assertEqual(ticket.sla_live["left"], -2.5 * 3600)

    def test_deadline_and_time_left_are_of_one_promise(self):
        """S4-HD-05: what is shown side by side belongs together, late or not."""
        self.support.calendar_id = self._calendar()
        self._policy("first_response", hours=2, use_working_hours=True)
        self._policy(hours=3)
        ticket = self._held_ticket(self.an)  # Monday 10:00
        self.clock.move_to("2026-03-02 20:00:00")
        ticket.invalidate_recordset()
        self.assertEqual(str(ticket.sla_deadline), "2026-03-02 12:00:00")
        self.assertEqual(ticket.sla_live["left"], -4 * 3600, "13 to 17; the other is 7 hours late")

    def test_a_used_policy_is_archived_not_deleted(self):
        """S4-HD-04: what was promised stays on record."""
        policy = self._policy()
        self._ticket()
        with self.assertRaisesRegex(UserError, "Archive it"):
            policy.unlink()
        self._policy(hours=3, min_priority="3").unlink()
