from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from .mail_job import INTERNAL, OUTSIDE, job_of

#: What an alias or a mail server may set on a new ticket. All else is the mail's or the flow's.
_CHANNEL_FIELDS = frozenset(
    {"deadline_at", "group_id", "lead_id", "nature", "planned_start_at", "priority", "severity",
     "type_id"}
)  # fmt: skip


class CaredeskTicket(models.Model):
    """Tickets and mail: made by mail, answered by mail, bounced by mail."""

    _inherit = "caredesk.ticket"

    mail_sender_key = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Address that opened the ticket, in the form by which senders are counted.",
    )
    mail_acknowledged_at = fields.Datetime("Acknowledged", readonly=True, copy=False)
    mail_unverified = fields.Boolean(
        "Unverified Sender",
        readonly=True,
        copy=False,
        help="The mail claims to come from a colleague, but the mail server does not vouch for "
        "it. Answer only after you have asked by another way.",
    )
    mail_count = fields.Integer(
        "Answers by Mail", readonly=True, copy=False, help="Mails taken after the first one."
    )
    mentioned_ticket_ids = fields.Many2many(
        "caredesk.ticket",
        "caredesk_ticket_mention_rel",
        "ticket_id",
        "mentioned_id",
        string="Mentions",
        copy=False,
        help="Tickets this one names or continues. They do not show it.",
    )

    _mail_sender_idx = models.Index(
        "(mail_sender_key, create_date) WHERE mail_sender_key IS NOT NULL"
    )

    # === BUSINESS ===

    def _is_reopened_by_reply(self):
        """Tell whether an answer of the customer reopens this ended ticket."""
        self.ensure_one()
        days = self.group_id.sudo().reopen_on_reply_days  # a setting, not a secret
        since = fields.Datetime.now() - timedelta(days=days)
        return (
            self.state == "done" and not self.is_closed and days and (self.done_at or since) > since
        )

    def _resume_on_customer_reply(self):
        """Go on with tickets whose customer has answered, and flag them for their performers.

        A ticket that waited for the customer is worked on again, or stands next when its
        performer is busy with another one; a done one is reopened while its group allows it.
        """
        for ticket in self:
            # sudo: the customer's answer is the system's work; he knows of it without a mail
            ticket_sudo = ticket.sudo().with_context(caredesk_by_customer=True)
            group = ticket_sudo.group_id
            waits = ticket_sudo.state == "waiting" and ticket_sudo.waiting_reason == "customer"
            if waits and group.continue_on_reply:
                if ticket_sudo._in_progress_of_performer() and not group.allow_parallel_work:
                    ticket_sudo._transition("assign", {"waiting_reason": False})
                else:
                    ticket_sudo.action_continue()
            elif ticket_sudo._is_reopened_by_reply():
                ticket_sudo._reopen()
            if not ticket_sudo.customer_replied:
                ticket_sudo._own_code().write({"customer_replied": True})
            ticket_sudo._sla_on_customer_message(fields.Datetime.now())

    def _is_customer_reply(self, message):
        """Tell whether ``message`` is an answer by the customer's side, on whatever channel."""
        job = job_of(self.env)
        if job and (job.is_new or job.as_note):
            return False
        if message.message_type not in ("email", "comment") or message.subtype_id.internal:
            return False
        author = message.author_id
        return not author or (author.partner_share and author != self.env.ref("base.partner_root"))

    def _is_human_answer(self, message):
        """Let a colleague's answer by mail count like one written here, when it is proved."""
        job = job_of(self.env)
        if job and message.message_type == "email":
            proved = job.identity == INTERNAL and not job.is_new and not job.as_note
            return proved and self._is_served_by(message.author_id)
        return super()._is_human_answer(message)

    # === MAIL / PORTAL HOOKS ===

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Hook: make the ticket of a mail, through the one door of all channels."""
        job = job_of(self.env)
        if not job:
            return super().message_new(msg_dict, custom_values)
        given = custom_values or {}
        values = {name: given[name] for name in given.keys() & _CHANNEL_FIELDS}
        group = self.env["caredesk.support.group"].sudo().browse(values.get("group_id") or ())
        company = group.company_id or self.env.company
        tickets = self.with_company(company)
        customer = self.env["caredesk.mail.guard"]._find_customer(job, company)
        in_company_language = self.with_context(lang=company.partner_id.lang).env
        values.update(
            name=job.mail.subject or in_company_language._("(no subject)"),
            description=msg_dict.get("body"),
            partner_id=customer.id,
            email_cc=", ".join(self._mail_cc_sanitized_raw_dict(msg_dict.get("cc")).values()),
            source_message_id=job.mail.message_id,
            mail_sender_key=job.loop_key or False,
            mail_unverified=job.is_stranger_by_identity,
            auto_reply_pending=job.may_be_answered,
            mentioned_ticket_ids=[(6, 0, job.mentioned_ids)],
        )
        values.setdefault("type_id", group.default_type_id.id)
        if not customer:
            values.update(email_from=job.sender, partner_name=job.sender_name[:200] or job.sender)
        ticket = tickets._create_from_channel("email", [values])
        if job.identity == OUTSIDE:
            msg_dict["author_id"] = customer.id
        return ticket.with_env(self.env)

    def message_update(self, msg_dict, update_vals=None):
        """Hook: a mail was added to the ticket.

        The counter makes two deliveries of one mail at the same moment collide in the
        database: the second is tried again and then finds that the first is here.
        """
        if not job_of(self.env):
            return super().message_update(msg_dict, update_vals)
        values = dict(update_vals or {}, mail_count=self.mail_count + 1)
        return super(CaredeskTicket, self._own_code()).message_update(msg_dict, values)

    def message_post(self, **kwargs):
        """Keep who wrote a mail to what can be believed, whatever the address says."""
        job = job_of(self.env)
        if job and kwargs.get("message_type") == "email":
            kwargs["message_id"] = job.mail.message_id
            if job.is_stranger_by_identity:
                kwargs["author_id"] = False
            if job.as_note:
                kwargs.update(
                    subtype_id=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                    is_internal=True,
                    partner_ids=[],
                )
        return super().message_post(**kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        """Hook: an answer of the customer brings the ticket back to its performer."""
        result = super()._message_post_after_hook(message, msg_vals)
        job = job_of(self.env)
        if job and job.is_new and "cid:" in (self.description or ""):
            self._own_code().write({"description": message.body})  # pictures in place by now
        if self._is_customer_reply(message):
            self._resume_on_customer_reply()
            self._add_performer(message, msg_vals)
        return result

    def _add_performer(self, message, msg_vals):
        """Notify the performer of ``message``, a follower or not."""
        performer = self.sudo().user_id.partner_id
        if performer and performer != message.author_id:
            message.sudo().write({"partner_ids": [(4, performer.id)]})
            known = msg_vals.get("partner_ids") or []
            msg_vals["partner_ids"] = [*known, performer.id] if performer.id not in known else known

    def _message_receive_bounce(self, email, partner):
        """Hook: a mail about this ticket could not be delivered; say so on the ticket."""
        result = super()._message_receive_bounce(email, partner)
        job = job_of(self.env)
        for ticket in self:
            ticket._message_log(
                body=Markup("<p>%s</p>")
                % self.env._("Mail to %(address)s could not be delivered.", address=email)
            )
            if job:
                job.stored = True
        return result

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers come in at the address of the ticket's group."""
        result = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for ticket in self.sudo():  # a group's address is public
            if address := ticket.group_id.alias_email:
                author_id = (author_ids or {}).get(ticket.id, False)
                result[ticket.id] = self._notify_get_reply_to_formatted_email(address, author_id)
        return result

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Count a sender by the indexed key instead of searching all addresses."""
        job = job_of(self.env)
        if not job:
            return super()._detect_loop_sender_domain(email_from_normalized)
        return [("mail_sender_key", "=", job.loop_key)]
