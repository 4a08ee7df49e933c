from odoo import api, fields, models


class CaredeskZaloRequest(models.TransientModel):
    """Ask before a Zalo customer is asked for his data."""

    _name = "caredesk.zalo.request"
    _description = "Request Information"

    channel_id = fields.Many2one("discuss.channel", required=True, ondelete="cascade")
    customer_name = fields.Char(compute="_compute_card")
    title = fields.Char(compute="_compute_card")
    subtitle = fields.Char(compute="_compute_card")
    asked_at = fields.Datetime("Asked Before On", compute="_compute_card")

    @api.depends("channel_id")
    def _compute_card(self):
        for dialog in self:
            dialog.channel_id.check_access("read")
            contact_sudo = dialog.channel_id.sudo().zalo_contact_id  # sudo: checked just now
            title, subtitle, _picture = (
                contact_sudo.oa_id._request_card() if contact_sudo else (False,) * 3
            )
            dialog.customer_name = contact_sudo.name
            dialog.title = title
            dialog.subtitle = subtitle
            dialog.asked_at = contact_sudo.info_requested_at

    def action_send(self):
        """Send the form to the customer."""
        self.ensure_one()
        self.channel_id.zalo_request_info()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The customer was asked for information."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
