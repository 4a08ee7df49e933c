from odoo import fields, models


class CaredeskZaloClose(models.TransientModel):
    """Close a Zalo conversation, saying why."""

    _name = "caredesk.zalo.close"
    _description = "Close Conversation"

    channel_id = fields.Many2one("discuss.channel", required=True, ondelete="cascade")
    reason = fields.Char(help="Noted in the conversation; the customer does not see it.")

    def action_close(self):
        """Close the conversation."""
        self.ensure_one()
        self.channel_id.zalo_close(self.reason or "")
        return {"type": "ir.actions.act_window_close"}
