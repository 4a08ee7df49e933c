from email import message_from_string, policy

from odoo.tests import HttpCase, TransactionCase, tagged

from ..automation_hooks import forget_automation
from .automation_common import AutomationMixin


@tagged("post_install", "-at_install")
class TestAutomationOptOut(AutomationMixin, HttpCase):
    """The link by which a customer gets no more messages, from the mail to the next rule."""

    def test_from_the_link_to_silence_and_back(self):
        """IE-25: the page alone changes nothing, its buttons do, and rules respect it."""
        rule = self._rule("partner_create")
        lan = self._customer("Lan")
        self._cron("run")
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", self._log(rule).message_id.id)]
        )
        headers = self._headers(mail)
        url = headers["List-Unsubscribe"].strip("<>")
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertIn(url, mail.body_html)
        self.assertNotIn("unsubscribe", self._log(rule).message_id.body)
        path = url[url.index("/caredesk/") :]

        self.assertIn("lan@customer.test", self.url_open(path).text)
        self.assertFalse(lan.is_blacklisted)
        for _time in range(2):  # mail programs may press twice
            self.opener.cookies.clear()
            answer = self.url_open(path, data={"List-Unsubscribe": "One-Click"})
            self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(lan.is_blacklisted)
        second = self._rule("birthday")
        self._fire_again(second, lan)
        self.assertEqual(self._log(second).reason, "Does not want e-mails from us.")

        self.url_open(path, data={"choice": "again"})
        self.env.invalidate_all()
        self.assertFalse(lan.is_blacklisted)

    def test_links_nobody_signed(self):
        """IE-25: a link that was changed leads nowhere, and changes nothing."""
        url = self.env["caredesk.automation.opt.out"]._url(self.hoa, self.company)
        path = url[url.index("/caredesk/") :]
        for wrong in (path[:-6] + "AAAAAA", "/caredesk/unsubscribe/abc", f"{path}x.y"):
            with self.subTest(wrong):
                self.assertEqual(self.url_open(wrong, data={"choice": "stop"}).status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.hoa.is_blacklisted)

    def _headers(self, mail):
        """Return the headers of a mail as a mail program reads them from the wire."""
        server = self.env["ir.mail_server"]
        values = mail._prepare_outgoing_list()[0]
        message = server._build_email__(
            email_from="shop@caredesk.test",
            email_to=["lan@customer.test"],
            subject=values["subject"],
            body=values["body"],
            headers=values["headers"],
        )
        return message_from_string(message.as_string(), policy=policy.default)

    def _fire_again(self, rule, customer):
        rule._enter_records(customer, f"{rule.trigger} again")
        self._cron("run")


@tagged("post_install", "-at_install")
class TestAutomationUninstall(AutomationMixin, TransactionCase):
    """What the addon takes with it."""

    def test_marks_go_with_the_addon(self):
        """IE-49: no parameter of the last contacts stays behind."""
        self._cron("last_contact")
        marks = [("key", "=like", "caredesk_automation.contact_mark.%")]
        parameters = self.env["ir.config_parameter"]
        self.assertTrue(parameters.search(marks))
        forget_automation(self.env)
        self.assertFalse(parameters.search(marks))
