from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import fields, models


class ResCompany(models.Model):
    """Limits of what a company's rules send."""

    _inherit = "res.company"

    automation_quiet_from = fields.Float("Quiet from", default=21.0)
    automation_quiet_to = fields.Float("Quiet until", default=7.0)
    automation_hourly_cap = fields.Integer(
        "Messages per Hour", default=1000, help="0: without limit."
    )
    automation_bulk_limit = fields.Integer(
        "Ask above",
        default=200,
        help="A rule that has more to send within an hour waits for a decision. 0: never.",
    )
    automation_catch_up_days = fields.Integer(
        "Days to Make up",
        default=3,
        help="After a standstill events of so many days are made up.",
    )
    automation_keep_days = fields.Integer("Days to Keep the Log", default=365)

    _automation_limits = models.Constraint(
        "CHECK (automation_hourly_cap >= 0 AND automation_bulk_limit >= 0"
        " AND automation_catch_up_days BETWEEN 0 AND 365"
        " AND automation_keep_days BETWEEN 0 AND 36500"
        " AND automation_quiet_from >= 0 AND automation_quiet_from < 24"
        " AND automation_quiet_to >= 0 AND automation_quiet_to < 24)",
        "Limits of automation are not negative, events of up to 365 days are made up, and hours "
        "are from 00:00 to 23:59.",
    )

    def _caredesk_tz(self):
        """Return the name of the time zone in which the company's dates count."""
        self.ensure_one()
        company_sudo = self.sudo()  # its time zone is no secret
        return company_sudo.partner_id.tz or company_sudo.resource_calendar_id.tz or "UTC"

    def _caredesk_today(self):
        """Return the day it is for the company."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return now.astimezone(ZoneInfo(self._caredesk_tz())).date()


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    automation_quiet_from = fields.Float(related="company_id.automation_quiet_from", readonly=False)
    automation_quiet_to = fields.Float(related="company_id.automation_quiet_to", readonly=False)
    automation_hourly_cap = fields.Integer(
        related="company_id.automation_hourly_cap", readonly=False
    )
    automation_bulk_limit = fields.Integer(
        related="company_id.automation_bulk_limit", readonly=False
    )
    automation_catch_up_days = fields.Integer(
        related="company_id.automation_catch_up_days", readonly=False
    )
    automation_keep_days = fields.Integer(related="company_id.automation_keep_days", readonly=False)
