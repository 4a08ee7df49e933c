from ast import literal_eval
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from ..models import caredesk_automation_rule_lists as lists
from .automation_common import MONDAY, AutomationCase

#: Actions that show what the placeholders count.
_ACTIONS = {
    "birthday": "caredesk_automation_partner_action_birthday_soon",
    "contract": "caredesk_contract_action_ending",
    "warranty": "caredesk_contract_action_warranty",
    "silent": "caredesk_automation_partner_action_silent",
}


@tagged("post_install", "-at_install")
class TestAutomationLists(AutomationCase):
    """A message about no customer tells how much the care lists hold, and leads to them."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)
        self.env["ir.config_parameter"].set_param("web.base.url", "https://care.test")
        self.rule = self._rule(
            "weekly",
            audience="once",
            recipient_kind="users",
            recipient_user_ids=self.mai.ids,
            content_ids=[self._message("notification", body_text="Hello")],
        )

    def _action(self, name):
        return self.env.ref(f"caredesk_automation.{_ACTIONS[name]}")

    def _listed(self, name):
        """Return what ``mai`` sees when she opens a list, as the browser asks for it."""
        action = self._action(name)
        view = self.env[action.res_model].get_view(action.search_view_id.id or None, "search")
        search = etree.fromstring(view["arch"])
        chosen = [key[15:] for key in literal_eval(action.context) if "search_default_" in key]
        filters = [search.find(f".//filter[@name='{key}']").get("domain") for key in chosen]
        domain = Domain.AND(literal_eval(words or "[]") for words in (action.domain, *filters))
        rows = self.env[action.res_model].with_user(self.mai).with_context(tz=self.rule.tz)
        return rows.search(domain)

    def _counts(self):
        rule = self.rule.with_context(tz=self.rule.tz)
        rule.invalidate_recordset()
        return {name: int(rule[f"{name}_count"]) for name in _ACTIONS}

    def test_numbers_are_those_of_the_lists(self):
        """S0-AUT-12: what the message counts is what its link shows, of this company only."""
        before = self._counts()
        self.assertEqual(before, {name: len(self._listed(name)) for name in _ACTIONS})
        other = self.env["res.company"].create({"name": "Other"})
        self._customer("Soon", birthday="1980-03-08")
        self._customer("Later", birthday="1980-03-09")
        self._customer("Theirs", birthday="1980-03-02", company_id=other.id)
        self._contract(date_end="2026-04-01")
        self._contract(date_end="2026-04-02")
        self._contract(date_end="2026-03-02", kind="warranty")
        self._contract(date_end="2026-03-02", company_id=other.id)
        with freeze_time("2025-10-01"):
            silent = self._customer("Silent")
        silent.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2025-10-01' WHERE id = %s", [silent.id]
        )
        after = self._counts()
        self.assertEqual(after, {name: before[name] + 1 for name in _ACTIONS})
        self.assertEqual(after, {name: len(self._listed(name)) for name in _ACTIONS})
        with patch.object(lists, "MOST", after["birthday"] - 1):
            self.rule.invalidate_recordset()
            self.assertEqual(self.rule.birthday_count, f"{lists.MOST}+")

    def test_week_over_new_year(self):
        """S0-AUT-05: the days after New Year belong to the week, as 29 February to the 28th."""
        for today, day, is_soon in (
            ("2026-12-29 01:00:00", "1990-01-04", True),
            ("2026-12-29 01:00:00", "1990-12-30", True),
            ("2026-12-29 01:00:00", "1990-01-05", False),
            ("2026-02-22 01:00:00", "1992-02-29", True),
        ):
            with self.subTest(today=today, day=day), freeze_time(today):
                self.hoa.birthday = day
                self.env.invalidate_all()
                self.assertEqual(self.hoa.birthday_soon, is_soon)
                found = self.hoa.search([("id", "=", self.hoa.id), ("birthday_soon", "=", True)])
                self.assertEqual(bool(found), is_soon)

    def test_ready_rule_tells_numbers_and_links(self):
        """S0-AUT-12: the weekly list names what is waiting, each with a link that opens it."""
        ready = self.env.ref("caredesk_automation.caredesk_automation_rule_weekly_care")
        ready.user_id = self.mai
        ready.with_user(self.mai).action_start()
        ready.with_user(self.mai).action_run_now()
        self._cron("run")
        self.assertSent(ready, self.mai.partner_id, channel="notification")
        text = self._log(ready).message_id.body
        self.assertNotIn("{{", text)
        self.assertIn(f"Birthdays within 7 days: {self._counts()['birthday']}<br", text)
        for name in _ACTIONS:
            address = f"https://care.test/odoo/{self._action(name).path}"
            self.assertRegex(text, f'<a [^>]*href="{address}"')

    def test_links_in_an_email(self):
        """S0-AUT-X6: a link can be pressed, and is plain text in the subject."""
        text = {"subject": "{{birthday_link}}", "body_html": "<p>{{birthday_link}}</p>"}
        self.rule.content_ids = [self._message("email", **text)]
        message = self.rule.content_ids.filtered(lambda one: one.channel == "email")
        sources = self.rule._sources(self.rule, self.mai.partner_id)
        content = message._content_for(sources, "en_US")
        address = "https://care.test/odoo/birthdays-soon"
        self.assertEqual(content["subject"], address)
        self.assertEqual(content["body_html"], f'<p><a href="{address}">{address}</a></p>')

    def test_only_about_no_customer(self):
        """S0-AUT-X6: in a message to a customer these placeholders are refused."""
        text = self._message("sms", body_text="{{birthday_count}}")
        with self.assertRaisesRegex(ValidationError, "birthday_count"):
            self._rule("birthday", content_ids=[text])
        self.rule.content_ids.body_text = "{{birthday_count}} {{silent_link}}"
        with self.assertRaisesRegex(ValidationError, "birthdays_count"):
            self.rule.content_ids.body_text = "{{birthdays_count}}"
        self.rule.content_ids.body_text = "{{birthday_count}}"
        with self.assertRaisesRegex(ValidationError, "birthday_count"):
            self.rule.write({"audience": "each", "recipient_kind": "customer"})
