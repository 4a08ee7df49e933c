from odoo.exceptions import ValidationError
from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaWatch(SlaMixin, MailCase):
    """Warnings, breaches and escalation (S4-HD-05, IE-13)."""

    def _watch_mails(self):
        """Run the cron; return {login: [subjects]} of the mails it sent."""
        mailed = {}
        domain = [("notification_type", "=", "email")]
        with RecordCapturer(self.env["mail.notification"], domain) as capture:
            self._watch()
        for row in capture.records:
            login = row.res_partner_id.email.partition("@")[0]
            mailed.setdefault(login, []).append(row.mail_message_id.subject)
        return mailed

    def _ticket_in_progress(self, **vals):
        ticket = self._held_ticket(self.an, "in_progress", **vals)
        self.env.ref("caredesk_ticket.ir_cron_assignment_notices").method_direct_trigger()
        return ticket

    def test_people_are_warned_before_the_deadline_once(self):
        """IE-13, S4-HD-05: after the share of time the policy names, performer and managers."""
        self.support.manager_ids = self._user("boss", "manager")
        self._policy(hours=10, warn_percent=80)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(8 * 3600 - 1)
        self.assertEqual(self._watch_mails(), {})
        self.assertSla(ticket, "running", "2026-03-02 20:00:00")
        self.clock.tick(1)
        mailed = self._watch_mails()
        self.assertEqual(sorted(mailed), ["an", "boss"])
        self.assertIn("nearly due", mailed["an"][0])
        self.assertSla(ticket, "near", "2026-03-02 20:00:00")
        self.assertEqual(self._watch_mails(), {})
        self.clock.tick(2 * 3600 + 1)
        self.assertIn("missed a deadline", self._watch_mails()["boss"][0])
        self.assertEqual(self._watch_mails(), {})

    def test_after_a_downtime_the_breach_is_told_not_the_warning(self):
        """IE-13: three days later a warning helps nobody; the breach is told once."""
        self._policy(hours=10)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3 * 86400)
        self.assertEqual(
            {login: len(subjects) for login, subjects in self._watch_mails().items()},
            {"an": 1, "binh": 1},
        )
        self.assertSla(ticket, "failed", "2026-03-02 20:00:00")

    def test_completed_late_before_the_cron_came(self):
        """IE-13: missed and done in the meantime: still told, once."""
        self._policy(hours=1)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(2 * 3600)
        ticket.with_user(self.an).action_complete("Fixed")
        self.assertIn("binh", self._watch_mails())
        self.assertEqual(self._watch_mails(), {})

    def test_who_is_told_is_a_setting(self):
        """S4-HD-05: performer, the group's people, and whoever else is named; the living only."""
        chief, gone = self._user("chief", "manager"), self._user("gone", "manager")
        self._policy(
            hours=1,
            warn_percent=0,
            notify_performer=False,
            notify_managers=False,
            notify_user_ids=(chief | gone).ids,
        )
        gone.active = False
        self._held_ticket(self.an, "in_progress")
        self.clock.tick(3601)
        self.assertEqual(sorted(self._watch_mails()), ["chief"])

    def test_a_paused_promise_is_neither_warned_of_nor_missed(self):
        """S4-HD-05: while it waits for the customer nothing is due."""
        self._policy(hours=1)
        ticket = self._held_ticket(self.an, "waiting")
        self.clock.tick(7200)
        self.assertEqual(self._watch_mails(), {})
        self.assertSla(ticket, "paused")

    def test_a_warning_given_is_not_given_again_after_a_pause(self):
        """IE-13: continuing a ticket that is nearly due leaves it nearly due."""
        self._policy(hours=10)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(9 * 3600)
        self.assertTrue(self._watch_mails())
        ticket.with_user(self.an).action_wait("customer")
        self.clock.tick(3600)
        ticket.with_user(self.an).action_continue()
        self.assertEqual(self._watch_mails(), {})
        self.assertSla(ticket, "near", "2026-03-02 21:00:00")

    # === ESCALATION ===

    def test_a_broken_promise_raises_the_priority_and_moves_the_ticket(self):
        """S4-HD-05: escalation, once, with a line that says so."""
        experts = self._group("Experts", self._user("expert"))
        self._policy(hours=1, escalate_priority=True, escalate_group_id=experts.id)
        ticket = self._held_ticket(self.an, "in_progress", priority="1")
        self.clock.tick(3601)
        self._watch()
        self.assertEqual((ticket.priority, ticket.group_id), ("2", experts))
        self.assertEqual(ticket.sla_state, "failed")
        self.assertTrue(ticket.message_ids.filtered(lambda line: "Experts" in (line.body or "")))
        self.clock.tick(3600)
        self._watch()
        self.assertEqual(ticket.priority, "2")

    def test_an_escalation_is_noted_in_the_language_of_the_company(self):
        """S4-HD-05: the cron has none of its own."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.company.partner_id.lang = "vi_VN"
        experts = self._group("Experts", self._user("expert"))
        experts.with_context(lang="vi_VN").name = "Chuyên gia"
        self._policy(hours=1, escalate_priority=True, escalate_group_id=experts.id)
        ticket = self._held_ticket(self.an, "in_progress", priority="1")
        self.clock.tick(3601)
        self._watch()
        note = ticket.message_ids.filtered(lambda line: "Chuyên gia" in (line.body or ""))
        self.assertIn("bị quá hạn", note.body)
        moved = ticket.assignment_ids.filtered(lambda row: row.method == "handover")
        self.assertIn("bị quá hạn", moved.reason)

    def test_the_highest_priority_stays(self):
        """S4-HD-05: there is nothing above very high."""
        self._policy(hours=1, escalate_priority=True)
        ticket = self._held_ticket(self.an, "in_progress", priority="3")
        self.clock.tick(3601)
        self._watch()
        self.assertEqual(ticket.priority, "3")

    def test_escalating_to_an_archived_group_leaves_the_ticket_where_it_is(self):
        """S4-HD-05: the breach is marked and told all the same, and nothing fails."""
        experts = self._group("Experts")
        self._policy(hours=1, escalate_group_id=experts.id)
        experts.active = False
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3601)
        with self.assertNoLogs("odoo.addons", "ERROR"):
            self.assertTrue(self._watch_mails())
        self.assertEqual(ticket.group_id, self.support)
        self.assertEqual(ticket.sla_state, "failed")

    def test_escalations_in_a_circle_are_refused(self):
        """S4-HD-05: a group cannot get back what it lost, not by way of a third one either."""
        second, third = self._group("Second"), self._group("Third")
        self._policy(escalate_group_id=second.id)
        self._policy(group_id=second.id, escalate_group_id=third.id)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._policy(group_id=third.id, escalate_group_id=self.support.id)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._policy(group_id=False, escalate_group_id=second.id)

    def test_a_policy_for_all_groups_escalates_to_one(self):
        """S4-HD-05: to a group that gives nothing away, once."""
        experts, other = self._group("Experts", self._user("expert")), self._group("Other")
        self._policy(hours=1, group_id=False, escalate_group_id=experts.id)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._policy(group_id=experts.id, escalate_group_id=other.id)
        self._policy(hours=9, escalate_group_id=experts.id)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3601)
        self._watch()
        self.assertEqual((ticket.group_id, ticket.sla_state), (experts, "failed"))
        moves = ticket.assignment_ids.filtered(lambda row: row.method == "handover")
        self.clock.tick(3600)
        self._watch()
        self.assertEqual(len(moves), 1)
        self.assertEqual(ticket.group_id, experts)

    def test_an_escalation_that_fails_harms_no_other(self):
        """S4-HD-05: what cannot be escalated is logged; the next one is dealt with."""
        experts = self._group("Experts")
        self._policy(hours=1, escalate_group_id=experts.id)
        bad = self._held_ticket(self.an, "in_progress")
        good = self._held_ticket(self.binh, "in_progress")
        self.clock.tick(3601)
        tickets = self.registry["caredesk.ticket"]
        original = tickets._hand_over

        def refuse(ticket, *args, **kwargs):
            if ticket.id == bad.id:
                raise ValidationError(ticket.env._("No"))
            return original(ticket, *args, **kwargs)

        self.patch(tickets, "_hand_over", refuse)
        with mute_logger("odoo.addons.caredesk_ticket.models.caredesk_ticket_notice"):
            self._watch()
        self.assertEqual((bad.group_id, good.group_id), (self.support, experts))
        self.assertFalse((bad | good).sla_status_ids.filtered("notice"))
