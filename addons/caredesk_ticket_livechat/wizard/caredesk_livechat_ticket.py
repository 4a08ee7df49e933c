from odoo import api, fields, models
from odoo.exceptions import UserError


class CaredeskLivechatTicket(models.TransientModel):
    """Asks what becomes of a website chat: a new ticket, or part of one that is there."""

    _name = "caredesk.livechat.ticket"
    _description = "Ticket from Chat"

    channel_id = fields.Many2one("discuss.channel", required=True, ondelete="cascade")
    mode = fields.Selection(
        [("new", "New Ticket"), ("link", "Existing Ticket")], default="new", required=True
    )
    name = fields.Char("Title")
    type_id = fields.Many2one("caredesk.ticket.type", string="Ticket Type", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    ticket_id = fields.Many2one(
        "caredesk.ticket", domain="[('is_closed', '=', False)]", ondelete="cascade"
    )

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        """Propose the visitor's first words, and the customer where he is known."""
        values = super().default_get(fields)
        channel = self.env["discuss.channel"].browse(values.get("channel_id") or ())
        if channel:
            channel._check_may_make_ticket()
            known = channel.sudo()._visitor_values()  # a chat the user takes part in
            values.setdefault("name", known["name"])
            values.setdefault("partner_id", known.get("partner_id"))
        return values

    # === ACTIONS ===

    def action_apply(self):
        """Make or link the ticket, and open it."""
        self.ensure_one()
        channel = self.channel_id
        channel._check_may_make_ticket()
        if self.mode == "link":
            if not self.ticket_id:
                raise UserError(self.env._("Choose the ticket this chat belongs to."))
            return channel._link_ticket(self.ticket_id).get_formview_action()
        (self.type_id | self.env["caredesk.ticket.type"]).check_access("read")
        self.partner_id.check_access("read")
        values = {"type_id": self.type_id.id}
        if self.name and self.name.strip():
            values["name"] = self.name.strip()
        if self.partner_id:
            values["partner_id"] = self.partner_id.id
        return channel._make_ticket(values).get_formview_action()
