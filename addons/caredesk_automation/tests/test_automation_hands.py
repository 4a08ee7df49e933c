from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..wizard import caredesk_automation_send
from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationHands(AutomationCase):
    """What people do by hand: write to a care list, take over a ready rule, read the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._person("clerk", "caredesk_automation.group_automation_user")

    def _open(self, people, button, user=None, **vals):
        """Return the dialog that a button of a care list opens, filled in."""
        action = getattr(people.with_user(user or self.clerk), button)()
        dialogs = self.env[action["res_model"]].with_user(user or self.clerk)
        return dialogs.with_context(**action["context"]).create(vals)

    def _mails(self, people):
        return self.env["mail.mail"].search([("recipient_ids", "in", people.ids)], order="id")

    # === CARE LISTS ===

    def test_mail_to_a_care_list(self):
        """S1-X1: one mail each with the rules' placeholders, queued; who gets none is named."""
        lan = self._customer("Lan", lang="en_US")
        out, bare = self._customer("Out"), self._customer("Bare", email=False)
        twin = self._customer("Twin", email=lan.email)
        self.env["mail.blacklist"]._add(out.email)
        people = self.hoa | lan | out | bare | twin
        dialog = self._open(people, "action_caredesk_send_mail")
        with Form(dialog) as form:
            form.subject = "For {{customer_name}}"
            form.body_html = "<p>Dear {{customer_name}}</p>"
            form.insert_field_id = self.env.ref("caredesk_automation.merge_field_company_name")
        self.assertIn("{{company_name}}", dialog.body_html)
        told = dialog.action_send()["params"]
        self.assertIn("2 messages are on their way, 3 customers not reached", told["message"])
        self.assertIn("Out: Does not want e-mails", told["message"])
        self.assertIn("Bare: No valid e-mail address", told["message"])
        self.assertIn("Twin: Another one of them", told["message"])
        mails = self._mails(people)
        self.assertEqual(mails.recipient_ids, self.hoa | lan)
        self.assertEqual(mails.mapped("state"), ["outgoing", "outgoing"])
        mail = self._mails(self.hoa)
        self.assertEqual(
            (mail.subject, mail.model, mail.res_id), ("For Hoa", "res.partner", self.hoa.id)
        )
        self.assertIn("Dear Hoa", mail.body_html)
        self.assertIn(self.company.name, mail.body_html)
        self.assertIn("/caredesk/unsubscribe/", mail.body_html)
        self.assertIn("clerk@caredesk.test", mail.email_from)

    def test_values_are_no_code(self):
        """S1-X1: what stands in a customer's name is shown, and neither run nor read as HTML."""
        sly = self._customer("{{ 6 * 7 }} <b>Sly</b>", email="sly@customer.test")
        values = {"subject": "Hi", "body_html": "<p>{{customer_name}}</p>"}
        self._open(sly, "action_caredesk_send_mail", **values).action_send()
        self.assertIn(str(Markup("%s") % sly.name), self._mails(sly).body_html)

    def test_sms_to_a_care_list(self):
        """S1-X1: one SMS each, queued; numbers that want none or are none are left out."""
        out = self._customer("Out", phone="0902 345 678")
        bare = self._customer("Bare", phone=False)
        self.env["phone.blacklist"]._add(["+84902345678"])
        dialog = self._open(
            self.hoa | out | bare, "action_caredesk_send_sms", body_text="Dear {{customer_name}}"
        )
        told = dialog.action_send()["params"]["message"]
        self.assertIn("1 messages are on their way, 2 customers not reached", told)
        sms = self.env["sms.sms"].search([("partner_id", "in", (self.hoa | out | bare).ids)])
        self.assertEqual((sms.body, sms.state), ("Dear Hoa", "outgoing"))

    def test_one_sms_for_a_shared_number(self):
        """S1-X1: who shares a telephone reads it once; the customer's own salesperson is named."""
        lan = self._customer("Lan", phone=self.hoa.phone)
        self.hoa.user_id = self.mai
        text = "{{owner_name}} greets you"
        dialog = self._open(self.hoa | lan, "action_caredesk_send_sms", body_text=text)
        told = dialog.action_send()["params"]["message"]
        self.assertIn("1 messages are on their way, 1 customers not reached", told)
        sms = self.env["sms.sms"].search([("partner_id", "in", (self.hoa | lan).ids)])
        self.assertEqual(sms.mapped("body"), ["Mai greets you"])

    def test_care_list_limits(self):
        """S1-X1: wrong placeholders, empty texts, nobody reached, too many, and strangers."""
        bare = self._customer("Bare", email=False)
        values = {"subject": "Hi", "body_html": "<p>{{nothing}}</p>"}
        with self.assertRaisesRegex(UserError, "no placeholder"):
            self._open(self.hoa, "action_caredesk_send_mail", **values).action_send()
        with self.assertRaisesRegex(UserError, "Please fill in «Subject»"):
            self._open(self.hoa, "action_caredesk_send_mail", body_html="<p>x</p>").action_send()
        with self.assertRaisesRegex(UserError, "Please fill in «Content»"):
            self._open(self.hoa, "action_caredesk_send_mail", subject="x").action_send()
        values = {"subject": "Hi", "body_html": "<p>x</p>"}
        with self.assertRaisesRegex(UserError, "No valid e-mail"):
            self._open(bare, "action_caredesk_send_mail", **values).action_send()
        self.patch(caredesk_automation_send, "MOST", 0)
        with self.assertRaisesRegex(UserError, "at once"):
            self._open(self.hoa, "action_caredesk_send_mail", **values).action_send()
        stranger = self._person("stranger", "base.group_user")
        with mute_logger("odoo.addons.base.models.ir_access"), self.assertRaises(AccessError):
            self._open(self.hoa, "action_caredesk_send_mail", stranger, **values)

    def test_salesperson_writes_to_contract_customers(self):
        """S1-X1: whoever has the list of contracts may use its buttons."""
        seller = self._person("seller", "sales_team.group_sale_salesman")
        action = self._contract(user_id=seller.id).with_user(seller).action_send_mail()
        dialog = self.env[action["res_model"]].with_user(seller).with_context(**action["context"])
        values = {"subject": "Hi {{customer_name}}", "body_html": "<p>x</p>"}
        dialog.create(values).action_send()
        self.assertEqual(self._mails(self.hoa).subject, "Hi Hoa")

    # === READY-MADE RULES ===

    def test_first_starter_answers_for_a_ready_rule(self):
        """S0-AUT-02, S0-AUT-X9: he is in charge where nobody was; a chosen one stays."""
        ready = self.env.ref("caredesk_automation.caredesk_automation_rule_weekly_care")
        admin = self.env.ref("base.user_admin")
        self.assertEqual(ready.create_uid.id, SUPERUSER_ID)
        ready.write({"user_id": admin.id, "stop_count": 0})
        boss = self._person("boss", "caredesk_automation.group_automation_manager")
        ready.with_user(boss).action_start()
        self.assertEqual(ready.user_id, boss)
        ready.action_stop()
        ready.with_user(self.mai).action_start()
        self.assertEqual(ready.user_id, boss)
        ready.action_stop()
        ready.user_id = admin
        ready.with_user(self.mai).action_start()
        self.assertEqual(ready.user_id, admin, "chosen after it had run")
        other = self._rule("birthday", user_id=boss.id)
        other.action_stop()
        other.with_user(self.mai).action_start()
        self.assertEqual(other.user_id, boss)

    # === TEXTS ===

    def test_each_language_has_its_own_text(self):
        """S0-AUT-X6: writing subject and content in one language leaves the other one alone."""
        self.env["res.lang"]._activate_lang("vi_VN")
        rule = self._rule("birthday")
        message = rule.content_ids
        here = message.with_context(lang="vi_VN")
        here.write({"subject": "Chào", "body_html": "<p>Chào</p><p>{{customer_name}}</p>"})
        self.assertIn("greetings from", message.with_context(lang="en_US").subject)
        self.assertIn("greetings from", message.with_context(lang="en_US").body_html)
        message.with_context(lang="en_US").body_html = "<p>Hello</p>"
        self.assertEqual(here.body_html, "<p>Chào</p><p>{{customer_name}}</p>")
        evil = {"vi_VN": '<p onclick="x()">Chào</p><script>x()</script>'}
        message.update_field_translations("body_html", evil)
        self.assertEqual(here.body_html, "<p>Chào</p>")

    # === LEDGER ===

    def test_occurrences_in_words(self):
        """S0-AUT-X7: what waits says in the reader's language what it is about."""
        self.env["res.lang"]._activate_lang("vi_VN")
        rule = self._rule("birthday")
        runs = self.env["caredesk.automation.run"]
        for key, words in (
            ("birthday 2026", "Customer Birthday 2026"),
            ("partner_create", "New Customer"),
            ("partner_create (zalo 7)", "New Customer"),
            ("contract_end 2026-03-31", "Contract Expiry 03/31/2026"),
            ("paid_share 50", "Paid Share Reached 50%"),
            ("of_another_addon 3", "of_another_addon 3"),
        ):
            values = {"rule_id": rule.id, "company_id": self.company.id, "occurrence": key}
            run = runs.create(
                {**values, "res_model": "res.partner", "due_at": "2026-03-02 01:00:00"}
            )
            with self.subTest(key):
                self.assertEqual(run.with_context(lang="en_US").occurrence_name, words)
                if key == "birthday 2026":
                    self.assertEqual(
                        run.with_context(lang="vi_VN").occurrence_name, "Sinh nhật khách hàng 2026"
                    )

    def test_how_many_are_tried_again(self):
        """IE-25: of a done and a failed occurrence one is; of a done one none, and why."""
        rule = self._rule("partner_create")
        lan, _minh = self._customer("Lan", email=False), self._customer("Minh")
        self._cron("run")
        self.assertRuns(rule, "failed", "done")
        runs = self._runs(rule).with_user(self.mai)
        lan.email = "lan@customer.test"
        rule.action_stop()
        told = runs.action_retry()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("rule is stopped", told["message"])
        self.assertRuns(rule, "failed", "done")
        rule.action_start()
        told = runs.action_retry()["params"]
        self.assertEqual((told["type"], told["message"]), ("success", "1 of 2 are tried again."))
        told = runs[1].action_retry()["params"]
        self.assertIn("Choose rows that failed", told["message"])
