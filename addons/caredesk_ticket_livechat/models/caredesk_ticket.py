from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


class CaredeskTicket(models.Model):
    """The website chats a ticket came from, or that were linked to it."""

    _inherit = "caredesk.ticket"

    livechat_ids = fields.One2many(
        "discuss.channel", "caredesk_ticket_id", string="Live Chats", groups="base.group_user"
    )
    livechat_count = fields.Integer(
        "Number of Live Chats", compute="_compute_livechat_count", compute_sudo=True
    )

    # === COMPUTE ===

    def _compute_livechat_count(self):
        domain = [("caredesk_ticket_id", "in", self.ids)]
        groups = self.env["discuss.channel"]._read_group(
            domain, ["caredesk_ticket_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.livechat_count = counts.get(ticket._origin, 0)

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
