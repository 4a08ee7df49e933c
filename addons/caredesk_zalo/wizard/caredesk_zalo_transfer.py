from odoo import api, fields, models
from odoo.exceptions import UserError


class CaredeskZaloTransfer(models.TransientModel):
    """Hand a Zalo conversation to a colleague or a support group."""

    _name = "caredesk.zalo.transfer"
    _description = "Transfer Conversation"

    channel_id = fields.Many2one("discuss.channel", required=True, ondelete="cascade")
    receiver_ids = fields.Many2many("res.users", compute="_compute_receiver_ids")
    target = fields.Selection(
        [("user", "A colleague"), ("group", "A support group")],
        "To",
        default="user",
        required=True,
    )
    user_id = fields.Many2one("res.users", "Colleague", ondelete="cascade")
    group_id = fields.Many2one("caredesk.support.group", "Support Group", ondelete="cascade")
    note = fields.Text(help="Told to the colleague and noted in the conversation.")

    @api.depends("channel_id")
    def _compute_receiver_ids(self):
        for dialog in self:
            receivers = dialog.channel_id.zalo_receivers() if dialog.channel_id else []
            dialog.receiver_ids = [receiver["id"] for receiver in receivers]

    def action_transfer(self):
        """Hand the conversation over and say so."""
        self.ensure_one()
        to_group = self.target == "group"
        if not (self.group_id if to_group else self.user_id):
            raise UserError(self.env._("Choose a colleague or a support group."))
        self.channel_id.zalo_transfer(
            user_id=not to_group and self.user_id.id,
            note=self.note or "",
            group_id=to_group and self.group_id.id,
        )
        receiver = self.group_id.name if to_group else self.user_id.name
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Conversation handed over to %s.", receiver),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
