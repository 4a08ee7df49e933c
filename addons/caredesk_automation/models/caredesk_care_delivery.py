from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

#: Delivered order lines looked at before the scheduled action commits.
BATCH = 200


class SaleOrderLine(models.Model):
    """When something really reached the customer, whoever says so: the warehouse or the seller.

    Odoo's stock fills in the delivered quantity by its transfers, without stock people write it;
    care follows the quantity and needs to know neither.
    """

    _inherit = "sale.order.line"

    care_delivered_on = fields.Date(
        "First Delivered On", compute="_compute_care_delivered", store=True, copy=False
    )
    care_delivery_new = fields.Boolean(
        compute="_compute_care_delivered",
        store=True,
        copy=False,
        export_string_translation=False,
        help="Delivered since the scheduled action last looked.",
    )

    _care_delivery_idx = models.Index("(id) WHERE care_delivery_new IS TRUE")

    def _auto_init(self):
        """Lines of before count from the promised day: nobody computes a million of them."""
        for name, kind in (("care_delivered_on", "date"), ("care_delivery_new", "boolean")):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    @api.depends("qty_delivered")
    def _compute_care_delivered(self):
        schedules = self.env["caredesk.care.schedule"]
        for line in self:
            delivered_on, is_new = line.care_delivered_on, line.care_delivery_new
            if line.qty_delivered > 0 and not delivered_on and line.state == "sale":
                delivered_on = line._care_delivery_day()
                is_new = any(schedules._coverage(line.company_id.id, "delivery"))
            line.care_delivered_on, line.care_delivery_new = delivered_on, is_new

    def _care_delivery_day(self):
        """Return the day of the first delivery; today where no transfer tells another one."""
        order = self.order_id
        moment = fields.Datetime.now()
        if "effective_date" in order._fields:  # Odoo's stock is installed
            moment = order.effective_date or moment
        return self.env["caredesk.care.planner"]._day(self.company_id, moment)

    # === CRON ===

    @api.model
    def _work_off_deliveries(self):
        """Let the care of what was delivered count from the real day, a batch at a time."""
        cron = self.env["ir.cron"]
        due = [("care_delivery_new", "=", True)]
        while lines := self.search(due, limit=BATCH, order="id").try_lock_for_update():
            lines._count_care_from_delivery()
            lines.care_delivery_new = False
            left = self.search_count(due, limit=BATCH)
            if not cron._commit_progress(len(lines), remaining=left):
                return

    def _count_care_from_delivery(self):
        """Date what is still planned from the real day, and plan what nobody planned yet."""
        tasks = self.env["caredesk.care.task"].search(
            [
                ("sales_line_id", "in", self.ids),
                ("state", "=", "planned"),  # confirmed: the customer agreed to the time
                ("is_booking", "!=", True),  # the customer knows the time
                ("schedule_id.base_date", "=", "delivery"),
            ]
        )
        for line, planned in tasks.grouped("sales_line_id").items():
            planned._count_from(line.care_delivered_on)
        self._plan_care("delivery")
