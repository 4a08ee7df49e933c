from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .process_common import ProcessCase


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
        self.assertEqual(
            (log.method, log.to_user_id, log.notice_pending), ("reopen", self.an, True)
        )
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
        self.env["caredesk.support.group"].search([]).quality_check = False
        self.ticket.with_user(self.binh).action_check(True, True)
        self.stage.is_quality_check = False
        billing = self._group("Billing", self.binh, quality_check=True)
        ticket = self._held_ticket(self.binh, "done", group_id=billing.id)
        self.assertTrue(ticket.is_check_pending)
        self.assertEqual(ticket.stage_id.group_ids, billing)
