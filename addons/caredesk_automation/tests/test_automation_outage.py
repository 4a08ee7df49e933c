from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationOutage(MockEmail, AutomationCase):
    """A mail server that cannot be reached for a while costs no message."""

    def _send_queue(self, is_reached):
        """Send what is due in Odoo's queue of mails."""
        self._cron("run")
        due = [
            ("state", "=", "outgoing"),
            ("mail_message_id", "in", self._log(self.rule).message_id.ids),
        ]
        mails = self.env["mail.mail"].search(due)
        servers = type(self.env["ir.mail_server"])
        refuse = patch.object(servers, "_connect__", side_effect=ConnectionRefusedError)
        with self.mock_mail_gateway(), nullcontext() if is_reached else refuse:
            mails.send()
        return len(mails)

    def setUp(self):
        super().setUp()
        self.clock = self._freeze(MONDAY)
        self.rule = self._rule("partner_create")
        self.lan = self._customer("Lan")
        self._cron("run")

    def test_mail_is_sent_again(self):
        """IE-25, S0-AUT-X8: ten minutes later, and the log says how it ended."""
        self.assertEqual(self._send_queue(is_reached=False), 1)
        self.assertEqual(self._log(self.rule).state, "failed")
        self.assertTrue(self._log(self.rule).reason)
        job = self.env.ref("caredesk_automation.ir_cron_run")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        again = self.clock() + timedelta(minutes=10)
        self.assertIn(again, triggers.mapped("call_at"))
        self.assertEqual(self._send_queue(is_reached=True), 0)
        self.clock.move_to(again)
        self.assertEqual(self._send_queue(is_reached=True), 1)
        line = self._log(self.rule)
        self.assertEqual((line.state, line.reason), ("sent", False))
        self.clock.tick(timedelta(days=1))
        self.assertEqual(self._send_queue(is_reached=True), 0)

    def test_given_up_at_last(self):
        """IE-25: after the last attempt the mail stays failed, for everybody to see."""
        tries = 0
        for _hour in range(24):
            tries += self._send_queue(is_reached=False)
            self.clock.tick(timedelta(hours=1))
        self.assertEqual(tries, 4)
        self.assertEqual(self._log(self.rule).state, "failed")

    def test_not_for_a_stopped_rule(self):
        """S0-AUT-X9: nobody who stops a rule finds its mails going out an hour later."""
        self._send_queue(is_reached=False)
        self.rule.action_stop()
        self.clock.tick(timedelta(hours=1))
        self.assertEqual(self._send_queue(is_reached=True), 0)
