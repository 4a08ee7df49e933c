from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResConfigSettings(models.TransientModel):
    """Limits of exports."""

    _inherit = "res.config.settings"

    caredesk_export_paper_rows = fields.Integer(
        "Tickets in Word and PDF",
        default=2000,
        config_parameter="caredesk_ticket.export_paper_rows",
        help="Word and PDF hold at most this many tickets; Excel holds a million.",
    )
    caredesk_export_background_rows = fields.Integer(
        "Tickets in an Excel File at Once",
        default=5000,
        config_parameter="caredesk_ticket.export_background_rows",
        help="An Excel file with more tickets is prepared in the background.",
    )
    caredesk_export_keep_days = fields.Integer(
        "Days Exported Files Are Kept",
        default=7,
        config_parameter="caredesk_ticket.export_keep_days",
    )

    @api.constrains(
        "caredesk_export_paper_rows", "caredesk_export_background_rows", "caredesk_export_keep_days"
    )
    def _check_export_limits(self):
        for settings in self:
            limits = (
                settings.caredesk_export_paper_rows,
                settings.caredesk_export_background_rows,
                settings.caredesk_export_keep_days,
            )
            if min(limits) < 1:
                raise ValidationError(self.env._("Limits of exports are at least 1."))
