from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: More than these in one call (an import) are planned by the scheduled action.
AT_ONCE = 200
BATCH = 1000
#: A purchase made elsewhere was ordered, delivered and billed on its day, for all we know.
BASES = ("order", "delivery", "invoice")


class CaredeskCarePurchase(models.Model):
    """A purchase made elsewhere (till, web shop, paper), registered or imported for its care."""

    _name = "caredesk.care.purchase"
    _description = "Registered Purchase"
    _order = "date desc, id desc"
    _rec_name = "product_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    date = fields.Date("Purchase Date", required=True, default=fields.Date.context_today)
    quantity = fields.Float(
        default=1.0, required=True, help="Makes one series of care all the same."
    )
    reference = fields.Char(help="Number of the receipt or of the order in the other system.")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("new", "To be Planned"), ("planned", "Planned"), ("cancelled", "Cancelled")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
    )
    task_ids = fields.One2many("caredesk.care.task", "purchase_id", string="Care Tasks")

    _new_idx = models.Index("(id) WHERE state = 'new'")
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A purchase has a quantity above zero."
    )
    _date_sane = models.Constraint(
        "CHECK (date BETWEEN '1970-01-01' AND '2199-12-31')",
        "A purchase was made between 1970 and 2199.",
    )

    @api.constrains("company_id", "partner_id", "product_id")
    def _check_companies(self):
        for purchase in self:
            companies = purchase.partner_id.company_id | purchase.product_id.company_id
            if companies - purchase.company_id:
                raise ValidationError(
                    self.env._("Customer and product have to belong to the company.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Plan the care of a few purchases at once, that of many in the background."""
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name != "state"}
                for vals in vals_list
            ]
        purchases = super().create(vals_list)
        if len(purchases) <= AT_ONCE:
            purchases._plan()
        else:
            self.env.ref("caredesk_automation.ir_cron_care_plan")._trigger()
        return purchases

    def unlink(self):
        """Take the planned care along, with its to-dos and meetings.

        :raise UserError: some of it was done: then the purchase can be cancelled, but not deleted
        """
        self.check_access("unlink")
        self.sudo().task_ids.unlink()  # checked above; the plan belongs to the purchase
        return super().unlink()

    def _plan(self):
        """Make the tasks of new purchases."""
        for company, purchases in (
            self.filtered(lambda one: one.state == "new").grouped("company_id").items()
        ):
            rows = [
                {
                    "partner_id": one.partner_id.id,
                    "product_id": one.product_id.id,
                    "day": one.date,
                    "user_id": one.user_id.id,
                    "purchase_id": one.id,
                }
                for one in purchases
            ]
            for base in BASES:
                self.env["caredesk.care.planner"]._plan(company, base, rows)
            # sudo: the state is the system's
            purchases.sudo().write({"state": "planned"})

    def action_cancel(self):
        """Take the purchase back: what is still planned is cancelled."""
        self.check_access("write")
        purchases_sudo = self.sudo()  # checked above; the state is the system's
        purchases_sudo.task_ids._withdraw()
        purchases_sudo.write({"state": "cancelled"})
        return True

    @api.model
    def _cron_plan(self):
        """Cron: plan imported purchases, then the earlier orders of schedules that ask for it."""
        cron = self.env["ir.cron"]
        while True:
            batch = self.search([("state", "=", "new")], limit=BATCH, order="id")
            batch = batch.try_lock_for_update()
            batch._plan()
            left = self.search_count([("state", "=", "new")], limit=BATCH) if batch else 0
            if not cron._commit_progress(len(batch), remaining=left) or not left:
                break
        self.env["caredesk.care.schedule"]._work_off_earlier()
        self.env["sale.order.line"]._work_off_deliveries()
