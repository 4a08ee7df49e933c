from odoo.tests import tagged

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationMail(AutomationCase):
    """What frames the mails of rules: the company, and nothing that only Odoo knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("vi_VN")
        cls.lan = cls._customer("Lan", lang="vi_VN")
        cls.shop = cls.env["res.company"].create(
            {
                "name": "Hoa Sen Spa",
                "phone": "028 3822 0000",
                "email": "chao@hoasen.test",
                "website": "https://hoasen.test",
            }
        )

    def _mails(self, people):
        return self.env["mail.mail"].search([("recipient_ids", "in", people.ids)], order="id")

    def _send(self, rule, customer):
        """Send the mail of a rule to a customer as the worker does; return it."""
        message = rule.content_ids
        content = message._content_for(rule._sources(customer, customer), customer.lang)
        message._deliver(customer, content, rule._sender(customer))
        return self._mails(customer)[-1:].body_html

    def assertFramed(self, body, company):
        for word in ("Powered by", "odoo.com", "Your Contact", "Liên hệ của bạn"):
            self.assertNotIn(word, body)
        for word in (company.name, company.phone, company.email, company.website):
            self.assertIn(word or "", body)
        self.assertIn("max-width: 600px", body)

    def test_frame_of_the_company_of_the_rule(self):
        """S0-AUT-03: name and foot of who writes, no heading of a record, no advert."""
        rule = self._rule("partner_create", company_id=self.shop.id)
        self.assertNotEqual(self.env.company, self.shop)
        body = self._send(rule, self.lan)
        self.assertFramed(body, self.shop)
        self.assertIn('<html lang="vi-VN"', body)
        self.assertIn("/caredesk/unsubscribe/", body)
        self.assertEqual(body.count("Lan"), 1, "only where the text says it")

    def test_logo_of_the_company(self):
        """S0-AUT-03: its logo where it has one; the address is whole, for mail programs."""
        # A picture of one dot, other than the one Odoo puts there.
        self.shop.logo = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
            "AABJRU5ErkJggg=="
        )
        self.assertFalse(self.shop.uses_default_logo)
        body = self._send(self._rule("partner_create", company_id=self.shop.id), self.lan)
        self.assertRegex(body, rf'src="http[^"]+/logo.png\?company={self.shop.id}"')

    def test_frame_of_what_people_send(self):
        """S1-X1, IE-26: a care list and the test to oneself go the same way."""
        dialog = self.env["caredesk.automation.send"].create(
            {
                "partner_ids": self.lan.ids,
                "channel": "email",
                "subject": "Hi",
                "body_html": "<p>Chào</p>",
            }
        )
        dialog.action_send()
        self.assertFramed(self._mails(self.lan).body_html, self.company)
        wizard = self.env["caredesk.automation.preview"].with_user(self.mai)
        wizard.create(
            {"rule_id": self._rule("birthday").id, "res_id": self.hoa.id}
        ).action_send_test()
        self.assertFramed(self._mails(self.mai.partner_id)[-1:].body_html, self.company)

    def test_frame_of_a_notification(self):
        """S0-AUT-X2: whom Odoo notifies by e-mail gets no heading about his own contact."""
        self.mai.notification_type = "email"
        rule = self._rule("partner_create", "notification", recipient_kind="owner")
        self._customer("Minh", user_id=self.mai.id)
        self._cron("run")
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", self._log(rule).message_id.id)]
        )
        self.assertFramed(mail.body_html, self.company)
        self.assertIn("Dear Minh", mail.body_html)
