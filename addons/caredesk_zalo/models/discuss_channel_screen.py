from odoo import models

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    """What the screens of Discuss show around a conversation with a Zalo customer."""

    _inherit = "discuss.channel"

    def _to_store_defaults(self, target):
        res = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            res.append(self._zalo_side_attr())
        return res

    def _zalo_side_attr(self):
        """Who stands on the other side, and by which account he is reached; agents only."""
        return Store.Attr(
            "zalo_side",
            lambda channel: channel._zalo_side(),
            predicate=lambda channel: channel.channel_type == "zalo",
        )

    def _zalo_side(self):
        """Return ``{"contact_id", "account", "connected", "follows"}`` for the header."""
        self.ensure_one()
        contact_sudo = self.zalo_contact_id.sudo()  # whoever reads the conversation may know it
        account_sudo = contact_sudo.oa_id
        return {
            "contact_id": contact_sudo.id,
            "account": account_sudo.name or "",
            "connected": account_sudo.state == "connected",
            # Nobody is called a stranger before his profile was read.
            "follows": contact_sudo.is_follower or contact_sudo.profile_state == "todo",
        }

    def _zalo_push_side(self):
        """Tell open screens that the customer may be written to again, or follows."""
        for channel in self:
            store = Store(bus_channel=channel, bus_subchannel="internal_users")
            fields = [channel._zalo_window_attr(), channel._zalo_side_attr()]
            store.add(channel, fields).bus_send()

    def _notify_by_web_push_prepare_payload(self, message, msg_vals=False, force_record_name=False):
        """Say on a sleeping phone's screen which customer wrote, not the name of a channel."""
        payload = super()._notify_by_web_push_prepare_payload(
            message, msg_vals=msg_vals, force_record_name=force_record_name
        )
        if self.channel_type == "zalo":
            payload["title"] = f"Zalo: {force_record_name or self.name}"
        return payload

    def _zalo_message_of(self, zalo_message_id):
        """Return the message of this conversation that Zalo knows by an id, or none."""
        self.ensure_one()
        if not zalo_message_id:
            return self.env["mail.message"]
        account = self.zalo_contact_id.oa_id
        ours = self.env["caredesk.zalo.message"]._of_zalo(account, [zalo_message_id])
        if ours:
            return ours.mail_message_id[:1]
        return self.env["mail.message"].search(
            [
                ("zalo_message_key", "=", zalo_message_id),
                ("model", "=", self._name),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )

    # === NOTES ===

    def _message_post_after_hook(self, message, msg_vals):
        if self.channel_type == "zalo" and self._zalo_is_note(message):
            self._zalo_copy_note(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _zalo_is_note(self, message):
        """Tell whether an agent wrote a note for the colleagues."""
        return (
            message.message_type == "comment"
            and message.subtype_id == self.env.ref("mail.mt_note")
            and message.author_id == self.env.user.partner_id
            and self._zalo_by_agent()
        )

    def _zalo_copy_note(self, message):
        """Let a note of the conversation stand on the customer's record too, with its files."""
        # sudo: whoever may write a note in the conversation may do so on the customer's record
        contact_sudo = self.sudo().zalo_contact_id
        if not contact_sudo:
            return
        copies = [file.copy().id for file in message.sudo().attachment_ids]
        contact_sudo._comment_record().message_post(
            body=message.body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=message.author_id.id,
            attachment_ids=copies,
        )
