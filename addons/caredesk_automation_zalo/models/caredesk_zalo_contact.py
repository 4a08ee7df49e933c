from odoo import models
from odoo.tools import formatLang


class CaredeskZaloContact(models.Model):
    """The customer's level and points, beside the conversation."""

    _inherit = "caredesk.zalo.contact"

    def _panel_record(self, record):
        values = super()._panel_record(record)
        if not self.env.user.has_group("caredesk_automation.group_care_user"):
            return values
        if record._name == "res.partner":
            customer = record.with_company(self.company_id)
            points = customer.care_points
            values["level"] = customer.care_level_id.name
            values["points"] = points and formatLang(
                self.env, points, digits=0 if points == int(points) else 2
            )
        return values
