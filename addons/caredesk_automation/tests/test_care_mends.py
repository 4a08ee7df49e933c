from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .care_common import SUNDAY, CareCase
from .test_care_booking import MONDAY_AT_TEN, BookingMixin


@tagged("post_install", "-at_install")
class TestCareKeeps(CareCase):
    """Care keeps to what was bought last, to the right people and to the right money."""

    def _confirmed(self, *products, **vals):
        order = self._order(*products, **vals)
        order.action_confirm()
        return order

    def _billed(self, order):
        """Return the posted invoice of an order."""
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def _reversal(self, invoice):
        """Return the dialog that takes an invoice back."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"journal_id": invoice.journal_id.id})

    def test_defaults_set_no_state(self):
        """IE-31: what only the buttons change does not come in as a default either."""
        ours = {"partner_id": self.customer.id, "form_id": self.call_form.id}
        forged = {"default_state": "confirmed", "default_confirmed_uid": self.mai.id}
        entries = self.env["caredesk.care.history"].with_user(self.lan).with_context(**forged)
        entry = entries.create({**ours, "action": "call"})
        self.assertEqual((entry.state, entry.confirmed_uid.id), ("draft", False))
        tasks = self.env["caredesk.care.task"].with_user(self.lan)
        task = tasks.with_context(default_state="done").create({**ours, "name": "Call"})
        self.assertEqual(task.state, "planned")

    def test_lines_added_later(self):
        """S0-CAR-05: what is added to an order that is confirmed gets its care too."""
        order = self._confirmed(self.env["product.product"].create({"name": "Plain"}))
        self.env["sale.order.line"].create({"order_id": order.id, "product_id": self.course.id})
        self.assertEqual(len(self._tasks(order)), 3)

    def test_start_again_keeps_to_the_last_purchase(self):
        """IE-29: planned once more, an earlier purchase takes nothing from a later one."""
        self.spa.repurchase = "restart"
        first, last = self._confirmed(), self._confirmed()
        first.order_line._plan_care("order")
        self.assertEqual(set(self._tasks(first).mapped("state")), {"cancelled"})
        self.assertEqual(self._tasks(last).mapped("state"), ["planned"] * 3)
        twice = self._confirmed(self.course, self.course)
        planned = self._tasks(twice).filtered(lambda task: task.state == "planned")
        self.assertEqual(len(planned), 3)
        self.assertEqual(len(planned.sales_line_id), 1)

    def test_starting_again_reads_once(self):
        """IE-29: many purchases that start again are looked up together."""
        self.spa.repurchase = "restart"
        partners = self.env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(12)])
        planner = self.env["caredesk.care.planner"]
        purchases = self.env["caredesk.care.purchase"].create(
            [
                {"partner_id": partner.id, "product_id": self.course.id, "date": day}
                for partner in partners
                for day in ("2026-03-01", "2026-02-01")
            ]
        )
        self.assertEqual(len(purchases.task_ids), 36, "of each buyer the last one counts")
        days = {str(day) for day in purchases.task_ids.mapped("base_day")}
        self.assertEqual(days, {"2026-03-01"})
        purchases.create(
            [
                {"partner_id": one.id, "product_id": self.course.id, "date": "2026-03-09"}
                for one in partners
            ]
        )
        self.assertEqual(set(purchases.task_ids.mapped("state")), {"cancelled"})
        rows = [
            {"partner_id": one.partner_id.id, "product_id": self.course.id, "day": one.date,
             "user_id": False, "purchase_id": one.id}
            for one in purchases
        ]  # fmt: skip
        self.env.flush_all()
        with self.assertQueryCount(6):
            planner._plan(self.env.company, "order", rows)

    def test_a_corrected_invoice_keeps_its_care(self):
        """IE-29: an invoice that is corrected gives nothing back."""
        self.course.invoice_policy = "order"
        order = self._confirmed()
        invoice = self._billed(order)
        self._reversal(invoice).modify_moves()
        self.assertEqual(set(self._tasks(order).mapped("state")), {"planned"})

    def test_who_left_gets_no_care(self):
        """S0-CAR-02: the care of somebody who left is nobody's, so that all see it."""
        left = self._care_user("tu.care", "care_user")
        self.spa.user_id = left
        left.active = False
        self.assertFalse(self._tasks(self._confirmed()).user_ids)

    def test_given_back_stays_given_back(self):
        """IE-29: neither what was billed and given back nor a cancelled order gets care again."""
        self.course.invoice_policy = "order"
        order = self._confirmed()
        invoice = self._billed(order)
        refund = self._reversal(invoice).refund_moves()["res_id"]
        self.env["account.move"].browse(refund).action_post()
        self.assertEqual(set(self._tasks(order).mapped("state")), {"cancelled"})
        self.assertEqual(order.order_line._plan_care("order"), 0)
        cancelled = self._confirmed()
        cancelled._action_cancel()
        self.assertEqual(cancelled.order_line._plan_care("delivery"), 0)

    def test_lines_changed_one_by_one(self):
        """IE-32: the catalogue writes on lines of a confirmed order; the amount follows."""
        order = self._confirmed()
        accounts = self.env["caredesk.customer.account"]
        account = accounts.search([("partner_id", "=", self.customer.id)])
        once = account.sales_amount
        order.order_line.product_uom_qty = 3
        self.assertEqual(account.sales_amount, 3 * once)

    def test_lines_set_to_nothing(self):
        """IE-29: a line set to 0 instead of deleted has no care; raised again it gets it anew."""
        order = self._confirmed(self.course, self.env["product.product"].create({"name": "Plain"}))
        line = order.order_line[0]
        done = self._tasks(order)[0]
        done.action_done()
        line.product_uom_qty = 0
        self.assertEqual((self._tasks(order) - done).mapped("state"), ["cancelled"] * 2)
        line.product_uom_qty = 2
        self.assertEqual(
            sorted(self._tasks(order).mapped("state")),
            ["cancelled", "cancelled", "done", "planned", "planned"],
        )
        later = self._confirmed(quantity=0)
        self.assertFalse(self._tasks(later))
        later.write({"order_line": [Command.update(later.order_line.id, {"product_uom_qty": 1})]})
        self.assertEqual(len(self._tasks(later)), 3)

    def test_series_of_staff_keeps_to_working_days(self):
        """S0-CAR-08, IE-30: a series that was booked skips days off like a planned one."""
        self.spa.move_to_workday = True
        self._freeze(SUNDAY)
        tasks = self.env["caredesk.care.book"].with_user(self.lan).create(
            {"partner_id": self.customer.id, "user_id": self.lan.id, "mode": "schedule",
             "schedule_id": self.spa.id, "start": MONDAY_AT_TEN, "duration": 1}
        )._book_series()  # fmt: skip
        days = {task.date_start.weekday() for task in tasks}
        self.assertTrue(days <= set(range(5)), days)

    def test_meetings_of_others_are_out_of_reach(self):
        """S0-CAR-08: no task is tied to a meeting by whoever writes it."""
        meeting = self.env["calendar.event"].create(
            {"name": "Board", "start": MONDAY_AT_TEN, "stop": "2026-03-02 04:00:00"}
        )
        task = self._task(is_booking=True, date_start=MONDAY_AT_TEN).with_user(self.lan)
        with self.assertRaises(UserError):
            task.event_id = meeting
        with self.assertRaises(UserError):
            task.create({"name": "x", "partner_id": self.customer.id, "event_id": meeting.id})

    def test_a_sane_day(self):
        """S0-CAR-03: a purchase of the year 9999 is refused."""
        vals = {"partner_id": self.customer.id, "product_id": self.course.id}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["caredesk.care.purchase"].create({**vals, "date": "9999-12-31"})

    def test_reminded_once(self):
        """S0-CAR-X3: another assignee or deadline reminds nobody again, another start does."""
        task = self._task(date_start="2026-03-05 02:00:00")
        task.sudo()._mark_reminded()
        task.write(
            {"date_deadline": "2026-03-05 04:00:00", "user_ids": [Command.set(self.mai.ids)]}
        )
        self.assertTrue(task.reminded)
        task.date_start = "2026-03-06 02:00:00"
        self.assertFalse(task.reminded)

    def test_a_reminder_goes_with_its_task(self):
        """S0-CAR-X3: given to somebody else, or moved, the task leaves the former to-dos."""
        self._freeze("2026-03-05 04:00:00")
        task = self._task(date_start="2026-03-05 02:00:00", user_ids=[Command.set(self.lan.ids)])
        other = self._task(date_start="2026-03-05 03:00:00", user_ids=[Command.set(self.lan.ids)])
        self.env["caredesk.care.task"]._remind_due()
        self.assertEqual((task | other).activity_ids.user_id, self.lan)
        task.with_user(self.lan).user_ids = [Command.set(self.mai.ids)]
        self.assertEqual(task.activity_ids.user_id, self.mai)
        self.assertEqual(other.activity_ids.user_id, self.lan)
        task.date_start = "2026-03-06 02:00:00"
        self.assertFalse(task.activity_ids)
        self._freeze("2026-03-06 02:00:00")
        self.env["caredesk.care.task"]._remind_due()
        self.assertEqual(len(task.activity_ids), 1)

    def test_a_purchase_goes_with_its_plan(self):
        """S0-CAR-05, IE-31: deleted, it leaves no to-do behind; what was done stays, and it too."""
        vals = {"partner_id": self.customer.id, "product_id": self.course.id, "user_id": False}
        dropped, cared = self.env["caredesk.care.purchase"].create([vals, vals])
        plan = dropped.task_ids
        plan[0]._remind()
        todo = plan.activity_ids
        dropped.with_user(self.mai).unlink()
        self.assertTrue(todo)
        self.assertFalse(plan.exists())
        self.assertFalse(todo.exists())
        cared.task_ids[0].action_done()
        with self.assertRaises(UserError):
            cared.unlink()

    def test_absurd_reminders(self):
        """S0-CAR-X3: a reminder a million days before is refused in words."""
        task = self._task()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            task.reminder_days = 10_000_000
            task.flush_recordset()

    def test_missed_care_is_no_to_do(self):
        """S0-CAR-X3: who did not come is no to-do of the assignee any more."""
        task = self._task(date_start="2026-03-05 02:00:00")
        task._remind()
        self.assertTrue(task.activity_ids)
        task.action_no_show()
        self.assertFalse(task.activity_ids)

    def test_asked_managers_are_answered(self):
        """S3-CTX-05: what a manager was asked ends for all of them, approved or refused."""
        self.env.company.caredesk_points_limit = 10
        approved = self._gift("give_points", 50, self.lan)
        refused = self._gift("give_points", 50, self.lan)
        for entry in (approved, refused):
            entry.action_confirm()
            self.assertIn(self.mai, entry.sudo().activity_ids.user_id)
        approved.with_user(self.mai).action_confirm()
        refused.with_user(self.mai).action_cancel()
        self.assertFalse((approved | refused).sudo().activity_ids)

    def test_sales_count_at_their_own_rate(self):
        """C-34, IE-32: a later rate changes no accumulated amount, by either way."""
        company = self.env.company
        foreign = self.env["res.currency"].create(
            {"name": "XCA", "symbol": "X", "rounding": 0.01,
             "rate_ids": [Command.create({"name": "2026-01-01", "rate": 0.5}),
                          Command.create({"name": "2026-03-02", "rate": 0.25})]}
        )  # fmt: skip
        pricelist = self.env["product.pricelist"].create({"name": "X", "currency_id": foreign.id})
        self.env["caredesk.customer.level"].create({"name": "Any", "min_accumulated": 77})
        order = self._order(pricelist_id=pricelist.id)
        order.order_line.write({"price_unit": 100, "tax_ids": False})
        self._freeze(SUNDAY)
        order.action_confirm()
        value = company.currency_id.round(order.amount_total / order.currency_rate)
        self.assertEqual(order.currency_rate, 0.5)
        account = self.env["caredesk.customer.account"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(account.sales_amount, value)
        self._freeze("2026-03-10 03:00:00")
        account._read_sales()
        self.assertEqual(account.sales_amount, value)
        account.unlink()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_automation.ir_cron_care_level").method_direct_trigger()
        self.env.invalidate_all()
        opened = self.env["caredesk.customer.account"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(opened.sales_amount, value)


@tagged("post_install", "-at_install")
class TestCareVisit(BookingMixin, CareCase):
    """One address, one visit, with whom it is now."""

    def _at(self, text):
        return fields.Datetime.to_datetime(text)

    def test_no_second_visit(self):
        """S0-CAR-08: the address of a visit that took place books no other one."""
        self._freeze(SUNDAY)
        visit = self.invite._book(self._at(MONDAY_AT_TEN))
        visit.action_done()
        self.assertFalse(self.invite._slots())
        with self.assertRaises(UserError):
            self.invite._book(self._at(MONDAY_AT_TEN) + timedelta(hours=3))
        self.assertEqual(self.invite.task_id, visit)

    def test_visits_of_others_are_out_of_reach(self):
        """S0-CAR-08: an invitation is for no visit that somebody names, also not by default."""
        task = self._task()
        with self.assertRaises(UserError):
            self.invite.with_user(self.lan).task_id = task
        vals = {"partner_id": self.customer.id, "user_id": self.lan.id, "name": "x"}
        invites = self.env["caredesk.care.invite"].with_user(self.lan)
        with self.assertRaises(UserError):
            invites.create({**vals, "task_id": task.id})
        self.assertFalse(invites.with_context(default_task_id=task.id).create(vals).task_id)

    def test_moved_with_who_does_it_now(self):
        """S0-CAR-08, C-38: given to somebody else, the visit follows that person's calendar."""
        self._freeze(SUNDAY)
        at_ten = self._at(MONDAY_AT_TEN)
        visit = self.invite._book(at_ten)
        visit.user_ids = self.mai
        self._task(
            user_ids=[Command.set(self.mai.ids)], is_booking=True,
            date_start="2026-03-02 06:00:00", date_deadline="2026-03-02 07:00:00",
        )  # fmt: skip
        self._task(
            is_booking=True, date_start="2026-03-02 08:00:00", date_deadline="2026-03-02 09:00:00"
        )
        with self.assertRaises(UserError):
            self.invite._book(self._at("2026-03-02 06:00:00"))
        self.assertEqual(self.invite._book(self._at("2026-03-02 08:00:00")), visit)
        self.assertEqual(visit.user_ids, self.mai)
        self.mai.active = False
        self.assertFalse(self.invite._slots(), "nobody is offered who left")

    def test_time_zone_is_named(self):
        """S0-CAR-08: the mail says the time of the company and names the zone."""
        self.env.company.partner_id.tz = "Asia/Tokyo"
        self.customer.lang = "en_US"
        self._freeze(SUNDAY)
        self.invite._book(self._at(MONDAY_AT_TEN))
        self.assertTrue(self.invite.visit_when.startswith("12:00"), self.invite.visit_when)
        self.assertIn("GMT+09:00", self.invite.visit_when)
        mail = self.env["mail.mail"].search([("res_id", "=", self.invite.id),
                                             ("model", "=", self.invite._name)])  # fmt: skip
        self.assertIn("GMT+09:00", mail.body_html)

    def test_whole_days_and_the_last_day(self):
        """S0-CAR-08: a whole day off is busy; the last day there is is no free time."""
        self._freeze(SUNDAY)
        self.env["calendar.event"].create(
            {"name": "Off", "allday": True, "start_date": "2026-03-02", "stop_date": "2026-03-02",
             "show_as": "busy", "partner_ids": [Command.set(self.lan.partner_id.ids)]}
        )  # fmt: skip
        self.assertEqual(str(self.invite._slots()[0]), "2026-03-03 01:00:00")
        with self.assertRaises(UserError):
            self.invite._book(self._at("9999-12-31 23:00:00"))

    def test_a_visit_of_another_customer(self):
        """S0-CAR-08: an address does not lead to the visit of somebody else."""
        visit = self._task(partner_id=self.an.partner_id.id)
        with self.assertRaises(ValidationError):
            self.invite.task_id = visit
