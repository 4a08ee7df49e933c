from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    care_schedule_ids = fields.Many2many(
        "caredesk.care.schedule",
        "caredesk_care_schedule_product_rel",
        "product_id",
        "schedule_id",
        string="Care Schedules",
        groups="caredesk_automation.group_care_user",
        help="The care that buyers of this product get, besides that of its category.",
    )

    def write(self, vals):
        """Forget which schedule covers which product."""
        result = super().write(vals)
        if "care_schedule_ids" in vals:
            self.env.registry.clear_cache()
        return result
