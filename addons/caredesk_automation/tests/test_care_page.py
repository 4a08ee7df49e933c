from odoo.fields import Command
from odoo.tests import tagged

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestCarePage(CareCase):
    """The care page of a customer and the reports."""

    def test_timeline_and_figures(self):
        """S0-CAR-05, IE-32: orders, tasks, care, points and levels in one list; what comes next."""
        self.env["caredesk.customer.level"].search([]).active = False
        level = self.env["caredesk.customer.level"].create(
            {"name": "Bronze", "min_accumulated": 100}
        )
        self._order().action_confirm()
        self.customer.care_task_ids[0].action_done()
        self._given("give_points", 10)
        self._ticket(partner_id=self.customer.id)
        self.env["caredesk.care.purchase"].create(
            {"partner_id": self.customer.id, "product_id": self.course.id}
        )
        expected = {"order", "task", "care", "points", "level", "ticket", "purchase"}
        if "survey.user_input" in self.env:
            survey = self.env["survey.survey"].create({"title": "How was it?"})
            survey._create_answer(partner=self.customer, check_attempts=False)._mark_done()
            expected.add("survey")
        customer = self.customer.with_user(self.mai)
        lines = customer.care_timeline()["lines"]
        self.assertEqual({line["kind"] for line in lines}, expected)
        self.assertEqual(customer.care_level_id, level)
        self.assertEqual(customer.care_open_count, 5)
        self.assertEqual(
            customer.care_next_at,
            min(
                customer.care_task_ids.filtered(lambda one: one.state == "planned").mapped(
                    "date_start"
                )
            ),
        )
        details = [line["detail"] for line in lines]
        self.assertIn("Give Points", details)
        self.assertIn("+10", details)
        [line] = [line for line in lines if line["kind"] == "care"]
        self.assertEqual(line["model"], "caredesk.care.history")
        found = (
            self.env["res.partner"]
            .with_user(self.mai)
            .search([("care_level_id", "=", level.id), ("id", "=", self.customer.id)])
        )
        self.assertEqual(found, self.customer)

    def test_planned_care_is_a_page(self):
        """S0-CAR-05: the page of the customer reads what comes next, not all there ever was."""
        over = self._task(date_start="2026-03-01 03:00:00")
        over.action_done()
        coming = [self._task(date_start=f"2026-03-{day:02} 03:00:00") for day in range(2, 24)]
        shown = self.customer.with_user(self.lan).care_planned_ids
        self.assertEqual(shown.ids, [task.id for task in coming[:20]])

    def test_own_part_only(self):
        """S0-CAR-X2: a care user does not read in the timeline what the lists hide from him."""
        self._task(user_ids=[Command.set(self.mai.ids)]).action_done()
        self.env["caredesk.care.purchase"].with_user(self.mai).create(
            {"partner_id": self.customer.id, "product_id": self.course.id}
        )
        ba = self._care_user("ba.care", "care_user")
        self.assertFalse(self.customer.with_user(ba).care_timeline()["lines"])
        shown = self.customer.with_user(self.mai).care_timeline()["lines"]
        self.assertEqual({line["kind"] for line in shown}, {"task", "purchase"})

    def test_one_click_each(self):
        """S3-CTX-02, S3-CTX-03, S3-CTX-05: each way of caring is one button of the page."""
        customer = self.customer.with_user(self.lan)
        for method, action in {
            "action_care_call": "call",
            "action_care_receive_call": "receive_call",
            "action_care_message": "message",
            "action_care_email": "email",
            "action_care_points": "give_points",
            "action_care_money": "give_money",
            "action_care_deduct_points": "deduct_points",
            "action_care_deduct_money": "deduct_money",
        }.items():
            self.assertEqual(getattr(customer, method)()["context"]["default_action"], action)
        self.assertEqual(customer.action_care_book()["res_model"], "caredesk.care.book")
        self.assertEqual(customer.action_care_page()["res_id"], self.customer.id)

    def test_reports(self):
        """S0-CAR-05: planned, done and missed by person, form and reason; gift totals."""
        reason = self.env["caredesk.care.reason"].create({"name": "After a course, reported"})
        vals = {"reason_id": reason.id, "date_start": "2026-03-01 03:00:00"}
        done, missed, late, off, _coming = (
            self._task(**vals)
            for vals in (vals, vals, vals, vals, {**vals, "date_start": "2099-01-01"})
        )
        done.with_user(self.lan).action_done(evaluation="4")
        missed.with_user(self.lan).action_no_show()
        off.with_user(self.lan).action_cancel()
        self.assertTrue(late.is_overdue)
        figures = ("planned_count", "done_count", "missed_count", "coming_count")
        groups = (
            self.env["caredesk.care.report"]
            .with_user(self.mai)
            ._read_group(
                [("reason_id", "=", reason.id)],
                ["user_id", "form_id"],
                [*(f"{name}:sum" for name in figures), "evaluation:avg"],
            )
        )
        self.assertEqual(groups, [(self.lan, self.call_form, 4, 1, 2, 1, 4.0)])
        self._given("give_points", 10)
        [(points,)] = (
            self.env["caredesk.care.history"]
            .with_user(self.mai)
            ._read_group(
                [("partner_id", "=", self.customer.id), ("state", "=", "confirmed")],
                [],
                ["points:sum"],
            )
        )
        self.assertEqual(points, 10)
