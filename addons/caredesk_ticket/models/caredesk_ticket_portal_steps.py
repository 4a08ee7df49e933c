from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formataddr, plaintext2html

from ..domain.similar import THRESHOLD, similarity

#: Letters of a title and of a text that are taken.
_TITLE, _TEXT = 200, 20000
#: Tickets one customer opens, and messages one ticket takes from the portal, within an hour.
_TICKETS_PER_HOUR, _MESSAGES_PER_HOUR = 20, 60
#: Newest open tickets that a new title is compared with.
_COMPARED = 50


class CaredeskTicket(models.Model):
    """What a customer does on the portal: open, answer, close, reopen.

    The tickets are those of ``_portal_find``, in sudo; who acts was checked there.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _portal_types(self, company):
        """Return the ticket types that customers of ``company`` choose from."""
        # sudo: the names of the types offered to customers
        types_sudo = self.env["caredesk.ticket.type"].sudo()
        return types_sudo.search([("company_id", "=", company.id), ("is_public", "=", True)])

    @api.model
    def _portal_create(self, user, title, text, kind, answers, files, seen=""):
        """Open a ticket for the customer who is logged in; the same form again finds it.

        :param kind: ticket type (sudo), one of ``_portal_types``, or none
        :param answers: ``{name: value}`` of the type's own fields
        :param files: what :meth:`caredesk.upload._check` returned
        :param seen: of :meth:`_portal_seen`, when the form was shown
        :return: the ticket, in sudo
        """
        title, text = self._portal_text(title, _TITLE), self._portal_text(text, _TEXT)
        if not title or not text:
            raise UserError(self.env._("Give your request a title and describe it."))
        sending_sudo = self.env["caredesk.form.sending"]._claim(
            seen, title, text, kind.id, answers, files=files
        )
        if sending_sudo.ticket_id:
            return sending_sudo.ticket_id
        self._portal_check_pace(user)
        vals = {
            "name": title,
            "description": plaintext2html(text),
            "partner_id": user.partner_id.id,
            "type_id": kind.id,
            "company_id": user.company_id.id,
        }
        if answers:
            vals["properties"] = answers
        tickets = self.with_company(user.company_id)
        ticket = tickets._create_from_channel("portal", [vals])
        if files:
            ticket._portal_keep_files(user.partner_id, files)
        sending_sudo.ticket_id = ticket
        return ticket

    @api.model
    def _portal_seen(self, user):
        """Return what a new form shows that it was opened with: the customer's last ticket."""
        # sudo: his own
        domain = [("partner_id", "=", user.partner_id.id)]
        return f"after {self.sudo().search(domain, order='id desc', limit=1).id}"

    @api.model
    def _portal_check_pace(self, user):
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        domain = [("create_uid", "=", user.id), ("create_date", ">=", since)]
        # sudo: his own tickets are counted
        if self.sudo().search_count(domain, limit=_TICKETS_PER_HOUR) >= _TICKETS_PER_HOUR:
            raise UserError(
                self.env._("You have opened many requests within an hour. Try again later.")
            )

    def _portal_keep_files(self, author, files):
        """Put the files of a new request into the conversation, without telling anybody."""
        self.ensure_one()
        links = {"res_model": self._name, "res_id": self.id}
        attachments = self.env["ir.attachment"].create([{**vals, **links} for vals in files])
        self.env["mail.message"].create(
            {
                "model": self._name,
                "res_id": self.id,
                "record_name": self.display_name,
                "author_id": author.id,
                "email_from": author.email_formatted,
                "message_type": "comment",
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
                "attachment_ids": [(6, 0, attachments.ids)],
            }
        )

    def _portal_reply(self, text, files, seen=""):
        """Add a message of the customer to the conversation, the same one once.

        :param files: what :meth:`caredesk.upload._check` returned
        :param seen: the last message that the page showed
        """
        self.ensure_one()
        text = self._portal_text(text, _TEXT)
        if not text and not files:
            raise UserError(self.env._("Write your message first."))
        if self._portal_took("reply", seen, text, files):
            return
        self._portal_check_step("reply")
        # On the page there is a button to reopen: a word of thanks beside it reopens nothing.
        self.with_context(caredesk_keep_ended=True)._portal_post(text, files)

    def _portal_took(self, step, seen, text, files):
        """Tell whether this form was taken before; from now on it is."""
        sending_sudo = self.env["caredesk.form.sending"]._claim(
            seen, step, self.id, text, files=files
        )
        if sending_sudo.ticket_id:
            return True
        sending_sudo.ticket_id = self
        return False

    def _is_reopened_by_reply(self):
        keeps = self.env.context.get("caredesk_keep_ended")
        return not keeps and super()._is_reopened_by_reply()

    def _portal_reopen(self, reason, files, seen=""):
        """Bring a done ticket back, because of what the customer says; the same form once."""
        self.ensure_one()
        reason = self._portal_text(reason, _TEXT)
        if not reason:
            raise UserError(self.env._("Say what is still wrong."))
        if self._portal_took("reopen", seen, reason, files):
            return
        self._portal_check_step("reopen")
        self.with_context(caredesk_by_customer=True)._reopen(reason[:500])
        self._portal_post(reason, files)

    def _portal_close(self):
        """End the ticket because its customer needs nothing more.

        Before work began that withdraws the request, later it is solved and closed. What has
        ended already stays as it is: a button pressed twice is no mistake.
        """
        self.ensure_one()
        if self._has_ended():
            return
        self._portal_check_step("close")
        ticket = self.with_context(caredesk_by_customer=True)
        if ticket.state in ("unassigned", "todo"):
            ticket._transition("cancel", ticket._portal_withdrawal())
            ticket._dispatch_freed()
        else:
            if ticket.is_open:
                ticket._transition("complete", ticket._portal_completion())
                ticket._after_completion()
                ticket._dispatch_freed()
            if not ticket.is_closed and not ticket.is_check_pending:
                ticket._set_closed()
        ticket._portal_tell_closing()

    def _portal_withdrawal(self):
        env = self._env_of_company()
        return {
            "cancel_reason": env._("Withdrawn by the customer"),
            "waiting_reason": False,
            "customer_replied": False,
        }

    def _portal_completion(self):
        env = self._env_of_company()
        return {
            "result": self.result or env._("The customer says that it is solved."),
            "outcome": self.outcome or "solved",
            "done_by_id": self.user_id.id,  # whose work it was
            "waiting_reason": False,
            "customer_replied": False,
        }

    def _portal_tell_closing(self):
        """Tell the performer, and write on the ticket, that its customer ended it."""
        env = self._env_of_company()
        name = self._portal_author().name or self.partner_name or self.email_from or ""
        body = env._("%(name)s closed the ticket on the portal.", name=name)
        self.with_context(mail_notify_force_send=False).message_post(
            body=Markup("<p>%s</p>") % body,
            subtype_xmlid="mail.mt_note",
            partner_ids=self.user_id.partner_id.ids,
            **self._portal_sender(),
        )

    def _portal_post(self, text, files):
        self._portal_check_messages()
        attachments = [(vals["name"], vals["raw"]) for vals in files]
        # The mails to those who follow go out by the queue, not in the customer's request.
        self.with_context(mail_notify_force_send=False).message_post(
            body=plaintext2html(text) if text else "",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=attachments,
            **self._portal_sender(),
        )

    def _portal_author(self):
        """Return the contact who acts: the user who is logged in, else the ticket's customer."""
        user = self.env.user
        return self.partner_id if user._is_public() else user.partner_id

    def _portal_sender(self):
        """Return author and address of a message; a guest never speaks as one of us."""
        author = self._portal_author()
        if not self.env.user._is_public() or author.partner_share:
            return {"author_id": author.id, "email_from": author.email_formatted}
        address = formataddr((self.partner_name or "", self.email_from or ""))
        return {"author_id": False, "email_from": address}

    def _portal_check_step(self, step):
        if not self._portal_may(step):
            raise UserError(
                self.env._("This is not possible any more. Open a new request instead.")
            )

    def _portal_check_messages(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        domain = self._portal_messages_domain() & Domain("create_date", ">=", since)
        count = self.env["mail.message"].search_count(domain, limit=_MESSAGES_PER_HOUR)
        if count >= _MESSAGES_PER_HOUR:
            raise UserError(self.env._("There were many messages within an hour. Try again later."))

    @api.model
    def _portal_file_hint(self):
        """Return what a form says of files: ``accept`` for the browser and ``words`` to read."""
        uploads = self.env["caredesk.upload"]
        limits = uploads._limits()
        words = self.env._(
            "At most %(count)s files of %(size)s MB each.",
            count=limits["count"],
            size=limits["megabytes"],
        )
        return {"accept": ",".join(f".{one}" for one in uploads._extensions()), "words": words}

    @api.model
    def _portal_text(self, text, limit):
        """Return typed text without what no database takes, not longer than ``limit``."""
        return (text or "").replace("\x00", "").strip()[:limit]

    def _env_of_company(self):
        """Return the environment in the language in which colleagues read."""
        return self.with_context(lang=self.company_id.partner_id.lang or self.env.lang).env

    @api.model
    def _portal_similar(self, user, title):
        """Return open tickets of the customer whose title is like ``title``, in sudo."""
        domain = self._portal_domain(user.partner_id) & Domain("is_open", "=", True)
        # sudo: his own, by the domain
        tickets = self.sudo().search_fetch(
            domain, ["name", "number"], limit=_COMPARED, order="id desc"
        )
        alike = [(similarity(title, ticket.name), ticket) for ticket in tickets]
        alike = [pair for pair in alike if pair[0] >= THRESHOLD]
        return [ticket for _score, ticket in sorted(alike, key=lambda pair: -pair[0])[:3]]
