from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.sms.tools.sms_api import SmsApi

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationAgain(MockEmail, AutomationCase):
    """What failed on its way is sent again: by hand, SMS by themselves after an outage."""

    def _gateway(self, state):
        """Return a patch: the SMS gateway answers ``state`` to everything."""

        def answer(_api, messages, **_options):
            self.numbers += [one["number"] for text in messages for one in text["numbers"]]
            return [
                {"uuid": one["uuid"], "state": state}
                for text in messages
                for one in text["numbers"]
            ]

        return patch.object(SmsApi, "_send_sms_batch", answer)

    def _send_sms(self, rule, state):
        """Work off Odoo's queue of SMS; return how many of the rule were in it."""
        due = [
            ("state", "=", "outgoing"),
            ("mail_message_id", "in", self._log(rule).message_id.ids),
        ]
        texts = self.env["sms.sms"].search(due)
        with self._gateway(state):
            texts.send()
        return len(texts)

    def _mail(self, rule):
        lines = self._log(rule).message_id
        return self.env["mail.mail"].search([("mail_message_id", "in", lines.ids)])

    def _break(self, mail):
        """Have Odoo give up a mail for a reason of which nobody tries it again by himself."""
        mail.state = "exception"
        mail._postprocess_sent_message([], [], failure_reason="Full", failure_type="unknown")

    def setUp(self):
        super().setUp()
        self.numbers = []
        self.clock = self._freeze(MONDAY)

    # === BY HAND ===

    def test_mail_is_sent_again_at_once(self):
        """IE-25: once for each press that finds it failed, to the address of today."""
        rule = self._rule("partner_create")
        lan, _minh = self._customer("Lan"), self._customer("Minh")
        self._cron("run")
        mail = self._mail(rule).filtered(lambda one: one.recipient_ids == lan)
        self._break(mail)
        lan.email = "lan@new.test"
        lines = self._log(rule).with_user(self.mai)
        self.assertEqual(lines.mapped("state"), ["failed", "sent"])
        told = lines.action_send_again()["params"]
        self.assertEqual(told["message"], "1 of 2 are sent again.")
        self.assertEqual((mail.state, lines[0].recipient), ("outgoing", "lan@new.test"))
        self.assertEqual(lines[0].delivery, "Ready to Send")
        self.assertEqual(lines[0].action_send_again()["params"]["type"], "warning")
        with self.mock_mail_gateway():
            mail.send()
        self.assertEqual((lines[0].state, lines[0].reason), ("sent", False))
        told = lines.action_send_again()["params"]
        self.assertIn("Choose lines that failed", told["message"])

    def test_nothing_to_send_again(self):
        """IE-25: what was refused before has no message; it is said what helps."""
        rule = self._rule("partner_create")
        self._customer("Lan", email=False)
        self._cron("run")
        told = self._log(rule).with_user(self.mai).action_send_again()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("«Try Again»", told["message"])

    def test_not_to_who_opted_out_since(self):
        """IE-25: pressing the button is no way around that, and the log says why."""
        rule = self._rule("partner_create")
        lan = self._customer("Lan")
        self._cron("run")
        self._break(self._mail(rule))
        self.env["mail.blacklist"]._add(lan.email)
        told = self._log(rule).with_user(self.mai).action_send_again()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertEqual(self._mail(rule).state, "exception")
        self.assertEqual(self._log(rule).reason, "Does not want e-mails from us.")

    def test_who_may_send_again(self):
        """IE-25: only who may write the rule."""
        rule = self._rule("partner_create")
        self._customer("Lan")
        self._cron("run")
        reader = self._person("reader", "caredesk_automation.group_automation_user")
        with self.assertRaises(AccessError):
            self._log(rule).with_user(reader).action_send_again()

    def test_sms_without_credit(self):
        """IE-34: somebody has to pay first, and may then send it again, to a mended number."""
        rule = self._rule("partner_create", "sms")
        lan = self._customer("Lan")
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "insufficient_credit"), 1)
        self.assertEqual((self._log(rule).state, self._log(rule).retry_at), ("failed", False))
        lan.phone = "0907 777 777"
        told = self._log(rule).with_user(self.mai).action_send_again()["params"]
        self.assertEqual(told["message"], "1 of 1 are sent again.")
        self.assertEqual(self._send_sms(rule, "success"), 1)
        self.assertEqual(self._log(rule).state, "sent")
        self.assertEqual(self.numbers, ["+84901234567", "+84907777777"])

    # === OUTAGE OF THE GATEWAY ===

    def _outage(self, minutes=10):
        """Have an SMS fail for an outage; return its rule, when it is due to be sent again."""
        rule = self._rule("partner_create", "sms")
        self._customer("Lan")
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "server_error"), 1)
        self.assertEqual(self._log(rule).state, "failed")
        self.clock.tick(minutes * 60)
        return rule

    def test_sms_is_sent_again(self):
        """IE-34: ten minutes after the gateway was away, and once only."""
        rule = self._outage(minutes=9)
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 0)
        self.clock.tick(60)
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 1)
        self.assertEqual((self._log(rule).state, self._log(rule).reason), ("sent", False))
        self.clock.tick(24 * 60 * 60)
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 0)
        self.assertEqual(len(self.numbers), 2)

    def test_sms_given_up_at_last(self):
        """IE-34: four attempts, then it stays failed for everybody to see."""
        rule = self._outage()
        for _hour in range(24):
            self._cron("run")
            self._send_sms(rule, "server_error")
            self.clock.tick(60 * 60)
        self.assertEqual(len(self.numbers), 4)
        self.assertEqual((self._log(rule).state, self._log(rule).retry_at), ("failed", False))

    def test_sms_of_a_stopped_rule(self):
        """S0-AUT-X9: nobody who stops a rule finds its SMS going out later."""
        rule = self._outage()
        rule.action_stop()
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 0)

    def test_sms_waits_for_the_morning(self):
        """S0-AUT-X9: an outage in the evening wakes nobody at night, nor does a late worker."""
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 8})
        self.clock.move_to("2026-03-02 13:55:00")  # 20:55 in Hanoi
        rule = self._outage(minutes=0)
        self.assertEqual(str(self._log(rule).retry_at), "2026-03-03 01:00:00")
        self._log(rule).retry_at = "2026-03-02 13:56:00"
        self.clock.move_to("2026-03-02 20:00:00")
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 0)
        self.assertEqual(str(self._log(rule).retry_at), "2026-03-03 01:00:00")
        self.clock.move_to("2026-03-03 01:00:00")
        self._cron("run")
        self.assertEqual(self._send_sms(rule, "success"), 1)
