from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationChannels(AutomationCase):
    """Channels, senders, recipients, placeholders, the log and the further steps."""

    def _mail(self, rule):
        message = self._log(rule).message_id[:1]
        return self.env["mail.mail"].search([("mail_message_id", "=", message.id)])

    def test_mail_and_sms_are_queued_and_logged(self):
        """S0-AUT-03, S0-AUT-04, S0-AUT-X7: both channels, no click, each in the log."""
        rule = self._rule("partner_create", "email", "sms")
        lan = self._customer("Lan")
        self._cron("run")
        mail = self._mail(rule)
        self.assertEqual((mail.state, mail.recipient_ids), ("outgoing", lan))
        self.assertEqual(mail.subject, f"Dear Lan, greetings from {self.company.name}.")
        self.assertIn("Dear Lan", mail.body_html)
        self.assertIn("auto-generated", mail.headers)
        sms = self.env["sms.sms"].search([("partner_id", "=", lan.id)])
        self.assertEqual((sms.state, sms.number), ("outgoing", "+84901234567"))
        self.assertEqual(sms.body, f"Dear Lan, greetings from {self.company.name}.")
        log = self._log(rule)
        self.assertEqual(log.mapped("recipient"), ["lan@customer.test", "+84901234567"])
        self.assertTrue(all(line.message_id and line.sent_at for line in log))
        self.assertEqual(rule.sent_count, 2)
        shown = log[0].action_open_message()
        self.assertEqual(
            (shown["res_model"], shown["res_id"]), ("mail.message", mail.mail_message_id.id)
        )
        self.assertEqual(log[0].action_open_record()["res_id"], lan.id)

    def test_message_stays_when_the_mail_is_out(self):
        """S0-AUT-X7: the log leads to the message and tells how far the mail got."""
        rule = self._rule("partner_create")
        self._customer("Lan")
        self._cron("run")
        self.assertEqual(self._log(rule).delivery, "Ready to Send")
        self._mail(rule)._postprocess_sent_message(success_pids=[], success_emails=[])
        self.env.invalidate_all()
        self.assertEqual(self._log(rule).delivery, "Delivered")
        self.assertTrue(self._log(rule).message_id)

    def test_without_gateway_sms_fail_softly(self):
        """IE-34, S0-AUT-X7: what the gateway refuses counts as failed, until it goes out."""
        rule = self._rule("partner_create", "sms")
        lan = self._customer("Lan")
        self._cron("run")
        sms = self.env["sms.sms"].search([("partner_id", "=", lan.id)])
        sms.send(unlink_failed=False, unlink_sent=False, raise_exception=False)
        self.env.invalidate_all()
        self.assertEqual(sms.state, "error")
        self.assertTrue(self._log(rule).delivery)
        self.assertRuns(rule, "done")
        self.assertEqual((rule.sent_count, rule.failed_count), (0, 1))
        self.assertEqual((self._log(rule).state, bool(self._log(rule).reason)), ("failed", True))
        notice = self._log(rule).message_id.notification_ids
        notice.write({"notification_status": "pending", "failure_type": False})
        self.env.invalidate_all()
        self.assertEqual((rule.sent_count, rule.failed_count), (1, 0))
        self.assertFalse(self._log(rule).reason)

    def test_bounced_mail_failed(self):
        """S0-AUT-X7: a mail that comes back counts as failed; whose mails are no rule's cost one
        query.
        """
        rule = self._rule("partner_create")
        self._customer("Lan")
        self._cron("run")
        notice = self._log(rule).message_id.notification_ids
        self._mail(rule)._postprocess_sent_message(success_pids=[], success_emails=[])
        # Odoo notes a failure before it sends, and the true reason after it.
        notice.write({"notification_status": "exception", "failure_type": "unknown"})
        notice.write({"notification_status": "bounce", "failure_type": "mail_bounce"})
        self.assertEqual((self._log(rule).state, self._log(rule).reason), ("failed", "Bounce"))
        self._log(rule).unlink()
        notice.flush_recordset()
        self.assertTrue(notice.mail_message_id)
        with self.assertQueryCount(2):  # the notification and the look into the log
            notice.write({"notification_status": "sent"})
            notice.flush_recordset()

    def test_missing_address_is_logged_and_others_go_on(self):
        """IE-25: no address, a bad number, an opt-out: failed with its reason, no crash."""
        rule = self._rule("partner_create", "email", "sms")
        nobody = self._customer("Nobody", email=False, phone=False)
        refusing = self._customer("Refusing", phone="0901 111 222")
        lan = self._customer("Lan")
        self.env["mail.blacklist"]._add(refusing.email)
        self.env["phone.blacklist"]._add([refusing.phone_sanitized])
        self._cron("run")
        reasons = {
            (line.partner_id.name, line.channel): line.reason
            for line in self._log(rule)
            if line.state == "failed"
        }
        self.assertEqual(
            reasons,
            {
                ("Nobody", "email"): "No valid e-mail address.",
                ("Nobody", "sms"): "No valid telephone number.",
                ("Refusing", "email"): "Does not want e-mails from us.",
                ("Refusing", "sms"): "Does not want SMS from us.",
            },
        )
        self.assertSent(rule, lan)
        self.assertRuns(rule, "failed", "failed", "done")
        self.assertEqual((rule.sent_count, rule.failed_count), (2, 4))
        self.assertFalse(self.env["sms.sms"].search([("partner_id", "in", nobody.ids)]))

    def test_voice_is_a_hook(self):
        """S0-AUT-X2: a voice call fails softly until a provider is installed."""
        rule = self._rule("partner_create", "voice")
        self._customer("Lan")
        self._cron("run")
        self.assertIn("No provider", self._log(rule).reason)

    def test_notification_needs_an_account(self):
        """S0-AUT-X2: people with an account are notified in Odoo, nobody else."""
        rule = self._rule("partner_create", "notification", recipient_kind="owner")
        self._customer("Lan", user_id=self.mai.id)
        self._cron("run")
        self.assertSent(rule, self.mai.partner_id, channel="notification")
        outside = self._rule("partner_create", "notification")
        self._customer("Minh")
        self._cron("run")
        self.assertIn("no account", self._log(outside).reason)

    def test_notification_as_the_user_has_chosen(self):
        """S0-AUT-X2: in the inbox, else by e-mail, and the log says which and whether it failed."""
        users = {"recipient_kind": "users", "recipient_user_ids": self.mai.ids}
        rule = self._rule("partner_create", "notification", **users)
        self.mai.notification_type = "inbox"
        self._customer("Lan")
        self._cron("run")
        line = self._log(rule)
        self.assertEqual(line.recipient, "Mai")
        self.assertEqual(line.message_id.notification_ids.notification_type, "inbox")
        self.assertFalse(self._mail(rule))
        self.mai.notification_type = "email"
        self._customer("Minh")
        self._cron("run")
        line = self._log(rule)[1]
        self.assertEqual(line.recipient, "mai@caredesk.test (by e-mail)")
        mail = self.env["mail.mail"].search([("mail_message_id", "=", line.message_id.id)])
        mail.state = "exception"
        mail._postprocess_sent_message([], [], failure_reason="Full", failure_type="mail_smtp")
        self.assertEqual((line.state, bool(line.retry_at)), ("failed", True))
        line.with_user(self.mai).action_send_again()
        self.assertEqual(
            (mail.state, line.recipient), ("outgoing", "mai@caredesk.test (by e-mail)")
        )

    def test_recipients(self):
        """S0-AUT-04, S0-AUT-X5, C-25: customer, contacts, owner, users, chosen, contract's."""
        firm = self._customer("Firm", is_company=True, user_id=self.mai.id)
        people = [self._customer(f"Person {n}", parent_id=firm.id) for n in range(2)]
        self._customer("Warehouse", parent_id=firm.id, type="delivery")
        contract = self._contract(firm, contact_id=people[1].id)
        friend = self._customer("Friend")
        agent = self._person("agent", "caredesk_ticket.group_agent")
        group = self.env["caredesk.support.group"].create({"name": "Hotline"})
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": agent.id})
        expected = {
            "customer": [firm],
            "contacts": people,
            "customer_contacts": [firm, *people],
            "contact": [people[1]],
            "owner": [self.mai.partner_id],
            "users": [self.mai.partner_id],
            "group": [agent.partner_id],
            "custom": [friend],
        }
        contract.user_id = self.mai
        for kind, partners in expected.items():
            rule = self._rule(
                "contract_create",
                recipient_kind=kind,
                recipient_user_ids=self.mai.ids,
                recipient_partner_ids=friend.ids,
                recipient_group_id=group.id,
            )
            self.assertEqual(set(rule._recipients(contract)), set(partners), kind)

    def test_senders(self):
        """S0-AUT-X5: the company, the person in charge, a user or another address."""
        self.hoa.user_id = self.mai
        for kind, address in (
            ("company", self.company.email_formatted),
            ("owner", self.mai.email_formatted),
            ("user", self.mai.email_formatted),
            ("custom", "care@caredesk.test"),
        ):
            rule = self._rule(
                "partner_create",
                sender_kind=kind,
                sender_user_id=self.mai.id,
                sender_email="care@caredesk.test",
            )
            self.assertEqual(rule._sender(self.hoa), address, kind)

    def test_placeholders_are_filled_and_escaped(self):
        """S0-AUT-X6: values as people read them; markup in a name stays text."""
        body = "<p>{{customer_name}} {{contract_number}} {{contract_end}} {{contract_amount}}</p>"
        rule = self._rule(
            "contract_create", content_ids=[self._message(subject="X", body_html=body)]
        )
        evil = self._customer("<b>Evil</b> & Co")
        contract = self._contract(evil)
        self._cron("run")
        text = self._mail(rule).body_html
        self.assertIn("&lt;b&gt;Evil&lt;/b&gt; &amp; Co", text)
        self.assertIn(contract.number, text)
        self.assertIn(format_date(self.env, contract.date_end, lang_code="en_US"), text)

    def test_language_of_the_recipient(self):
        """IE-46: each reads the text in his own language, dates too."""
        self.env["res.lang"]._activate_lang("vi_VN")
        rule = self._rule("partner_create", "sms", "email")
        sms = rule.content_ids[0]
        sms.with_context(lang="vi_VN").body_text = "Chào {{customer_name}}"
        self._customer("Lan", lang="vi_VN")
        self._cron("run")
        self.assertIn("Chào Lan", self._log(rule)[0].message_id.body)

    # === PREVIEW ===

    def test_preview_and_test_send(self):
        """IE-26: a preview on a real record, and a test to oneself that counts as no sending."""
        rule = self._rule("birthday", "email", "notification")
        wizard = (
            self.env["caredesk.automation.preview"]
            .with_user(self.mai)
            .create({"rule_id": rule.id, "res_id": self.hoa.id})
        )
        self.assertIn("Dear Hoa", wizard.preview)
        self.assertEqual(wizard.recipients, "Hoa")
        wizard.action_send_test()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.mai.partner_id.ids), ("subject", "like", "Dear Hoa")]
        )
        self.assertEqual(len(mail), 1)
        self.assertFalse(self._log(rule))
        self.assertRuns(rule)

    def test_test_send_without_one_address(self):
        """IE-26: a channel that reaches the user goes out, though another one does not."""
        rule = self._rule("birthday", "email", "sms")
        self.mai.partner_id.phone = False
        wizard = (
            self.env["caredesk.automation.preview"]
            .with_user(self.mai)
            .create({"rule_id": rule.id, "res_id": self.hoa.id})
        )
        told = wizard.action_send_test()["params"]["message"]
        self.assertIn("SMS", told)
        mine = [("recipient_ids", "in", self.mai.partner_id.ids), ("subject", "like", "Dear Hoa")]
        self.assertEqual(self.env["mail.mail"].search_count(mine), 1)
        rule.content_ids.filtered(lambda message: message.channel == "email").unlink()
        with self.assertRaisesRegex(UserError, "SMS"):
            wizard.action_send_test()

    def test_preview_of_nothing(self):
        """IE-26: without a record there is nothing to test."""
        rule = self._rule("birthday", domain="[('name', '=', 'Nobody at all')]")
        wizard = self.env["caredesk.automation.preview"].create({"rule_id": rule.id})
        self.assertFalse(wizard.preview)
        with self.assertRaisesRegex(UserError, "Choose a record"):
            wizard.action_send_test()

    # === LOG ===

    def test_log_is_searched_by_date_and_deleted(self):
        """S0-AUT-X8: lines of some days are found and deleted; nothing is sent again."""
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("partner_create")
        self.rules._fire("partner_create", self.hoa)
        self._cron("run")
        clock.move_to("2026-03-05 08:00:00")
        lan = self._customer("Lan")
        self._cron("run")
        log = self.env["caredesk.automation.log"].with_user(self.mai)
        found = log.search(
            [("rule_id", "=", rule.id), ("sent_at", ">=", "2026-03-04"), ("state", "=", "sent")]
        )
        self.assertEqual(found.partner_id, lan)
        found.unlink()
        self.rules._fire("partner_create", lan)
        self._cron("run")
        self.assertSent(rule, self.hoa)

    # === STEPS ===

    def test_ticket_activity_tag_and_server_action(self):
        """S0-AUT-X5, S1-MGT-07: besides messages a rule creates, plans, tags and acts."""
        group = self.env["caredesk.support.group"].create({"name": "Support"})
        kind = self.env["caredesk.ticket.type"].create({"name": "Welcome", "group_id": group.id})
        tag = self.env["res.partner.category"].create({"name": "Greeted"})
        action = self.env["ir.actions.server"].create(
            {
                "name": "Note",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "record.write({'comment': 'welcome'})",
            }
        )
        call = self.env.ref("mail.mail_activity_data_call").id
        steps = [
            {"kind": "ticket", "ticket_type_id": kind.id, "title": "Welcome {{customer_name}}"},
            {"kind": "activity", "activity_type_id": call, "title": "Call", "days": 2},
            {"kind": "tag", "tag_ids": [Command.link(tag.id)]},
            {"kind": "action", "action_id": action.id},
        ]
        rule = self._rule(
            "partner_create", content_ids=False, step_ids=[Command.create(s) for s in steps]
        )
        lan = self._customer("Lan", user_id=self.mai.id)
        for _time in range(2):
            self._cron("run")
        ticket = self.env["caredesk.ticket"].search([("partner_id", "=", lan.id)])
        self.assertEqual((ticket.name, ticket.group_id), ("Welcome Lan", group))
        self.assertEqual((lan.activity_ids.summary, lan.activity_ids.user_id), ("Call", self.mai))
        self.assertEqual(lan.category_id, tag)
        self.assertIn("welcome", lan.comment)
        self.assertRuns(rule, "done")

    def test_cron_alone_does_the_work(self):
        """S0-GEN-01, S0-GEN-02: an active rule, the scheduled actions, one customer record."""
        clock = self._freeze("2026-03-01 08:00:00")
        call = self.env.ref("mail.mail_activity_data_call").id
        step = Command.create({"kind": "activity", "activity_type_id": call})
        rule = self._rule("birthday", step_ids=[step])
        clock.move_to("2026-03-02 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self.assertTrue(self.hoa.activity_ids)
        self.assertIn(self._log(rule).message_id, self.hoa.message_ids)
