from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestFollowUp(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.follow_up_days = 2

    def _reminders(self, ticket):
        kind = self.env.ref("caredesk_ticket.mail_activity_type_follow_up")
        activities = self.env["mail.activity"].with_context(active_test=False)
        return activities.search([("res_id", "=", ticket.id), ("activity_type_id", "=", kind.id)])

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

    def test_the_reminder_speaks_the_language_of_the_performer(self):
        """S4-STG-06: a cron has none of its own."""
        self.env["res.lang"]._activate_lang("vi_VN")
        kind = self.env.ref("caredesk_ticket.mail_activity_type_follow_up")
        kind.with_context(lang="vi_VN").summary = "Hỏi thăm khách hàng"
        self.an.lang = "vi_VN"
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        self.assertEqual(self._reminders(ticket).summary, "Hỏi thăm khách hàng")

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
        """S4-STG-06, S4-STG-07: both record it; what the customer said can be reported on."""
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
            self.assertEqual(ticket.customer_feedback, said)
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

    def test_a_cancelled_reminder_ends_the_follow_up(self):
        """S4-STG-06, C-24: who cancels the reminder leaves no ticket that is never closed."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        clock.tick(3 * 86400)
        self._run_cron("ir_cron_follow_up")
        self._reminders(ticket).with_user(self.an).action_cancel()
        self.assertFalse(ticket.follow_up_at)
        self.assertFalse(ticket.followed_up_at)
        clock.tick(86400)
        self._run_cron("ir_cron_auto_close")
        self.assertTrue(ticket.is_closed)
