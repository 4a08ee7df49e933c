from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .care_common import CareCase

ACTIONS = [
    "give_points", "deduct_points", "give_money", "deduct_money",
    "call", "message", "email", "receive_call",
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestCareForm(CareCase, MailCommon):
    """Forms, reasons and what is done with them."""

    def test_eight_actions(self):
        """S3-FLT-02, S3-ADD-04, C-12: exactly the eight actions, each with a form."""
        selection = self.env["caredesk.care.form"]._fields["action"].selection
        self.assertEqual([code for code, _label in selection], ACTIONS)
        for action in ACTIONS:
            self.assertTrue(self._form(action, "New one"), action)

    def test_name_is_unique_per_action(self):
        """S3-ADD-03: the same name for another action is fine, for the same one it is not."""
        self._form("call", "Birthday")
        self._form("email", "Birthday")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._form("call", "BIRTHDAY")

    def test_list_columns_and_filters(self):
        """Four columns in order, filters, the menu.

        S3-LST-01, S3-LST-02, S3-LST-03, S3-LST-04, S3-LST-05, S3-LST-06, S3-FLT-01, S3-FLT-11,
        S3-CTX-01.
        """
        forms = self.env["caredesk.care.form"]
        arch = forms.get_view(view_type="list")["arch"]
        columns = ["action", "name", "create_uid", "create_date"]
        places = [arch.index(f'name="{name}"') for name in columns]
        self.assertEqual(places, sorted(places))
        self.assertEqual(arch.count("<field"), 4)
        search = forms.get_view(view_type="search")["arch"]
        for action in ACTIONS:
            self.assertIn(f'name="{action}"', search)
        mine = self._form("call", "Hỏi thăm sau liệu trình")
        both = [("name", "ilike", "hỏi thăm"), ("action", "=", "call")]
        self.assertIn(mine, forms.search(both))
        self.assertNotIn(mine, forms.search([both[0], ("action", "=", "email")]))
        menu = self.env.ref("caredesk_automation.caredesk_care_form_menu")
        self.assertEqual(
            menu.parent_id, self.env.ref("caredesk_automation.caredesk_care_menu_customers")
        )

    def test_save_and_new_or_close(self):
        """S3-ADD-01, S3-ADD-05, S3-ADD-06, S3-ADD-07: continue adding, or back to the list."""
        form = self._form("email", "Thanks")
        following = form.action_continue_adding()
        self.assertNotIn("res_id", following)
        self.assertEqual(following["context"], {"default_action": "email"})
        listed = form.action_show_list()
        self.assertTrue(listed["view_mode"].startswith("list"))
        self.assertIn(form, self.env["caredesk.care.form"].search([]))

    def test_reasons_offer_forms(self):
        """S3-ADD-08: a new form can be chosen in a reason at once."""
        form = self._form("email", "Thanks")
        reason = (
            self.env["caredesk.care.reason"]
            .with_user(self.mai)
            .create({"name": "Birthday of the customer", "form_ids": [Command.link(form.id)]})
        )
        self.assertEqual(reason.form_ids, form)

    def test_used_ones_are_archived(self):
        """IE-33: a used form, reason or level is archived, an unused one deleted."""
        reason = self.env["caredesk.care.reason"].create({"name": "Complaint about a course"})
        form = self._form("call", "Care call")
        entry = self.env["caredesk.care.history"].create(
            {
                "partner_id": self.customer.id,
                "action": "call",
                "form_id": form.id,
                "reason_id": reason.id,
            }
        )
        spare = self._form("call", "Spare")
        (form | spare).unlink()
        reason.unlink()
        self.assertFalse(spare.exists())
        self.assertFalse(form.active or reason.active)
        self.assertEqual(entry.form_id, form)
        with self.assertRaises(UserError):
            form.action = "email"

    def test_calls(self):
        """S3-CTX-02, S3-FLT-07, S3-FLT-10: purpose, duration and result of calls, both ways."""
        entry = self._entry("call", subject="Ask about the skin", duration_minutes=4.5)
        entry.action_save()
        entry.result = "Satisfied"
        self.assertEqual((entry.direction, entry.state), ("out", "confirmed"))
        received = self._entry("receive_call", body="Needs another date")
        self.assertEqual(received.direction, "in")
        self.mai.group_ids = [Command.link(self.env.ref("caredesk_ticket.group_manager").id)]
        received.with_user(self.mai).action_ticket()
        self.assertEqual(received.ticket_id.partner_id, self.customer)
        self.assertEqual(received.ticket_id.channel, "hotline")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._entry("call", duration_minutes=-1)

    def _entry(self, action, by=None, **vals):
        name = f"Of {action}"
        found = [("name", "=", name), ("action", "=", action)]
        form = self.env["caredesk.care.form"].search(found) or self._form(action, name)
        values = {"partner_id": self.customer.id, "action": action, "form_id": form.id, **vals}
        return self.env["caredesk.care.history"].with_user(by or self.lan).create(values)

    def test_messages(self):
        """S3-FLT-08: a message says through what it went; an SMS is written to the customer."""
        entry = self._entry("message", medium="sms", body="See you on Monday")
        context = entry.action_sms()["context"]
        self.assertEqual(context["default_body"], "See you on Monday")
        media = [code for code, _label in entry._fields["medium"].selection]
        for medium in ("sms", "zalo", "facebook", "viber", "other"):
            self.assertIn(medium, media)

    def test_mail_conversation_is_kept(self):
        """S3-CTX-03, S3-CTX-04, S3-FLT-09: the mail and its answer stay on the care entry."""
        entry = self._entry("email", subject="Thank you")
        context = entry.action_email()["context"]
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.lan)
            .with_context(**context)
            .create({"body": "<p>Thank you for coming</p>"})
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        sent = entry.message_ids.filtered(lambda one: "for coming" in (one.body or ""))
        self.assertIn(self.customer, sent.partner_ids)
        with self.mock_mail_gateway():
            self.env["mail.thread"].with_context(mail_channel_noautofollow=True).message_process(
                entry._name,
                "\n".join(
                    [
                        "From: Hoa Sen <hoa.sen@caredesk.test>",
                        "To: care@caredesk.test",
                        "Subject: Re: Thank you",
                        "Message-ID: <answer-1@example.com>",
                        f"In-Reply-To: {sent.message_id}",
                        f"References: {sent.message_id}",
                        "Content-Type: text/plain; charset=utf-8",
                        "",
                        "I am happy with it",
                    ]
                ).encode(),
            )
        answer = entry.message_ids.filtered(lambda one: "I am happy" in (one.body or ""))
        self.assertEqual(answer.author_id, self.customer)
        no_mail = self._entry("email").with_user(self.lan)
        self.customer.email = False
        with self.assertRaises(UserError):
            no_mail.action_email()

    def test_from_a_task(self):
        """S0-CAR-02: the entry finishes its task; one of another customer is refused."""
        task = self._task()
        entry = self._entry("call", task_id=task.id, result="Satisfied")
        entry.action_save()
        self.assertEqual((task.state, task.result), ("done", "Satisfied"))
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaises(ValidationError):
            entry.copy({"partner_id": stranger.id})

    def test_own_entries_only(self):
        """S0-CAR-X2: care users see their entries and those of their customers, managers all."""
        entry = self._entry("call")
        ba = self._care_user("ba.care", "care_user")
        found = self.env["caredesk.care.history"].with_user(ba).search([("id", "=", entry.id)])
        self.assertFalse(found)
        self.customer.user_id = ba
        self.assertTrue(found.search([("id", "=", entry.id)]))
        with self.assertRaises(AccessError):
            self._form("call", "X").with_user(self.lan).name = "Mine"
