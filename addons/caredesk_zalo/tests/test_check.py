from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.caredesk_zalo.models import caredesk_zalo_refusal
from odoo.addons.caredesk_zalo.zalo_client.selftest import Outcome

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestCheck(ZaloMixin, TransactionCase):
    """The page of a connection: what is done in the background, and what it shows."""

    def test_consent_is_exchanged_by_a_worker(self):
        """IE-35: the way back from Zalo notes the code; the worker connects and asks for quotas."""
        self.account.action_disconnect()
        self.assertEqual(self.account.state, "draft")
        self._grant()
        self.account._consent_given("consent", self.account.oa_id)
        self.assertEqual(self.account.task, "connect")
        self._run("ir_cron_check")
        self.assertEqual((self.account.state, self.account.task), ("connected", False))
        self.assertEqual((self.account.quota_left, self.account.quota_total), (1987, 2000))
        self.assertEqual((self.account.template_left, self.account.template_total), (499, 500))
        self.assertFalse(self.account.consent_code)

    def test_refused_consent_is_shown(self):
        """IE-35: a code that does not count leaves a reason, and is not tried again."""
        self.account._consent_given("nonsense", self.account.oa_id)
        self._run("ir_cron_check")
        self.assertFalse(self.account.task)
        self.assertIn("Invalid authorization code", self.account.last_error)

    def test_account_of_another_record_is_refused(self):
        """IE-35, IE-40: one Official Account is set up once, in whatever company."""
        other = self.env["caredesk.zalo.oa"].create(
            {
                "name": "Twin",
                "app_id": self.app.id,
                "company_id": self.env["res.company"].create({"name": "B"}).id,
            }
        )
        self._grant()
        with self.assertRaisesRegex(UserError, "already"):
            other._connect("consent", self.account.oa_id)
        self.assertFalse(other.access_token)

    def test_page_tells_why_deliveries_are_refused(self):
        """IE-35, IE-36: another secret, swapped secrets, no signature: each in words."""
        self.assertFalse(self.account.webhook_note)
        for reason, words in (
            ("signature", "another secret"),
            ("app_secret", "each other"),
            ("unsigned", "not signed"),
        ):
            self.env["caredesk.zalo.refusal"].create({"reason": reason, "count": 1})
            self.account.invalidate_recordset()
            self.assertIn(words, self.account.webhook_note)
        self.app.webhook_secret = False
        self.account.invalidate_recordset()
        self.assertIn("Enter the Official Account Secret Key", self.account.webhook_note)

    def test_outcome_of_the_self_test_in_words(self):
        """IE-35: nobody there, another status, another database."""
        for outcome, words in (
            (Outcome(0, False, 0.0, "x"), "Nobody answers"),
            (Outcome(502, True, 0.0, "x"), "HTTP 502"),
            (Outcome(200, True, 0.1, "x"), "did not arrive"),
        ):
            with self.enter_registry_test_mode():
                self.assertIn(words, self.account._webhook_error(outcome))

    def test_lost_connection_is_told(self):
        """IE-35: administrators of Zalo get a notice when the access is gone."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_admin")
        for token in self.world.refresh_tokens.values():
            token.spent = True
        self.account.token_expires_at = "2026-01-01"
        self._run("ir_cron_tokens")
        self.assertEqual(self.account.state, "broken")
        told = self.env["mail.message"].search(
            [("model", "=", "caredesk.zalo.oa"), ("res_id", "=", self.account.id)]
        )
        self.assertIn(chief.partner_id, told.notified_partner_ids)

    def test_spent_tokens_are_tried_once_and_told_once(self):
        """IE-35, IE-38, Z-3: however many answers wait, until somebody connects again."""
        contact = self._receive()
        chief = self._zalo_user("chief", "caredesk_zalo.group_admin")
        for token in self.world.refresh_tokens.values():
            token.spent = True
        for token in self.world.access_tokens.values():
            token.until = 0
        answers = [self._answer(contact, text).zalo_delivery_ids for text in ("một", "hai", "ba")]
        with self._counted("POST /v4/oa/access_token") as calls:
            self._send()
        self.assertEqual(len(calls), 1)
        self.assertEqual([answer.state for answer in answers], ["failed"] * 3)
        told = [("res_partner_id", "=", chief.partner_id.id)]
        self.assertEqual(self.env["mail.notification"].search_count(told), 1)
        gate = self.env["caredesk.zalo.gate"].search([("app_id", "=", self.app.id)])
        self.assertFalse(gate.failures, "Zalo answered all along")
        self._connect(self.account)
        for token in self.world.access_tokens.values():
            token.until = 0
        answers[0].action_retry()
        self._send()
        self.assertEqual((answers[0].state, self.account.state), ("sent", "connected"))

    @contextmanager
    def _counted(self, route):
        """Give a list that holds each call of an address of the sandbox."""
        key, calls = tuple(route.split()), []
        routes = self.sandbox.sandbox._routes
        handler = routes[key]

        def counting(world, request):
            calls.append(request.path)
            return handler(world, request)

        routes[key] = counting
        try:
            yield calls
        finally:
            routes[key] = handler

    def _grant(self):
        """Let the administrator of the account have given the consent."""
        self.world.codes["consent"] = type(next(iter(self.world.codes.values())))(
            next(iter(self.world.accounts)), self.zalo_app.app_id, self.world.clock() + 600
        )


@tagged("post_install", "-at_install")
class TestRefusals(ZaloMixin, HttpCase):
    """Why a delivery was refused, found out at the webhook."""

    def test_swapped_secrets_are_recognised(self):
        """IE-36: signed with what we hold for the app's key: the two keys changed places."""
        caredesk_zalo_refusal._flushed_at.clear()
        self.app.write({"app_secret": "oa-secret", "webhook_secret": "app-secret"})
        body = self._raw(self._says("a"))
        moment = self.world.messages[-1].sent_ms
        mac = self._signature(body, str(moment))
        headers = {"X-ZEvent-Timestamp": str(moment), "X-ZEvent-Signature": mac}
        answer = self.url_open("/caredesk/zalo/webhook", data=body, headers=headers)
        self.assertEqual(answer.status_code, 403)
        refused = self.env["caredesk.zalo.refusal"].search([], limit=1)
        self.assertEqual(refused.reason, "app_secret")

    def _signature(self, body, moment):
        from zalo_sandbox import events

        return events.signature(self.zalo_app, body, moment, self.zalo_app.account_secret)
