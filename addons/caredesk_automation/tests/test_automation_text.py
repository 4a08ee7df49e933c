from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationText(AutomationCase):
    """Placeholders that would stay empty, or as they are, are refused where they are written."""

    def test_half_a_placeholder(self):
        """S0-AUT-X6, IE-26: a brace too few is no text for customers."""
        rule = self._rule("birthday", "sms")
        for text in ("Hi {{customer_name", "Hi customer_name}}", "Hi {customer_name}"):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "no placeholder"):
                rule.content_ids.body_text = text
        rule.content_ids.body_text = "Hi {you} {{ customer_name }}"

    def test_unknown_in_another_language(self):
        """S0-AUT-X6, IE-26: the dialog of translations is no way around the check."""
        self.env["res.lang"]._activate_lang("vi_VN")
        call = self.env.ref("mail.mail_activity_data_call").id
        step = {"kind": "activity", "activity_type_id": call, "title": "Call"}
        rule = self._rule("partner_create", step_ids=[Command.create(step)])
        for record, name in ((rule.content_ids, "subject"), (rule.step_ids, "title")):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "no placeholder"):
                record.with_user(self.mai).update_field_translations(
                    name, {"vi_VN": "Chào {{nobody}}"}
                )

    def test_no_customer_no_name(self):
        """S0-AUT-12, S0-AUT-X6: a message about no customer greets none."""
        users = {"recipient_kind": "users", "recipient_user_ids": [Command.link(self.mai.id)]}
        text = {"body_text": "Dear {{customer_name}}"}
        content = [self._message("sms", **text)]
        with self.assertRaisesRegex(ValidationError, "customer_name"):
            self._rule("weekly", audience="once", content_ids=content, **users)
        rule = self._rule("weekly", audience="each", content_ids=content, **users)
        with self.assertRaisesRegex(ValidationError, "customer_name"):
            rule.audience = "once"

    def test_reason_for_who_reads_it(self):
        """S0-AUT-X7: what is wrong is told in the language of the person in charge."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self._freeze(MONDAY)
        rule = self._rule("partner_create", "sms")
        self._customer("Lan", lang="vi_VN")
        field = self.env["caredesk.automation.merge.field"].search(
            [("token", "=", "customer_name")]
        )
        field.token = "customer_label"
        self._cron("run")
        self.assertIn("is no placeholder", self._runs(rule).reason)

    def test_numbers_as_people_write_them(self):
        """S0-AUT-X6: no power of ten, separators of the reader's language, no useless zeros."""
        lang = self.env["res.lang"]._activate_lang("vi_VN")
        self.assertEqual((lang.decimal_point, lang.thousands_sep), (",", "."))
        merge = self.env["caredesk.automation.merge.field"]
        self.hoa.write({"color": 1234567, "partner_latitude": 1234567.5, "active": True})
        for code, name, words in (
            ("en_US", "color", "1234567"),
            ("en_US", "partner_latitude", "1,234,567.5"),
            ("vi_VN", "partner_latitude", "1.234.567,5"),
            ("en_US", "partner_longitude", "0"),
            ("en_US", "active", "Yes"),
        ):
            with self.subTest(name, lang=code):
                field = merge.new({"token": "number", "source": "customer", "path": name})
                self.assertEqual(field._value_of(self.hoa.with_context(lang=code)), words)

    def test_conditions_of_the_wrong_kind(self):
        """S0-AUT-X1: a value the database does not take gets a sentence."""
        rule = self._rule("birthday")
        for domain in ("[('id', '=', 'abc')]", "[('name', '=', name)]", "[("):
            with (
                self.subTest(domain),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(ValidationError, "conditions"),
            ):
                rule.domain = domain

    def test_sender_that_is_no_address(self):
        """S0-AUT-07: what is wrong with the address is said, not that there is none."""
        with self.assertRaisesRegex(ValidationError, "«nobody» is no e-mail address"):
            self._rule("birthday", sender_kind="custom", sender_email="nobody")
