from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.caredesk_survey.models.writeback_values import read_value

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestWriteback(SurveyCase):
    """Answers that fill fields of the customer."""

    def _asked(self, field, answer, rule="always", kind="short_text", **vals):
        """Have the customer answer one question that fills ``field``; return the log's rows."""
        question = {"caredesk_type": kind, "writeback_field": field, "writeback_rule": rule, **vals}
        entry = self._answer(self._survey(question), answer)
        return entry.writeback_ids

    def _choice(self, *texts):
        return {"suggested_answer_ids": self._choices(dict.fromkeys(texts, 0))}

    def test_text_fills_the_field_and_the_old_value_is_kept(self):
        """S0-SVY-01: on completion the field is filled, the old value stays in the log."""
        self.customer.function = "Clerk"
        row = self._asked("function", "Director")
        self.assertEqual(self.customer.function, "Director")
        self.assertEqual((row.state, row.old_value, row.answer), ("written", "Clerk", "Director"))

    def test_only_when_empty(self):
        """S0-SVY-01: a rule fills gaps and leaves what is there."""
        self.assertEqual(self._asked("city", "Huế", "empty").state, "written")
        self.assertFalse(self._asked("city", "Hà Nội", "empty"))
        self.assertEqual(self.customer.city, "Huế")

    def test_proposals_are_decided_by_a_manager(self):
        """S0-SVY-01: proposed values wait; accepting writes them, rejecting does not."""
        row = self._asked("city", "Huế", "propose")
        self.assertEqual((row.state, self.customer.city), ("proposed", False))
        with self.assertRaises(AccessError):
            row.with_user(self.hoa).action_accept()
        row.with_user(self.maker).action_accept()
        self.assertEqual((self.customer.city, row.state), ("Huế", "written"))
        self.assertEqual(row.decided_by_id, self.maker)
        with self.assertRaises(UserError):
            row.with_user(self.maker).action_reject()
        other = self._asked("city", "Vinh", "propose")
        other.with_user(self.maker).action_reject()
        self.assertEqual((self.customer.city, other.state), ("Huế", "rejected"))

    def test_managers_decide_and_forge_nothing(self):
        """S0-SVY-01: a proposal is of the customer and field it is of; only its text is edited."""
        row = self._asked("city", "Huế", "propose").with_user(self.maker)
        boss = self.env.ref("base.user_admin").partner_id
        for forged in ({"partner_id": boss.id}, {"field_name": "email"}, {"state": "written"}):
            with self.assertRaises(AccessError):
                row.write(forged)
        row.answer = "Vinh"
        row.action_accept()
        self.assertEqual(self.customer.city, "Vinh")

    def test_colleagues_are_not_changed_by_surveys(self):
        """S0-SVY-01: a colleague's own record is written by who may write accounts."""
        asked = {"email": "thief@elsewhere.test", "name": "Thief", "phone": "+84 912 345 678"}
        survey = self._survey(
            *(
                {"caredesk_type": "short_text", "writeback_field": name, "writeback_rule": "always"}
                for name in asked
            )
        )
        entry = self._answer(survey, *asked.values(), partner=self.hoa.partner_id)
        self.assertEqual(entry.writeback_ids.mapped("state"), ["proposed"] * 3)
        for row in entry.writeback_ids:
            with self.assertRaises(AccessError):
                row.with_user(self.maker).action_accept()
        colleague = self.hoa.partner_id
        kept = (colleague.email, colleague.name, colleague.phone)
        self.assertEqual(kept, ("hoa@caredesk.test", "Hoa", False))

    def test_field_that_was_taken_away(self):
        """S0-SVY-01: a field that is gone is no fault of the customer."""
        row = self._asked("city", "Huế", "propose")
        row.sudo().field_name = "x_gone"
        with self.assertRaises(UserError):
            row.with_user(self.maker).action_accept()
        survey = self._survey({"caredesk_type": "short_text"})
        self.env.cr.execute(
            "UPDATE survey_question SET writeback_field = 'x_gone' WHERE id = %s",
            survey.question_ids.ids,
        )
        self.env.invalidate_all()
        entry = self._answer(survey, "Huế")
        self.assertEqual((entry.state, entry.writeback_ids.ids), ("done", []))

    def test_email_and_phone_are_read_and_wrong_ones_reviewed(self):
        """S0-SVY-01: a wrong value never fails the submission; it can be corrected and taken."""
        self.env.company.country_id = self.env.ref("base.vn")
        self.assertEqual(self._asked("email", " New@Customer.Test ").state, "written")
        self.assertEqual(self.customer.email, "new@customer.test")
        self.assertEqual(self._asked("phone", "0912345678").state, "written")
        self.assertEqual(self.customer.phone, "+84 912 345 678")
        row = self._asked("phone", "no idea")
        self.assertEqual(row.state, "review")
        self.assertIn("no phone number", row.reason)
        self.assertEqual(row.user_input_id.state, "done")
        row.with_user(self.maker).answer = "0987 654 321"
        row.with_user(self.maker).action_accept()
        self.assertEqual(self.customer.phone, "+84 987 654 321")

    def test_choices_fill_selections_records_and_tags(self):
        """S0-SVY-01: selection, many2one and tags by their names; tags are added."""
        vip, loyal = self.env["res.partner.category"].create(
            [{"name": "Survey VIP"}, {"name": "Survey Loyal"}]
        )
        self.customer.category_id = vip
        self._asked(
            "category_id", ["Survey Loyal"], kind="multiple", **self._choice("Survey Loyal", "x")
        )
        self.assertEqual(self.customer.category_id, vip + loyal)
        self._asked("country_id", "Vietnam", kind="single", **self._choice("Vietnam", "Laos"))
        self.assertEqual(self.customer.country_id.code, "VN")
        self._asked("lang", "English (US)", kind="single", **self._choice("English (US)", "x"))
        self.assertEqual(self.customer.lang, "en_US")
        row = self._asked("country_id", "Atlantis", kind="single", **self._choice("Atlantis", "x"))
        self.assertEqual(row.state, "review")
        self.assertEqual(self.customer.country_id.code, "VN")

    def test_numbers_arrive_as_they_were_given(self):
        """S0-SVY-01: no digit is lost, and what is no number of the field is objected to."""
        self._asked("zip", "12345678", kind="number")
        self.assertEqual(self.customer.zip, "12345678")
        self._asked("zip", "0.5", kind="number")
        self.assertEqual(self.customer.zip, "0.5")
        self.assertEqual(read_value(self.customer, "color", "12.0"), 12)
        self.assertEqual(read_value(self.customer, "partner_latitude", "12,5"), 12.5)
        for name, text in (("color", "12.5"), ("color", "inf"), ("partner_latitude", "nan")):
            with self.assertRaisesRegex(UserError, "no number"):
                read_value(self.customer, name, text)

    def test_wildcards_are_letters(self):
        """S0-SVY-01: an answer of % must not find every country."""
        self.assertEqual(self._asked("country_id", "Viet%").state, "review")

    def test_address_of_an_account_is_never_changed_unseen(self):
        """S0-SVY-01: whoever holds a forwarded link could take over the account otherwise."""
        self._user("portal.survey", "portal", partner_id=self.customer.id, email="tu@customer.test")
        row = self._asked("email", "thief@elsewhere.test")
        self.assertEqual((row.state, self.customer.email), ("proposed", "tu@customer.test"))

    def test_nobody_known_nothing_written(self):
        """S0-SVY-01: an anonymous person who gives somebody's address changes nobody."""
        survey = self._survey(
            {"caredesk_type": "short_text", "writeback_field": "city", "writeback_rule": "always"},
            access_mode="public",
        )
        entry = survey.sudo()._create_answer(email=self.customer.email)
        self._fill(entry, "Huế")
        self.assertFalse(entry.writeback_ids)
        self.assertFalse(self.customer.city)

    def test_trial_changes_nothing(self):
        """S0-SVY-01: testing a survey writes nothing to anybody."""
        survey = self._survey(
            {"caredesk_type": "short_text", "writeback_field": "city", "writeback_rule": "always"}
        )
        self._answer(survey, "Huế", test_entry=True)
        self.assertFalse(self.customer.city)

    def test_technical_fields_are_not_offered(self):
        """S0-SVY-01: rights, companies and links between records cannot be filled."""
        offered = dict(self.env["survey.question"]._selection_writeback_field())
        self.assertFalse(offered.keys() & {"active", "user_id", "company_id", "parent_id", "ref"})
        self.assertIn("phone", offered)
        with self.assertRaises(ValidationError):
            self._bank("short_text", writeback_field="company_id")

    def test_matrix_fills_nothing(self):
        """S0-SVY-01: a table of answers is no value of a field."""
        with self.assertRaises(ValidationError):
            self._bank("matrix", {"a": 0, "b": 0}, writeback_field="city")

    def test_script_in_free_text_stays_text(self):
        """S0-SVY-01: what looks like code is stored as the text it is."""
        self._asked("function", "<script>alert(1)</script>")
        self.assertEqual(self.customer.function, "<script>alert(1)</script>")
