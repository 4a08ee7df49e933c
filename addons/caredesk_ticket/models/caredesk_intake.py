from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import email_normalize, plaintext2html

from ..domain.mail_headers import clean_text
from ..domain.mail_triage import loop_key


class CaredeskIntake(models.AbstractModel):
    """What the public form and the inbound hook share: whose request it is, and its text.

    An address that somebody typed proves nothing. It finds the contact, as the sender of a mail
    does, so that the agent sees the history; it shows the sender nothing, changes nothing on
    the contact, and never speaks for one of our users.
    """

    _name = "caredesk.intake"
    _description = "Intake of Requests"

    @api.model
    def _customer_vals(self, contact, company, create=True):
        """Return the values of a ticket that say whose it is.

        :param contact: dict with ``name``, ``email`` and ``phone``, any of them missing
        :param create: make a contact where there is none
        """
        email = email_normalize(contact.get("email") or "") or ""
        typed = {
            "partner_name": contact.get("name") or email or False,
            "email_from": email or False,
            "phone": contact.get("phone") or False,
        }
        guard = self.env["caredesk.mail.guard"]
        sender = {"mail_sender_key": loop_key(email) if email else False}
        if email and (guard._internal_partners(email) or guard._is_own_address(email)):
            return {**typed, **sender, "mail_unverified": True}
        partner_sudo = self._find_partner(email, contact.get("phone"), company)
        if not partner_sudo and create and (email or contact.get("phone")):
            partner_sudo = self._make_partner(typed, company)
        if not partner_sudo:
            return {**typed, **sender}
        # Name and telephone as the contact has them: a stranger must not lead the agent's
        # call to a number of his own.
        return {**sender, "partner_id": partner_sudo.id}

    @api.model
    def _find_partner(self, email, phone, company):
        """Return the contact with this address, else the only one with this number."""
        partners_sudo = self.env["res.partner"].sudo()  # looked up for the intake, shown to nobody
        of_company = [("company_id", "in", (company.id, False))]
        if email:
            found = partners_sudo.search([("email_normalized", "=", email), *of_company])
            outside = found.filtered(lambda partner: all(partner.user_ids.mapped("share")))
            return outside.sorted(lambda p: (p.company_id != company, p.id))[:1]
        number = phone and partners_sudo._phone_format(
            number=phone, country=company.country_id, force_format="E164"
        )
        if not number:
            return partners_sudo
        found = partners_sudo.search([("phone_sanitized", "=", number), *of_company], limit=2)
        outside = found.filtered(lambda partner: all(partner.user_ids.mapped("share")))
        return outside if len(found) == 1 else partners_sudo

    @api.model
    def _make_partner(self, typed, company):
        # sudo: the intake makes contacts, as the mail gateway does
        return self.env["res.partner"].sudo().create(
            {
                "name": typed["partner_name"] or typed["phone"],
                "email": typed["email_from"],
                "phone": typed["phone"],
                "company_id": company.id,
                "lang": company.partner_id.lang,
            }
        )  # fmt: skip

    @api.model
    def _log_typed(self, ticket_sudo, contact):
        """Note what the sender gave as his name and number where the contact says otherwise."""
        known = {"name": ticket_sudo.partner_name, "phone": ticket_sudo.phone}
        typed = [contact[name] for name in known if contact.get(name, known[name]) != known[name]]
        details = ", ".join(filter(None, typed))
        if not details:
            return
        env = ticket_sudo.with_context(lang=ticket_sudo.company_id.partner_id.lang).env
        note = env._(
            "The sender gave these details; nobody has verified them: %(details)s", details=details
        )
        self._log(ticket_sudo, Markup("<p>%s</p>") % note)

    @api.model
    def _log(self, record_sudo, body):
        """Write an internal note in the system's name, not in that of the public user."""
        robot = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        record_sudo._message_log(body=body, author_id=robot)

    @api.model
    def _html(self, text):
        """Return text from outside as HTML: its own markup is shown, never run."""
        return plaintext2html(clean_text(text)) if text else Markup("")

    @api.model
    def _tickets_last_hour(self, email):
        """Return how many tickets this address has opened within an hour, by mail or form."""
        since = fields.Datetime.now() - timedelta(hours=1)
        # sudo: one sender's tickets count together, whoever may see them
        tickets_sudo = self.env["caredesk.ticket"].sudo().with_context(active_test=False)
        return tickets_sudo.search_count(
            [("mail_sender_key", "=", loop_key(email)), ("create_date", ">=", since)]
        )
