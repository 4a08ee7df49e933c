from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from odoo.addons.caredesk_zalo.models import caredesk_zalo_refusal

from zalo_sandbox import events as sandbox_events

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestWebhook(ZaloMixin, HttpCase):
    """The door for what Zalo reports: only what is signed, and that once."""

    def _post(self, body, *, secret=None, header=None, timestamp="1"):
        """Send a body to the webhook, signed with the account's secret or another."""
        if header is None:
            header = sandbox_events.signature(
                self.zalo_app, body, timestamp, secret or self.zalo_app.account_secret
            )
        headers = {"Content-Type": "application/json", "X-ZEvent-Timestamp": timestamp}
        if header:
            headers["X-ZEvent-Signature"] = header
        return self.url_open("/caredesk/zalo/webhook", data=body, headers=headers)

    def _signed(self, event, **values):
        return self._post(self._raw(event), timestamp=event["timestamp"], **values)

    def _stored(self):
        return self.env["caredesk.zalo.event"].search([("oa_id", "=", self.account.id)])

    def test_signed_event_is_stored_once_and_answered_at_once(self):
        """IE-36, Z-1: a delivery is kept raw; the same again is answered and not kept."""
        event = self._says("Máy lạnh không lạnh")
        for _time in range(3):
            self.assertEqual(self._signed(event).status_code, 200)
        stored = self._stored()
        self.assertEqual(len(stored), 1)
        self.assertEqual(stored.body.encode(), self._raw(event))
        self.assertEqual((stored.name, stored.state), ("user_send_text", "new"))

    def test_wrong_signature_is_refused_and_counted(self):
        """IE-36: nothing of an unsigned or wrongly signed body is kept but its number."""
        caredesk_zalo_refusal._flushed_at.clear()
        event = self._says("a")
        for values in ({"secret": "another"}, {"header": "mac=00"}, {"header": ""}):
            self.assertEqual(self._signed(event, **values).status_code, 403)
        self.assertFalse(self._stored())
        refused = self.env["caredesk.zalo.refusal"].search([])
        self.assertEqual(set(refused.mapped("reason")), {"signature", "unsigned"})

    def test_probe_of_the_console_is_answered(self):
        """IE-36: the unsigned «{}» by which Zalo tries the address gets 200 and leaves nothing."""
        for body in (b"{}", b"", b" {} "):
            self.assertEqual(self._post(body, header="").status_code, 200)
        self.assertEqual(self.url_open("/caredesk/zalo/webhook").status_code, 200)
        self.assertFalse(self._stored())

    def test_long_body_is_refused_before_it_is_read(self):
        """IE-36: over one megabyte is answered with 413."""
        self.assertEqual(self._post(b'{"a":"' + b"x" * 1_100_000 + b'"}').status_code, 413)

    def test_account_we_do_not_know_is_counted_and_ignored(self):
        """IE-36: a right signature with another account gets 200, and nothing happens."""
        event = {**self._says("a"), "recipient": {"id": "1"}}
        self.assertEqual(self._signed(event).status_code, 200)
        self.assertFalse(self._stored())

    def test_old_event_is_ignored(self):
        """IE-36: what happened more than seven days ago is not acted on."""
        event = {**self._says("a"), "timestamp": "1540363714987"}
        self.assertEqual(self._signed(event).status_code, 200)
        self.assertFalse(self._stored())

    def test_signed_nonsense_does_no_harm(self):
        """IE-36: whatever is rightly signed is answered; broken text is kept readable."""
        for body in (b"null", b"[1]", b'{"event_name":7}', b'{"timestamp":"1","x":"\xff\x00"}'):
            self.assertEqual(self._post(body).status_code, 200)
        self.assertFalse(self._stored())

    def test_numbers_and_moments_out_of_bounds(self):
        """IE-36: an id longer than a float holds stays exact; a clock that runs ahead waits not."""
        event = self._says("a")
        event["sender"]["id"] = 9007199254740993123
        event["timestamp"] = str(self.world.now_ms() + 10 * 86_400_000)
        self.assertEqual(self._signed(event).status_code, 200)
        stored = self._stored()
        self.assertEqual(stored.zalo_user_id, "9007199254740993123")
        self.assertLessEqual(stored.happened_at, Datetime.now())
        for body in (b'{"timestamp":"1","event_name":' + b"9" * 5000 + b"}", b"[" * 100_000):
            self.assertEqual(self._post(body).status_code, 200)
        self.assertEqual(self._post('{"a":"ệ"}'.encode("utf-16")).status_code, 200)
        self.assertEqual(self._stored(), stored)

    def test_event_without_a_moment_happened_when_it_came(self):
        """IE-36: a customer may be answered, though Zalo does not say when he wrote."""
        event = self._says("a")
        del event["timestamp"]
        self.assertEqual(self._post(self._raw(event)).status_code, 200)
        self._stored()._process()
        self.assertTrue(self._contact()._can_be_written_to())

    def test_file_that_proves_the_domain(self):
        """IE-35: Zalo finds the file it asked for, and nobody else's."""
        self.app.domain_code = "abc123"
        page = self.url_open("/zalo_verifierabc123.html")
        self.assertIn('content="abc123"', page.text)
        self.assertEqual(self.url_open("/zalo_verifierother.html").status_code, 404)
