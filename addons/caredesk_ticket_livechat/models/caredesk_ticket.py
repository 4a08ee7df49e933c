from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


class CaredeskTicket(models.Model):
    """The website chats a ticket came from, or that were linked to it."""

    _inherit = "caredesk.ticket"

    livechat_ids = fields.One2many(
        "discuss.channel", "caredesk_ticket_id", string="Live Chats", groups="base.group_user"
    )
    # Stored: the form shows its button without a query of its own.
    has_livechat = fields.Boolean("Has a Live Chat", readonly=True, copy=False)

    # === ACTIONS ===

    def action_open_livechat(self):
        """Open the last chat of the ticket in a chat window."""
        self.ensure_one()
        self.check_access("read")
        chats = self.env["discuss.channel"].search(
            [("caredesk_ticket_id", "=", self.id)], order="id desc", limit=1
        )
        if not chats:
            raise UserError(self.env._("You may not see the chats of this ticket."))
        store = Store(bus_channel=self.env.user)
        store.add(chats, extra_fields={"open_chat_window": True}).bus_send()
