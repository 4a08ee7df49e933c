from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_zalo.zalo_client import ZaloNeedsHuman

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestConnection(ZaloMixin, TransactionCase):
    """Consent, tokens and their renewal."""

    def test_consent_connects_and_names_the_account(self):
        """IE-35: after the consent the account is connected and known by its id."""
        self.assertEqual(self.account.state, "connected")
        self.assertEqual(self.account.oa_id, next(iter(self.world.accounts)))
        self.account.action_test()
        self.assertEqual(self.account.task, "check")

    def test_state_of_a_consent_belongs_to_who_asked(self):
        """IE-35: the way back is open to the user who pressed the button, and to nobody else."""
        url = self.account._consent_url()
        query = parse_qs(urlsplit(url).query)
        self.assertTrue(query["code_challenge"])
        state = query["state"][0]
        accounts = self.env["caredesk.zalo.oa"]
        self.assertEqual(accounts._account_of_state(state), self.account)
        self.assertFalse(accounts.with_user(self.hang)._account_of_state(state))
        self.assertFalse(accounts._account_of_state(state[:-2] + "AA"))
        self.assertFalse(accounts._account_of_state("nonsense"))

    def test_consent_of_another_account_is_refused(self):
        """IE-35: connecting again with another account would mix up customers."""
        with self.assertRaisesRegex(UserError, "another"):
            self.account._connect("code", "1")

    def test_renewal_keeps_the_new_pair(self):
        """IE-35, Z-3: the cron renews ahead of time; a stale token leads to the newest."""
        old = self.account.access_token
        self.account.token_expires_at = "2026-01-01"
        self._run("ir_cron_tokens")
        self.assertNotEqual(self.account.access_token, old)
        with self.enter_registry_test_mode():
            self.assertEqual(self.account._renew(old), self.account.access_token)

    def test_refused_renewal_asks_for_a_new_consent(self):
        """IE-35: a refresh token that is spent shows red, with Zalo's reason."""
        for token in self.world.refresh_tokens.values():
            token.spent = True
        refused = None
        with self.enter_registry_test_mode():
            try:
                self.account._renew(self.account.access_token)
            except ZaloNeedsHuman as error:
                refused = error
        self.assertTrue(refused)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.state, "broken")
        self.assertIn("Invalid refresh token", self.account.last_error)

    def test_secrets_are_for_administrators_of_the_system(self):
        """IE-45, Z-5: neither agents nor Zalo administrators read tokens and keys."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_admin,base.group_allow_export")
        for record, secret in (
            (self.account, "access_token"),
            (self.account, "refresh_token"),
            (self.app, "app_secret"),
            (self.app, "webhook_secret"),
        ):
            self.assertNotIn(secret, record.with_user(chief).fields_get())
        with self.assertRaises(AccessError):
            self.account.with_user(chief).export_data(["name", "access_token"])

    def test_disconnecting_forgets_the_tokens(self):
        """IE-35: nothing is left that could speak for the account."""
        self.account.action_disconnect()
        self.assertFalse(self.account.access_token)
        with self.assertRaisesRegex(UserError, "not connected"):
            self.account._access_token()
