from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import unhindered

#: Accounts looked at before the scheduled action commits.
BATCH = 5000


class CaredeskCustomerLevel(models.Model):
    """A level such as Silver or Gold, reached by the accumulated purchase amount."""

    _name = "caredesk.customer.level"
    _description = "Customer Level"
    _inherit = ["caredesk.care.keep"]
    _order = "company_id, min_accumulated, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    min_accumulated = fields.Monetary("From", required=True)
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _minimum = models.Constraint("CHECK (min_accumulated >= 0)", "A level begins at zero or above.")

    def _compute_customer_count(self):
        # sudo: a bare number; the accounts themselves stay closed
        counts = dict(
            self.env["caredesk.customer.account"]
            .sudo()
            ._read_group([("level_id", "in", self.ids)], ["level_id"], ["__count"])
        )
        for level in self:
            level.customer_count = counts.get(level.sudo(), 0)

    @api.constrains("min_accumulated", "company_id", "active")
    def _check_distinct(self):
        for level in self.filtered("active"):
            same = [
                ("company_id", "=", level.company_id.id),
                ("min_accumulated", "=", level.min_accumulated),
                ("id", "!=", level.id),
            ]
            if self.search_count(same, limit=1):
                raise ValidationError(self.env._("Two levels cannot begin at the same amount."))

    @api.model
    def _uses(self):
        return [
            ("caredesk.customer.account", "level_id"),
            ("caredesk.customer.level.change", "to_level_id"),
            ("caredesk.customer.level.change", "from_level_id"),
        ]

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Give customers the new level, in the background."""
        levels = super().create(vals_list)
        levels._recompute_customers()
        return levels

    def write(self, vals):
        """Give customers the level they reach now, in the background."""
        result = super().write(vals)
        if vals.keys() & {"min_accumulated", "active", "company_id"}:
            self._recompute_customers()
        return result

    def unlink(self):
        """Take the level from its customers, in the background."""
        result = super().unlink()
        self._recompute_customers()
        return result

    # === BUSINESS ===

    @api.model
    def _thresholds(self, company):
        """Return the active levels of a company as (minimum, id)."""
        # sudo: the level of a customer depends on all levels, whoever asks
        levels = self.sudo().search([("company_id", "=", company.id)])
        return [(level.min_accumulated, level.id) for level in levels]

    @api.model
    def _recompute_customers(self):
        """Ask the scheduled action to look at every account again."""
        # sudo: where the scheduled action goes on is the system's own note
        self.env["ir.config_parameter"].sudo().set_param("caredesk_automation.level_after", "0")
        self.env.ref("caredesk_automation.ir_cron_care_level")._trigger()

    @api.model
    def _cron_recompute(self):
        """Cron: go once through all accounts after the table of levels changed."""
        parameters = self.env["ir.config_parameter"]
        if parameters.get_param("caredesk_automation.level_after") == "0":
            self._open_accounts()
        while (after := parameters.get_param("caredesk_automation.level_after")) not in (False, ""):
            last = unhindered(self.env, partial(self._recompute_batch, int(after)))
            parameters.set_param("caredesk_automation.level_after", str(last) if last else "")
            if not self.env["ir.cron"]._commit_progress(1, remaining=1 if last else 0):
                return

    @api.model
    def _open_accounts(self):
        """Open accounts for customers who bought before there were levels, a batch at a time."""
        last = 0
        while last is not None:
            opening = partial(
                self.env.execute_query,
                SQL(
                    "WITH buyers AS (SELECT DISTINCT partner_id FROM sale_order"
                    "   WHERE state = 'sale' AND partner_id > %(last)s"
                    "   ORDER BY partner_id LIMIT %(batch)s"
                    " ), opened AS (INSERT INTO caredesk_customer_account (partner_id, company_id,"
                    "   sales_amount, gift_amount, accumulated_amount, move_count)"
                    "   SELECT sale.partner_id, sale.company_id, sum(%(value)s), 0,"
                    "   greatest(sum(%(value)s), 0), 0"
                    "   FROM sale_order sale JOIN buyers ON buyers.partner_id = sale.partner_id"
                    "   WHERE sale.state = 'sale' AND EXISTS (SELECT FROM caredesk_customer_level"
                    "     level WHERE level.company_id = sale.company_id AND level.active)"
                    "   GROUP BY sale.partner_id, sale.company_id"
                    "   ON CONFLICT (partner_id, company_id) DO NOTHING)"
                    " SELECT max(partner_id) FROM buyers",
                    last=last,
                    batch=BATCH,
                    value=self.env["caredesk.customer.account"]._order_value(),
                ),
            )
            last = unhindered(self.env, opening)[0][0]
            self.env["ir.cron"]._commit_progress(1, remaining=1)

    @api.model
    def _recompute_batch(self, after):
        """Set the levels of the next accounts in one statement.

        :return: number of the last account looked at, 0 when there is none left
        """
        accounts = self.env["caredesk.customer.account"]
        accounts.flush_model()
        self.flush_model()
        # Locked at once: orders change accounts meanwhile, and to set the levels takes longer.
        self.env.execute_query(
            SQL(
                "SELECT id FROM caredesk_customer_account WHERE id > %s ORDER BY id LIMIT %s"
                " FOR NO KEY UPDATE",
                after,
                BATCH,
            )
        )
        rows = self.env.execute_query(
            SQL(
                "WITH seen AS (SELECT id, company_id, accumulated_amount, level_id"
                "   FROM caredesk_customer_account WHERE id > %(after)s ORDER BY id LIMIT %(batch)s"
                " ), reached AS (SELECT seen.*, (SELECT level.id FROM caredesk_customer_level level"
                "   WHERE level.company_id = seen.company_id AND level.active"
                "   AND level.min_accumulated <= seen.accumulated_amount"
                "   ORDER BY level.min_accumulated DESC LIMIT 1) AS new_level FROM seen"
                " ), changed AS (UPDATE caredesk_customer_account account"
                "   SET level_id = reached.new_level FROM reached"
                "   WHERE account.id = reached.id"
                "   AND account.level_id IS DISTINCT FROM reached.new_level"
                "   RETURNING account.id, reached.level_id, reached.new_level,"
                "   reached.accumulated_amount"
                " ), noted AS (INSERT INTO caredesk_customer_level_change (account_id,"
                "   from_level_id, to_level_id, amount, reason, create_uid, create_date)"
                "   SELECT id, level_id, new_level, accumulated_amount, %(why)s, %(uid)s, %(now)s"
                "   FROM changed)"
                " SELECT max(id), count(*) FROM seen",
                after=after,
                batch=BATCH,
                why=self.env._("The table of levels changed"),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        accounts.invalidate_model()
        last, count = rows[0]
        return last if count == BATCH else 0


class CaredeskCustomerLevelChange(models.Model):
    """When and why the level of a customer changed."""

    _name = "caredesk.customer.level.change"
    _description = "Change of a Customer Level"
    _order = "id desc"
    _rec_name = "to_level_id"

    account_id = fields.Many2one(
        "caredesk.customer.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="account_id.partner_id")
    company_id = fields.Many2one(related="account_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    from_level_id = fields.Many2one(
        "caredesk.customer.level", "Level Before", readonly=True, ondelete="restrict"
    )
    to_level_id = fields.Many2one(
        "caredesk.customer.level", "Level After", readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary("Accumulated Purchase Amount", readonly=True)
    reason = fields.Char(readonly=True)
