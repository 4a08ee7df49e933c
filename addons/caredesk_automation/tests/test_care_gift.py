from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestCareGift(CareCase):
    """Points and money: given, deducted, taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {
                "caredesk_points_limit": 200,
                "caredesk_money_limit": 200000,
                "caredesk_points_program_id": False,
                "caredesk_credit_program_id": False,
            }
        )
        levels = cls.env["caredesk.customer.level"]
        levels.search([]).active = False
        cls.silver, cls.gold = levels.create(
            [
                {"name": "Silver", "min_accumulated": 1000000},
                {"name": "Gold", "min_accumulated": 5000000},
            ]
        )

    def test_points(self):
        """S3-FLT-03, S3-FLT-04, S3-CTX-08: 100 + 50 = 150; 150 − 200 is refused."""
        self._given("give_points", 100)
        self._given("give_points", 50)
        self.assertBalance(points=150)
        with self.assertRaises(UserError) as caught:
            self._given("deduct_points", 200)
        self.assertIn("150", str(caught.exception))
        self.assertBalance(points=150)
        self._given("deduct_points", 150)
        self.assertBalance(points=0)

    def test_money_and_levels(self):
        """S3-FLT-05, S3-FLT-06, C-13, C-34: credit and accumulated amount, up and down."""
        self.course.list_price = 4900000
        self._order().action_confirm()
        self.assertBalance(accumulated=4900000)
        self.assertEqual(self.customer.care_level_id, self.silver)
        self._given("give_money", 200000)
        self.assertBalance(credit=200000, accumulated=5100000)
        self.assertEqual(self.customer.care_level_id, self.gold)
        self._given("deduct_money", 200000)
        self.assertBalance(credit=0, accumulated=4900000)
        self.assertEqual(self.customer.care_level_id, self.silver)
        with self.assertRaises(UserError):
            self._given("deduct_money", 1)
        changes = self.env["caredesk.customer.level.change"].search(
            [("account_id.partner_id", "=", self.customer.id)], order="id"
        )
        self.assertEqual([one.to_level_id.name for one in changes], ["Silver", "Gold", "Silver"])

    def test_no_levels_no_change(self):
        """S3-FLT-05: nothing happens to the level where none is configured."""
        (self.silver | self.gold).active = False
        self._given("give_money", 9000000)
        self.assertFalse(self.customer.care_level_id)

    def test_levels_follow_their_table(self):
        """IE-32: a changed table gives customers other levels, and each change is noted."""
        self._given("give_money", 2000000)
        self.gold.min_accumulated = 2000000
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_automation.ir_cron_care_level").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.customer.care_level_id, self.gold)
        self.gold.unlink()
        self.assertFalse(self.gold.active, "IE-33: a used level is archived")
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_automation.ir_cron_care_level").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.customer.care_level_id, self.silver)
        with self.assertRaises(ValidationError):
            self.silver.copy()

    def test_cancel_reverses_once(self):
        """IE-31: cancelled, a gift is reversed by a row of its own; spent, it cannot be."""
        gift = self._given("give_points", 100)
        gift.action_cancel()
        self.assertBalance(points=0)
        self.assertEqual(len(gift.loyalty_history_ids), 2)
        with self.assertRaises(UserError):
            gift.action_cancel()
        spent = self._given("give_points", 100)
        self._given("deduct_points", 60)
        with self.assertRaises(UserError):
            spent.action_cancel()
        self.assertBalance(points=40)

    def test_what_counts_is_not_changed(self):
        """IE-31: neither the entry nor its row in the history, whoever tries."""
        gift = self._given("give_points", 100)
        for vals in ({"points": 5}, {"partner_id": self.an.partner_id.id}, {"state": "draft"}):
            with self.assertRaises(UserError):
                gift.write(vals)
        with self.assertRaises(UserError):
            gift.unlink()
        row = gift.sudo().loyalty_history_ids
        with self.assertRaises(UserError):
            row.write({"issued": 1})
        with self.assertRaises(UserError):
            row.unlink()
        gift.result = "Was pleased"
        with self.assertRaises(UserError):
            gift.action_confirm()
        self.assertBalance(points=100)

    def test_limits(self):
        """S3-CTX-05: above the limit a manager confirms; split gifts count together."""
        self._given("give_points", 150, self.lan)
        above = self._gift("give_points", 100, self.lan)
        above.action_confirm()
        self.assertEqual(above.state, "waiting")
        self.assertBalance(points=150)
        with self.assertRaises(UserError):
            above.points = 1
        with self.assertRaises(AccessError):
            above.action_confirm()
        above.with_user(self.mai).action_confirm()
        self.assertBalance(points=250)
        self.assertEqual(above.confirmed_uid, self.mai)
        with self.assertRaises(AccessError):
            above.with_user(self.lan).action_cancel()

    def test_impossible_quantities(self):
        """S3-FLT-03: nothing, less than nothing, far too much."""
        for quantity in (0, -5, 1e9):
            with self.assertRaises(UserError):
                self._given("give_points", quantity)
        self.assertBalance()

    def test_other_companies(self):
        """IE-32: each company has cards, accounts and levels of its own."""
        self._given("give_points", 100)
        other = self._company("Other")
        self.mai.company_ids = [Command.link(other.id)]
        form = self._form("give_points", "Everywhere")
        theirs = (
            self.env["caredesk.care.history"]
            .with_user(self.mai)
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "action": "give_points",
                    "form_id": form.id,
                    "points": 7,
                }
            )
        )
        theirs.action_confirm()
        self.assertBalance(points=100)
        elsewhere = self.customer.with_user(self.mai).with_company(other)
        self.assertEqual(elsewhere.care_points, 7)

    def test_history_picks_the_action_first(self):
        """S3-ADD-09, C-14: the form of the entry is one of the chosen action."""
        with self.assertRaises(ValidationError):
            self._gift("give_points", 5, form_id=self.call_form.id)
        view = "caredesk_automation.caredesk_care_history_view_form"
        form = Form(self.env["caredesk.care.history"].with_user(self.mai), view)
        form.partner_id = self.customer
        form.action = "give_money"
        self.assertFalse(form.form_id and form.form_id.action != "give_money")
        arch = self.env["caredesk.care.history"].get_view(view_id=self.env.ref(view).id)["arch"]
        self.assertIn('string="Gift Type"', arch)

    def test_merged_contacts(self):
        """IE-32: contacts merged into one keep what both gathered."""
        self._given("give_money", 900000)
        twin = self.env["res.partner"].create({"name": "Hoa Sen twin"})
        self._gift("give_money", 200000, partner_id=twin.id).action_confirm()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((twin | self.customer).ids, self.customer)
        self.env.invalidate_all()
        customer = self.customer.with_user(self.mai)
        self.assertEqual((customer.care_credit, customer.care_accumulated), (1100000, 1100000))
        self.assertEqual(customer.care_level_id, self.silver)
        self.assertEqual(
            self.env["caredesk.customer.account"].search_count(
                [("partner_id", "=", self.customer.id)]
            ),
            1,
        )
        self.assertBalance(credit=1100000, accumulated=1100000)

    def test_sales_change_the_accumulated_amount(self):
        """C-34: confirmed sales count, cancelled ones do not."""
        order = self._order()
        order.action_confirm()
        self.assertBalance(accumulated=1000000)
        order.order_line.product_uom_qty = 2
        order.write({"order_line": [Command.update(order.order_line.id, {"price_unit": 600000})]})
        self.assertBalance(accumulated=1200000)
        order._action_cancel()
        self.assertBalance(accumulated=0)


@tagged("post_install", "-at_install")
class TestCareRedeem(CareCase):
    """Points and money are used on orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.env.company.write(
            {
                "caredesk_points_program_id": False,
                "caredesk_credit_program_id": False,
                "caredesk_point_value": 1000,
                "caredesk_points_keep": 0,
                "caredesk_points_min_orders": 0,
            }
        )

    def _apply(self, order, program_type):
        program = order.company_id._care_program(program_type)
        card = self.env["loyalty.card"].search(
            [("program_id", "=", program.id), ("partner_id", "=", self.customer.id)]
        )
        return order._apply_program_reward(program.reward_ids, card)

    def test_points_pay(self):
        """S3-CTX-07: 100 points take 100,000 off the order; cancelled, they are back."""
        self._given("give_points", 100)
        order = self._order()
        order._update_programs_and_rewards()
        self.assertFalse(self._apply(order, "loyalty").get("error"))
        self.assertEqual(order.amount_total, 900000)
        order.action_confirm()
        self.assertBalance(points=0, accumulated=900000)
        order._action_cancel()
        self.assertBalance(points=100, accumulated=0)

    def test_money_pays_and_spending_keeps_the_level(self):
        """S3-CTX-07, C-34: credit pays; not more than there is, nor than the order."""
        self._given("give_money", 300000)
        order = self._order()
        order._update_programs_and_rewards()
        self.assertFalse(self._apply(order, "ewallet").get("error"))
        self.assertEqual(order.amount_total, 700000)
        order.action_confirm()
        self.assertBalance(credit=0, accumulated=1000000)
        small = self._order()
        self._given("give_money", 5000000)
        small._update_programs_and_rewards()
        self._apply(small, "ewallet")
        self.assertEqual(small.amount_total, 0)

    def test_rates_and_minima(self):
        """S3-X1: money per point, value of a point, purchases before, points that remain."""
        company = self.env.company
        self._given("give_points", 50)
        company.write(
            {
                "caredesk_points_earning": True,
                "caredesk_money_per_point": 50000,
                "caredesk_point_value": 2000,
                "caredesk_points_min_orders": 1,
                "caredesk_points_keep": 10,
            }
        )
        order = self._order()
        order._update_programs_and_rewards()
        self.assertIn("error", self._apply(order, "loyalty"))
        order.action_confirm()
        self.assertBalance(points=70, accumulated=1000000)
        second = self._order()
        second._update_programs_and_rewards()
        self._apply(second, "loyalty")
        line = second.order_line.filtered("points_cost")
        self.assertEqual(line.points_cost, 80)  # 20 of this very order are among them
        self.assertEqual(second.company_id.caredesk_points_program_id.reward_ids.discount, 2000)
        second.action_confirm()
        self.assertGreaterEqual(self.customer.with_user(self.mai).care_points, 10)

    def test_spent_points_keep_their_order(self):
        """S3-CTX-07, IE-31: an order whose points are spent is not cancelled; made good, it is."""
        self.env.company.write({"caredesk_points_earning": True, "caredesk_money_per_point": 50000})
        self.env.company._care_program("loyalty", create=True)
        order = self._order()
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertBalance(points=20, accumulated=1000000)
        self._given("deduct_points", 15)
        with self.assertRaises(UserError) as caught:
            order._action_cancel()
        card = order.coupon_point_ids.coupon_id
        for told in (order.name, card.code, "15 ", "5 "):
            self.assertIn(told, str(caught.exception))
        self.assertEqual(order.state, "sale")
        self.assertBalance(points=5, accumulated=1000000)
        self._given("give_points", 15)
        order._action_cancel()
        self.assertBalance(points=0, accumulated=0)

    def test_a_foreign_program_is_refused(self):
        """S3-X1: the program of another company cannot hold our points."""
        other = self._company("Other")
        theirs = other._care_program("loyalty", create=True)
        with self.assertRaises(ValidationError), mute_logger("odoo.sql_db"):
            self.env.company.caredesk_points_program_id = theirs
