from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import caredesk_automation_contact
from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestAutomationContact(AutomationCase):
    """Where rules about silent customers see that somebody spoke with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._caredesk_today()

    def _noted(self, customer):
        self.env.flush_all()
        self._cron("last_contact")
        return customer.caredesk_last_contact

    def test_ring_care_and_finished_tasks(self):
        """S1-X1: a call that rang, care that was confirmed, a care task that was done."""
        ringing, cared, visited, waiting = (self._customer(f"C{n}") for n in range(4))
        source = self.env["caredesk.hook.source"].create({"name": "Phone"})
        self.env["caredesk.care.call"].create(
            {"source_id": source.id, "call_ref": "1", "partner_id": ringing.id}
        )
        form = self.env["caredesk.care.form"].create({"name": "Call", "action": "call"})
        carer = self._person("carer", "caredesk_automation.group_care_user")
        values = {"action": "call", "form_id": form.id, "user_id": carer.id}
        entries = self.env["caredesk.care.history"].create(
            [{"partner_id": one.id, **values} for one in (cared, waiting)]
        )
        entries[0].with_user(carer).action_confirm()
        task = self.env["caredesk.care.task"].create({"name": "Visit", "partner_id": visited.id})
        self.assertFalse(self._noted(visited))
        task.action_done()
        self.assertEqual(self._noted(visited), self.today)
        self.assertEqual(ringing.caredesk_last_contact, self.today)
        self.assertEqual(cared.caredesk_last_contact, self.today)
        self.assertFalse(waiting.caredesk_last_contact, "a draft is no care yet")

    def test_points_by_a_rule_are_no_contact(self):
        """S1-X1: a gift that a rule enters says nothing of anybody having spoken."""
        forms = self.env["caredesk.care.form"]
        gift = forms.create({"name": "Gift", "action": "give_points", "points": 5})
        step = Command.create({"kind": "points", "points_form_id": gift.id})
        rule = self._rule("partner_create", content_ids=[], step_ids=[step])
        lan = self._customer("Lan")
        self._cron("run")
        self.assertRuns(rule, "done")
        self.assertFalse(self._noted(lan))

    def test_words_on_tickets_and_done_activities(self):
        """S1-X1: answers on an old ticket count, notes among colleagues do not; done calls do."""
        asking, noted, called = (self._customer(f"T{n}") for n in range(3))
        group = self.env["caredesk.support.group"].create({"name": "Desk"})
        tickets = self.env["caredesk.ticket"].create(
            [
                {"name": "Old", "description": "Old", "group_id": group.id, "partner_id": one.id}
                for one in (asking, noted)
            ]
        )
        call = called.activity_schedule("mail.mail_activity_data_call", user_id=self.mai.id)
        for _run in range(2):  # each goes back to where the one before began
            self._noted(asking)
        for one in (asking, noted):  # as if all this had been long ago
            one.caredesk_last_contact = "2020-01-01"
        self.env.flush_all()
        marks = [("key", "=", "caredesk_automation.contact_mark.caredesk_ticket")]
        self.assertEqual(self.env["ir.config_parameter"].search(marks).value, str(max(tickets.ids)))
        # The overlap of ids would read the tickets themselves again.
        self.patch(caredesk_automation_contact, "_OVERLAP", 0)
        tickets[0].message_post(
            body="Still broken", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        tickets[1].message_post(
            body="Who knows it?", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        call.with_user(self.mai).action_feedback(feedback="All is well")
        self.assertEqual(self._noted(asking), self.today)
        self.assertEqual(called.caredesk_last_contact, self.today)
        self.assertEqual(str(noted.caredesk_last_contact), "2020-01-01")

    def test_people_of_a_company(self):
        """S1-X1, C-25: who speaks with one of its people speaks with the company."""
        firm = self._customer("Firm", is_company=True)
        person = self._customer("Person", parent_id=firm.id)
        self.env["sale.order"].create({"partner_id": person.id})
        self.assertEqual(self._noted(firm), self.today)
        self.assertEqual(person.caredesk_last_contact, self.today)
        clock = self._freeze(fields.Datetime.to_datetime(MONDAY))
        silent = clock().date() - timedelta(days=90)
        (firm | person).write({"caredesk_last_contact": silent})
        rule = self._rule("no_contact", silent_days=90)
        rule._enter_day(clock().date())
        self.assertEqual(self._runs(rule).mapped("res_id"), firm.ids)

    def test_heard_of_before_the_message(self):
        """S1-X1: who calls while the message waits does not get it; the log says why."""
        clock = self._freeze(MONDAY)
        silent = self._customer("Silent")
        silent.caredesk_last_contact = "2025-12-03"
        rule = self._rule("no_contact", silent_days=90, delay_number=1, delay_unit="hours")
        clock.move_to("2026-03-03 01:00:00")
        self._scan_and_run()
        silent.caredesk_last_contact = "2026-03-03"
        clock.move_to("2026-03-03 03:00:00")
        self._cron("run")
        self.assertSent(rule)
        self.assertIn("contact with the customer", self._runs(rule).reason)

    def test_read_in_bounded_windows(self):
        """S1-X1, IE-51: each run reads on from where it was, a window at a time, by an index."""
        self._noted(self.hoa)
        customers = [self._customer(f"W{n}") for n in range(5)]
        self.patch(caredesk_automation_contact, "_WINDOW", 2)
        self.env["sale.order"].create([{"partner_id": one.id} for one in customers])
        self._noted(self.hoa)
        for one in customers:
            self.assertEqual(one.caredesk_last_contact, self.today)
        partners = self.env["res.partner"]
        sources = partners._contact_sources()
        for key in ("sale_order", "caredesk_care_history", "caredesk_care_task"):
            window = partners._read_on(key, sources[key])
            self.assertFalse(window, key)
        for table, moment in (
            ("caredesk_care_history", "confirmed_at"),
            ("caredesk_care_task", "done_at"),
        ):
            state = "confirmed" if moment == "confirmed_at" else "done"
            query = SQL(
                "SELECT 1 FROM %s source WHERE source.state = %s AND source.%s > %s",
                SQL.identifier(table), state, SQL.identifier(moment), MONDAY,
            )  # fmt: skip
            self.env.cr.execute("SET LOCAL enable_seqscan = off")
            plan = "\n".join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query)))
            self.assertIn(f"{table}_contact_idx", plan)
