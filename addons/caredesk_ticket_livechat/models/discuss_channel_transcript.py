from markupsafe import Markup

from odoo import fields, models
from odoo.tools import html2plaintext, is_html_empty

#: Messages of a chat that go into a ticket at once, the last ones of a longer chat.
_MAX_MESSAGES = 1000


class DiscussChannel(models.Model):
    """What was said in a chat, as its ticket keeps it."""

    _inherit = "discuss.channel"

    caredesk_told_message_id = fields.Integer(
        copy=False,
        export_string_translation=False,
        groups="base.group_system",
        help="The last message of the chat that stands on its ticket.",
    )

    # === CRUD ===

    def write(self, vals):
        """When the chat ends, its ticket gets what was said since it was made."""
        ending = self.browse()
        if vals.get("livechat_end_dt"):
            ending = self.filtered(lambda channel: not channel.livechat_end_dt)
        result = super().write(vals)
        ending_sudo = ending.sudo()  # the system's work, whoever left the chat
        for channel_sudo in ending_sudo.filtered("caredesk_ticket_id"):
            body, files = channel_sudo._transcript()
            if body:
                channel_sudo._log_transcript(channel_sudo.caredesk_ticket_id, body, files)
        return result

    # === BUSINESS ===

    def _said(self):
        """Return what people said in the chat and its ticket has not got, oldest first."""
        self.ensure_one()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "!=", "notification"),
                ("id", ">", self.caredesk_told_message_id),
            ],
            order="id desc",
            limit=_MAX_MESSAGES,
        )
        return messages.sorted("id").filtered(
            lambda message: not is_html_empty(message.body) or message.attachment_ids
        )

    def _transcript(self):
        """Return the new part of the conversation (Markup) and its files, and remember both.

        Nothing but text is taken over: what visitors write is theirs, markup and links too.
        """
        self.ensure_one()
        said = self._said()
        if not said:
            return Markup(""), self.env["ir.attachment"]
        lines = []
        speaker = None
        for message in said:
            author = message.author_id or message.author_guest_id
            if author != speaker:
                name = author.name or self.env._("Visitor")
                lines.append(Markup("<p><strong>%s</strong></p>") % name)
                speaker = author
            text = html2plaintext(message.body or "").strip()
            files = [f"[{attachment.name}]" for attachment in message.attachment_ids]
            rows = [*text.splitlines(), *files]
            lines.append(Markup("<p>%s</p>") % Markup("<br/>").join(rows))
        self.caredesk_told_message_id = said[-1:].id
        return Markup("").join(lines), said.attachment_ids

    def _log_transcript(self, ticket_sudo, body, attachments):
        """Write a part of the conversation on the ticket as a note."""
        env = ticket_sudo.env
        heading = env._("From the live chat with %s", self._visitor_name())
        ticket_sudo._message_log(
            body=Markup("<p><em>%s</em></p>%s") % (heading, body),
            attachment_ids=attachments._copy_to_ticket(ticket_sudo).ids,
        )


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _copy_to_ticket(self, ticket):
        """Return copies of these files on ``ticket``: deleting the chat leaves them there."""
        files = self.sudo()  # the caller has checked that the user takes part in the chat
        return files.browse().union(
            *(
                attachment.copy(
                    {"res_model": ticket._name, "res_id": ticket.id, "name": attachment.name}
                )
                for attachment in files
            )
        )
