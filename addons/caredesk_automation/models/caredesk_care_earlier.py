from odoo import api, fields, models
from odoo.exceptions import UserError

#: Order lines looked at before the scheduled action commits.
BATCH = 1000


class CaredeskCareSchedule(models.Model):
    _inherit = "caredesk.care.schedule"

    earlier_since = fields.Date(
        "Earlier Orders Since",
        copy=False,
        help="Orders confirmed from this day on get their care too, once you press Plan.",
    )
    earlier_after_id = fields.Integer(
        copy=False, help="Number of the last order line looked at.", export_string_translation=False
    )
    earlier_running = fields.Boolean("Planning Earlier Orders", readonly=True, copy=False)

    _earlier_idx = models.Index("(id) WHERE earlier_running")

    def action_plan_earlier(self):
        """Plan the care of orders that were confirmed before this schedule existed.

        Done in the background; purchases that have their tasks already keep them.
        """
        self.check_access("write")
        for schedule in self:
            if not schedule.earlier_since:
                raise UserError(self.env._("Say from which day on earlier orders count."))
        self.sudo().write({"earlier_running": True, "earlier_after_id": 0})  # checked above
        self.env.ref("caredesk_automation.ir_cron_care_plan")._trigger()
        return True

    @api.model
    def _work_off_earlier(self):
        """Go through earlier orders, a batch at a time with a commit after each."""
        cron = self.env["ir.cron"]
        # sudo is the cron's own; nobody calls this from outside
        while schedule := self.search([("earlier_running", "=", True)], limit=1, order="id"):
            looked_at = schedule._plan_earlier_batch()
            if not cron._commit_progress(looked_at, remaining=int(schedule.earlier_running)):
                return

    def _plan_earlier_batch(self):
        """Plan one batch of the schedule's earlier order lines; return how many were looked at."""
        since = self.env["caredesk.care.planner"]._moment(self.company_id, self.earlier_since, 0)
        lines = self.env["sale.order.line"].search(
            [
                ("id", ">", self.earlier_after_id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("order_id.date_order", ">=", since),
                ("product_id", "!=", False),
            ],
            limit=BATCH,
            order="id",
        )
        lines._plan_care(self.base_date, only=self)
        self.earlier_after_id = lines[-1:].id
        self.earlier_running = len(lines) == BATCH
        return len(lines)
