from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

#: Which delivery a message shows when it has several: the one that needs a person first.
_WORST_FIRST = ("failed", "uncertain", "queued", "sending", "sent", "delivered", "read")


class MailMessage(models.Model):
    """A message in a Zalo conversation: its id at Zalo, and how far it got."""

    _inherit = "mail.message"

    zalo_message_key = fields.Char("Zalo Message ID", readonly=True, copy=False)
    zalo_delivery_ids = fields.One2many("caredesk.zalo.message", "mail_message_id", readonly=True)

    def _to_store_defaults(self, target):
        res = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            res.append(self._zalo_state_attr())
        return res

    def _zalo_state_attr(self):
        """What agents see of a message's way; nothing for all other messages."""
        return Store.Attr(
            "zalo_delivery",
            lambda message: message._zalo_delivery(),
            predicate=lambda message: (
                message.model == "discuss.channel" and message.sudo().zalo_delivery_ids
            ),  # sudo: whoever reads it may know its way
        )

    def _zalo_delivery(self):
        """Return ``{"id", "state", "reason"}`` of the delivery that matters most."""
        self.ensure_one()
        deliveries = self.sudo().zalo_delivery_ids  # sudo: see above
        worst = min(deliveries, key=lambda delivery: _WORST_FIRST.index(delivery.state))
        reason = self.env["caredesk.zalo.reason"]._text(worst.error_code, worst.reason)
        return {"id": worst.id, "state": worst.state, "reason": reason}

    def _zalo_message_id(self):
        """Return the id under which Zalo knows this message, or nothing."""
        self.ensure_one()
        deliveries = self.sudo().zalo_delivery_ids.filtered("zalo_message_id")
        return self.sudo().zalo_message_key or deliveries[:1].zalo_message_id

    def _zalo_push_state(self):
        """Show the agents at once how far messages got."""
        for message in self:
            channel = self.env["discuss.channel"].browse(message.res_id)
            store = Store(bus_channel=channel, bus_subchannel="internal_users")
            store.add(message, [message._zalo_state_attr()]).bus_send()

    def _zalo_add_attachment(self, attachment):
        """Hang a fetched file on a message and show it at once."""
        self.ensure_one()
        self.attachment_ids = [fields.Command.link(attachment.id)]
        channel = self.env["discuss.channel"].browse(self.res_id)
        Store(bus_channel=channel).add(self, [Store.Many("attachment_ids", sort="id")]).bus_send()
