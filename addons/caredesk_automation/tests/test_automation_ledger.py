from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .automation_common import MONDAY, AutomationCase

WORK = "odoo.addons.caredesk_automation.models.caredesk_automation_work"
WORKER = "odoo.addons.caredesk_automation.models.caredesk_automation_run_work"


@tagged("post_install", "-at_install")
class TestAutomationLedger(AutomationCase):
    """Once and only once, whatever crashes, comes late, is stopped or deleted."""

    def test_the_database_holds_an_occurrence_once(self):
        """IE-24: two that enter the same occurrence: the database lets one win."""
        rule = self._rule("partner_create")
        self.rules._fire("partner_create", self.hoa)
        self.rules._fire("partner_create", self.hoa)
        self.assertRuns(rule, "pending")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._runs(rule).copy()

    def test_nothing_of_the_past(self):
        """IE-27: a rule made today does not fire for what was before."""
        clock = self._freeze(MONDAY)
        clock.tick(60)
        rule = self._rule("birthday")
        created = self._rule("partner_create")
        self._scan_and_run()
        self.assertRuns(rule)
        self.assertRuns(created)
        self.assertEqual(str(rule.next_run_at), "2026-03-03 01:00:00")

    def test_restart_does_not_make_up(self):
        """S0-AUT-X9, IE-27: what passed while a rule was stopped is not made up."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday")
        rule.action_stop()
        clock.move_to("2026-03-03 08:00:00")
        rule.action_start()
        self._scan_and_run()
        self.assertRuns(rule)

    def test_three_days_of_downtime(self):
        """IE-24: events of the days without cron are made up, older ones are given up."""
        late = self._customer("Late", birthday="1990-03-05")
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday")
        clock.move_to("2026-03-06 08:00:00")
        self._scan_and_run()
        self.assertSent(rule, late)  # 2 March lies four days back
        clock.move_to("2026-03-07 08:00:00")
        self._scan_and_run()
        self.assertSent(rule, late)

    def test_only_the_latest_of_a_timetable(self):
        """IE-24: of a daily rule only the latest is sent; the missed ones stand in the log."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("daily", domain=f"[('id', '=', {self.hoa.id})]")
        clock.move_to("2026-03-04 08:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        missed = self._log(rule).filtered(lambda line: line.state == "skipped")
        self.assertEqual(len(missed), 2)

    def test_clock_set_back(self):
        """IE-24: a clock that jumps back repeats nothing."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("birthday")
        clock.move_to(MONDAY)
        self._scan_and_run()
        clock.move_to("2026-03-01 20:00:00")
        self._scan_and_run()
        rule._plan()
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_delay(self):
        """S0-AUT-X3: nothing before the delay is over."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", delay_number=2, delay_unit="hours")
        lan = self._customer("Lan")
        clock.tick(timedelta(minutes=119))
        self._cron("run")
        self.assertSent(rule)
        clock.tick(timedelta(minutes=1))
        self._cron("run")
        self.assertSent(rule, lan)

    def test_cycle(self):
        """S0-AUT-X4: on day 0 and every 10 days within 20; only the first asks conditions."""
        clock = self._freeze(MONDAY)
        rule = self._rule(
            "partner_create",
            domain="[('city', '=', 'Huế')]",
            delay_number=1,
            cycle_on=True,
            cycle_every_days=10,
            cycle_within_days=20,
        )
        lan = self._customer("Lan", city="Huế")
        sent = []
        for day in range(40):
            self._cron("run")
            if len(self._log(rule)) > len(sent):
                sent.append(day)
                lan.city = "Vinh"  # later changes do not end the cycle
            clock.tick(timedelta(days=1))
        self.assertEqual(sent, [1, 11, 21])

    def test_cycle_after_downtime_sends_once(self):
        """S0-AUT-X4, IE-24: what was missed is told by one message, not by several at once."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", cycle_on=True, cycle_every_days=1, cycle_within_days=9)
        lan = self._customer("Lan")
        self._cron("run")
        clock.tick(timedelta(days=4))
        self._cron("run")
        self._cron("run")
        self.assertSent(rule, lan, lan)  # day 0, and day 1 for 1 to 4
        self.assertEqual(self._runs(rule).mapped("step"), [0, 1, 5])

    def test_stopped_rule_sends_nothing(self):
        """S0-AUT-X9: delays and cycles that are pending are cancelled, and stay so."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", delay_number=1, cycle_on=True)
        self._customer("Lan")
        rule.with_user(self.mai).action_stop()
        self.assertRuns(rule, "cancelled")
        self._customer("Minh")
        clock.tick(timedelta(days=2))
        rule.with_user(self.mai).action_start()
        self._cron("run")
        self.assertSent(rule)
        self.assertRuns(rule, "cancelled")

    def test_stopping_more_than_one_can_wait_for(self):
        """S0-AUT-X9: the worker cancels the rest, also when the rule was started again by then."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.mai.lang = "vi_VN"
        rule = self._rule("partner_create", delay_number=1)
        self._customer("Lan")
        self._customer("Minh")
        with patch(f"{WORK}._CHUNK", 1):
            rule.with_user(self.mai).with_context(lang="vi_VN").action_stop()
            self.assertRuns(rule, "cancelled", "pending")
            rule.with_user(self.mai).action_start()
            self._customer("Nam")
            self._cron("run")
        self.assertRuns(rule, "cancelled", "cancelled", "pending")
        self.assertFalse(rule.is_cancelling)
        self.assertEqual(set(self._runs(rule)[:2].mapped("reason")), {"Cài đặt đã dừng."})

    def test_due_before_the_worker_cancelled_it(self):
        """S0-AUT-X9, IE-25: what was entered before the last stop is not sent, nor repeated."""
        rule = self._rule("partner_create", cycle_on=True)
        self._customer("Lan")
        rule.stop_count += 1  # as by a stop that met this row in the hands of a worker
        self._cron("run")
        self.assertSent(rule)
        self.assertRuns(rule, "cancelled")

    def test_tried_again_after_a_stop(self):
        """S0-AUT-X9, S0-AUT-X7: who tries again what failed before the stop means it."""
        rule = self._rule("partner_create")
        lan = self._customer("Lan", email=False)
        self._cron("run")
        rule.action_stop()
        rule.action_start()
        lan.email = "lan@customer.test"
        self._runs(rule).with_user(self.mai).action_retry()
        self._cron("run")
        self.assertSent(rule, lan)

    def test_archiving_stops(self):
        """S0-AUT-X9: an archived rule sends nothing either."""
        rule = self._rule("partner_create")
        self._customer("Lan")
        rule.action_archive()
        self._cron("run")
        self.assertRuns(rule, "cancelled")

    def test_stopped_and_archived_by_whatever_way(self):
        """S0-AUT-X9: a field that is written, by RPC or import, stops like the button."""
        for vals in ({"state": "stopped"}, {"active": False}, {"active": 0}):
            rule = self._rule("partner_create")
            self._customer("Lan")
            rule.with_user(self.mai).write(vals)
            with self.subTest(vals):
                self.assertEqual(rule.state, "stopped")
                self.assertRuns(rule, "cancelled")

    def test_record_deleted_before_a_delayed_message(self):
        """IE-25: what is about a record that is gone is skipped, the others go on."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", delay_number=1)
        gone, lan = self._customer("Gone"), self._customer("Lan")
        gone.unlink()
        clock.tick(timedelta(days=1))
        self._cron("run")
        self.assertRuns(rule, "skipped", "done")
        self.assertSent(rule, lan)

    def test_one_that_fails_is_tried_again_and_stops_nobody(self):
        """IE-25: a record that fails waits longer each time, then is shown as failed."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", "sms")
        bad, lan = self._customer("Bad"), self._customer("Lan")
        field = self.env["caredesk.automation.merge.field"].search(
            [("token", "=", "customer_name")]
        )
        # A placeholder that an administrator took away while messages were waiting.
        field.token = "customer_label"
        self._cron("run")
        self.assertRuns(rule, "pending", "pending")
        self.assertIn("customer_name", self._runs(rule)[0].reason)
        clock.tick(timedelta(minutes=10))
        field.token = "customer_name"
        self._cron("run")
        self.assertSent(rule, bad, lan, channel="sms")

    def test_given_up_after_the_last_attempt(self):
        """IE-25: four attempts, then failed with a reason; the user may try again."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", "sms")
        lan = self._customer("Lan")
        field = self.env["caredesk.automation.merge.field"].search(
            [("token", "=", "customer_name")]
        )
        field.token = "customer_label"
        for _attempt in range(4):
            self._cron("run")
            clock.tick(timedelta(hours=7))
        self.assertRuns(rule, "failed")
        self.assertEqual(self._log(rule).state, "failed")
        self.assertEqual(rule.failed_count, 1)
        field.token = "customer_name"
        self._runs(rule).with_user(self.mai).action_retry()
        self._cron("run")
        self.assertSent(rule, lan, channel="sms")

    def test_rule_edited_while_messages_wait(self):
        """IE-25: what goes out is what the rule says when it goes out."""
        rule = self._rule("partner_create", "sms")
        self._customer("Lan")
        rule.content_ids.body_text = "New words"
        self._cron("run")
        self.assertIn("New words", self._log(rule).message_id.body)

    # === LIMITS ===

    def test_bulk_guard(self):
        """IE-28: an import of many customers asks before it greets them; nothing is lost."""
        self.company.automation_bulk_limit = 5
        rule = self._rule("partner_create")
        for _part in range(2):  # an import comes in portions
            self.env["res.partner"].create(
                [{"name": f"N{n}", "email": f"n{n}@customer.test"} for n in range(4)]
            )
        self._cron("run")
        self.assertSent(rule)
        self.assertEqual(rule.held_count, 8)
        self.assertEqual(rule.activity_ids.user_id, self.mai)
        rule.with_user(self.mai).action_release()
        self._cron("run")
        self.assertEqual(rule.sent_count, 8)
        self.assertFalse(rule.activity_ids)

    def test_held_messages_may_be_dropped(self):
        """IE-28: the person in charge drops them; none goes out."""
        self.company.automation_bulk_limit = 2
        rule = self._rule("partner_create")
        self.env["res.partner"].create([{"name": f"N{n}"} for n in range(4)])
        rule.with_user(self.mai).action_drop()
        self._cron("run")
        self.assertEqual(set(self._runs(rule).mapped("state")), {"cancelled"})

    def test_quiet_hours(self):
        """IE-26: what is due at night waits for the morning of the company."""
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 7})
        clock = self._freeze("2026-03-02 15:00:00")  # 22:00 in Hanoi
        rule = self._rule("partner_create")
        lan = self._customer("Lan")
        self.assertEqual(str(self._runs(rule).due_at), "2026-03-03 00:00:00")
        self._cron("run")
        self.assertSent(rule)
        clock.move_to("2026-03-03 00:00:00")
        self._cron("run")
        self.assertSent(rule, lan)

    def test_late_worker_respects_quiet_hours(self):
        """IE-26: what the worker gets to only at night waits too."""
        clock = self._freeze("2026-03-02 13:00:00")
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 7})
        rule = self._rule("partner_create")
        self._customer("Lan")
        for night in ("2026-03-02 15:00:00", "2026-03-02 23:59:00"):
            clock.move_to(night)
            self._cron("run")
            self.assertRuns(rule, "pending")
        clock.move_to("2026-03-03 00:00:00")
        self._cron("run")
        self.assertRuns(rule, "done")

    def test_hourly_limit(self):
        """IE-28: no more messages an hour than the company allows; the rest follows."""
        clock = self._freeze(MONDAY)
        self.company.automation_hourly_cap = 3
        rule = self._rule("partner_create")
        for number in range(5):
            self._customer(f"N{number}")
        self._cron("run")
        self.assertEqual(rule.sent_count, 3)
        clock.tick(timedelta(minutes=30))
        self._cron("run")
        self.assertEqual(rule.sent_count, 3)
        clock.tick(timedelta(minutes=31))
        self._cron("run")
        self.assertEqual(rule.sent_count, 5)

    def test_a_big_rule_keeps_no_other_waiting(self):
        """IE-28, S0-GEN-02: what one rule has for very many leaves a place within the hour."""
        clock = self._freeze(MONDAY)
        self.company.automation_hourly_cap = 3
        big = self._rule("partner_create")
        for number in range(4):
            self._customer(f"N{number}")
        clock.tick(timedelta(minutes=10))
        thanks = self._rule("lead_create")
        self.env["crm.lead"].create({"name": "Pump", "partner_id": self.hoa.id})
        with patch(f"{WORKER}._BATCH", 2):
            self._cron("run")
        self.assertSent(thanks, self.hoa)
        self.assertEqual(big.sent_count, 2)
        self.assertRuns(big, "done", "done", "pending", "pending")

    def test_old_rows_are_forgotten(self):
        """IE-24: the ledger and the log do not grow for ever."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create")
        self._customer("Lan")
        self._cron("run")
        clock.tick(timedelta(days=366))
        self.env["caredesk.automation.log"]._gc_old()
        self.env["caredesk.automation.run"]._gc_old()
        self.assertFalse(self._log(rule))
        self.assertRuns(rule, "done")
        clock.tick(timedelta(days=500))
        self.env["caredesk.automation.run"]._gc_old()
        self.assertRuns(rule)

    def test_run_now(self):
        """S0-AUT-09: today's greetings at once, and each still only once."""
        self._freeze("2026-03-02 08:00:00")
        rule = self._rule("birthday")
        rule.with_user(self.mai).action_run_now()
        self._cron("run")
        rule.with_user(self.mai).action_run_now()
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self.assertLessEqual(self._runs(rule).due_at, fields.Datetime.now())
