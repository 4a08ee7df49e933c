from odoo import fields, models
from odoo.tools import email_normalize, formataddr

#: Marks our own automatic mail, so that no machine answers it.
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}


class CaredeskTicket(models.Model):
    """Mail the system sends to the customer by itself: to whom, from whom, marked as what."""

    _inherit = "caredesk.ticket"

    auto_reply_pending = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The customer wrote this request; the auto replies have not looked at it yet.",
    )

    _auto_reply_idx = models.Index("(id) WHERE auto_reply_pending IS TRUE")

    # === BUSINESS ===

    def _automatic_address(self):
        """Return the address a machine may write to about this ticket, empty when there is none.

        No mail goes to whoever only claims to be one of us, nor to ourselves.
        """
        self.ensure_one()
        address = email_normalize(self.email_from or "")
        if not address or self.mail_unverified:
            return ""
        return "" if self.env["caredesk.mail.guard"]._is_own_address(address) else address

    def _may_be_quoted(self):
        """Tell whether a mail to the customer may carry his own words, title and name included.

        Nothing a stranger typed goes to an address he only typed too, until its owner has
        answered from there. The agent who presses Send Status has read it and decides. What was
        cancelled may have been spam under a forged address.
        """
        self.ensure_one()
        if self.state == "cancelled":
            return False
        if "caredesk_quoted" in self.env.context:
            return self.env.context["caredesk_quoted"]
        return not self._is_address_typed() or self._has_mailed()

    def _is_address_typed(self):
        """Tell whether all that is known of the address is that somebody typed it.

        That is so of the public form, of chats, and of what other systems hand in at the hook.
        """
        author = self.create_uid
        if self.channel == "email" or (author.share and not author._is_public()):
            return False  # it wrote to us, or its owner was signed in
        if self.channel == "livechat":
            return not self.partner_id
        # Form and hook note the address they were given as the sender.
        return self.channel == "website" or bool(self.mail_sender_key)

    def _queue_template(self, template, address):
        """Put the mail of ``template`` to the customer into the queue; return its id.

        The frame around it names the ticket; where its title may not be said, by the number.
        """
        self.ensure_one()
        quoted = self._may_be_quoted()
        template = template.with_context(caredesk_number_only=not quoted, caredesk_quoted=quoted)
        return template.send_mail(
            self.id,
            force_send=False,
            email_values=self._automatic_mail_values(address),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _has_mailed(self):
        """Tell whether a mail came in from the customer's address to this ticket."""
        address = email_normalize(self.email_from or "")
        # sudo: the system's mail, whoever may read the conversation
        mails_sudo = (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("message_type", "=", "email"),
                ],
                ["email_from"],  # not what they say, which may be much
            )
        )
        return any(email_normalize(mail.email_from or "") == address for mail in mails_sudo)

    def _customer_lang(self):
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _automatic_mail_values(self, address):
        """Return what all automatic mail about this ticket has in common."""
        return {
            **self._automatic_sender(),
            "author_id": self.env.ref("base.partner_root").id,
            "email_to": address,
            "recipient_ids": [],
            "headers": repr(AUTOMATIC_HEADERS),
            "references": self.source_message_id or False,
            "message_type": "auto_comment",
            "auto_delete": False,
        }

    def _automatic_sender(self):
        """Return from whom automatic mail about this ticket comes and where answers go."""
        self.ensure_one()
        group = self.group_id
        own = group.alias_email or email_normalize(self.company_id.email or "")
        sender = formataddr((group.name, own)) if own else False
        return {"email_from": sender, "reply_to": sender}

    def _queue_automatic_mail(self, address, values, attachments=None):
        """Put a mail to the customer into the queue and on the ticket.

        :param values: subject, body and body_html
        :param attachments: files that go along
        """
        self.ensure_one()
        values = {
            **self._automatic_mail_values(address),
            "model": self._name,
            "res_id": self.id,
            "record_name": self.display_name,
            "attachment_ids": [(6, 0, attachments.ids if attachments else [])],
            **values,
        }
        if not values["email_from"]:
            del values["email_from"]  # the server's default sender
        # sudo: sent by the system
        mail = self.env["mail.mail"].sudo().create(values)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return mail

    def _is_in_hours(self):
        """Tell whether the group worked when the ticket came in, or works by now."""
        self.ensure_one()
        hours = self.group_id._hours()
        return any(hours.works_at(moment) for moment in (self.create_date, fields.Datetime.now()))
