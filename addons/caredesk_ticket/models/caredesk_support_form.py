import time
import uuid

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, hash_sign, verify_hash_signed

from ..domain.mail_headers import clean_text
from .mail_job import number_of

#: Letters at most in each field of the form.
MOST = {"name": 200, "email": 254, "phone": 40, "subject": 250, "content": 20_000}
_SCOPE = "caredesk-support-form"
_TOKEN_HOURS = 24


class CaredeskSupportForm(models.AbstractModel):
    """The public request form: what is taken, from whom, how often. Pages only show it."""

    _name = "caredesk.support.form"
    _description = "Public Support Form"

    # === WHAT THE PAGE NEEDS ===

    @api.model
    def _company_of_host(self, host):
        """Return the company whose form is shown at ``host``, empty when there is none.

        :param host: name of the host as the browser asked for it
        """
        # sudo: visitors cannot read companies; the page shows a name and a logo
        companies_sudo = self.env["res.company"].sudo()
        bare = (host or "").partition(":")[0].lower()
        named = companies_sudo.search([("caredesk_form_host", "!=", False)])
        here = named.filtered(lambda company: company.caredesk_form_host.strip().lower() == bare)
        company = here[:1] or self.env.company.sudo()
        return company if company.caredesk_form_active else companies_sudo

    @api.model
    def _types(self, company):
        """Return the ticket types a visitor may choose from."""
        # sudo: visitors have no right on types; these are marked for the public
        return (
            self.env["caredesk.ticket.type"]
            .sudo()
            .search([("is_public", "=", True), ("company_id", "=", company.id)])
        )

    @api.model
    def _new_token(self):
        """Return what tells on sending when the form was opened, and one form from another."""
        values = [uuid.uuid4().hex, int(time.time())]
        return hash_sign(self.env(su=True), _SCOPE, values, expiration_hours=_TOKEN_HOURS)

    # === TAKING A REQUEST ===

    @api.model
    def _submit(self, company, values, files, ip, token=None, trap="", captcha=None):
        """Make a ticket of what was sent; sending the same form again finds the same ticket.

        Known and unknown addresses are answered alike.

        :param values: dict with the keys of ``MOST`` and ``type_id``, as typed
        :param files: uploads of the request
        :param token: of :meth:`_new_token`, None where the page has a guard of its own
        :param trap: content of the field that people do not see
        :param captcha: called before a new ticket is made; raises where it was no person
        :return: the ticket, as the system
        :raise UserError: with words for the visitor, when it cannot be taken
        """
        form_id = self._check_human(token, trap) if token is not None else ""
        clean = self._check_values(company, values)
        sending_sudo = self.env["caredesk.form.sending"]._claim(
            form_id, company.id, *(clean[name] for name in sorted(clean))
        )
        if sending_sudo.ticket_id:
            return sending_sudo.ticket_id
        if captcha:  # only now: a form sent twice has the answer of one captcha
            captcha()
        self._check_limits(clean["email"], ip)
        uploads = self.env["caredesk.upload"]
        file_vals = uploads._check(files)
        ticket_sudo = self._create_ticket(company, clean)
        uploads._attach(ticket_sudo, file_vals)
        self.env["caredesk.intake"]._log_typed(ticket_sudo, self._contact_of(clean))
        self.env["caredesk.form.attempt"]._count(ip)
        sending_sudo.ticket_id = ticket_sudo
        return ticket_sudo

    @api.model
    def _check_human(self, token, trap):
        """Return the id of the form; raise where a program filled it in, or it is too old."""
        try:
            form_id, opened_at = verify_hash_signed(self.env(su=True), _SCOPE, token)
        except (TypeError, ValueError):  # forged, cut off, or older than a day
            raise UserError(
                self.env._("This page was open for too long. Please send your request again.")
            ) from None
        least = number_of(self.env, "form_min_seconds", 3)
        if trap or time.time() - opened_at < least:
            raise UserError(
                self.env._(
                    "This looked like the work of a program. Please check what you wrote and send "
                    "it again."
                )
            )
        return form_id

    @api.model
    def _check_values(self, company, values):
        """Return the texts cleaned and the type checked; raise where something is missing."""
        clean = {
            name: clean_text(str(values.get(name) or ""))[:most].strip()
            for name, most in MOST.items()
        }
        for name in MOST.keys() - {"content"}:
            clean[name] = " ".join(clean[name].split())
        if not self._is_logged_in():
            if not clean["name"]:
                raise UserError(self.env._("Please tell us your name."))
            clean["email"] = email_normalize(clean["email"]) or ""
            if "." not in clean["email"].rpartition("@")[2]:
                raise UserError(
                    self.env._("Please give an e-mail address at which we can answer you.")
                )
        if not clean["subject"] or not clean["content"]:
            raise UserError(self.env._("Please give your request a subject and describe it."))
        kind_id = str(values.get("type_id") or "")
        kinds = self._types(company).filtered(lambda kind: str(kind.id) == kind_id)
        if kind_id and not kinds:
            raise UserError(self.env._("Please choose a type from the list."))
        clean["type_id"] = kinds.id
        return clean

    @api.model
    def _check_limits(self, email, ip):
        # A customer who is logged in counts by the address of his account.
        address = email_normalize(self.env.user.email or "") if self._is_logged_in() else email
        most = number_of(self.env, "form_max_per_address", 5)
        too_many = address and self.env["caredesk.intake"]._tickets_last_hour(address) >= most
        if too_many or self.env["caredesk.form.attempt"]._is_over(ip):
            raise UserError(
                self.env._(
                    "We have received many requests from you within an hour. Please wait a while, "
                    "then send this one again."
                )
            )

    @api.model
    def _is_logged_in(self):
        return not self.env.user._is_public()

    @api.model
    def _contact_of(self, clean):
        """Return the contact details the visitor typed; those of an account are known."""
        return {} if self._is_logged_in() else {k: clean[k] for k in ("name", "email", "phone")}

    @api.model
    def _create_ticket(self, company, clean):
        intake = self.env["caredesk.intake"]
        if self._is_logged_in():
            partner = self.env.user.partner_id
            whose = {"partner_id": partner.id}
            if address := email_normalize(partner.email or ""):
                whose["mail_sender_key"] = address
            if not partner.phone and clean["phone"]:
                whose["phone"] = clean["phone"]
        else:
            whose = intake._customer_vals(self._contact_of(clean), company)
        values = {
            **whose,
            "name": clean["subject"],
            "description": intake._html(clean["content"]),
            "type_id": clean["type_id"],
            "company_id": company.id,
        }
        tickets = self.env["caredesk.ticket"].with_company(company)
        tickets = tickets.with_context(lang=company.partner_id.lang, mail_create_nosubscribe=True)
        return tickets._create_from_channel("website", [values])
