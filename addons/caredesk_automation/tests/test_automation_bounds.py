from datetime import timedelta

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase

SUNDAY = "2026-03-01 08:00:00"
#: 22:00 in Hanoi.
NIGHT = "2026-03-02 15:00:00"


@tagged("post_install", "-at_install")
class TestAutomationBounds(AutomationCase):
    """Where events, limits and the ledger end: on the day, at the hour, for the company."""

    def _quiet(self):
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 7})

    # === EVENTS ===

    def test_days_after_the_end(self):
        """S0-AUT-10: two days after the last day, when the contract has expired."""
        clock = self._freeze(SUNDAY)
        contract = self._contract(date_end="2026-02-28")
        rule = self._rule("contract_end", offset_when="after", offset_days=2)
        self._cron("contract")
        self.assertEqual(contract.state, "expired")
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_partly_paid_is_still_owed(self):
        """S0-AUT-11, C-39: an instalment is reminded of until all of it is paid."""
        clock = self._freeze(SUNDAY)
        self._installment(self._contract(), paid_amount=200)
        rule = self._rule("installment_due")
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_instalments_of_what_is_not_in_force(self):
        """S0-AUT-11, C-33: nobody owes anything by a draft, or by what was called off."""
        clock = self._freeze(SUNDAY)
        for state in ("draft", "cancelled", "closed"):
            self._installment(self._contract(state=state))
        rule = self._rule("installment_due")
        clock.move_to(MONDAY)
        self._cron("scan")
        self.assertFalse(self._runs(rule))

    def test_warned_is_not_missed(self):
        """S0-AUT-09, IE-22: a service level in danger sets nothing off."""
        clock = self._freeze(MONDAY)
        rule = self._rule("sla_missed")
        group = self.env["caredesk.support.group"].create({"name": "Support"})
        policy = {"name": "Soon", "target": "resolution", "hours": 1, "warn_percent": 50}
        policy = self.env["caredesk.sla.policy"].create(policy)
        values = {"name": "Broken", "description": "Broken", "partner_id": self.hoa.id}
        ticket = self.env["caredesk.ticket"].create({**values, "group_id": group.id})
        clock.tick(timedelta(minutes=50))
        self._cron("caredesk_ticket.ir_cron_sla")
        mine = [("ticket_id", "=", ticket.id), ("policy_id", "=", policy.id)]
        status = self.env["caredesk.sla.status"].search(mine)
        self.assertTrue(status.is_warned)
        self.assertFalse(self._runs(rule))

    def test_archived_before_a_delayed_message(self):
        """S0-AUT-X3, IE-25: what was put away in the meantime is not written about."""
        clock = self._freeze(MONDAY)
        rule = self._rule("contract_create", delay_number=1)
        contract = self._contract()
        contract.active = False
        clock.tick(timedelta(days=1))
        self._cron("run")
        self.assertSent(rule)
        self.assertRuns(rule, "skipped")

    # === LIMITS ===

    def test_sms_keep_to_quiet_hours_and_limit(self):
        """IE-26, IE-28: a telephone wakes people more than a mail does."""
        clock = self._freeze(NIGHT)
        self._quiet()
        self.company.automation_hourly_cap = 1
        rule = self._rule("partner_create", "sms")
        self._customer("Lan")
        self._customer("Minh")
        self.assertEqual(str(self._runs(rule)[0].due_at), "2026-03-03 00:00:00")
        clock.move_to("2026-03-03 00:00:00")
        self._cron("run")
        self.assertEqual(rule.sent_count, 1)

    def test_server_actions_wait_for_the_morning(self):
        """IE-26: nobody can tell what one does: it may write to the customer."""
        self._freeze(NIGHT)
        self._quiet()
        step = {"kind": "action", "action_id": self._server_action().id}
        rule = self._rule("partner_create", content_ids=[], step_ids=[Command.create(step)])
        self._customer("Lan")
        self._cron("run")
        self.assertRuns(rule, "pending")

    def test_notices_to_colleagues_come_at_once(self):
        """IE-26: a line in Odoo wakes nobody."""
        self._freeze(NIGHT)
        self._quiet()
        rule = self._rule("partner_create", "notification", recipient_kind="owner")
        self._customer("Lan", user_id=self.mai.id)
        self._cron("run")
        self.assertSent(rule, self.mai.partner_id, channel="notification")

    def test_what_counts_towards_the_hour(self):
        """IE-28: neither notices to colleagues nor what another company sent."""
        self._freeze(MONDAY)
        other = self.env["res.company"].create({"name": "Other"})
        self.company.automation_hourly_cap = 1
        logs = self.env["caredesk.automation.log"]
        rule = self._rule("partner_create")
        for company, channel in ((other, "email"), (self.company, "notification")):
            values = {"rule_id": rule.id, "company_id": company.id, "channel": channel}
            line = logs.create({**values, "state": "sent"})
            with self.subTest(channel):
                self.assertEqual(logs._free_this_hour(self.company), 1)
            line.unlink()

    def test_a_decision_begins_a_new_count(self):
        """IE-28: what was let out does not hold back the few who come after it."""
        clock = self._freeze(MONDAY)
        self.company.automation_bulk_limit = 2
        rule = self._rule("partner_create")
        self.env["res.partner"].create([{"name": f"N{number}"} for number in range(3)])
        self.assertRuns(rule, *["held"] * 3)
        rule.with_user(self.mai).action_release()
        clock.tick(60)
        self._customer("Lan")
        self.assertRuns(rule, *["pending"] * 4)

    def test_many_within_an_hour(self):
        """IE-28: as many as allowed pass, an hour later as many again; then it asks, once."""
        clock = self._freeze(MONDAY)
        self.company.automation_bulk_limit = 2
        rule = self._rule("partner_create")
        for _hour in range(2):
            for name in ("An", "Binh"):
                self._customer(name)
            clock.tick(timedelta(minutes=61))
        self.assertRuns(rule, *["pending"] * 4)
        for name in ("Chi", "Dung", "Giang", "Hai"):
            self._customer(name)
        self.assertRuns(rule, *["pending"] * 4, *["held"] * 4)
        self.assertEqual(len(rule.activity_ids), 1)

    def test_limits_are_settings(self):
        """S1-MGT-07, IE-28: each of them is changed on its own, without code."""
        wanted = {"quiet_from": 20, "quiet_to": 6, "hourly_cap": 11, "bulk_limit": 12}
        wanted |= {"catch_up_days": 13, "keep_days": 14}
        wanted = {f"automation_{name}": value for name, value in wanted.items()}
        self.env["res.config.settings"].create(wanted).execute()
        self.assertEqual({name: self.company[name] for name in wanted}, wanted)

    # === LEDGER AND LOG ===

    def test_cycle_of_a_rule_that_was_stopped_before(self):
        """S0-AUT-X4, S0-AUT-X9: what began after the restart goes on to its end."""
        clock = self._freeze(MONDAY)
        rule = self._rule("partner_create", cycle_on=True)
        rule.action_stop()
        rule.action_start()
        lan = self._customer("Lan")
        for _day in range(2):
            self._cron("run")
            clock.tick(timedelta(days=10))
        self.assertSent(rule, lan, lan)

    def test_buttons_open_the_rows_of_their_rule(self):
        """S0-AUT-X7: each rule has its own log."""
        rule, _other = self._rule("partner_create"), self._rule("partner_create")
        self._customer("Lan")
        self._cron("run")
        for action in (rule.action_open_log(), rule.action_open_runs()):
            found = self.env[action["res_model"]].search(action["domain"])
            with self.subTest(action["res_model"]):
                self.assertEqual(found.rule_id, rule)

    def test_preview_in_the_language_of_the_recipient(self):
        """IE-26, IE-46: what the customer will read, not what the user would."""
        self.env["res.lang"]._activate_lang("vi_VN")
        rule = self._rule("birthday", "sms")
        rule.content_ids.with_context(lang="vi_VN").body_text = "Chào {{customer_name}}"
        self.hoa.lang = "vi_VN"
        previews = self.env["caredesk.automation.preview"].with_user(self.mai)
        wizard = previews.create({"rule_id": rule.id, "res_id": self.hoa.id})
        self.assertIn("Chào Hoa", wizard.preview)

    def test_only_what_failed_is_tried_again(self):
        """S0-AUT-X7, IE-24: chosen beside it, what went out goes out no second time."""
        rule = self._rule("partner_create")
        lan, _bad = self._customer("Lan"), self._customer("Bad", email=False)
        self._cron("run")
        self.assertRuns(rule, "done", "failed")
        self._runs(rule)[1].attempts = 4
        self._runs(rule).with_user(self.mai).action_retry()
        self.assertRuns(rule, "done", "pending")
        self.assertEqual(self._runs(rule)[1].attempts, 0, "as often as at first")
        self._cron("run")
        self.assertSent(rule, lan)

    def test_kept_as_long_as_each_company_says(self):
        """S0-AUT-X8: for ever with 0, and another company's days do not count."""
        clock = self._freeze(MONDAY)
        self.env["res.company"].create({"name": "Other", "automation_keep_days": 1})
        self.company.automation_keep_days = 0
        rule = self._rule("partner_create")
        lan = self._customer("Lan")
        self._cron("run")
        clock.tick(timedelta(days=800))
        self.env["caredesk.automation.log"]._gc_old()
        self.assertSent(rule, lan)

    def test_rule_is_stopped_and_planned_on_its_screens(self):
        """S0-AUT-12, S0-AUT-X9: list and form start and stop it, and say when it runs next."""
        rules = self.rules.with_user(self.mai)
        for kind in ("list", "form"):
            arch = etree.fromstring(rules.get_view(view_type=kind)["arch"])
            for path in (
                "//button[@name='action_start']",
                "//button[@name='action_stop']",
                "//field[@name='next_run_at']",
            ):
                with self.subTest(kind, path=path):
                    self.assertTrue(arch.xpath(path))

    def test_log_can_be_filtered_by_time_and_deleted(self):
        """S0-AUT-X8: the screen offers a range of days, and to delete what is chosen."""
        logs = self.env["caredesk.automation.log"].with_user(self.mai)
        search = etree.fromstring(logs.get_view(view_type="search")["arch"])
        self.assertEqual(search.find(".//filter[@name='sent_at']").get("date"), "sent_at")
        lines = etree.fromstring(logs.get_view(view_type="list")["arch"])
        self.assertNotIn(lines.get("delete"), ("0", "false", "False"))
