from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models import caredesk_ticket_close
from .common import CareDeskCase


class ProcessCase(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.response = cls._user("dap", "intake")
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.follow_up_stage = cls.env.ref("caredesk_ticket.stage_follow_up")
        cls.closed_stage = cls.env.ref("caredesk_ticket.stage_closed")

    def _run_cron(self, name):
        """Run one of our scheduled actions as the server does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"caredesk_ticket.{name}").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestQualityCheck(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.quality_check = True
        cls.ticket = cls._held_ticket(cls.an, "done")
        cls.stage = cls.env.ref("caredesk_ticket.stage_quality_check")

    def test_completing_leads_to_the_check(self):
        """S4-STG-05: only in groups with the setting; the stage joins them by it."""
        self.assertState(self.ticket, "done", self.an)
        self.assertEqual(self.ticket.stage_id, self.stage)
        self.assertTrue(self.ticket.is_check_pending)
        self.assertIn(self.support, self.stage.group_ids)
        other = self._group("Billing", self.binh)
        elsewhere = self._held_ticket(self.binh, "done", group_id=other.id)
        self.assertEqual(elsewhere.stage_id, self.follow_up_stage)
        found = self.env["caredesk.ticket"].search([("is_check_pending", "=", True)])
        self.assertIn(self.ticket, found)
        self.assertNotIn(elsewhere, found)

    def test_a_passed_check_goes_on(self):
        """S4-STG-05: solution effective, need met, by whom and when are kept."""
        clock = self._freeze("2030-01-07 10:00:00")
        self.ticket.with_user(self.binh).action_check(True, True)
        check = self.ticket.quality_ids
        self.assertEqual(
            (check.checker_id, check.performer_id, check.date, check.passed),
            (self.binh, self.an, clock(), True),
        )
        self.assertEqual(self.ticket.stage_id, self.follow_up_stage)
        self.assertFalse(self.ticket.is_check_pending)
        with self.assertRaisesRegex(UserError, "does not wait"):
            self.ticket.with_user(self.binh).action_check(True, True)

    def test_a_failed_check_sends_it_back(self):
        """S4-STG-05: to its performer, with the note; the next completion is checked again."""
        checker = self.ticket.with_user(self.binh)
        with self.assertRaisesRegex(UserError, "what is missing"):
            checker.action_check(True, False)
        checker.action_check(True, False, "The customer still has no invoice")
        self.assertState(self.ticket, "todo", self.an)
        self.assertEqual(self.ticket.quality_failed_count, 1)
        self.assertIn("no invoice", self.ticket.failed_check_note)
        self.assertFalse(self.ticket.done_at)
        log = self.ticket.assignment_ids[0]
        self.assertEqual((log.method, log.to_user_id, log.notice_pending), ("reopen", self.an, True))
        self.assertIn("no invoice", log.reason)
        self.assertHistory(self.ticket)
        mine = self.ticket.with_user(self.an)
        mine.action_start()
        mine.action_complete("Sent the invoice")
        self.assertEqual(self.ticket.stage_id, self.stage)
        checker.action_check(True, True)
        self.assertFalse(self.ticket.failed_check_note)
        self.assertEqual(self.ticket.quality_ids.sorted("id").mapped("passed"), [False, True])

    def test_who_may_check(self):
        """S4-STG-05: a colleague, the response team or a manager; nobody checks himself."""
        outsider = self._user("outsider", "agent")
        for user in (self.an, outsider):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_check(True, True)
        may = {self.binh: True, self.response: True, self.boss: True, self.an: False}
        for user, can in may.items():
            self.assertEqual(self.ticket.with_user(user).can_check, can, user.login)
        seat = self._member(self.support, self.boss)
        own = self._ticket(user_id=seat.user_id.id)
        own.with_user(self.boss).action_start()
        own.with_user(self.boss).action_complete("Did it")
        own.with_user(self.boss).action_check(True, True)
        self.assertEqual(own.stage_id, self.follow_up_stage)

    def test_nothing_passes_by_the_check(self):
        """S4-STG-05: neither closing, nor a dragged card, nor the settings, nor the cron."""
        with self.assertRaisesRegex(UserError, "quality check"):
            self.ticket.with_user(self.response).action_close()
        self.assertFalse(self.ticket.with_user(self.response).can_close)
        for stage in (self.follow_up_stage, self.closed_stage):
            with self.assertRaisesRegex(UserError, "quality check"):
                self.ticket.with_user(self.response).stage_id = stage
        self.ticket._own_code().write({"done_at": "2020-01-01 00:00:00"})
        self._run_cron("ir_cron_auto_close")
        self.assertFalse(self.ticket.is_closed)
        with self.assertRaises(AccessError):
            self.env["caredesk.ticket.quality"].with_user(self.boss).create(
                {"ticket_id": self.ticket.id, "checker_id": self.boss.id, "date": "2020-01-01"}
            )

    def test_close_when_done_waits_for_the_check(self):
        """S4-STG-05, C-24: the setting closes what is finished, checks included."""
        self.support.close_when_done = True
        ticket = self._held_ticket(self.binh, "done")
        self.assertFalse(ticket.is_closed)
        ticket.with_user(self.an).action_check(True, True)
        self.assertTrue(ticket.is_closed)

    def test_the_dialog(self):
        """S4-STG-05: two questions; a note is needed to send it back."""
        dialogs = self.env["caredesk.ticket.check"].with_user(self.binh)
        form = Form(dialogs.with_context(default_ticket_id=self.ticket.id))
        form.solution_effective = "yes"
        form.need_met = "no"
        with self.assertRaisesRegex(AssertionError, "note is a required field"):
            form.save()
        form.note = "Not asked for"
        form.save().action_check()
        self.assertState(self.ticket, "todo", self.an)

    def test_a_group_without_the_shipped_stage_gets_one(self):
        """S4-STG-05, S4-STG-09: whoever deleted or changed it can still switch the check on."""
        self.stage.is_quality_check = False
        billing = self._group("Billing", self.binh, quality_check=True)
        ticket = self._held_ticket(self.binh, "done", group_id=billing.id)
        self.assertTrue(ticket.is_check_pending)
        self.assertEqual(ticket.stage_id.group_ids, billing)


@tagged("post_install", "-at_install")
class TestFollowUp(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.follow_up_days = 2

    def _reminders(self, ticket):
        kind = self.env.ref("caredesk_ticket.mail_activity_type_follow_up")
        activities = self.env["mail.activity"].with_context(active_test=False)
        return activities.search(
            [("res_id", "=", ticket.id), ("activity_type_id", "=", kind.id)]
        )

    def test_completing_plans_it(self):
        """S4-STG-06: so many days after the solution; a date chosen by hand stays."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        self.assertEqual(ticket.follow_up_at, clock() + timedelta(days=2))
        chosen = self._held_ticket(self.an, "in_progress")
        chosen.with_user(self.an).follow_up_at = "2026-05-01 08:00:00"
        chosen.with_user(self.an).action_complete("Fixed")
        self.assertEqual(str(chosen.follow_up_at), "2026-05-01 08:00:00")

    def test_each_is_reminded_of_once_however_late(self):
        """S4-STG-06: the cron stood still for three days; then one activity each, no more."""
        clock = self._freeze()
        tickets = self._held_ticket(self.an, "done") | self._held_ticket(self.binh, "done")
        self._run_cron("ir_cron_follow_up")
        self.assertFalse(self._reminders(tickets[0]))
        clock.tick(5 * 86400)
        for _run in range(3):
            self._run_cron("ir_cron_follow_up")
        for ticket in tickets:
            self.assertEqual(self._reminders(ticket).user_id, ticket.user_id)
            self.assertEqual(str(self._reminders(ticket).date_deadline), "2026-03-04")

    def test_a_new_date_is_reminded_of_again(self):
        """S4-STG-06: the customer asks to be called later."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        ticket.with_user(self.an).follow_up_at = clock() + timedelta(days=1)
        self._run_cron("ir_cron_follow_up")
        self.assertEqual(len(self._reminders(ticket)), 1)
        clock.tick(2 * 86400)
        self._run_cron("ir_cron_follow_up")
        self.assertEqual(len(self._reminders(ticket)), 2)

    def test_done_by_the_button_or_by_the_activity(self):
        """S4-STG-06: both record it; what the customer said is kept in the conversation."""
        clock = self._freeze()
        pressed = self._held_ticket(self.an, "done")
        marked = self._held_ticket(self.binh, "done")
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        pressed.with_user(self.an).action_follow_up_done("All is well")
        self._reminders(marked).with_user(self.binh).action_feedback("Content")
        for ticket, said in ((pressed, "All is well"), (marked, "Content")):
            self.assertFalse(ticket.follow_up_at)
            self.assertEqual(ticket.followed_up_at, clock())
            self.assertFalse(self._reminders(ticket).active)
            self.assertIn(said, "".join(ticket.message_ids.mapped("body")))
        with self.assertRaisesRegex(UserError, "no follow-up"):
            pressed.with_user(self.an).action_follow_up_done()

    def test_before_the_reminder(self):
        """S4-STG-06: somebody asked earlier than planned: no reminder any more."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        outsider = self._user("outsider", "agent")
        with self.assertRaises(AccessError):
            ticket.with_user(outsider).action_follow_up_done()
        dialogs = self.env["caredesk.ticket.follow.up"].with_user(self.binh)
        form = Form(dialogs.with_context(default_ticket_id=ticket.id))
        form.note = "Met her at the shop"
        form.save().action_done()
        clock.tick(9 * 86400)
        self._run_cron("ir_cron_follow_up")
        self.assertFalse(self._reminders(ticket))
        self.assertIn("at the shop", ticket.message_ids[0].body)

    def test_reopening_takes_it_back(self):
        """S4-STG-06: nobody is asked about a solution that does not hold."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        ticket.with_user(self.an).action_reopen()
        self.assertFalse(ticket.follow_up_at or self._reminders(ticket))

    def test_the_check_comes_first(self):
        """S4-STG-05, S4-STG-06: a follow-up is planned when the check has passed."""
        self.support.quality_check = True
        ticket = self._held_ticket(self.an, "done")
        self.assertFalse(ticket.follow_up_at)
        ticket.with_user(self.binh).action_check(True, True)
        self.assertTrue(ticket.follow_up_at)

    def test_a_performer_who_left_is_replaced(self):
        """S4-STG-06: the reminder goes to somebody who is there."""
        clock = self._freeze()
        self.support.manager_ids = self.boss
        ticket = self._held_ticket(self.an, "done")
        self.an.active = False
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        self.assertEqual(self._reminders(ticket).user_id, self.boss)


@tagged("post_install", "-at_install")
class TestClosing(ProcessCase):
    def test_a_closed_ticket_is_in_the_closing_stage(self):
        """S1-FLW-08, C-24: closing is a step with a stage, a date and a person."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        self.assertEqual(ticket.stage_id, self.follow_up_stage)
        ticket.with_user(self.response).action_close()
        self.assertEqual(ticket.stage_id, self.closed_stage)
        self.assertEqual((ticket.closed_at, ticket.closed_by_id), (clock(), self.response))
        with self.assertRaisesRegex(UserError, "is closed"):
            ticket.with_user(self.response).stage_id = self.follow_up_stage
        ticket.with_user(self.an).action_reopen()
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_assign"))

    def test_a_card_dropped_on_closed_closes(self):
        """S1-FLW-08: by those who may close, with all that belongs to it."""
        ticket = self._held_ticket(self.an, "done")
        with self.assertRaises(AccessError):
            ticket.with_user(self.an).stage_id = self.closed_stage
        ticket.with_user(self.response).stage_id = self.closed_stage
        self.assertEqual((ticket.is_closed, ticket.closed_by_id), (True, self.response))

    def test_done_tickets_are_closed_after_the_group_s_days(self):
        """C-24, S1-FLW-08: by the group's own days; 0 means never; nobody is named or mailed."""
        clock = self._freeze()
        self.closed_stage.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Closed",
                "model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "subject": "Closed",
                "body_html": "<p>Closed</p>",
            }
        )
        self.assertEqual(self.support.auto_close_days, 3)
        never = self._group("Never", self.boss, auto_close_days=0)
        due = self._held_ticket(self.an, "done", partner_id=self.customer.id)
        kept = self._held_ticket(self.boss, "done", group_id=never.id)
        clock.tick(2 * 86400)
        later = self._held_ticket(self.binh, "done")
        clock.tick(86400 + 1)
        before = self.env["mail.mail"].search_count([])
        self._run_cron("ir_cron_auto_close")
        self.assertEqual((due.is_closed, due.closed_at), (True, clock()))
        self.assertFalse(due.closed_by_id)
        self.assertEqual(due.stage_id, self.closed_stage)
        self.assertIn("Closed automatically", due.message_ids[0].body)
        self.assertFalse(later.is_closed or kept.is_closed)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertFalse(due.message_ids[0].notified_partner_ids)

    def test_closing_catches_up_after_three_days_without_cron(self):
        """C-24: all that became due meanwhile is closed, each once, in several batches."""
        clock = self._freeze()
        tickets = self._tickets(5, group_id=self._group("Closing").id)
        now = fields.Datetime.now()
        for ticket in tickets:
            ticket._own_code().write({"state": "done", "done_at": now, "clock_kind": False})
        clock.tick(6 * 86400)
        with patch.object(caredesk_ticket_close, "_BATCH", 2):
            self._run_cron("ir_cron_auto_close")
            self._run_cron("ir_cron_auto_close")
        self.assertTrue(all(tickets.mapped("is_closed")))
        for ticket in tickets:
            said = [m for m in ticket.message_ids if "Closed automatically" in (m.body or "")]
            self.assertEqual(len(said), 1)

    def test_one_that_cannot_be_closed_stops_nobody(self):
        """C-24: it is logged, and the others are closed."""
        clock = self._freeze()
        tickets = self._held_ticket(self.an, "done") | self._held_ticket(self.binh, "done")
        clock.tick(4 * 86400)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE caredesk_ticket ADD CONSTRAINT caredesk_test_stuck CHECK (id <> %s OR NOT is_closed)",
            [tickets[0].id],
        )
        with mute_logger(
            "odoo.addons.caredesk_ticket.models.caredesk_ticket_close", "odoo.sql_db"
        ):
            self._run_cron("ir_cron_auto_close")
        self.assertEqual(tickets.mapped("is_closed"), [False, True])

    def test_a_follow_up_is_waited_for(self):
        """S4-STG-06, C-24: closed by the next run after the follow-up is done."""
        clock = self._freeze()
        self.support.follow_up_days = 5
        ticket = self._held_ticket(self.an, "done")
        clock.tick(9 * 86400)
        self._run_cron("ir_cron_auto_close")
        self.assertFalse(ticket.is_closed)
        ticket.with_user(self.an).action_follow_up_done()
        self._run_cron("ir_cron_auto_close")
        self.assertTrue(ticket.is_closed)

    def test_close_when_done(self):
        """C-24: at once, or as soon as the follow-up is done."""
        self.support.close_when_done = True
        self.assertTrue(self._held_ticket(self.an, "done").is_closed)
        self.support.follow_up_days = 1
        ticket = self._held_ticket(self.an, "done")
        self.assertFalse(ticket.is_closed)
        ticket.with_user(self.an).action_follow_up_done()
        self.assertEqual((ticket.is_closed, ticket.stage_id), (True, self.closed_stage))

    def test_days_are_not_negative(self):
        """C-24: a clear message at set-up."""
        for name in ("auto_close_days", "follow_up_days"):
            with self.assertRaisesRegex(ValidationError, "negative"), self.env.cr.savepoint():
                self.support[name] = -1


