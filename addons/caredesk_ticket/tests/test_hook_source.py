import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..domain import hook_signature
from .intake_common import HookCase


@tagged("post_install", "-at_install")
class TestHookSource(HookCase):
    """Systems that call: their secrets, companies and addresses."""

    # === SECRETS ===

    def test_secrets_are_shown_once_and_readable_by_nobody(self):
        """C-31, Z-5: neither administrators nor exports get at token and secrets."""
        admin = self._user("quantri", "admin")
        admin.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        source = self.source.with_user(admin)
        shown = source.action_new_secret()["context"]
        self.assertEqual(shown["default_secret"], self.source.sudo().secret)
        for name in ("token", "secret", "previous_secret"):
            with self.assertRaises(AccessError):
                source.read([name])
            with self.assertRaises(AccessError):
                source.export_data([name])
            with self.assertRaises(AccessError):
                source.write({name: "x"})
            with self.assertRaises(AccessError):
                source.search([(name, "like", "a")])
            self.assertNotIn(name, source.fields_get())
        manager = self._user("quanly", "manager")
        with self.assertRaises(AccessError):
            self.source.with_user(manager).action_new_secret()

    def test_the_dialog_shows_a_command(self):
        """C-31: the test button shows a signed example call; the secret only when it is new."""
        dialog = self.env["caredesk.hook.secret"]
        action = self.source.action_new_secret()
        fresh = dialog.with_context(**action["context"]).new(
            {name[8:]: value for name, value in action["context"].items()}
        )
        self.assertIn(self.source.sudo().secret, fresh.command)
        self.assertIn(self.source.url, fresh.command)
        later = self.source.action_open_test()["context"]
        self.assertNotIn(self.source.sudo().secret, str(later))

    def test_the_previous_secret_stays_good_for_a_day(self):
        """C-31: a secret is changed without losing a call, and the former one can be refused."""
        former = self.source.sudo().secret
        self.source.action_new_secret()
        self.assertNotEqual(self.source.sudo().secret, former)

        def status():
            body = self._body()
            return self._post(body, headers=self._headers(body, secret=former))[0]

        self.assertEqual(status(), 200)
        self.source.sudo().previous_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(status(), 401)
        self.source.sudo().previous_until = fields.Datetime.now() + timedelta(hours=1)
        self.assertEqual(status(), 200)
        self.source.action_forget_previous()
        self.assertEqual(status(), 401)

    def test_a_new_token_ends_the_former(self):
        """C-31: a token that became known is worth nothing from now on."""
        body = self._body()
        headers = self._headers(body)
        self.source.action_new_token()
        self.assertEqual(self._post(body, headers=headers)[0], 401)

    # === SET-UP ===

    def test_a_source_stays_in_its_company(self):
        """C-31: type and group are of the source's company; its tickets and contacts too."""
        other = self._company("Other Company")
        group = self._group("Other", company_id=other.id)
        with self.assertRaises(ValidationError):
            self.source.group_id = group
        source = self._source(company_id=other.id, group_id=group.id)
        ticket = self._call(source, contact={"email": "lan@example.com"})
        self.assertEqual((ticket.company_id, ticket.partner_id.company_id), (other, other))
        status, _answer = self._post(self._body(type="Usage guidance"), source)
        self.assertEqual(status, 422, "a type of another company is none")
        admin = self._user("quantri", "admin")
        calls = self.env["caredesk.hook.call"].with_user(admin)
        self.assertFalse(calls.search([("source_id", "=", source.id)]))

    def test_allowed_addresses(self):
        """C-31: calls from elsewhere are refused; nonsense cannot be saved."""
        for text in ("127.0.0.0/8", "::1, 127.0.0.1"):
            self.source.allowed_ips = text
            self.assertTrue(self._call())
        self.source.allowed_ips = "192.0.2.0/24"
        status, answer = self._post(self._body())
        self.assertEqual((status, answer["reason"]), (403, "address"))
        for caller in ("unknown", "192.0.2.7:4711", None):
            self.assertFalse(self.source._is_allowed_from(caller), "what a proxy may say")
        with self.assertRaises(ValidationError):
            self.source.allowed_ips = "my office"

    def test_without_a_secret_or_archived_there_is_no_source(self):
        """C-31: a source that was not finished, or was switched off, is answered like none."""
        bare = self.env["caredesk.hook.source"].create({"name": "New"})
        body = self._body()
        moment = str(int(time.time()))
        headers = {
            **self._headers(body),
            "X-CareDesk-Timestamp": moment,
            "X-CareDesk-Signature": hook_signature.sign("", moment, body),
        }
        for token in ("", "None", "False"):
            headers["Authorization"] = f"Bearer {token}"
            self.assertEqual(self._post(body, bare, headers=headers)[0], 404)
        self.source.active = False
        self.assertEqual(self._post(body)[0], 404)
