"""What the tests of the public form and the inbound hook share."""

import itertools
import json
import time

from lxml import html

from odoo.tests import HttpCase

from ..domain import hook_signature
from .common import CareDeskMixin

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00"
    b"\x00\x00IEND\xaeB`\x82"
)
_KEYS = itertools.count(1)


class FormCase(CareDeskMixin, HttpCase):
    """Opens and sends the public form as a browser does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Pages for programs, like these tests, are in the default language.
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        if "website" in cls.env:  # has languages of its own
            cls.env["website"].search([]).write(
                {"language_ids": [(4, english.id)], "default_lang_id": english.id}
            )
        cls.company.partner_id.lang = "en_US"
        cls.company.write(
            {"caredesk_default_group_id": cls.support.id, "caredesk_form_active": True}
        )
        cls._set("form_min_seconds", 0)

    @classmethod
    def _set(cls, name, value):
        cls.env["ir.config_parameter"].set_param(f"caredesk_ticket.{name}", value)

    def _open(self, path="/support", **options):
        return html.fromstring(self.url_open(path, **options).text)

    def _fields(self, page=None, **values):
        """Return what a visitor's browser would send of ``page`` with ``values`` typed in."""
        page = self._open() if page is None else page
        hidden = {one.name: one.value for one in page.xpath("//form//input[@type='hidden']")}
        return {
            **hidden,
            "website_url": "",
            "name": "Phạm Thị Khách",
            "email": "khach@example.com",
            "phone": "",
            "subject": "Máy in không chạy",
            "content": "Nhờ anh chị xem giúp.",
            **values,
        }

    def _send(self, page=None, files=(), **values):
        """Send the form; return the page that answers."""
        uploads = [("files", one) for one in files]
        answer = self.url_open("/support", data=self._fields(page, **values), files=uploads or None)
        self.env.invalidate_all()
        return answer

    def _error(self, answer):
        """Return the words of the refusal, an empty string when the form was taken."""
        found = html.fromstring(answer.text).xpath("//div[@id='caredesk_support_error']/text()")
        return " ".join("".join(found).split())

    def _sent(self, subject="Máy in không chạy"):
        tickets = self.env["caredesk.ticket"]
        return tickets.search([("channel", "=", "website"), ("name", "=", subject)], order="id")


class HookCase(CareDeskMixin, HttpCase):
    """Signs calls and sends them to a source of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.caredesk_default_group_id = cls.support
        cls.source = cls._source()

    @classmethod
    def _source(cls, **vals):
        values = {"name": "Call Centre", "channel": "facebook", "per_minute": 1000, **vals}
        source = cls.env["caredesk.hook.source"].create(values)
        source.action_new_secret()
        return source

    @classmethod
    def _set(cls, name, value):
        cls.env["ir.config_parameter"].set_param(f"caredesk_ticket.{name}", value)

    def _body(self, **fields):
        """Return the bytes of a call; each gets a key of its own unless one is given."""
        fields.setdefault("idempotency_key", f"call-{next(_KEYS)}")
        return json.dumps({"body": "Máy in không chạy", **fields}).encode()

    def _headers(self, body, source=None, moment=None, secret=None, **headers):
        source = (source or self.source).sudo()
        moment = str(int(time.time()) if moment is None else moment)
        return {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {source.token}",
            "X-CareDesk-Timestamp": moment,
            "X-CareDesk-Signature": hook_signature.sign(secret or source.secret, moment, body),
            **headers,
        }

    def _post(self, body, source=None, key=None, headers=None):
        """Send the bytes ``body``; return status and answer."""
        headers = self._headers(body, source) if headers is None else headers
        path = f"/caredesk/hook/{key or (source or self.source).key}"
        answer = self.url_open(path, data=body, headers=headers, method="POST")
        self.env.invalidate_all()
        return answer.status_code, answer.json()

    def _call(self, source=None, **fields):
        """Send a rightly signed call that is taken; return its ticket."""
        status, answer = self._post(self._body(**fields), source)
        self.assertEqual(status, 200, answer)
        return self.env["caredesk.ticket"].search([("number", "=", answer.get("ticket"))])

    def _calls(self, **vals):
        domain = [("source_id", "=", self.source.id), *((k, "=", v) for k, v in vals.items())]
        return self.env["caredesk.hook.call"].search(domain)