@tagged("post_install", "-at_install")
class TestOutcome(ProcessCase):
    def test_completing_says_whether_it_can_be_handled(self):
        """S1-FLW-07, C-24b: the outcome stands beside the result; handled when nothing is said."""
        said = self._held_ticket(self.an, "in_progress")
        said.with_user(self.an).action_complete("No spare part any more", outcome="not_solved")
        self.assertEqual((said.outcome, said.result), ("not_solved", "No spare part any more"))
        silent = self._held_ticket(self.binh, "in_progress")
        silent.with_user(self.binh).action_complete("Fixed", "Cable")
        self.assertEqual(silent.outcome, "solved")

    def test_a_wrong_outcome_is_refused(self):
        """S1-FLW-07: a clear message, and the ticket stays as it was."""
        ticket = self._held_ticket(self.an, "in_progress")
        for wrong in ("maybe", 3, ["solved"]):
            with self.assertRaises(UserError):
                ticket.with_user(self.an).action_complete("Fixed", outcome=wrong)
        self.assertState(ticket, "in_progress", self.an)

    def test_the_dialog_asks_for_it(self):
        """S1-FLW-07: required, «can be handled» to begin with, the former answer after that."""
        ticket = self._held_ticket(self.an, "in_progress")
        dialogs = self.env["caredesk.ticket.complete"].with_user(self.an)
        form = Form(dialogs.with_context(default_ticket_id=ticket.id))
        self.assertEqual(form.outcome, "solved")
        form.outcome = "not_solved"
        form.result = "Out of warranty"
        form.save().action_complete()
        self.assertEqual(ticket.outcome, "not_solved")
        ticket.with_user(self.an).action_reopen()
        form = Form(dialogs.with_context(default_ticket_id=ticket.id))
        self.assertEqual(form.outcome, "not_solved")
