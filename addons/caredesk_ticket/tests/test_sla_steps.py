from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaSteps(SlaMixin, TransactionCase):
    """S4-HD-04, S4-HD-05: promises where they meet the other things that happen to a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")

    # === TRANSFER, WITHDRAWAL ===

    def test_transfer_of_a_waiting_ticket_lets_the_clock_go_on(self):
        """S4-HD-05: a colleague who gets a waiting ticket gets a running deadline with it."""
        self._policy(hours=8)
        ticket = self._held_ticket(self.an, "waiting")
        self.assertSla(ticket, "paused")
        self.clock.tick(3600)
        ticket.with_user(self.an).action_transfer(self.binh)
        self.assertSla(ticket, "running", "2026-03-02 19:00:00")

    def test_assigning_reaches_a_stage(self):
        """S4-HD-04: who gets a ticket from the queue may bring it to the promised stage."""
        given = self.env.ref("caredesk_ticket.stage_assign")
        self.assertEqual(given.state, "todo")
        self.support.auto_assign = False
        self._policy("stage", hours=1, stage_id=given.id)
        ticket = self._ticket()
        self.assertSla(ticket, "running", "2026-03-02 11:00:00")
        ticket.with_user(self.an).action_take()
        self.assertSla(ticket, "reached")

    def test_a_broken_promise_that_no_longer_holds_stays_silent(self):
        """S4-HD-05: what another group had promised and broken does not start to run again."""
        second = self._group("Second", self.boss)
        self._policy(hours=1)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(7200)
        self._watch()
        self.assertSla(ticket, "failed", "2026-03-02 11:00:00")
        ticket.with_user(self.boss).group_id = second
        self.assertSla(ticket, "failed")
        ticket.invalidate_recordset()
        self.assertFalse(ticket.sla_live)
        ticket.with_user(self.boss).action_start()
        self.assertSla(ticket, "failed")
        self.assertFalse(self._row(ticket).since_at)

    # === POLICIES ===

    def test_policy_moved_to_another_group(self):
        """S4-HD-04: the tickets of both groups follow a policy that changes its group."""
        second = self._group("Second", self.boss)
        policy = self._policy(hours=8)
        mine = self._ticket()
        theirs = self._ticket(group_id=second.id)
        policy.group_id = second
        self._recompute()
        self.assertSla(mine, "none")
        self.assertSla(theirs, "running", "2026-03-02 18:00:00")

    def test_policy_with_another_target(self):
        """S4-HD-04: a policy that now promises something else is not kept by the former thing."""
        policy = self._policy("first_response", hours=8)
        ticket = self._held_ticket(self.an, "in_progress")
        policy.target = "resolution"
        self._recompute()
        self._answer(ticket)
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")

    def test_policy_of_absurd_hours(self):
        """S4-HD-04: hours no number can hold are refused, or no ticket could be made."""
        for hours in (0.0001, 1_000_000, float("inf")):
            with self.subTest(hours), self.assertRaises(ValidationError), self.cr.savepoint():
                self._policy(hours=hours)

    def test_deleted_calendar(self):
        """S4-HD-04: deleted working hours cost no ticket; clocks follow."""
        calendar = self._calendar()
        self.support.calendar_id = calendar
        self._policy(hours=8, use_working_hours=True)
        before = self._ticket()
        self.assertSla(before, "running", "2026-03-03 10:00:00")
        self.company.resource_calendar_id = False
        self._recompute()
        calendar.unlink()
        after = self._ticket()
        self.assertSla(after, "running", "2026-03-02 18:00:00")
        self._recompute()
        self.assertSla(before, "running", "2026-03-02 18:00:00")

    def test_what_a_policy_asks_for_cannot_vanish(self):
        """S4-HD-04: a promise to some never becomes a promise to all."""
        other = self._type(self.support, name="Other")
        gone = self._type(self.support, name="Gone")
        tag = self.env["caredesk.ticket.tag"].create({"name": "VIP"})
        customer = self._customer()
        for vals in (
            {"type_ids": [Command.link(gone.id)]},
            {"partner_ids": [Command.link(customer.id)]},
            {"tag_ids": [Command.link(tag.id)]},
        ):
            self._policy(hours=8, **vals)
        for record in (gone, customer, tag):
            record.active = False
        self.env.registry.clear_cache()
        self.assertSla(self._ticket(type_id=other.id), "none")
        for record in (gone, customer, tag):
            with (
                self.subTest(record._name),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                record.unlink()
                self.env.flush_all()

    def test_stages_of_an_archived_group_stay_its_own(self):
        """S4-STG-09: they do not become stages of all groups."""
        ended = self._group("Ended", self.boss)
        stage = self.env["caredesk.ticket.stage"].create(
            {
                "name": "Own",
                "state": "unassigned",
                "sequence": -1,
                "group_ids": [Command.link(ended.id)],
            }
        )
        ended.active = False
        self.env.registry.clear_cache()
        self.support.auto_assign = False
        ticket = self._ticket()
        self.assertNotEqual(ticket.stage_id, stage)
        with self.assertRaises(UserError):
            ticket.with_user(self.boss).stage_id = stage

    def test_night_shift_when_the_clocks_change(self):
        """S4-HD-04: the night in which an hour is missing has an hour less."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Night",
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Night",
                                "dayofweek": str(day),
                                "hour_from": 0,
                                "hour_to": 6,
                                "day_period": "morning",
                            }
                        )
                        for day in (6, 0)
                    ),
                ],
            }
        )
        self._policy(hours=6, use_working_hours=True, calendar_id=calendar.id)
        self.clock.move_to("2026-03-28 20:00:00")
        self.assertSla(self._ticket(), "running", "2026-03-29 23:00:00")
        self.clock.move_to("2026-10-24 20:00:00")
        self.assertSla(self._ticket(), "running", "2026-10-25 04:00:00")

    def test_archived_policies_are_not_promised(self):
        """S4-HD-04: nor when a client asks for archived records too."""
        policy = self._policy(hours=8)
        policy.active = False
        ticket = (
            self.env["caredesk.ticket"].with_context(active_test=False).create(self._ticket_vals())
        )
        self.assertSla(ticket, "none")
        self.assertSla(self._ticket(), "none")

    def test_archived_stages_are_not_entered(self):
        """S4-STG-09: nor when a client asks for archived records too."""
        stage = self.env["caredesk.ticket.stage"].create(
            {
                "name": "Old",
                "state": "unassigned",
                "sequence": -1,
                "group_ids": [Command.link(self.support.id)],
                "active": False,
            }
        )
        self.support.auto_assign = False
        ticket = (
            self.env["caredesk.ticket"].with_context(active_test=False).create(self._ticket_vals())
        )
        self.assertNotEqual(ticket.stage_id, stage)
        self.assertNotEqual(self._ticket().stage_id, stage)

    def test_reopened_after_the_policy_was_archived(self):
        """S4-HD-04: what is promised no more does not begin to count again."""
        policy = self._policy(hours=8)
        ticket = self._held_ticket(self.an, "done")
        self.assertSla(ticket, "reached")
        policy.active = False
        ticket.with_user(self.an).action_reopen()
        self.assertSla(ticket, "reached")

    # === ANSWERS ===

    def test_date_of_an_answer(self):
        """S4-HD-05: an answer counts when it came, whatever date it claims for itself."""
        self._policy("first_response", hours=1)
        ticket = self._held_ticket(self.an)
        self.clock.tick(7200)
        ticket.with_user(self.an).message_post(
            body="Sorry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            date="2026-03-02 10:00:01",
        )
        self.assertSla(ticket, "failed")
        self.assertEqual(str(ticket.first_response_at), "2026-03-02 12:00:00")

    # === MERGING, PUTTING OFF ===

    def test_undone_merge_of_a_ticket_put_off(self):
        """S4-HD-05: a ticket put off comes back to its day after a merge was undone."""
        day = fields.Datetime.to_datetime("2026-03-05 08:00:00")
        ticket = self._held_ticket(self.an)
        ticket.with_user(self.an).action_wait("not_now", until=day)
        target = self._ticket()
        ticket.with_user(self.boss).action_merge_into(target, other_customer=True)
        ticket.with_user(self.boss).action_undo_merge()
        self.assertState(ticket, "waiting", self.an)
        self.assertEqual(ticket.snooze_until, day)

    def test_merged_question_waits_for_an_answer(self):
        """S4-HD-05: a customer's new question, merged, is promised the next response."""
        customer = self._customer()
        self._policy("next_response", hours=4)
        target = self._held_ticket(self.an, "in_progress", partner_id=customer.id)
        self._answer(target)
        source = self._ticket(partner_id=customer.id)
        source.with_user(self.boss).action_merge_into(target)
        self.assertEqual(self._row(target, "next_response").state, "running")

    def test_copy_of_an_overdue_ticket(self):
        """S4-HD-05: a ticket whose planned deadline is over can be duplicated."""
        ticket = self._ticket(deadline_at="2026-03-02 12:00:00")
        self.clock.tick(86400)
        self.assertFalse(ticket.copy().deadline_at)


