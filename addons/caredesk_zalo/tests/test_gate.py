from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_zalo.models import caredesk_zalo_gate
from odoo.addons.caredesk_zalo.models.caredesk_zalo_message_send import _next_in_vietnam
from odoo.addons.caredesk_zalo.zalo_client import ZaloHeld

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestGate(ZaloMixin, TransactionCase):
    """The limit of calls, the circuit breaker, and when what failed is tried again."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive()

    def _fail(self, kind, **values):
        self.sandbox.sandbox.faults.add(path="/v", kind=kind, **values)

    def _gate(self):
        self.env.invalidate_all()
        return self.env["caredesk.zalo.gate"].search([("app_id", "=", self.app.id)])

    def _pass_time(self, **delta):
        """Move the clocks of gate and queue on."""
        step = timedelta(**delta)
        gate = self._gate()
        gate.closed_until = gate.closed_until and gate.closed_until - step
        gate.refilled_at -= step
        for message in self.env["caredesk.zalo.message"].search([("next_try_at", "!=", False)]):
            message.next_try_at -= step
        self.env.flush_all()

    def _calls(self):
        """Let the outbox work; return how many calls reached the messages of the sandbox."""
        before = len([m for m in self.world.messages if m.by == "api"])
        self._send()
        return len([m for m in self.world.messages if m.by == "api"]) - before

    def test_no_more_calls_than_the_limit(self):
        """IE-38: an app makes no more calls than it may in a minute; the rest waits its turn."""
        self.app.calls_per_minute = 60
        gate = self.env["caredesk.zalo.gate"]
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.assertEqual(gate._enter(self.app, caredesk_zalo_gate.BURST)[0], 0)
            wait, _failures = gate._enter(self.app)
            self.assertGreater(wait, 0)
            self.assertLessEqual(wait, 1)
            with self.assertRaises(ZaloHeld):
                self.account._call(lambda client: client.account.profile())
        message = self._answer(self.contact)
        self.assertEqual(self._calls(), 0)
        delivery = message.zalo_delivery_ids
        self.assertEqual((delivery.state, delivery.attempts), ("queued", 0))
        self._pass_time(seconds=5)
        self.assertEqual(self._calls(), 1)

    def test_zalo_that_does_not_answer_is_left_alone_and_asked_once(self):
        """IE-38: after five failures nobody calls; then one harmless call finds out."""
        self._fail("error_500", times=-1)
        messages = [self._answer(self.contact, f"tin {n}").zalo_delivery_ids for n in range(9)]
        for _run in range(8):
            self._send()
        gate = self._gate()
        self.assertEqual(gate.failures, caredesk_zalo_gate.FAILURES)
        self.assertGreater(gate.closed_until, fields.Datetime.now())
        self.assertIn("5", self.account.gate_note)
        untouched = [one for one in messages if one.state == "queued"]
        self.assertEqual([one.attempts for one in untouched], [0] * 4)
        self._pass_time(seconds=40)
        self._send()
        self.assertEqual(self._gate().failures, 6)
        self.assertEqual([one.state for one in untouched], ["queued"] * 4)
        self.sandbox.sandbox.faults.clear()
        self._pass_time(seconds=80)
        self.assertEqual(self._calls(), 4)
        self.assertFalse(self._gate().failures)
        self.assertFalse(self.account.gate_note)

    def test_too_many_calls_at_zalo_pause_all(self):
        """IE-38: -32 is not counted as a try; nobody calls for a while."""
        self._fail("rate_limit")
        message = self._answer(self.contact).zalo_delivery_ids
        self._send()
        self.assertEqual((message.state, message.attempts), ("queued", 0))
        other = self._answer(self.contact, "hai").zalo_delivery_ids
        self.assertEqual(self._calls(), 0)
        self._pass_time(seconds=30)
        self.assertEqual(self._calls(), 2)
        self.assertEqual((message.state, other.state), ("sent", "sent"))

    def test_every_class_of_error_has_its_consequence(self):
        """IE-38: -200 soon, -211 in an hour, -234 in the morning, -100 anew, -244 never."""
        now = fields.Datetime.now()
        for code, state, least, most in (
            (-200, "queued", 4, 10),
            (-100, "queued", 4, 10),
            (-211, "queued", 3500, 3700),
            (-218, "queued", 3500, 3700),
            (-234, "queued", 0, 24 * 3600),
            (-244, "failed", None, None),
            (-221, "failed", None, None),
        ):
            self.sandbox.sandbox.faults.clear()
            self._fail("code", code=code)
            message = self._answer(self.contact, f"lỗi {code}").zalo_delivery_ids
            self._send()
            self.assertEqual(message.state, state, code)
            if state == "queued":
                wait = (message.next_try_at - now).total_seconds()
                self.assertTrue(least <= wait <= most + 60, (code, wait))
                message.write({"state": "failed"})
            self.assertEqual(message.error_code, code)
        self.assertIn("not verified", self.account.last_error)

    def test_file_that_expired_at_zalo_is_uploaded_again(self):
        """IE-38: -100 to a file: the next try uploads it anew."""
        picture = self.env["ir.attachment"].with_user(self.hang)
        file = picture.create(
            {"name": "a.pdf", "raw": b"%PDF-1.4 x", "mimetype": "application/pdf"}
        )
        self.sandbox.sandbox.faults.add(path="/v3.0/oa/message", kind="code", code=-100)
        message = self._answer(self.contact, "", attachment_ids=file.ids).zalo_delivery_ids
        self._send()
        uploads = len(self.world.uploads)
        message.next_try_at = False
        self._send()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self.world.uploads), uploads + 1)

    def test_tries_come_to_an_end(self):
        """IE-38: what Zalo refuses again and again fails; so does what waits since yesterday."""
        self._fail("code", code=-200, times=-1)
        message = self._answer(self.contact).zalo_delivery_ids
        for _try in range(6):
            message.next_try_at = False
            self._send()
        self.assertEqual((message.state, message.error_code), ("failed", -200))
        old = self._answer(self.contact, "cũ").zalo_delivery_ids
        self.sandbox.sandbox.faults.clear()
        self._fail("rate_limit", times=-1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE caredesk_zalo_message SET create_date = create_date - interval '25 hours'"
            " WHERE id = %s",
            [old.id],
        )
        old.invalidate_recordset()
        self._send()
        self.assertEqual(old.state, "failed")

    def test_morning_is_six_in_vietnam(self):
        """IE-38: what is not sent at night waits until six, what used up a day until midnight."""
        evening = datetime(2026, 11, 23, 15, 30)  # 22:30 in Vietnam
        self.assertEqual(_next_in_vietnam(time(6), evening), datetime(2026, 11, 23, 23, 0))
        night = datetime(2026, 11, 23, 22, 30)  # 05:30 of the 24th
        self.assertEqual(_next_in_vietnam(time(6), night), datetime(2026, 11, 23, 23, 0))
        self.assertEqual(_next_in_vietnam(time(0, 5), night), datetime(2026, 11, 24, 17, 5))
