import time
from datetime import datetime, timezone

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from odoo.addons.mail.tools.discuss import Store

from ..zalo_client import ZaloInvalid, limits
from .caredesk_zalo_media import KINDS

#: Seconds after which a message shows when it was written and not when it came.
LATE_SECONDS = 60


class DiscussChannel(models.Model):
    """A conversation with a Zalo customer; in it the customer is a guest."""

    _inherit = "discuss.channel"

    channel_type = fields.Selection(selection_add=[("zalo", "Zalo")], ondelete={"zalo": "cascade"})
    zalo_contact_id = fields.Many2one(
        "caredesk.zalo.contact", "Zalo Customer", readonly=True, ondelete="set null"
    )

    _zalo_contact_uniq = models.UniqueIndex(
        "(zalo_contact_id) WHERE zalo_contact_id IS NOT NULL",
        "A Zalo customer has one conversation.",
    )

    # === WHAT THE TYPE MAY ===

    def _types_allowing_seen_infos(self):
        return super()._types_allowing_seen_infos() + ["zalo"]

    def _types_allowing_unfollow(self):
        return super()._types_allowing_unfollow() + ["zalo"]

    def _to_store_defaults(self, target):
        res = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            res.append(self._zalo_window_attr())
        return res

    def _sync_field_names(self):
        res = super()._sync_field_names()
        res["internal_users"].append(self._zalo_window_attr())
        return res

    def _zalo_window_attr(self):
        """Until when the customer can be written to; internal users only."""
        return Store.Attr(
            "zalo_window_until",
            # sudo: whoever reads the conversation may know how long he can answer
            lambda channel: channel.zalo_contact_id.sudo().window_until,
            predicate=lambda channel: channel.channel_type == "zalo",
        )

    # === POSTING ===

    def message_post(self, *, message_type="notification", **kwargs):
        if self.channel_type == "zalo" and message_type == "comment" and self._zalo_by_agent():
            self._zalo_check_answer(kwargs)
        return super().message_post(message_type=message_type, **kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        if event := self.env.context.get("zalo_event"):
            # Before anybody is told of it: screens show at once which files are still coming.
            self.with_context(zalo_event=None)._zalo_keep(message, event)
        elif self.channel_type == "zalo" and self._zalo_is_answer(message):
            self._zalo_answered()
            self._zalo_queue(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _check_can_update_message_content(self, message):
        """What left for Zalo stays as it is: it cannot be called back from the customer."""
        message_sudo = message.sudo()  # only whether Zalo knows it
        if message_sudo.zalo_delivery_ids or message_sudo.zalo_message_key:
            raise UserError(self.env._("A message to a Zalo customer cannot be changed any more."))
        return super()._check_can_update_message_content(message)

    def _zalo_by_agent(self):
        """Tell whether a person of ours writes, not the worker and not the customer."""
        return self.env.uid != SUPERUSER_ID and self.env.user._is_internal()

    def _zalo_is_answer(self, message):
        """Tell whether a message is for the customer: a comment of an agent, not a note."""
        comment = self.env.ref("mail.mt_comment")
        return (
            message.message_type == "comment"
            and message.subtype_id == comment
            and message.author_id == self.env.user.partner_id
            and self._zalo_by_agent()
        )

    def _zalo_check_answer(self, values):
        """Check before anything is written what Zalo would refuse after it.

        :raise UserError: with the reason
        """
        self.ensure_one()
        if values.get("subtype_xmlid") == "mail.mt_note":
            return
        contact_sudo = self.zalo_contact_id.sudo()  # writing in the conversation was checked
        if not contact_sudo or contact_sudo.erased_at:
            raise UserError(self.env._("The customer of this conversation was deleted."))
        if not contact_sudo.oa_id._may_send(self.env.user, contact_sudo.user_id):
            raise UserError(
                self.env._("The settings of %s do not let you write here.", contact_sudo.oa_id.name)
            )
        if contact_sudo.oa_id.state != "connected":
            raise UserError(self.env._("%s is not connected to Zalo.", contact_sudo.oa_id.name))
        until = contact_sudo.window_until
        if not until or until < fields.Datetime.now():
            raise UserError(
                self.env._(
                    "Zalo lets you write to a customer within 7 days after his last message. "
                    "Wait until the customer writes again."
                )
            )
        text = _plain(values.get("body"))
        try:
            if text:
                limits.text(text)
            for attachment in self.env["ir.attachment"].browse(values.get("attachment_ids") or ()):
                attachment._zalo_check()
        except ZaloInvalid as error:
            raise UserError(self._zalo_limit_text(error)) from error

    @api.model
    def _zalo_limit_text(self, error):
        """Return what a broken limit means to the agent."""
        kind, _separator, what = error.limit.rpartition("_")
        if error.limit == "text_characters":
            return self.env._("Zalo takes texts of up to %s characters.", error.maximum)
        if what == "bytes" and kind == "image":
            return self.env._("Zalo takes pictures of up to 1 MB, as JPG or PNG.")
        if what == "bytes":
            return self.env._("Zalo takes files of up to 5 MB.")
        if what == "type":
            return self.env._(
                "Zalo takes pictures (JPG, PNG, GIF) and documents (PDF, DOC, DOCX, CSV) only."
            )
        return str(error)

    def _zalo_answered(self):
        """An answer opens a closed conversation, and the first one decides who serves it.

        It also stops the clocks of the customer's tickets, as an answer on the ticket would.
        """
        self.zalo_contact_id.sudo()._claim(self.env.user)  # sudo: the right to send was checked
        self._zalo_open_again()
        author = self.env.user.partner_id
        tickets_sudo = self._zalo_open_tickets()
        tickets_sudo.filtered(lambda ticket: ticket._is_served_by(author))._note_answer()

    def _zalo_open_tickets(self):
        """Return the customer's open tickets; what is said here moves their clocks."""
        # sudo: who takes part in the talk moves them, whoever may write on the tickets
        tickets_sudo = self.env["caredesk.ticket"].sudo()
        found = tickets_sudo.search(
            [
                ("zalo_contact_id", "=", self.zalo_contact_id.id),
                "|",
                ("is_open", "=", True),
                ("merged_into_id.is_open", "=", True),
            ]
        )
        return found._said_about().filtered("is_open")

    def _zalo_queue(self, message):
        """Put what an agent wrote into the queue for Zalo: the text first, then each file."""
        contact = self.zalo_contact_id.sudo()  # the queue is the system's
        queue = self.env["caredesk.zalo.message"].sudo()
        base = {"contact_id": contact.id, "mail_message_id": message.id}
        rows = []
        text = _plain(message.body)
        if text:
            quoted = message.parent_id._zalo_message_id() if message.parent_id else False
            rows.append({**base, "kind": "text", "text": text, "quote_id": quoted})
        for attachment in message.attachment_ids:
            kind = limits.upload_kind(attachment.mimetype) or "file"
            rows.append({**base, "kind": kind, "attachment_id": attachment.id})
        if rows:
            queue.create(rows)
            queue._wake()

    # === WHAT COMES FROM ZALO ===

    def _zalo_post_customer(self, event, body):
        """Post what the customer sent, in the customer's name; his open tickets learn of it."""
        self.ensure_one()
        guest = self.zalo_contact_id.guest_id
        channel = self.with_user(self.env.ref("base.public_user")).sudo()
        channel.with_context(guest=guest, zalo_event=event).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=self._zalo_message_of(event.quote_id).id,
        )
        self._zalo_open_tickets()._note_customer_word()

    def _zalo_post_echo(self, event, body, author):
        """Post what the account sent without us.

        :param author: the name shown; nobody of ours wrote it
        """
        self.ensure_one()
        self.with_context(zalo_event=event).message_post(
            body=body,
            author_id=False,
            email_from=author,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=self._zalo_message_of(event.quote_id).id,
        )

    def _zalo_post_note(self, body):
        """Post something for the agents only."""
        self.message_post(body=body, message_type="notification", subtype_xmlid="mail.mt_note")

    def _zalo_keep(self, message, event):
        """Remember which message of Zalo this is, and have its files fetched."""
        message_sudo = message.sudo()  # the worker's own message
        message_sudo.zalo_message_key = event.message_ids[0] if event.message_ids else False
        if event.time_ms and event.time_ms < (time.time() - LATE_SECONDS) * 1000:
            message_sudo.date = datetime.fromtimestamp(event.time_ms / 1000, timezone.utc).replace(
                tzinfo=None, microsecond=0
            )
        account = self.zalo_contact_id.oa_id
        files = [
            {
                "mail_message_id": message.id,
                "oa_id": account.id,
                "name": attachment.name or attachment.kind,
                "kind": attachment.kind,
                "url": attachment.url,
            }
            for attachment in event.attachments
            if attachment.kind in KINDS and attachment.url
        ]
        if files:
            self.env["caredesk.zalo.media"].create(files)
            self.env.ref("caredesk_zalo.ir_cron_media")._trigger()


def _plain(body):
    """Return the plain text of what an agent wrote; Zalo shows no markup."""
    if not body:
        return ""
    return html2plaintext(body).strip() if isinstance(body, Markup) else str(body).strip()
