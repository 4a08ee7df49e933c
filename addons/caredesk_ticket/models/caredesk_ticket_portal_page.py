from email.utils import parseaddr

from odoo import fields, models
from odoo.fields import Domain

#: Kinds of messages that are conversation.
_CONVERSATION = ("comment", "email", "email_outgoing", "auto_comment")
#: Newest messages that a page shows.
_SHOWN = 200
#: What a line of the ticket's history means to the customer; the rest is our own affair.
_TOLD = {
    ("in_progress", False): "working",
    ("waiting", "customer"): "yours",
}


class CaredeskTicket(models.Model):
    """What the customer's page of a ticket shows: conversation, files, history.

    All of it is read with sudo by whoever was let in by ``_portal_find``, so each method here
    gives out nothing but what any customer of the ticket may read.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _portal_messages_domain(self):
        """Return the domain of the public messages of this ticket."""
        self.ensure_one()
        messages = self.env["mail.message"]
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return Domain(messages._get_search_domain_share()) & Domain(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("subtype_id", "=", comment_id),
                ("message_type", "in", _CONVERSATION),
            ]
        )

    def _portal_conversation(self):
        """Return the conversation, oldest first.

        :return: list of ``{id, author, ours, date, body, files}``; ``ours`` tells that it was
            our side who wrote; the request itself has no id
        """
        self.ensure_one()
        messages = self.env["mail.message"].search(
            self._portal_messages_domain(), order="id desc", limit=_SHOWN
        )
        messages = messages.sorted("id")
        entries = [self._portal_entry(message) for message in messages]
        told = self.source_message_id and self.source_message_id in messages.mapped("message_id")
        if not told and len(messages) < _SHOWN:  # a mail that made the ticket is among them
            entries.insert(0, self._portal_request())
        return [entry for entry in entries if entry["body"] or entry["files"]]

    def _portal_request(self):
        return {
            "id": 0,
            "author": self.partner_id.name or self.partner_name or "",
            "ours": False,
            "date": self.create_date,
            "body": self.description,
            "files": self.env["ir.attachment"],
        }

    def _portal_entry(self, message):
        author = message.author_id
        return {
            "id": message.id,
            "author": self._portal_author_name(message),
            "ours": bool(author) and not author.partner_share,
            "date": message.date,
            "body": message.body,
            "files": message.attachment_ids,
        }

    def _portal_author_name(self, message):
        """Return who wrote, a colleague by name only where the group's people are named."""
        author = message.author_id
        if not author:
            return parseaddr(message.email_from or "")[0] or self.partner_name or ""
        if author.partner_share:
            return author.name
        return author.name if self.group_id.portal_show_performer else self.group_id.name

    def _portal_file(self, attachment_id):
        """Return the file with this id if it was sent in the public conversation, or none."""
        self.ensure_one()
        domain = self._portal_messages_domain() & Domain("attachment_ids", "in", [attachment_id])
        found = self.env["mail.message"].search_count(domain, limit=1)
        files = self.env["ir.attachment"]
        return files.browse(attachment_id).exists() if found else files

    def _portal_answers(self):
        """Return (label, value) of what the customer was asked for this type and filled in."""
        self.ensure_one()
        return self._properties_in_words() if self.type_id.ask_customers else []

    def _portal_history(self):
        """Return the steps the customer hears of, as (date, words), oldest first."""
        self.ensure_one()
        words = {
            "working": self.env._("We are working on it"),
            "yours": self.env._("We asked you for an answer"),
        }
        steps, told = [], "received"
        for line in self.time_ids:
            key = _TOLD.get((line.state, line.reason))
            if key and key != told:
                told = key
                steps.append((line.start_at, words[key]))
        reopened = self.assignment_ids.filtered(lambda entry: entry.method == "reopen")
        steps += [(entry.date, self.env._("Reopened")) for entry in reopened]
        ends = [
            (self.done_at, self.env._("Solved")),
            (self.closed_at, self.env._("Closed")),
            (self.cancelled_at, self.env._("Cancelled")),
        ]
        steps += [(date, word) for date, word in ends if date]
        received = (self.create_date, self.env._("We received your request"))
        return [received, *sorted(steps, key=lambda step: step[0])]

    def _portal_promise(self):
        """Return until when the customer hears from us, where the group tells that."""
        self.ensure_one()
        tells = self.group_id.portal_show_deadline and self.portal_state in ("received", "working")
        return self.sla_deadline if tells else False

    def _portal_tz(self):
        """Return the time zone for dates on the page of somebody who has not said his."""
        self.ensure_one()
        calendar = self.group_id.calendar_id or self.company_id.resource_calendar_id
        return self.partner_id.tz or calendar.tz or "UTC"

    def _portal_may(self, step):
        """Tell whether the state of the ticket lets its customer take ``step``.

        :param step: 'reply', 'close' or 'reopen'
        """
        self.ensure_one()
        if step == "reopen":
            return self._is_reopened_by_customer()
        if step == "close":
            return not self._has_ended() and not self.is_check_pending
        return not self._has_ended()

    def _has_ended(self):
        return self.is_closed or self.state == "cancelled"

    def _is_reopened_by_customer(self):
        days = self.group_id.portal_reopen_days
        if self.state != "done" or not days:
            return False
        since = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        return (self.done_at or since) >= since
