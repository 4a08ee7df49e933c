from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain import care_balance

#: program type -> field of the company that names the program
PROGRAMS = {"loyalty": "caredesk_points_program_id", "ewallet": "caredesk_credit_program_id"}


class CaredeskCustomerAccount(models.Model):
    """What a customer has gathered in one company: the accumulated amount and the level.

    Points and credit themselves stand on loyalty cards. This row is the lock: whoever changes a
    balance changes this row too, so of two people at once the second one begins anew with what
    the first one left.
    """

    _name = "caredesk.customer.account"
    _description = "Customer Account"
    _rec_name = "partner_id"
    _order = "accumulated_amount desc, id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sales_amount = fields.Monetary("Confirmed Sales", readonly=True)
    gift_amount = fields.Monetary("Gifts less Deductions", readonly=True)
    accumulated_amount = fields.Monetary(
        "Accumulated Purchase Amount",
        compute="_compute_accumulated_amount",
        store=True,
        help="Confirmed sales and money given, less money deducted. Decides the level.",
    )
    level_id = fields.Many2one(
        "caredesk.customer.level", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    move_count = fields.Integer("Changes", readonly=True)

    _once = models.UniqueIndex(
        "(partner_id, company_id)", "The customer has an account in this company already."
    )
    _level_idx = models.Index("(company_id, accumulated_amount)")
    _not_negative = models.Constraint(
        "CHECK (accumulated_amount IS NULL OR accumulated_amount >= 0)",
        "The accumulated amount cannot fall below zero.",
    )

    @api.depends("sales_amount", "gift_amount")
    def _compute_accumulated_amount(self):
        # An order that is cancelled after its level was spent leaves nothing, never a debt.
        for account in self:
            account.accumulated_amount = max(account.sales_amount + account.gift_amount, 0)

    # === BUSINESS ===

    @api.model
    def _of(self, partner, company):
        """Return the account of a customer, locked until the transaction ends.

        :raise psycopg2.OperationalError: somebody else was faster; Odoo begins the request anew
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_customer_account (partner_id, company_id, sales_amount,"
                " gift_amount, accumulated_amount, move_count) VALUES (%s, %s, 0, 0, 0, 0)"
                " ON CONFLICT (partner_id, company_id) DO UPDATE SET"
                " move_count = COALESCE(caredesk_customer_account.move_count, 0) + 1"
                " RETURNING id, (xmax = 0)",
                partner.id,
                company.id,
            ),
            log_exceptions=False,  # a conflict is what the lock is for
        )
        account_id, is_new = self.env.cr.fetchone()
        account = self.browse(account_id)
        account.invalidate_recordset()
        if is_new:
            account._read_sales()
        return account

    def _change(self, action, change, description, source):
        """Change points or money by a signed quantity and write it into the history.

        :param source: record it comes from
        :raise UserError: something would fall below zero
        """
        points_card = self._card("loyalty", create=action in care_balance.POINT_ACTIONS)
        credit_card = self._card("ewallet", create=action in care_balance.MONEY_ACTIONS)
        before = care_balance.Balance(
            points_card.points, credit_card.points, self.accumulated_amount
        )
        try:
            after = care_balance.move(before, action, change)
        except care_balance.BalanceError as error:
            raise UserError(self._words(error.args[0], before)) from None
        if action in care_balance.POINT_ACTIONS:
            self._move_card(points_card, after.points, change, description, source)
            return
        self._move_card(credit_card, after.credit, change, description, source)
        self.gift_amount += change
        self._set_level(description)

    def _move_card(self, card, points, change, description, source):
        card.points = points
        self.env["loyalty.history"].create(
            {
                "card_id": card.id,
                "description": description,
                "issued": max(change, 0),
                "used": max(-change, 0),
                "order_model": source._name,
                "order_id": source.id,
            }
        )

    def _words(self, what, before):
        if what == "points":
            return self.env._(
                "%(customer)s has %(points)s points only.",
                customer=self.partner_id.name,
                points=f"{before.points:g}",
            )
        amount = before.credit if what == "credit" else before.accumulated
        text = self.currency_id.format(amount)
        if what == "credit":
            return self.env._(
                "%(customer)s has %(amount)s of credit only.",
                customer=self.partner_id.name,
                amount=text,
            )
        return self.env._(
            "%(customer)s has accumulated %(amount)s only.",
            customer=self.partner_id.name,
            amount=text,
        )

    def _card(self, program_type, create=False):
        """Return the customer's card in the program of the company, made when there is none."""
        program = self.company_id._care_program(program_type, create)
        if not program:
            return self.env["loyalty.card"]
        owner = [("program_id", "=", program.id), ("partner_id", "=", self.partner_id.id)]
        card = self.env["loyalty.card"].search(owner, limit=1, order="id")
        if not card and create:
            card = (
                self.env["loyalty.card"]
                .with_context(loyalty_no_mail=True)
                .create({"program_id": program.id, "partner_id": self.partner_id.id, "points": 0})
            )
        return card

    # === SALES ===

    @api.model
    def _refresh_sales(self, partners, company):
        """Bring the sales of customers up to date after an order changed."""
        if not company._care_counts_sales():
            return
        for partner in partners.sorted("id"):  # one order for all: no deadlock
            # sudo: the accounts are kept by the system, whoever confirms the order
            account_sudo = self.sudo()._of(partner, company)
            account_sudo._read_sales()
            account_sudo._set_level(self.env._("Sales"))

    def _read_sales(self):
        """Sum up the confirmed orders of the customer, in the company's currency."""
        self.ensure_one()
        self.env["sale.order"].flush_model(["state", "amount_total", "currency_rate"])
        [(total,)] = self.env.execute_query(
            SQL(
                "SELECT coalesce(sum(%s), 0) FROM sale_order sale"
                " WHERE partner_id = %s AND company_id = %s AND state = 'sale'",
                self._order_value(),
                self.partner_id.id,
                self.company_id.id,
            )
        )
        self.sales_amount = total

    @api.model
    def _order_value(self):
        """Return as SQL what an order, ``sale``, is worth in the currency of its company.

        At the rate of the order's own day, which is kept with it: later rates change no level.
        """
        return SQL(
            "(SELECT round((sale.amount_total / coalesce(nullif(sale.currency_rate, 0), 1))"
            "::numeric, currency.decimal_places)"
            " FROM res_company company JOIN res_currency currency"
            " ON currency.id = company.currency_id WHERE company.id = sale.company_id)"
        )

    # === LEVEL ===

    def _changes(self):
        """Return the changes of level of these accounts."""
        return self.env["caredesk.customer.level.change"].search([("account_id", "in", self.ids)])

    def _set_level(self, why):
        """Give the level that the accumulated amount reaches, and note when it changes."""
        self.ensure_one()
        thresholds = self.env["caredesk.customer.level"]._thresholds(self.company_id)
        level_id = care_balance.level_for(self.accumulated_amount, thresholds)
        if (self.level_id.id or None) == level_id:
            return
        self.env["caredesk.customer.level.change"].create(
            {
                "account_id": self.id,
                "from_level_id": self.level_id.id,
                "to_level_id": level_id,
                "amount": self.accumulated_amount,
                "reason": why,
            }
        )
        self.level_id = level_id
