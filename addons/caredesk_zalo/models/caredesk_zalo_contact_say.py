from odoo import fields, models
from odoo.tools import plaintext2html


class CaredeskZaloContact(models.Model):
    """What the system itself says to a customer: rules, acknowledgements."""

    _inherit = "caredesk.zalo.contact"

    def _can_be_written_to(self):
        """Tell whether Zalo takes a message for this customer now; no customer cannot be."""
        until = self.window_until
        return bool(until and until > fields.Datetime.now() and self.oa_id.state == "connected")

    def _say(self, text):
        """Say something in the conversation, in the account's name; return the message.

        The caller has asked ``_can_be_written_to``; what Zalo refuses all the same is shown in
        the conversation like any message that failed.
        """
        self.ensure_one()
        channel = self._conversation()
        message = channel.message_post(
            body=plaintext2html(text),
            author_id=self.env.ref("base.partner_root").id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        channel._zalo_queue(message)
        return message
