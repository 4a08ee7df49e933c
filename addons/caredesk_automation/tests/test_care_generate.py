from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .care_common import SUNDAY, CareCase


@tagged("post_install", "-at_install")
class TestCareGenerate(CareCase):
    """Purchases make the care that follows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "Asia/Ho_Chi_Minh"

    def _confirmed(self, *products, **vals):
        order = self._order(*products, **vals)
        order.action_confirm()
        return order

    def test_a_sale_makes_one_task_per_occasion(self):
        """S0-CAR-02, S0-CAR-03: bought 01/03, tasks on 02/03, 08/03 and 31/03."""
        self._freeze(SUNDAY)
        tasks = self._tasks(self._confirmed())
        self.assertEqual(self._days(tasks), ["02/03", "08/03", "31/03"])
        self.assertEqual(set(tasks.mapped("state")), {"planned"})
        self.assertEqual(tasks.user_ids, self.lan)
        self.assertEqual(tasks.user_id, self.lan)
        self.assertEqual(set(tasks.mapped("action")), {"call"})
        self.assertEqual(tasks[0].date_start.strftime("%H:%M"), "02:00")  # 9:00 in Hanoi

    def test_quantity_makes_one_series(self):
        """IE-29: three pieces are one purchase; two lines are two."""
        self.assertEqual(len(self._tasks(self._confirmed(quantity=3))), 3)
        self.assertEqual(len(self._tasks(self._confirmed(self.course, self.course))), 6)

    def test_cancel_ends_what_is_to_come(self):
        """IE-29: future care is cancelled, what was done stays; confirmed again makes new care."""
        order = self._confirmed()
        done, *_rest = self._tasks(order)
        done.action_done()
        order._action_cancel()
        self.assertEqual(
            sorted(self._tasks(order).mapped("state")), ["cancelled", "cancelled", "done"]
        )
        order.action_draft()
        order.action_confirm()
        self.assertEqual(
            sorted(self._tasks(order).mapped("state")),
            ["cancelled", "cancelled", "done", "planned", "planned"],
        )

    def test_never_twice_for_a_line_and_an_occasion(self):
        """S0-CAR-03: planning again changes nothing, the database refuses a double."""
        order = self._confirmed()
        self.assertEqual(order.order_line._plan_care("order"), 0)
        self.assertEqual(len(self._tasks(order)), 3)

    def test_editing_leaves_what_was_made(self):
        """S0-CAR-06: later changes of the schedule leave tasks as they are; used ones archive."""
        self._freeze(SUNDAY)
        tasks = self._tasks(self._confirmed())
        self.spa.line_ids[0].write({"offset": 5, "name": "Other"})
        self.spa.line_ids[2].unlink()
        self.assertEqual(self._days(tasks), ["02/03", "08/03", "31/03"])
        self.assertEqual(len(self.spa.line_ids), 2)
        self.spa.unlink()
        self.assertTrue(self.spa.exists())
        self.assertFalse(self.spa.active)
        self.assertEqual(len(self._tasks(self._confirmed())), 0)

    def test_unused_schedules_are_deleted(self):
        """S0-CAR-06: what made nothing can go."""
        unused = self._schedule((1, "days"))
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_groups_and_categories(self):
        """S0-CAR-01, S0-CAR-07: by category with those below, and by the group of schedules."""
        parent = self.env["product.category"].create({"name": "Spa"})
        child = self.env["product.category"].create({"name": "Face", "parent_id": parent.id})
        mask = self.env["product.product"].create({"name": "Mask", "categ_id": child.id})
        self._schedule((2, "weeks"), category_ids=[Command.link(parent.id)])
        group = self.env["caredesk.care.schedule.group"].create(
            {"name": "Courses", "product_ids": [Command.link(mask.product_tmpl_id.id)]}
        )
        grouped = self._schedule((3, "months"), group_id=group.id)
        tasks = self._tasks(self._confirmed(mask))
        self.assertEqual(len(tasks), 2)
        group.unlink()
        self.assertFalse(group.active, "a used group is archived")
        self.assertEqual(len(self._tasks(self._confirmed(mask))), 1)
        self.assertTrue(grouped.active)

    def test_a_product_without_category_or_schedule(self):
        """S0-CAR-05: nothing covers it, nothing is made."""
        plain = self.env["product.product"].create({"name": "Plain", "categ_id": False})
        self.assertFalse(self._tasks(self._confirmed(plain)))

    def test_responsible(self):
        """S0-CAR-02: the salesperson, a certain person, or members of a group in turn."""
        self.spa.responsible_kind = "salesperson"
        self.assertEqual(self._tasks(self._confirmed()).user_ids, self.mai)
        self.spa.write({"responsible_kind": "group", "support_group_id": self.support.id})
        order = self._confirmed(self.course, self.course)
        self.assertEqual(self._tasks(order).user_ids, self.an | self.binh)

    def test_days_without_work(self):
        """IE-30: off the weekend by setting."""
        self._freeze(SUNDAY)
        self.spa.move_to_workday = True
        self.env.company.resource_calendar_id.attendance_ids = [
            Command.clear(),
            *[
                Command.create(
                    {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 17}
                )
                for day in range(5)
            ],
        ]
        self.assertEqual(self._days(self._tasks(self._confirmed())), ["02/03", "09/03", "31/03"])

    def test_bought_again(self):
        """IE-29: one more series, or start again, by setting."""
        self._confirmed()
        second = self._confirmed()
        self.assertEqual(len(self._tasks(second)), 3)
        self.spa.repurchase = "restart"
        third = self._confirmed()
        self.assertEqual(set(self._tasks(second).mapped("state")), {"cancelled"})
        self.assertEqual(set(self._tasks(third).mapped("state")), {"planned"})

    def test_from_delivery(self):
        """S0-CAR-03: counted from the delivery date, moved along with it."""
        self._freeze(SUNDAY)
        self.spa.base_date = "delivery"
        order = self._confirmed(commitment_date="2026-03-10 03:00:00")
        self.assertEqual(self._days(self._tasks(order)), ["11/03", "17/03", "09/04"])
        order.commitment_date = "2026-03-12 03:00:00"
        self.assertEqual(self._days(self._tasks(order)), ["13/03", "19/03", "11/04"])

    def test_from_the_real_delivery(self):
        """S0-CAR-03: what was delivered on another day than promised counts from the real one."""
        clock = self._freeze(SUNDAY)
        self.spa.base_date = "delivery"
        order = self._confirmed(self.course, self.course, commitment_date="2026-03-10 03:00:00")
        clock.move_to("2026-03-16 03:00:00")
        early, late = order.order_line
        early.qty_delivered = 0.5
        self.assertEqual(early.care_delivered_on, fields.Date.to_date("2026-03-16"))
        clock.move_to("2026-03-17 03:00:00")
        early.qty_delivered = 1
        self._plan_in_background()
        tasks = self._tasks(order)
        ours = tasks.filtered(lambda task: task.sales_line_id == early)
        self.assertEqual(self._days(ours), ["17/03", "23/03", "15/04"])
        order.commitment_date = "2026-03-20 03:00:00"
        self.assertEqual(self._days(ours), ["17/03", "23/03", "15/04"], "a fact beats a promise")
        self.assertEqual(
            self._days(tasks.filtered(lambda task: task.sales_line_id == late)),
            ["21/03", "27/03", "19/04"],
        )

    def test_delivery_leaves_what_people_chose(self):
        """S0-CAR-03, S0-CAR-06: a delivery moves no time people chose, whatever the schedule."""
        self._freeze(SUNDAY)
        self.spa.base_date = "delivery"
        order = self._confirmed(commitment_date="2026-03-10 03:00:00")
        agreed, chosen, _last = tasks = self._tasks(order)
        agreed.with_user(self.lan).action_confirm()
        chosen.with_user(self.lan).date_start = "2026-03-18 02:00:00"
        order.commitment_date = "2026-03-12 03:00:00"
        self.assertEqual(self._days(tasks), ["11/03", "18/03", "11/04"])
        line = order.order_line
        line.care_delivered_on = "2026-03-13"
        line._count_care_from_delivery()
        self.assertEqual(self._days(tasks), ["11/03", "18/03", "12/04"])
        self.spa.line_ids[2].offset = 60
        line.care_delivered_on = "2026-03-14"
        line._count_care_from_delivery()
        self.assertEqual(self._days(tasks), ["11/03", "18/03", "12/04"])

    def test_earlier_orders_count_from_their_own_day(self):
        """S0-CAR-03, S0-CAR-05: earlier orders: by invoice date, by contract; others stay out."""
        self._freeze(SUNDAY)
        self.spa.active = False
        self.course.invoice_policy = "order"
        billed, signed, neither = (self._confirmed() for _order in range(3))
        invoice = billed._create_invoices()
        invoice.invoice_date = "2026-02-20"
        invoice.action_post()
        contract = self.env["caredesk.contract"].create(
            {
                "name": "Course",
                "partner_id": self.customer.id,
                "order_id": signed.id,
                "date_start": "2026-02-25",
            }
        )
        contract.action_start()
        other = self._schedule((1, "days"), base_date="invoice")
        for base, order, day in (("invoice", billed, "21/02"), ("contract", signed, "26/02")):
            later = self._schedule((1, "days"), base_date=base, earlier_since="2026-02-01")
            later.action_plan_earlier()
            self._plan_in_background()
            self.assertEqual(self._days(self._tasks(order)), [day])
        self.assertFalse(self._tasks(neither))
        self.assertFalse(
            self.env["caredesk.care.task"].search_count([("schedule_id", "=", other.id)]),
            "nobody asked for this one",
        )

    def _plan_in_background(self):
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_automation.ir_cron_care_plan").method_direct_trigger()
        self.env.invalidate_all()

    def test_from_the_invoice(self):
        """S0-CAR-03: counted from the invoice; given back, it ends."""
        self.spa.base_date = "invoice"
        self.course.invoice_policy = "order"
        order = self._confirmed()
        self.assertFalse(self._tasks(order))
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-05"
        invoice.action_post()
        tasks = self._tasks(order)
        self.assertEqual(self._days(tasks), ["06/03", "12/03", "04/04"])
        invoice._reverse_moves([{"invoice_date": "2026-03-06"}], cancel=True)
        self.assertEqual(set(tasks.mapped("state")), {"cancelled"})

    def test_registered_purchases(self):
        """S0-CAR-03: sales made elsewhere, one by one or imported, get their care too."""
        vals = {
            "partner_id": self.customer.id,
            "product_id": self.course.id,
            "date": "2026-03-01",
            "quantity": 2,
        }
        purchases = self.env["caredesk.care.purchase"].with_user(self.mai)
        bought = purchases.create(vals)
        self.assertEqual(
            self._days(bought.task_ids.sorted("date_start")), ["02/03", "08/03", "31/03"]
        )
        self.assertEqual(bought.state, "planned")
        bought.action_cancel()
        self.assertEqual(set(bought.task_ids.mapped("state")), {"cancelled"})
        many = purchases.create([vals] * 201)
        self.assertFalse(many.task_ids)
        self._plan_in_background()
        self.assertEqual(len(many.task_ids), 603)
        self.spa.base_date = "delivery"
        self.assertEqual(len(purchases.create(vals).task_ids), 3, "it was delivered that day")

    def test_earlier_orders(self):
        """S0-CAR-05: a new schedule can be carried over to orders of the past, once."""
        self._freeze(SUNDAY)
        order = self._confirmed()
        later = self._schedule((60, "days"))
        with self.assertRaises(UserError):
            later.action_plan_earlier()
        later.earlier_since = "2026-02-01"
        for _time in range(2):
            later.action_plan_earlier()
            self._plan_in_background()
        self.assertFalse(later.earlier_running)
        self.assertEqual(len(self._tasks(order)), 4)

    def test_earlier_orders_since_morning(self):
        """S0-CAR-05: the day since when begins at midnight of the company, not of UTC."""
        clock = self._freeze("2026-02-28 16:59:59")
        late = self._confirmed()
        clock.move_to("2026-02-28 17:00:00")  # 1 March in Hanoi
        early = self._confirmed()
        later = self._schedule((60, "days"), earlier_since="2026-03-01")
        later._plan_earlier_batch()
        made = self.env["caredesk.care.task"].search([("schedule_id", "=", later.id)])
        self.assertEqual(made.order_id & (late | early), early)

    def test_bad_schedules(self):
        """S0-CAR-02: without occasions, without responsible, before the purchase: refused."""
        with self.assertRaises(ValidationError):
            self._schedule()
        with self.assertRaises(ValidationError):
            self._schedule((1, "days"), user_id=False)
        with self.assertRaises(ValidationError):
            self._schedule((200, "months"))
        with self.assertRaises(ValidationError):
            self.spa.line_ids = [Command.clear()]

    def test_other_companies(self):
        """S0-CAR-01: the schedule of one company covers nothing of another."""
        other = self._company("Other")
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [Command.create({"product_id": self.course.id})],
                }
            )
        )
        order.action_confirm()
        self.assertFalse(self._tasks(order))
        with self.assertRaises(ValidationError):
            self.spa.group_id = self.env["caredesk.care.schedule.group"].create(
                {"name": "Theirs", "company_id": other.id}
            )
