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
