from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_automation.tests.automation_common import AutomationMixin
from odoo.addons.caredesk_zalo.tests.common import ZaloMixin


@tagged("post_install", "-at_install")
class TestZaloChannel(AutomationMixin, ZaloMixin, TransactionCase):
    """Zalo as a channel of rules: in the conversation, else by template, else a reason."""

    def setUp(self):
        super().setUp()
        self.account.action_test()
        self._run("ir_cron_check")
        self.template = self.env["caredesk.zalo.template"].search([("oa_id", "=", self.account.id)])
        self.template.param_ids[0].path = "name"
        self.template.param_ids[1].path = "phone"
        self.rule = self._rule("partner_create", "zalo")

    def _fire(self, partner):
        """Let the rule act on a customer, as its event does."""
        message = self.rule.content_ids
        content = message._content_for(self.rule._sources(partner, partner), partner.lang)
        return message._deliver(partner, content, False)

    def _queued(self):
        return self.env["caredesk.zalo.message"].search(
            [("oa_id", "=", self.account.id), ("state", "=", "queued")]
        )

    def test_in_the_conversation(self):
        """S0-AUT-X2: who wrote lately reads it in his conversation."""
        contact = self._receive()
        contact.partner_id = self.hoa
        result = self._fire(self.hoa)
        self.assertEqual(result["state"], "sent")
        self.assertIn("greetings", contact.channel_id.message_ids[0].body)
        self._send()
        said = [message for message in self.world.messages if message.by == "api"][-1]
        self.assertIn("Dear Hoa", said.body["text"])

    def test_by_template(self):
        """Who has not written for long, or never, gets the approved template."""
        self.rule.content_ids.zalo_template_id = self.template
        result = self._fire(self.hoa)
        self.assertEqual(result["state"], "sent")
        queued = self._queued()
        self.assertEqual((queued.kind, queued.phone), ("template", "84901234567"))
        self.assertEqual(queued.template_values["customer_name"], "Hoa")

    def test_after_the_window(self):
        """The conversation is there, but its 7 days are over: by template to the same person."""
        contact = self._receive()
        contact.write(
            {
                "partner_id": self.hoa.id,
                "last_customer_at": fields.Datetime.to_datetime("2026-01-01"),
            }
        )
        self.rule.content_ids.zalo_template_id = self.template
        self._fire(self.hoa)
        queued = self._queued()
        self.assertEqual((queued.kind, queued.contact_id), ("template", contact))

    def test_no_way(self):
        """Neither: the log says why, and nothing is queued."""
        result = self._fire(self.hoa)
        self.assertEqual(result["state"], "failed")
        self.assertIn("no template", result["reason"])
        self.rule.content_ids.zalo_template_id = self.template
        self.hoa.phone = "12"
        self.assertIn("Vietnam", self._fire(self.hoa)["reason"])
        self.assertFalse(self._queued())

    def test_through_the_ledger(self):
        """S0-AUT-01: the rule itself sends by Zalo, once, and its log says so."""
        contact = self._receive()
        contact.partner_id = self.hoa
        clock = self._freeze("2026-03-01 08:00:00")
        contact.last_customer_at = fields.Datetime.now()
        rule = self._rule("birthday", "zalo")
        clock.move_to("2026-03-02 01:00:00")
        for _time in range(2):
            self._scan_and_run()
        self.assertSent(rule, self.hoa, channel="zalo")

    def test_next_channel(self):
        """S0-AUT-X7: whom Zalo does not reach gets the e-mail of the rule, and nobody both."""
        lan = self._customer("Lan", birthday="1990-03-02")
        contact = self._receive()
        clock = self._freeze("2026-03-01 08:00:00")
        contact.write({"partner_id": lan.id, "last_customer_at": fields.Datetime.now()})
        rule = self._rule("birthday", "zalo", "email")
        by_zalo, by_mail = rule.content_ids
        by_mail.is_zalo_fallback = True
        clock.move_to("2026-03-02 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, lan, channel="zalo")
        self.assertSent(rule, self.hoa, channel="email")
        log = self._log(rule).filtered(lambda line: line.zalo_message_id)
        log.zalo_message_id._fail("Người dùng đã chặn", -244)
        self.assertEqual((log.state, log.reason), ("failed", "Người dùng đã chặn"))
        self.assertSent(rule, self.hoa, lan, channel="email")
        with self.assertRaises(ValidationError):
            by_mail.sequence = by_zalo.sequence - 1

    def test_care_by_zalo(self):
        """S3-FLT-08: a message of a care form goes out by Zalo when it is confirmed."""
        form = self.env["caredesk.care.form"].create(
            {"name": "Hỏi thăm", "action": "message", "medium": "zalo", "sends_by_zalo": True}
        )
        care = self.env["caredesk.care.history"].create(
            {"partner_id": self.hoa.id, "action": "message", "form_id": form.id, "body": "Chào chị"}
        )
        with self.assertRaisesRegex(UserError, "not reached on Zalo"):
            care.action_confirm()
        contact = self._receive()
        contact.partner_id = self.hoa
        care.action_confirm()
        self._send()
        self.assertEqual((care.state, care.zalo_state), ("confirmed", "sent"))
        self.assertIn("Chào chị", self.world.messages[-1].body["text"])
