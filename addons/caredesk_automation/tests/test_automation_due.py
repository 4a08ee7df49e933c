from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .automation_common import MONDAY, AutomationCase

SUNDAY = "2026-03-01 08:00:00"


@tagged("post_install", "-at_install")
class TestAutomationDue(AutomationCase):
    """What is due is for the right people, in their company, and still true when it goes out."""

    # === STILL TRUE ===

    def test_date_moved_before_a_delayed_message(self):
        """S0-AUT-10, S0-AUT-11, S0-AUT-X3: nobody hears of an end that is not one any more."""
        clock = self._freeze(SUNDAY)
        contract = self._contract(date_end="2026-03-12")
        line = self._installment(contract, due_date="2026-03-12")
        timing = {"offset_when": "before", "offset_days": 10, "delay_number": 2}
        rules = [self._rule(kind, **timing) for kind in ("contract_end", "installment_due")]
        clock.move_to(MONDAY)
        self._scan_and_run()
        contract.date_end = "2027-03-12"
        line.due_date = "2026-09-12"
        clock.tick(timedelta(days=3))
        self._scan_and_run()
        for rule in rules:
            with self.subTest(rule.trigger):
                self.assertSent(rule)
                self.assertRuns(rule, "skipped")
                self.assertIn("moved", self._runs(rule).reason)

    def test_what_was_put_away_sends_nothing(self):
        """S0-AUT-10, S0-AUT-11, S0-AUT-X5: archived contracts, customers and contacts."""
        clock = self._freeze(SUNDAY)
        put_away = self._contract(date_end="2026-03-02")
        self._installment(put_away)
        put_away.active = False
        lan = self._customer("Lan")
        self._contract(lan, date_end="2026-03-02")
        gone = self._customer("Gone", parent_id=lan.id)
        self._contract(lan, date_end="2026-03-02", contact_id=gone.id)
        (gone | lan).active = False
        ends = self._rule("contract_end", recipient_kind="contact")
        due = self._rule("installment_due")
        clock.move_to(MONDAY)
        self._scan_and_run()
        for rule in (ends, due):
            self.assertNotIn("sent", self._log(rule).mapped("state"), rule.trigger)

    def test_customer_of_whose_contact_left(self):
        """S0-AUT-X5: the customer is reminded in the place of a contact who was archived."""
        clock = self._freeze(SUNDAY)
        gone = self._customer("Gone", parent_id=self.hoa.id)
        here = self._customer("Here", parent_id=self.hoa.id)
        self._contract(date_end="2026-03-02", contact_id=gone.id)
        gone.active = False
        rule = self._rule("contract_end", recipient_kind="contact")
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self._contract(date_end="2026-03-03", contact_id=here.id)
        clock.move_to("2026-03-03 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa, here)

    def test_paid_share_of_a_cancelled_contract(self):
        """S0-AUT-11, C-39: nobody is thanked for the payment of what was called off."""
        self._freeze(MONDAY)
        contract = self._contract()
        line = self._installment(contract, amount=500)
        rule = self._rule("paid_share", paid_share=50)
        contract.action_cancel()
        line.paid_amount = 500
        self._scan_and_run()
        self.assertNotIn(contract.id, self._runs(rule).mapped("res_id"))

    def test_sender_who_left(self):
        """S0-AUT-X5: nobody writes to customers any more after leaving."""
        bob = self._person("bob", "base.group_user")
        rule = self._rule("partner_create", sender_kind="user", sender_user_id=bob.id)
        self.assertEqual(rule._sender(self.hoa), bob.email_formatted)
        bob.active = False
        self.assertEqual(rule._sender(self.hoa), self.company.email_formatted)

    def test_rule_that_lost_its_messages(self):
        """S0-AUT-X7: an occurrence of which nothing came is not shown as done."""
        rule = self._rule("partner_create", "sms")
        self._customer("Lan")
        rule.content_ids.unlink()
        self._cron("run")
        self.assertRuns(rule, "skipped")

    def test_one_recipient_who_fails_stops_no_other(self):
        """IE-25: the others get their message, he stands in the log; nobody gets it twice."""
        for name in ("An", "Binh"):
            self._customer(name, parent_id=self.hoa.id, type="contact")
        rule = self._rule("birthday", recipient_kind="contacts")
        message = type(rule.content_ids)
        content_for = message._content_for

        def broken(this, sources, lang):
            if sources["recipient"].name == "An":
                raise ValueError("An's text is broken")
            return content_for(this, sources, lang)

        self._freeze(MONDAY)
        rule.with_user(self.mai).action_run_now()
        with patch.object(message, "_content_for", broken):
            self._cron("run")
            self._cron("run")
        states = [(line.partner_id.name, line.state) for line in self._log(rule)]
        self.assertEqual(states, [("Binh", "sent"), ("An", "failed")])
        self.assertRuns(rule, "done")

    # === LIMITS ===

    def test_limits_that_make_no_sense(self):
        """IE-28, IE-26: one wrong number of a company would stop the rules of all."""
        wrong = {
            "automation_hourly_cap": -1,
            "automation_bulk_limit": -1,
            "automation_catch_up_days": 2_000_000_000,
            "automation_keep_days": -1,
            "automation_quiet_from": 99,
            "automation_quiet_to": -4,
        }
        for name, value in wrong.items():
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.company[name] = value
                self.company.flush_recordset()

    def test_nothing_to_make_up(self):
        """IE-24: who makes nothing up greets on the day all the same."""
        self.company.automation_catch_up_days = 0
        clock = self._freeze("2026-02-28 08:00:00")
        rule = self._rule("birthday")
        for late in ("2026-03-01 01:00:30", "2026-03-02 01:04:00"):  # a day and some minutes
            clock.move_to(late)
            self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self.assertEqual(self._log(rule).mapped("state"), ["sent"], "nothing was missed")

    def test_events_that_are_given_up(self):
        """IE-24, S0-AUT-X7: what is too old to be made up stands in the log."""
        clock = self._freeze("2026-02-01 08:00:00")
        rule = self._rule("birthday")
        clock.move_to("2026-03-20 02:00:00")
        self._scan_and_run()
        line = self._log(rule)
        self.assertEqual((line.state, str(line.sent_at)), ("skipped", "2026-02-01 08:00:00"))

    def test_mails_do_not_wait_for_the_hour(self):
        """S0-AUT-04, IE-26: Odoo's queue is woken once a batch, for a test send too."""
        job = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"]
        mine = [("cron_id", "=", job.id)]
        triggers.search(mine).unlink()
        self._rule("partner_create")
        self._customer("Lan")
        self._customer("Minh")
        self._cron("run")
        self.assertEqual(triggers.search_count(mine), 1)

    # === COMPANIES AND CACHES ===

    def test_level_of_another_company(self):
        """S0-AUT-X1, S0-AUT-09: what is each company's own is read as the rule's company's."""
        clock = self._freeze(SUNDAY)
        limits = dict.fromkeys(("bulk_limit", "hourly_cap", "quiet_from", "quiet_to"), 0)
        limits = {f"automation_{name}": value for name, value in limits.items()}
        other = self.env["res.company"].create({"name": "Other", **limits})
        other.partner_id.tz = "Asia/Ho_Chi_Minh"
        levels = self.env["caredesk.customer.level"].with_company(other)
        gold = levels.create({"name": "Gold", "company_id": other.id, "min_accumulated": 5})
        self.env["caredesk.customer.account"]._of(self.hoa, other).level_id = gold
        is_gold = repr([("care_level_id", "=", gold.id)])
        rule = self._rule("birthday", company_id=other.id, domain=is_gold)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_looking_empties_no_cache(self):
        """IE-28: only what changes who listens makes all processes read the rules anew."""
        clock = self._freeze(SUNDAY)
        rule = self._rule("birthday")
        self.env.flush_all()
        clock.move_to(MONDAY)
        with patch.object(type(self.env.registry), "clear_cache") as clear:
            rule._scan_alone(fields.Datetime.now())
            self.assertFalse(clear.called)
            rule.action_stop()
            self.assertTrue(clear.called)

    # === COPIES ===

    def test_copy_of_a_rule_with_steps(self):
        """S0-AUT-X5: managers copy what they may see; server actions stay the administrator's."""
        kind = self.env.ref("mail.mail_activity_data_todo")
        action = self._server_action()
        steps = [
            Command.create({"kind": "activity", "activity_type_id": kind.id, "title": "Call"}),
            Command.create({"kind": "action", "action_id": action.id}),
        ]
        rule = self._rule("partner_create", step_ids=steps)
        self.env.invalidate_all()
        copied = rule.with_user(self.mai).copy()
        self.assertEqual(copied.step_ids.mapped("kind"), ["activity"])
        self.assertEqual(rule.copy().step_ids.sudo().action_id, action)
