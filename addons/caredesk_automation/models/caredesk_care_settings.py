from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What changes the reward and the rule of the points program.
_RATES = {"caredesk_money_per_point", "caredesk_point_value", "caredesk_points_earning"}


class ResCompany(models.Model):
    _inherit = "res.company"

    caredesk_points_program_id = fields.Many2one(
        "loyalty.program",
        string="Program of Points",
        domain="[('program_type', '=', 'loyalty'), ('company_id', 'in', (id, False))]",
        ondelete="restrict",
        help="Made by itself with the first gift of points when empty.",
    )
    caredesk_credit_program_id = fields.Many2one(
        "loyalty.program",
        string="Program of Credit",
        domain="[('program_type', '=', 'ewallet'), ('company_id', 'in', (id, False))]",
        ondelete="restrict",
        help="Made by itself with the first gift of money when empty.",
    )
    caredesk_points_earning = fields.Boolean(
        "Orders Earn Points", help="Confirmed orders give points at the rate below."
    )
    caredesk_money_per_point = fields.Float("Money per Point Earned", default=100000.0)
    caredesk_point_value = fields.Float("Value of a Point", default=1000.0)
    caredesk_points_min_orders = fields.Integer(
        "Purchases before Points Can Be Used",
        help="So many confirmed orders of the customer; 0: from the first one on.",
    )
    caredesk_points_keep = fields.Float("Points That Have to Remain")
    caredesk_points_limit = fields.Float(
        "Points without Approval",
        default=200.0,
        help="So many a care user gives or deducts for a customer within a day alone.",
    )
    caredesk_money_limit = fields.Float(
        "Money without Approval",
        default=200000.0,
        help="So much a care user gives or deducts for a customer within a day alone.",
    )

    # Care settings of bookings
    caredesk_booking_notice = fields.Float(
        "Shortest Notice (hours)",
        default=2.0,
        help="Customers cannot book, move or cancel a visit later than this before it begins.",
    )
    caredesk_booking_days = fields.Integer("Days Offered for Booking", default=14)

    _caredesk_rates = models.Constraint(
        "CHECK (caredesk_money_per_point > 0 AND caredesk_point_value > 0"
        " AND caredesk_points_keep >= 0 AND caredesk_points_min_orders >= 0"
        " AND caredesk_points_limit >= 0 AND caredesk_money_limit >= 0)",
        "The rates of points are above zero, limits and minima zero or above.",
    )
    _caredesk_booking = models.Constraint(
        "CHECK (caredesk_booking_notice BETWEEN 0 AND 2160"
        " AND caredesk_booking_days BETWEEN 1 AND 90)",
        "A notice is 0 to 2160 hours long, and 1 to 90 days are offered.",
    )

    @api.constrains("caredesk_points_program_id", "caredesk_credit_program_id")
    def _check_care_programs(self):
        for company in self:
            programs = company.caredesk_points_program_id | company.caredesk_credit_program_id
            if programs.company_id - company:
                raise ValidationError(
                    self.env._("The programs of points and credit have to belong to the company.")
                )

    def write(self, vals):
        """Carry new rates over into the points program."""
        result = super().write(vals)
        if vals.keys() & _RATES:
            for company in self.filtered("caredesk_points_program_id"):
                company._set_care_rates()
        return result

    # === BUSINESS ===

    def _care_counts_sales(self):
        """Tell whether anybody looks at accumulated amounts: levels exist, or gifts were made."""
        levels = self.env["caredesk.customer.level"].sudo()  # sudo: a bare question
        company_sudo = self.sudo()  # a bare question too
        programs = company_sudo.caredesk_credit_program_id | company_sudo.caredesk_points_program_id
        return bool(programs or levels.search_count([("company_id", "=", self.id)], limit=1))

    def _care_program(self, program_type, create=False):
        """Return the program that holds points (``loyalty``) or credit (``ewallet``).

        :param create: make it when the company has none yet
        """
        self.ensure_one()
        name = {
            "loyalty": "caredesk_points_program_id",
            "ewallet": "caredesk_credit_program_id",
        }[program_type]
        company_sudo = self.sudo()  # sudo: programs are kept by the system for whoever gives
        if not company_sudo[name] and create:
            company_sudo[name] = company_sudo._make_care_program(program_type)
            if program_type == "loyalty":
                company_sudo._set_care_rates()
        return company_sudo[name]

    def _make_care_program(self, program_type):
        programs = self.env["loyalty.program"].with_company(self)
        is_points = program_type == "loyalty"
        return programs.create(
            {
                "name": self.env._("Customer Points")
                if is_points
                else self.env._("Customer Credit"),
                "program_type": program_type,
                "company_id": self.id,
                "applies_on": "both" if is_points else "future",
                "trigger": "auto",
                "portal_visible": True,
                "portal_point_name": self.env._("Points") if is_points else self.currency_id.symbol,
                "rule_ids": [],
                "reward_ids": [
                    (
                        0,
                        0,
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": self.caredesk_point_value if is_points else 1.0,
                            "discount_applicability": "order",
                            "required_points": 1,
                            "description": self.env._("Use points")
                            if is_points
                            else self.env._("Use credit"),
                        },
                    )
                ],
            }
        )

    def _set_care_rates(self):
        """Write the rates into the reward and the rule of the points program."""
        program_sudo = self.sudo().caredesk_points_program_id  # sudo: the settings are its form
        program_sudo.reward_ids.filtered(lambda one: one.discount_mode == "per_point").write(
            {"discount": self.caredesk_point_value}
        )
        rate = 1 / self.caredesk_money_per_point
        if not self.caredesk_points_earning:
            program_sudo.rule_ids.active = False
            return
        rules = program_sudo.with_context(active_test=False).rule_ids
        values = {"reward_point_mode": "money", "reward_point_amount": rate, "active": True}
        if rules:
            rules.write(values)
        else:
            program_sudo.rule_ids = [(0, 0, {**values, "minimum_qty": 1})]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    caredesk_points_program_id = fields.Many2one(
        related="company_id.caredesk_points_program_id", readonly=False
    )
    caredesk_credit_program_id = fields.Many2one(
        related="company_id.caredesk_credit_program_id", readonly=False
    )
    caredesk_points_earning = fields.Boolean(
        related="company_id.caredesk_points_earning", readonly=False
    )
    caredesk_money_per_point = fields.Float(
        related="company_id.caredesk_money_per_point", readonly=False
    )
    caredesk_point_value = fields.Float(related="company_id.caredesk_point_value", readonly=False)
    caredesk_points_min_orders = fields.Integer(
        related="company_id.caredesk_points_min_orders", readonly=False
    )
    caredesk_points_keep = fields.Float(related="company_id.caredesk_points_keep", readonly=False)
    caredesk_points_limit = fields.Float(related="company_id.caredesk_points_limit", readonly=False)
    caredesk_money_limit = fields.Float(related="company_id.caredesk_money_limit", readonly=False)
    caredesk_booking_notice = fields.Float(
        related="company_id.caredesk_booking_notice", readonly=False
    )
    caredesk_booking_days = fields.Integer(
        related="company_id.caredesk_booking_days", readonly=False
    )
