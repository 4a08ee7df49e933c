from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.mail import email_escape_char, email_normalize_all

from ..domain.mail_triage import authentication, cited_numbers
from .mail_job import FORGED, INTERNAL, OUTSIDE, UNVERIFIED, number_of


class CaredeskMailGuard(models.AbstractModel):
    """Whom the gateway believes, and how much it takes and answers.

    A sender's address is what the sender wrote, nothing more. It opens tickets; it gives no
    access to existing ones, and it never speaks for one of our users unless our own mail
    server vouches for it.
    """

    _name = "caredesk.mail.guard"
    _description = "Guard of the Mail Gateway"

    # === IDENTITY ===

    @api.model
    def _is_mail_server(self, user):
        """Tell whether ``user`` may hand mail in as our mail server does."""
        return user._is_superuser() or user.has_group("base.group_system")

    @api.model
    def _identity_of(self, job):
        """Return who the mail may be believed to come from, one of the words of ``mail_job``."""
        if not job.sender:
            return OUTSIDE
        # sudo: a setting, not a secret
        params_sudo = self.env["ir.config_parameter"].sudo()
        server = params_sudo.get_param("caredesk_ticket.trusted_authserv_id") or ""
        if not job.is_trusted:
            server = ""  # whoever handed the mail in may have written our server's word himself
        result = authentication(job.mail.headers, server, job.sender)
        if not self._internal_partners(job.sender):
            return UNVERIFIED if result == "fail" else OUTSIDE
        return {"pass": INTERNAL, "fail": FORGED}.get(result, UNVERIFIED)

    @api.model
    def _internal_partners(self, address):
        """Return the contacts of our users who have this address, as mail or as login."""
        # sudo: the gateway has to know our users' addresses, whoever runs it
        users_sudo = self.env["res.users"].sudo()
        return users_sudo.search(
            [
                ("share", "=", False),
                "|",
                ("email_normalized", "=", address),
                ("login", "=ilike", email_escape_char(address)),
            ]
        ).partner_id

    @api.model
    def _is_own_address(self, address):
        # sudo: which addresses are ours is no secret to the gateway
        return bool(self.env["mail.alias.domain"].sudo()._find_aliases([address]))

    @api.model
    def _is_participant(self, job, ticket):
        """Tell whether the sender belongs to the conversation of ``ticket``.

        That is the customer, somebody of the same company, a follower, whoever is in copy, and
        whoever wrote or was written to before; our own people only when they are proved.
        """
        if job.identity == INTERNAL:
            return True
        if job.is_stranger_by_identity or not job.sender:
            return False
        if job.sender in self._known_addresses(ticket):
            return True
        company = ticket.partner_id.commercial_partner_id
        return bool(company) and company in self._partners_at(job.sender).commercial_partner_id

    @api.model
    def _known_addresses(self, ticket):
        """Return the normalised addresses of everybody who took part in ``ticket`` so far."""
        messages = ticket.message_ids.filtered(
            lambda message: message.message_type != "user_notification" and not message.is_internal
        )
        partners = ticket.partner_id | ticket.message_partner_ids | messages.partner_ids
        texts = [ticket.email_from, ticket.email_cc, *partners.mapped("email")]
        for name in ("email_from", "incoming_email_to", "incoming_email_cc"):
            texts += messages.mapped(name)
        return {address for text in texts if text for address in email_normalize_all(text)}

    @api.model
    def _partners_at(self, address):
        # sudo: looked up for the gateway, shown to nobody
        return self.env["res.partner"].sudo().search([("email_normalized", "=", address)])

    @api.model
    def _may_answer(self, job, ticket):
        """Tell whether an answer by a participant goes on ``ticket`` or needs a new one."""
        if job.identity == INTERNAL or ticket.is_open:
            return True
        return ticket._is_reopened_by_reply()

    @api.model
    def _cited_tickets(self, job, group):
        """Return the tickets of the group's company whose numbers the mail names."""
        numbers = cited_numbers(job.mail.subject, job.mail.text[:2000])
        if not numbers:
            return self.env["caredesk.ticket"].sudo()
        # sudo: only a link for those who may see the cited ticket anyway
        return (
            self.env["caredesk.ticket"]
            .sudo()
            .search([("number", "in", numbers), ("company_id", "=", group.company_id.id)], limit=5)
        )

    @api.model
    def _find_customer(self, job, company):
        """Return the contact a mail comes from; made when there is none.

        Empty for a sender who claims to be one of us without proof.
        """
        partners_sudo = self.env["res.partner"].sudo()  # the gateway's own work
        if job.is_stranger_by_identity or not job.sender or self._is_own_address(job.sender):
            return partners_sudo
        found = self._partners_at(job.sender).filtered(
            lambda partner: partner.company_id in (company, company.browse())
        )
        if job.identity == OUTSIDE:
            found = found.filtered(lambda partner: all(partner.user_ids.mapped("share")))
        if found:
            return found.sorted(lambda partner: (partner.company_id != company, partner.id))[0]
        return partners_sudo.create(
            {
                "name": job.sender_name[:200] or job.sender,
                "email": job.sender,
                "company_id": company.id,
                "lang": company.partner_id.lang,
            }
        )

    # === HOW MUCH ===

    @api.model
    def _is_flooding(self, job):
        """Tell whether the sender opened as many tickets in the last hour as one may."""
        # sudo: a setting of the gateway, not a secret
        if (
            self.env["mail.gateway.allowed"]
            .sudo()
            .search_count([("email_normalized", "=", job.sender)], limit=1)
        ):
            return False
        limit = number_of(self.env, "mail_max_tickets_per_hour", 20)
        return self._count_last_hour(job) >= limit

    @api.model
    def _count_last_hour(self, job):
        since = fields.Datetime.now() - timedelta(hours=1)
        # sudo: one sender's tickets count together, whoever may see them
        return (
            self.env["caredesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search_count([("mail_sender_key", "=", job.loop_key), ("create_date", ">=", since)])
        )
