from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

#: Minutes in which a customer is asked once only, however often the button is pressed.
ASK_AGAIN_MINUTES = 10


class DiscussChannel(models.Model):
    """Asking a Zalo customer for his data, and comments on him that he never sees.

    Discuss calls ``zalo_request_info`` after its dialog was confirmed, and ``zalo_comment``.
    """

    _inherit = "discuss.channel"

    def zalo_request_info(self):
        """Send the customer Zalo's form for name, phone and address, and note that in here.

        The form's title, text and picture are settings of the account. The answer comes as an
        event and fills the customer's card.

        :raise UserError: he cannot be written to, or was asked a moment ago
        """
        contact_sudo = self._zalo_customer("write")
        self._zalo_check_answer({})
        soon = fields.Datetime.now() - timedelta(minutes=ASK_AGAIN_MINUTES)
        asked = contact_sudo.info_requested_at
        if asked and asked > soon and not contact_sudo._has_answered():
            raise UserError(
                self.env._(
                    "The customer was asked already. Wait for the answer, or ask again in "
                    "%s minutes.",
                    ASK_AGAIN_MINUTES,
                )
            )
        contact_sudo._claim(self.env.user)
        contact_sudo.info_requested_at = fields.Datetime.now()
        title = contact_sudo.oa_id._request_card()[0]
        message = self.message_post(
            body=Markup("<p>%s</p>") % self.env._("Asked the customer for information: %s", title),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        # sudo: the queue is the system's; the right to write to the customer was checked
        queue_sudo = self.env["caredesk.zalo.message"].sudo()
        queue_sudo.create(
            {
                "contact_id": contact_sudo.id,
                "mail_message_id": message.id,
                "kind": "request_info",
                "text": title,
            }
        )
        queue_sudo._wake()
        return True

    def zalo_comment(self, body, attachment_ids=(), partner_ids=()):
        """Comment on the customer, for colleagues only; nothing of it goes to Zalo.

        It stands on the customer's own record: the contact, else the lead, else the card of
        the Zalo customer. Return the id of the message.

        :param body: plain text
        :param attachment_ids: files the user uploaded
        :param partner_ids: the people mentioned, who are told
        """
        self.ensure_one()
        self.check_access("read")  # a colleague who was asked in may comment too
        contact_sudo = self.sudo().zalo_contact_id  # sudo: checked just now
        if not contact_sudo:
            raise UserError(self.env._("This is no conversation with a Zalo customer."))
        attachments = self.env["ir.attachment"].browse(attachment_ids).exists()
        attachments.check_access("read")
        colleagues = self.env["res.partner"].browse(partner_ids).exists()
        # sudo: whoever is in the conversation may comment, also without rights on contacts
        message_sudo = contact_sudo._comment_record().message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.user.partner_id.id,
            attachment_ids=attachments.ids,
            partner_ids=colleagues.filtered(lambda person: not person.partner_share).ids,
        )
        return message_sudo.id
