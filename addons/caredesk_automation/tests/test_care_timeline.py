from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.caredesk_automation.models.caredesk_care_timeline import PAGE

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestCareTimeline(CareCase):
    """What happened with a customer, a page at a time."""

    def _happen(self, count):
        """Note so many calls, finished tasks, purchases, tickets and gifts of the customer."""
        for number in range(count):
            day = f"2026-03-{1 + number % 28:02}"
            entry = {"partner_id": self.customer.id, "action": "call", "date": f"{day} 03:00:00"}
            self.env["caredesk.care.history"].create({**entry, "form_id": self.call_form.id})
        tasks = self.env["caredesk.care.task"].create(
            [
                {"name": f"Visit {number}", "partner_id": self.customer.id,
                 "date_start": f"2026-03-{1 + number % 28:02} 05:00:00"}
                for number in range(count)
            ]
        )  # fmt: skip
        tasks.action_done()
        vals = {"partner_id": self.customer.id, "product_id": self.course.id, "date": "2026-03-05"}
        self.env["caredesk.care.purchase"].create([vals] * count)
        self._tickets(count, partner_id=self.customer.id)
        for _number in range(count):
            self._given("give_points", 1)

    def _read_all(self, customer):
        after, lines = None, []
        while after is None or after:
            page = customer.care_timeline(after)
            self.assertLessEqual(len(page["lines"]), PAGE)
            lines += page["lines"]
            after = page["older"]
        return lines

    def test_pages_hold_each_line_once(self):
        """IE-32: newest first; older pages go on where the last one ended, nothing is lost."""
        self._happen(9)
        lines = self._read_all(self.customer.with_user(self.mai))
        keys = [(line["kind"], line["id"]) for line in lines]
        self.assertEqual(len(keys), len(set(keys)))
        for kind in ("care", "task", "purchase", "ticket", "points"):
            found = [line for line in lines if line["kind"] == kind]
            self.assertGreaterEqual(len(found), 9, kind)
        dates = [line["date"] for line in lines]
        self.assertEqual(dates, sorted(dates, reverse=True))

    def test_queries_do_not_grow(self):
        """IE-32, IE-51: a page costs as many queries for a thousand lines as for one."""
        customer = self.customer.with_user(self.mai)
        customer.care_timeline()  # caches that live longer than a request

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            customer.care_timeline()
            return self.env.cr.sql_log_count - before

        self._happen(1)
        few = queries()
        self._happen(12)
        self.assertLessEqual(queries(), few)

    def test_readers(self):
        """S0-CAR-X2: no care user, no timeline; lines open only what the reader may read."""
        self._ticket(partner_id=self.customer.id)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.an).care_timeline()
        self.customer.user_id = self.lan
        [line] = [
            line
            for line in self.customer.with_user(self.lan).care_timeline()["lines"]
            if line["kind"] == "ticket"
        ]
        self.assertFalse(line["model"], "no right to tickets")

    def test_other_companies(self):
        """IE-47: what happened in a company that is not chosen does not show."""
        other = self._company("Other")
        vals = {"partner_id": self.customer.id, "product_id": self.course.id}
        self.env["caredesk.care.purchase"].create({**vals, "company_id": other.id})
        lines = self.customer.with_user(self.mai).care_timeline()["lines"]
        self.assertNotIn("purchase", [line["kind"] for line in lines])

    def test_a_bad_place_reads_nothing_else(self):
        """IE-32: a place of a kind that is not there is not looked at."""
        page = self.customer.with_user(self.mai).care_timeline({"res.users": [1, 1]})
        self.assertEqual(page, {"lines": [], "older": {}})
