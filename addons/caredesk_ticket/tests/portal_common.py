"""What the tests of the customer portal share: customers with a login, and a browser's requests."""

from base64 import b64decode

from lxml import html

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import CareDeskMixin

#: The smallest picture.
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class PortalCase(CareDeskMixin, HttpCase):
    """Base of the portal's tests.

    Ready: the company Mộc An with its contacts ``oanh`` and ``phuc``, the stranger ``yen``, each
    with a portal login, and ``ticket``, which Oanh opened on the portal.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("caredesk_ticket.portal_scope", "own")
        # Pages for programs, like these tests, are in the default language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.company.partner_id.lang = "en_US"
        partners = cls.env["res.partner"]
        cls.moc_an = partners.create({"name": "Mộc An", "is_company": True})
        cls.oanh = cls._customer("oanh", cls.moc_an)
        cls.phuc = cls._customer("phuc", cls.moc_an)
        cls.yen = cls._customer("yen")
        cls.ticket = cls._portal_ticket(cls.oanh)

    @classmethod
    def _customer(cls, login, company=None):
        """Return a portal user who belongs to ``company``."""
        user = cls._user(login, "portal", tz="Asia/Ho_Chi_Minh")
        user.partner_id.parent_id = company
        return user

    @classmethod
    def _portal_ticket(cls, user, **vals):
        """Return a ticket that ``user`` opened on the portal, held by An if he is free."""
        values = {**cls._ticket_vals(), "partner_id": user.partner_id.id, **vals}
        tickets = cls.env["caredesk.ticket"].with_user(user)
        return tickets._create_from_channel("portal", [values]).with_env(cls.env)

    def _log_in(self, user):
        """Log in as ``user``; None for somebody without a login."""
        if user:
            self.authenticate(user.login, user.login.ljust(8, "x"))
        else:
            self.authenticate(None, None)

    def _get(self, path, ticket=None, link=None):
        """Open ``path``; with ``link`` the token of the ticket's link goes along."""
        suffix = f"?access_token={link}" if link else ""
        base = f"/my/tickets/{ticket.id}" if ticket else ""
        return self.url_open(f"{base}{path}{suffix}", allow_redirects=False)

    def _post(self, path, files=(), link=None, **values):
        """Send a form; ``files`` are (name, bytes).

        :return: the answer, redirects not followed; the cache is forgotten
        """
        data = {"csrf_token": http.Request.csrf_token(self), **values}
        if link:
            data["access_token"] = link
        uploads = [("files", upload) for upload in files] or None
        answer = self.url_open(path, data=data, files=uploads, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def _seen(self, path):
        """Return what the form of a page says that it was shown with."""
        return html.fromstring(self._get(path).text).xpath("//input[@name='seen']/@value")[0]

    def _step(self, ticket, step, **values):
        return self._post(f"/my/tickets/{ticket.id}/{step}", **values)

    def _link(self, ticket):
        """Return the token of the ticket's link."""
        return ticket.sudo()._portal_ensure_token()

    def _answer(self, ticket, user, text, files=()):
        """Let a colleague write to the customer."""
        return ticket.with_user(user).message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _note(self, ticket, user, text, files=()):
        """Let a colleague write an internal note."""
        return ticket.with_user(user).message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=list(files),
        )

    def _messages(self, ticket):
        """Return the public messages, newest first."""
        ticket = ticket.sudo()
        return self.env["mail.message"].search(ticket._portal_messages_domain(), order="id desc")

    def _see_company(self):
        """Let customers see the tickets of their company."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.portal_scope", "company")

    def _other_company_agent(self):
        """Return an agent of a second company."""
        company = self._company("Second")
        return self._user(
            "second", "agent", company_id=company.id, company_ids=[Command.set(company.ids)]
        )
