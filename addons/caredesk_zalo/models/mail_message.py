from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

#: Which delivery a message shows when it has several: the one that needs a person first.
_WORST_FIRST = ("failed", "uncertain", "queued", "sending", "sent", "delivered", "read")


class MailMessage(models.Model):
    """A message in a Zalo conversation: its id at Zalo, and how far it got."""

    _inherit = "mail.message"

    zalo_message_key = fields.Char(
        "Zalo Message ID", readonly=True, copy=False, index="btree_not_null"
    )
    zalo_delivery_ids = fields.One2many("caredesk.zalo.message", "mail_message_id", readonly=True)
    zalo_media_ids = fields.One2many("caredesk.zalo.media", "mail_message_id", readonly=True)

    def _to_store_defaults(self, target):
        res = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            res.append(self._zalo_state_attr())
        # The guest of a Zalo conversation never logs in, so the channel's own bus will do, and
        # a message whose only content is a file has to say so at once.
        res += [self._zalo_files_attr(), self._zalo_foreign_attr()]
        return res

    def _zalo_files_attr(self):
        """Which files of a message are still being fetched, or were lost."""
        return Store.Attr(
            "zalo_files",
            lambda message: message._zalo_files(),
            predicate=lambda message: (
                message.model == "discuss.channel" and message.sudo().zalo_message_key
            ),  # sudo: whoever reads it may know what it holds
        )

    def _zalo_foreign_attr(self):
        """Whether a message of the account was written outside of Odoo."""
        return Store.Attr(
            "zalo_is_foreign",
            True,
            predicate=lambda message: (
                message.model == "discuss.channel"
                and not message.author_id
                and not message.sudo().author_guest_id
                and message.sudo().zalo_message_key  # sudo: see above
            ),
        )

    def _zalo_files(self):
        """Return ``[{"id", "kind", "name", "lost"}]`` of the files that cannot be shown."""
        self.ensure_one()
        return [
            {
                "id": media.id,
                "kind": media.kind,
                "name": media.name,
                "lost": media.state == "failed",
            }
            for media in self.sudo().zalo_media_ids  # sudo: see above
            if media.state != "done"
        ]

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
        self._zalo_push_files()

    def _zalo_push_files(self):
        """Show at once which files came, which are awaited and which are lost."""
        self.ensure_one()
        channel = self.env["discuss.channel"].browse(self.res_id)
        files = [Store.Many("attachment_ids", sort="id"), self._zalo_files_attr()]
        Store(bus_channel=channel).add(self, files).bus_send()