@tagged("post_install", "-at_install")
class TestClosingMeets(SlaMixin, TransactionCase):
    """C-24, S4-STG-05: closing, where it meets customers who still write."""

    def _close(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_auto_close").method_direct_trigger()
        self.env.invalidate_all()

    def test_unanswered_message_keeps_a_ticket_open_to_answers(self):
        """S4-STG-05, C-24: what the customer wrote last is not closed away unread."""
        customer = self._customer()
        self.support.reopen_on_reply_days = 0
        ticket = self._held_ticket(self.an, "in_progress", partner_id=customer.id)
        self._customer_writes(ticket)
        ticket.with_user(self.an).action_complete(result="Fixed")
        self.assertFalse(ticket.customer_replied, "who completes has read it")
        self.clock.tick(86400)
        self._customer_writes(ticket)
        self.clock.tick(10 * 86400)
        self._close()
        self.assertFalse(ticket.is_closed)
        self._answer(ticket)
        self._close()
        self.assertTrue(ticket.is_closed)

    def test_question_merged_into_a_done_ticket(self):
        """C-24, S4-STG-05: it is not closed away with the ticket it was merged into."""
        boss = self._user("boss", "manager")
        customer = self._customer()
        target = self._held_ticket(self.an, "done", partner_id=customer.id)
        self._ticket(partner_id=customer.id).with_user(boss).action_merge_into(target)
        self.clock.tick(10 * 86400)
        self._close()
        self.assertFalse(target.is_closed)

    def test_absurd_days(self):
        """C-24: one group's slip of the keyboard must not stop the closing of all others."""
        for name in ("auto_close_days", "follow_up_days", "reopen_on_reply_days"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.support[name] = 999_999_999

    def test_required_checklist_cannot_be_deleted_away(self):
        """S4-STG-01: who has to do a required checklist does not shorten it."""
        self.usage.write(
            {"checks_required": True, "check_ids": [Command.create({"name": "Ask the serial"})]}
        )
        ticket = self._held_ticket(self.an, "in_progress")
        point = ticket.check_ids.with_user(self.an)
        with self.assertRaises(UserError):
            point.unlink()
        other = self._held_ticket(self.binh)
        with self.assertRaises(UserError):
            point.ticket_id = other
