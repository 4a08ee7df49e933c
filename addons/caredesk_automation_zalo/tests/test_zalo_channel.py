from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_automation.tests.automation_common import AutomationMixin
from odoo.addons.caredesk_zalo.tests.common import ZaloMixin

from .. import uninstall_hook
from ..wizard import caredesk_automation_zalo_send


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

    def test_number_that_wants_nothing(self):
        """IE-25: who is on the list of refused numbers gets no paid template either."""
        self.rule.content_ids.zalo_template_id = self.template
        self.env["phone.blacklist"].add(self.hoa.phone_sanitized)
        self.assertEqual(self._fire(self.hoa)["state"], "failed")
        self.assertFalse(self._queued())
        wizard = self.env["caredesk.automation.zalo.send"].create(
            {"partner_ids": self.hoa.ids, "body": "Hi", "template_id": self.template.id}
        )
        with self.assertRaisesRegex(UserError, "Does not want"):
            wizard.action_send()

    def test_one_template_for_a_shared_number(self):
        """S1-X1: two customers of the list with one telephone cost one message."""
        other = self._customer("Lan", phone=self.hoa.phone)
        wizard = self.env["caredesk.automation.zalo.send"].create(
            {"partner_ids": (self.hoa | other).ids, "body": "Hi", "template_id": self.template.id}
        )
        words = wizard.action_send()["params"]["message"]
        self.assertIn("same number", words)
        self.assertEqual(len(self._queued()), 1)

    def test_zalo_keeps_to_quiet_hours(self):
        """IE-26: a message on the telephone waits for the morning, too."""
        self._freeze("2026-03-02 15:00:00")  # 22:00 in Hanoi
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 7})
        self._customer("Lan")
        self.assertEqual(str(self._runs(self.rule).due_at), "2026-03-03 00:00:00")

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
        log.zalo_message_id._fail("User has blocked", -244)
        told = "The customer does not want messages of the Official Account."
        self.assertEqual((log.state, log.reason), ("failed", told))
        self._cron("run")
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

    def _refused_by_zalo(self, moment):
        """Let Zalo refuse a rule's message at ``moment``, with an e-mail kept for that.

        :return: the rule and the clock
        """
        contact = self._receive()
        clock = self._freeze(moment)
        contact.write({"partner_id": self.hoa.id, "last_customer_at": fields.Datetime.now()})
        self.rule.action_stop()
        rule = self._rule("partner_create", "zalo", "email")
        rule.content_ids[1].is_zalo_fallback = True
        call = self.env.ref("mail.mail_activity_data_call").id
        rule.step_ids = [Command.create({"kind": "activity", "activity_type_id": call})]
        self.rules._fire("partner_create", self.hoa)
        self._cron("run")
        self._log(rule).zalo_message_id._fail("Blocked", -244)
        return rule, clock

    def test_next_channel_waits_for_the_morning(self):
        """S0-AUT-X7, IE-26: Zalo refuses at night: the e-mail goes out after the quiet hours."""
        rule, clock = self._refused_by_zalo("2026-03-02 13:59:00")  # 20:59 in Hanoi
        self.company.write({"automation_quiet_from": 21, "automation_quiet_to": 7})
        clock.move_to("2026-03-02 15:00:00")
        self._cron("run")
        self.assertSent(rule, channel="email")
        clock.move_to("2026-03-03 00:00:00")
        for _time in range(2):
            self._cron("run")
        self.assertSent(rule, self.hoa, channel="email")
        self.assertEqual(len(self.hoa.activity_ids), 1, "the steps were done with the first")

    def test_next_channel_keeps_to_the_hourly_limit(self):
        """S0-AUT-X7, IE-28: no e-mail instead of Zalo beyond what may go out within the hour."""
        rule, clock = self._refused_by_zalo("2026-03-02 03:00:00")
        self.company.automation_hourly_cap = 1
        clock.move_to("2026-03-02 03:01:00")
        other = self._rule("partner_create")
        self._runs(rule)[1].due_at = "2026-03-02 03:30:00"
        lan = self._customer("Lan")
        self._runs(rule).filtered(lambda run: run.res_id == lan.id).unlink()
        self._cron("run")
        self.assertSent(other, lan)
        clock.move_to("2026-03-02 03:31:00")
        self._cron("run")
        self.assertSent(rule, channel="email")
        clock.move_to("2026-03-02 04:02:00")
        self._cron("run")
        self.assertSent(rule, self.hoa, channel="email")

    def test_next_channel_without_the_addon(self):
        """IE-25: what waits instead of Zalo does not become a whole rule's by uninstalling."""
        rule, _clock = self._refused_by_zalo("2026-03-02 03:00:00")
        self.assertEqual(len(self._runs(rule)), 2)
        uninstall_hook(self.env)
        self.assertEqual(len(self._runs(rule)), 1)

    def test_next_channel_of_a_stopped_rule(self):
        """S0-AUT-X9: stopped meanwhile, nothing goes out instead either."""
        rule, _clock = self._refused_by_zalo("2026-03-02 03:00:00")
        rule.action_stop()
        self._cron("run")
        self.assertSent(rule, channel="email")

    def test_log_leads_to_the_conversation(self):
        """S0-AUT-X7: how far Zalo got, and the conversation in Discuss."""
        contact = self._receive()
        contact.partner_id = self.hoa
        rule = self._rule("partner_create", "zalo")
        self.rules._fire("partner_create", self.hoa)
        self._cron("run")
        log = self._log(rule)
        self.assertEqual(log.delivery, "Pending")
        self._send()
        log.invalidate_recordset(["delivery"])
        self.assertEqual(log.delivery, "Sent")
        self.assertEqual(log.action_open_message()["context"]["active_id"], contact.channel_id.id)

    # === LAST CONTACT ===

    def test_conversations_are_contact(self):
        """S1-X1: what a customer writes counts, what rules write does not; late links count."""
        contact = self._receive()
        contact.last_customer_at = "2026-01-04 18:00:00"  # the 5th in Hanoi
        self.hoa.parent_id = firm = self._customer("Firm", is_company=True)
        contact.partner_id = self.hoa
        self.assertEqual(str(self.hoa.caredesk_last_contact), "2026-01-05")
        self.assertEqual(str(firm.caredesk_last_contact), "2026-01-05")
        self._cron("last_contact")
        self.assertEqual(self.hoa.caredesk_last_contact, self.company._caredesk_today())
        lan = self._customer("Lan")
        sources = self.env["res.partner"]._contact_sources()
        mark = self.env["mail.message"].search([], order="id desc", limit=1).id
        contact.with_context(tracking_disable=True).write({"partner_id": False})
        self.env.cr.execute(
            "UPDATE caredesk_zalo_contact SET partner_id = %s WHERE id = %s", [lan.id, contact.id]
        )
        self.env.invalidate_all()
        contact._say("From a rule")
        self.env.flush_all()
        self.env["res.partner"]._note_contacts(sources["said_on_zalo"], mark, mark + 1000)
        self.assertFalse(lan.caredesk_last_contact)

    def test_panel(self):
        """S2-CRM-06: level and points beside the conversation, for who gives care."""
        contact = self._receive()
        contact.partner_id = self.hoa
        account = self.env["caredesk.customer.account"]._of(self.hoa, self.company)
        account.level_id = self.env["caredesk.customer.level"].create(
            {"name": "Silver", "min_accumulated": 987, "company_id": self.company.id}
        )
        account._change("give_points", 125, "Gift", self.hoa)
        shown = {}
        for role in ("caredesk_automation.group_care_user", "base.group_partner_manager"):
            user = self._zalo_user(role[-6:], f"caredesk_zalo.group_chat_admin,{role}")
            record = contact.channel_id.with_user(user).zalo_panel()["record"]
            shown[role] = (record.get("level"), record.get("points"))
        self.assertEqual(list(shown.values()), [("Silver", "125"), (None, None)])

    # === CARE LISTS ===

    def test_care_list_by_zalo(self):
        """S1-X1: to those who wrote lately the text with their name, to others the template."""
        contact = self._receive()
        contact.partner_id = self.hoa
        lan = self._customer("Lan", phone="0907 654 321")
        nobody = self._customer("Nobody", phone=False)
        people = (self.hoa | lan | nobody).with_user(self.hang)
        context = people.action_caredesk_send_zalo()["context"]
        wizards = self.env["caredesk.automation.zalo.send"].with_user(self.hang)
        wizard = wizards.with_context(**context).create(
            {"body": "Dear {{customer_name}}", "template_id": self.template.id}
        )
        told = wizard.action_send()["params"]["message"]
        self.assertIn("1 in their conversation, 1 by template, 1 not reached", told)
        self.assertIn("Nobody", told)
        self._send()
        self.assertEqual(self.world.messages[-1].body["text"], "Dear Hoa")
        contract = self._contract(lan)
        self.assertEqual(contract.action_send_zalo()["context"]["default_partner_ids"], lan.ids)

    def test_care_list_limits(self):
        """S1-X1: wrong placeholders, nobody reached, too many, and who may not write at all."""
        wizards = self.env["caredesk.automation.zalo.send"].with_user(self.hang)
        values = {"partner_ids": [Command.set(self.hoa.ids)], "body": "{{nothing}}"}
        with self.assertRaisesRegex(UserError, "no placeholder"):
            wizards.create(values).action_send()
        wizard = wizards.create({**values, "body": "Hi"})
        with self.assertRaisesRegex(UserError, "no template"):
            wizard.action_send()
        contact = self._receive()
        contact.partner_id = self.hoa
        self.account.write({"send_right": "selected", "sender_ids": [Command.set(self.minh.ids)]})
        with self.assertRaisesRegex(UserError, "do not let you"):
            wizard.action_send()
        self.patch(caredesk_automation_zalo_send, "MOST", 0)
        with self.assertRaisesRegex(UserError, "at once"):
            wizard.action_send()

    def test_managers_of_rules_choose_templates(self):
        """S0-AUT-X2: rules name one, and who writes rules may send to a care list as well."""
        templates = self.env["caredesk.zalo.template"].with_user(self.mai)
        self.assertIn(self.template, templates.search([]))
        message = self.rule.content_ids.with_user(self.mai)
        message.zalo_template_id = self.template
        self.assertTrue(message.zalo_template_id.display_name)
        self.assertFalse(templates.has_access("write"))
        far = self.env["res.company"].create({"name": "Far"})
        self.account.company_id = far
        self.env.invalidate_all()
        self.assertNotIn(self.template, templates.search([]))

    def test_managers_of_rules_send_to_care_lists(self):
        """S0-AUT-X2: as by a rule, within the limits that the account sets for people."""
        wizards = self.env["caredesk.automation.zalo.send"].with_user(self.mai)
        values = {"partner_ids": [Command.set(self.hoa.ids)], "body": "Hi {{customer_name}}"}
        wizard = wizards.create({**values, "template_id": self.template.id})
        self.assertIn("1 by template", wizard.action_send()["params"]["message"])
        self._receive().partner_id = self.hoa
        wizard.action_send()
        self._send()
        self.assertEqual(self.world.messages[-1].body["text"], "Hi Hoa")
        self.account.write({"send_right": "selected", "sender_ids": [Command.set(self.minh.ids)]})
        with self.assertRaisesRegex(UserError, "do not let you"):
            wizard.action_send()
