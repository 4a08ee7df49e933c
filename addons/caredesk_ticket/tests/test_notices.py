import json
from contextlib import contextmanager

from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common import CareDeskMixin

#: Where failed notices are logged.
_LOGGER = "odoo.addons.caredesk_ticket.models.caredesk_ticket_notice"


@tagged("post_install", "-at_install")
class TestNotices(CareDeskMixin, MailCase):
    """Who is told of what, and how often (IE-13)."""

    @contextmanager
    def _mailed(self):
        """Yield a dictionary that holds, afterwards, the subjects mailed to each login."""
        mailed = {}
        domain = [("notification_type", "=", "email")]
        with RecordCapturer(self.env["mail.notification"], domain) as capture:
            yield mailed
            self.flush_tracking()
        for row in capture.records:
            login = row.res_partner_id.email.partition("@")[0]
            mailed.setdefault(login, []).append(row.mail_message_id.subject)

    def _run_cron(self, name):
        """Run one of our scheduled actions and return the subjects mailed to each login."""
        self.env.flush_all()
        with self._mailed() as mailed, self.enter_registry_test_mode():
            self.env.ref(f"caredesk_ticket.{name}").method_direct_trigger()
            self.env.invalidate_all()
        return mailed

    def test_the_new_performer_is_told_once(self):
        """IE-13, S0-TKT-07, S1-MGT-03: one mail for one assignment, not two, not again."""
        with self._mailed() as mailed:
            ticket = self._ticket()
        self.assertEqual(mailed, {}, "nothing is sent while the ticket is made")
        self.assertEqual(list(self._run_cron("ir_cron_assignment_notices")), ["an"])
        self.assertEqual(self._run_cron("ir_cron_assignment_notices"), {})
        self.assertFalse(ticket.assignment_ids.notice_pending)

    def test_an_assignment_by_hand_is_told_once(self):
        """IE-13: transferring writes the performer as well: still one mail."""
        ticket = self._held_ticket(self.an)
        self._run_cron("ir_cron_assignment_notices")
        with self._mailed() as mailed:
            ticket.with_user(self.an).action_transfer(self.binh, "He knows printers")
        self.assertEqual(mailed, {})
        sent = self._run_cron("ir_cron_assignment_notices")
        self.assertEqual({login: len(subjects) for login, subjects in sent.items()}, {"binh": 1})
        self.assertIn(ticket.number, sent["binh"][0])

    def test_nobody_is_told_what_he_did_himself(self):
        """IE-13: taking a ticket, or creating one that comes to oneself, tells nothing."""
        self.support.auto_assign = False
        ticket = self._ticket()
        ticket.with_user(self.an).action_take()
        self.support.auto_assign = True
        self._ticket(by=self.binh)
        self.assertEqual(self._run_cron("ir_cron_assignment_notices"), {})

    def test_a_ticket_that_moved_on_is_not_announced(self):
        """IE-13: who lost the ticket before the mail went out is left in peace."""
        ticket = self._ticket()
        ticket.with_user(self.an).action_transfer(self.binh)
        self.assertEqual(list(self._run_cron("ir_cron_assignment_notices")), ["binh"])

    def test_an_ended_ticket_is_not_announced(self):
        """IE-13: a ticket cancelled meanwhile tells nobody."""
        self._ticket().action_cancel("Asked twice")
        self.assertEqual(self._run_cron("ir_cron_assignment_notices"), {})

    def test_inbox_people_are_told_in_their_inbox(self):
        """IE-13: each by his own preference."""
        self.an.notification_type = "inbox"
        ticket = self._ticket()
        self.assertEqual(self._run_cron("ir_cron_assignment_notices"), {})
        notice = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.an.partner_id.id), ("notification_type", "=", "inbox")]
        )
        self.assertEqual(notice.mail_message_id.res_id, ticket.id)

    def test_the_notice_is_in_the_receivers_words(self):
        """IE-13: names, titles and reasons are text, never markup."""
        ticket = self._held_ticket(self.an, name="<b>x</b>")
        ticket.with_user(self.an).action_transfer(self.binh, "<script>alert(1)</script>")
        self._run_cron("ir_cron_assignment_notices")
        note = self.env["mail.message"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)], limit=1
        )
        self.assertNotIn("<script", note.body)
        self.assertNotIn("<b>x</b>", note.body)

    def test_the_screen_shows_it_at_once(self):
        """IE-13, S0-TKT-07: who has Odoo open gets a message; the others cost nothing."""
        self.env["mail.presence"]._update_presence(self.an)
        self._reset_bus()
        self._tickets(2)
        self.env.cr.precommit.run()
        messages = [json.loads(row.message) for row in self.env["bus.bus"].sudo().search([])]
        toasts = [one["payload"] for one in messages if one["type"] == "simple_notification"]
        self.assertEqual(len(toasts), 1, "Binh is offline")
        self.assertEqual(toasts[0]["title"], "Assigned to you")

    def test_unassigned_too_long_alerts_once(self):
        """IE-13, C-36: after the group's minutes its managers are told, one time."""
        boss = self._user("boss", "manager")
        self.support.write({"auto_assign": False, "manager_ids": boss.ids})
        clock = self._freeze()
        ticket = self._ticket()
        clock.tick(29 * 60)
        self.assertEqual(self._run_cron("ir_cron_alert_unassigned"), {})
        clock.tick(60)
        sent = self._run_cron("ir_cron_alert_unassigned")
        self.assertEqual(list(sent), ["boss"])
        self.assertIn(ticket.number, sent["boss"][0])
        clock.tick(3600)
        self.assertEqual(self._run_cron("ir_cron_alert_unassigned"), {})

    def test_a_ticket_back_in_the_queue_alerts_anew(self):
        """IE-13: each time it waits too long again somebody is told."""
        self.support.auto_assign = False
        clock = self._freeze()
        ticket = self._ticket()
        clock.tick(3600)
        self.assertEqual(sorted(self._run_cron("ir_cron_alert_unassigned")), ["an", "binh"])
        ticket.with_user(self.an).action_take()
        ticket.action_release()
        self.assertEqual(self._run_cron("ir_cron_alert_unassigned"), {})
        clock.tick(3600)
        self.assertEqual(sorted(self._run_cron("ir_cron_alert_unassigned")), ["an", "binh"])

    def _break_notices_of(self, ticket):
        """Let the database refuse each message about ``ticket``."""
        self.env.cr.execute(
            "ALTER TABLE mail_message ADD CHECK (model <> 'caredesk.ticket' OR res_id <> %s"
            " OR message_type <> 'user_notification') NOT VALID",
            [ticket.id],
        )

    def _run_cron_with_a_failure(self, name):
        """Run a scheduled action that logs one failure; return as :meth:`_run_cron`."""
        with self.assertLogs(_LOGGER, "ERROR") as logs, mute_logger("odoo.sql_db"):
            mailed = self._run_cron(name)
        self.assertEqual(len(logs.records), 1)
        return mailed

    def test_a_failing_notice_does_not_stop_the_others(self):
        """IE-13: the failure is logged, the row counts as tried, the next ones are told."""
        bad = self._held_ticket(self.an)
        self._held_ticket(self.binh)
        self.flush_tracking()
        self._break_notices_of(bad)
        sent = self._run_cron_with_a_failure("ir_cron_assignment_notices")
        self.assertEqual(list(sent), ["binh"])
        self.assertFalse(bad.assignment_ids.notice_pending)
        self.assertEqual(self._run_cron("ir_cron_assignment_notices"), {})

    def test_a_failing_alert_does_not_stop_the_others(self):
        """IE-13: one ticket nobody can be told of leaves the alerts of the others alone."""
        self.support.write({"auto_assign": False, "manager_ids": self.binh.ids})
        clock = self._freeze()
        bad, good = self._tickets(2)
        self.flush_tracking()
        self._break_notices_of(bad)
        clock.tick(3600)
        sent = self._run_cron_with_a_failure("ir_cron_alert_unassigned")
        self.assertIn(good.number, "".join(sent["binh"]))
        self.assertTrue(bad.unassigned_alert_at)
        self.assertEqual(self._run_cron("ir_cron_alert_unassigned"), {})

    def test_alerts_go_on_after_a_full_batch(self):
        """IE-13: the cron says what is left and goes on at once; nobody is told twice."""
        self.support.write({"auto_assign": False, "manager_ids": self.binh.ids})
        clock = self._freeze()
        self._tickets(51)
        clock.tick(3600)
        sent = self._run_cron("ir_cron_alert_unassigned")
        self.assertEqual(len(set(sent["binh"])), 51)
        self.assertEqual(len(sent["binh"]), 51)
        self.assertEqual(self._run_cron("ir_cron_alert_unassigned"), {})

    def test_alerts_are_in_the_language_of_each_receiver(self):
        """IE-13: the cron has no language; those it tells have."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.binh.lang = "vi_VN"
        self.support.auto_assign = False
        clock = self._freeze()
        self._ticket()
        clock.tick(3600)
        sent = self._run_cron("ir_cron_alert_unassigned")
        self.assertIn("Nobody serves", sent["an"][0])
        self.assertIn("Chưa ai xử lý", sent["binh"][0])

    def _missed_ticket(self):
        """Return a ticket of ``an`` whose one-hour promise has just been missed."""
        self.env["caredesk.sla.policy"].create(
            {"name": "One hour", "group_id": self.support.id, "target": "resolution", "hours": 1}
        )
        clock = self._freeze()
        ticket = self._held_ticket(self.an)
        self._run_cron("ir_cron_assignment_notices")
        clock.tick(3601)
        return ticket

    def test_a_missed_service_level_is_told_once(self):
        """IE-13: performer and the managers of the group hear of it, one time."""
        self.support.manager_ids = self._user("boss", "manager")
        ticket = self._missed_ticket()
        sent = self._run_cron("ir_cron_sla")
        self.assertEqual(sorted(sent), ["an", "boss"])
        self.assertEqual([len(subjects) for subjects in sent.values()], [1, 1])
        self.assertIn(ticket.number, sent["boss"][0])
        self.assertEqual(self._run_cron("ir_cron_sla"), {})

    def test_without_managers_all_members_hear_of_a_missed_service_level(self):
        """IE-13: a group that names nobody tells its members."""
        self._missed_ticket()
        self.assertEqual(sorted(self._run_cron("ir_cron_sla")), ["an", "binh"])

    def test_a_failing_notice_still_marks_what_was_missed(self):
        """IE-13, S1-MGT-07: the state does not depend on the mail."""
        ticket = self._missed_ticket()
        self.flush_tracking()
        self._break_notices_of(ticket)
        self.assertEqual(self._run_cron_with_a_failure("ir_cron_sla"), {})
        self.assertEqual(ticket.sla_state, "failed")

    def test_alerts_can_be_off_and_an_empty_group_harms_nothing(self):
        """IE-13: 0 minutes: never; for a group without anybody the managers are told."""
        self._user("boss", "manager")
        self.support.write({"auto_assign": False, "unassigned_alert_minutes": 0})
        clock = self._freeze()
        self._ticket()
        empty = self._group("Empty")
        self._ticket(group_id=empty.id)
        clock.tick(3600)
        with self.assertNoLogs("odoo.addons", "WARNING"):
            self.assertIn("boss", self._run_cron("ir_cron_alert_unassigned"))

    def test_after_a_hand_over_the_other_group_is_alerted(self):
        """C-36, S1-FLW-06: what one group was alerted of, the next one has not heard of."""
        other = self._group("Other", self.binh, auto_assign=False)
        self.support.auto_assign = False
        clock = self._freeze()
        ticket = self._ticket()
        clock.tick(3600)
        self._run_cron("ir_cron_alert_unassigned")
        ticket.group_id = other
        clock.tick(3600)
        self.assertEqual(set(self._run_cron("ir_cron_alert_unassigned")), {"binh"})
        ticket.with_user(self._user("boss", "manager")).action_cancel("other")
        ticket._reopen()
        self.assertFalse(ticket.unassigned_alert_at)

    def test_followers_do_not_get_a_mail_per_click(self):
        """IE-13: steps are logged on the ticket without mailing creator and customer."""
        customer = self.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        ticket = self._ticket(by=self._user("hoa", "creator"), partner_id=customer.id)
        with self._mailed() as mailed:
            mine = ticket.with_user(self.an)
            mine.action_start()
            mine.action_wait("customer")
            mine.action_continue()
            mine.action_complete("Fixed")
        self.assertEqual(mailed, {})

    def test_steps_are_tracked_in_the_conversation(self):
        """S1-MGT-04: state and performer changes stand in the chatter with old and new value."""
        ticket = self._held_ticket(self.an)
        self.flush_tracking()
        ticket.with_user(self.an).action_start()
        self.flush_tracking()
        values = ticket.message_ids.sudo().tracking_value_ids
        state = values.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(
            (state.old_value_char, state.new_value_char), ("Not Started", "In Progress")
        )
