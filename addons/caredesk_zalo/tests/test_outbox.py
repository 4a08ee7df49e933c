from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from zalo_sandbox.wire import as_json

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestOutbox(ZaloMixin, TransactionCase):
    """From an agent's answer in Discuss to the customer's phone."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive()

    def _delivery(self, message):
        return message.zalo_delivery_ids

    def _fail(self, kind, **values):
        self.sandbox.sandbox.faults.add(path="/v3.0/oa/message/cs", kind=kind, **values)

    def test_answer_is_queued_and_sent_by_a_worker(self):
        """S2-MSG-02, S2-X6: pending until the worker sent it; then Zalo's id is known."""
        message = self._answer(self.contact)
        self.assertEqual(self._delivery(message).state, "queued")
        self._send()
        self.assertEqual(self._delivery(message).state, "sent")
        sent = self.world.message(self._delivery(message).zalo_message_id)
        self.assertEqual(sent.body["text"], "Dạ chào chị")

    def test_note_stays_inside(self):
        """S2-CMT-01: a note is never sent."""
        note = self.contact.channel_id.with_user(self.hang).message_post(
            body="khách khó tính", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(self._delivery(note.sudo()))

    def test_states_only_climb(self):
        """S2-X6: read after sent; a receipt that comes late changes nothing."""
        message = self._answer(self.contact)
        self._send()
        delivery = self._delivery(message)
        for name, marks in (("user_seen_message", "msg_ids"), ("user_received_message", "msg_id")):
            ids = delivery.zalo_message_id
            self._deliver(
                {
                    "app_id": self.app.app_id,
                    "event_name": name,
                    "sender": {"id": self.account.oa_id},
                    "recipient": {"id": self.PERSON},
                    "message": {marks: [ids] if marks == "msg_ids" else ids},
                    "timestamp": str(self.world.now_ms()),
                }
            )
            self._work()
            self.assertEqual(delivery.state, "read")

    def test_lost_answer_is_uncertain_and_not_sent_again(self):
        """Z-2, IE-38: nobody knows whether it arrived, so only the agent may send it again."""
        self._fail("drop_after")
        message = self._answer(self.contact)
        before = len(self.world.messages)
        self._send()
        self._send()
        self.assertEqual(self._delivery(message).state, "uncertain")
        self.assertEqual(len(self.world.messages), before + 1)
        self._delivery(message).with_user(self.hang).action_retry()
        self._send()
        self.assertEqual(self._delivery(message).state, "sent")

    def test_what_surely_did_not_go_out_is_sent_later(self):
        """IE-38: a limit of calls is waited for, in the order of the conversation."""
        self._fail("rate_limit")
        first, second = self._answer(self.contact, "một"), self._answer(self.contact, "hai")
        self._send()
        self.assertEqual(self._delivery(first).state, "queued")
        self.assertEqual(self._delivery(second).state, "queued")
        self.env["caredesk.zalo.gate"].search([]).write({"tokens": 9, "refilled_at": "2026-01-01"})
        self._delivery(first).next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        self._send()
        self._send()
        texts = [m.body.get("text") for m in self.world.messages if m.by == "api"][-2:]
        self.assertEqual(texts, ["một", "hai"])

    def test_refusal_is_shown_with_its_reason(self):
        """S2-MSG-04, IE-38: a message Zalo refuses has failed, with the reason in words."""
        self._fail("code", code=-244)
        message = self._answer(self.contact)
        self._send()
        delivery = self._delivery(message)
        self.assertEqual((delivery.state, delivery.error_code), ("failed", -244))
        shown = message.with_context(lang="en_US")._zalo_delivery()
        self.assertIn("does not want", shown["reason"])

    def test_expired_token_is_renewed_once_and_the_message_sent(self):
        """IE-38, Z-3: a token that ended early costs nobody a message."""
        for token in self.world.access_tokens.values():
            token.until = 0
        message = self._answer(self.contact)
        self._send()
        self.assertEqual(self._delivery(message).state, "sent")

    def test_access_that_cannot_be_renewed_now_fails_no_message(self):
        """IE-38, Z-3: Zalo's sign-in is away for a moment: the message waits for it."""
        for token in self.world.access_tokens.values():
            token.until = 0
        self.sandbox.sandbox.faults.add(path="/v4/oa/access_token", kind="error_500")
        delivery = self._delivery(self._answer(self.contact))
        self._send()
        self.assertEqual((delivery.state, self.account.state), ("queued", "connected"))
        delivery.next_try_at = False
        self._send()
        self.assertEqual(delivery.state, "sent")

    def test_worker_that_died_leaves_an_uncertain_message(self):
        """Z-2: what was being sent when a worker died is not sent again."""
        message = self._answer(self.contact)
        delivery = self._delivery(message)
        delivery.write(
            {"state": "sending", "sending_at": fields.Datetime.now() - timedelta(minutes=6)}
        )
        self._send()
        self.assertEqual(delivery.state, "uncertain")

    def test_window_and_limits_are_checked_before_anything_is_written(self):
        """S2-X6, S2-MSG-03, IE-38: too late, too long, too large: said at once."""
        attachment = self.env["ir.attachment"].with_user(self.hang)
        zipped = attachment.create({"name": "a.zip", "raw": b"PK\x03\x04" + b"0" * 30})
        with self.assertRaisesRegex(UserError, "documents"):
            self._answer(self.contact, attachment_ids=zipped.ids)
        with self.assertRaisesRegex(UserError, "2000"):
            self._answer(self.contact, "x" * 2001)
        self.contact.last_customer_at = fields.Datetime.now() - timedelta(days=8)
        with self.assertRaisesRegex(UserError, "7 days"):
            self._answer(self.contact)

    def test_broken_moving_picture_is_refused(self):
        """S2-MSG-03, IE-38: said before anything is written; in the queue it fails, with words."""
        broken = self.env["ir.attachment"].with_user(self.hang).create(
            {"name": "a.gif", "raw": b"GIF89a"}
        )  # fmt: skip
        self.assertEqual(broken.mimetype, "image/gif")
        with self.assertRaisesRegex(UserError, "GIF"):
            self._answer(self.contact, attachment_ids=broken.ids)
        queued = self.env["caredesk.zalo.message"].create(
            {"contact_id": self.contact.id, "kind": "gif", "attachment_id": broken.id}
        )
        after = self._delivery(self._answer(self.contact))
        self._send()
        self.assertEqual((queued.state, after.state), ("failed", "sent"))
        self.assertIn("GIF", queued.reason)

    def test_fault_of_ours_hinders_no_other_message(self):
        """Z-2, IE-38: what did not leave has failed, what did is uncertain; the next one goes."""
        logger = "odoo.addons.caredesk_zalo.models.caredesk_zalo_message_send"
        gone = self.env["caredesk.zalo.message"].create(
            {"contact_id": self.contact.id, "kind": "image"}  # its file was deleted
        )
        second = self._delivery(self._answer(self.contact))
        with self.assertLogs(logger, "ERROR"):
            self._send()
        self.assertEqual((gone.state, second.state), ("failed", "sent"))
        routes, key = self.sandbox.sandbox._routes, ("POST", "/v3.0/oa/message/cs")
        handler = routes[key]
        self.addCleanup(routes.update, {key: handler})
        routes[key] = lambda world, request: (
            handler(world, request) and as_json({"error": 0, "data": [1]})
        )
        third = self._delivery(self._answer(self.contact))
        with self.assertLogs(logger, "ERROR"):
            self._send()
        self.assertEqual(third.state, "uncertain")

    def test_erased_customer_is_not_written_to_again(self):
        """IE-53: there is nobody left to send it to."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        self._fail("code", code=-244)
        delivery = self._delivery(self._answer(self.contact))
        self._send()
        self.contact._erase("admin")
        with self.assertRaisesRegex(UserError, "deleted"):
            delivery.with_user(chief).action_retry()
        self.assertEqual(delivery.state, "failed")

    def test_sent_message_cannot_be_changed(self):
        """S2-X6: nobody edits what the customer has on his phone."""
        message = self._answer(self.contact)
        with self.assertRaises(UserError):
            self.contact.channel_id.with_user(self.hang)._message_update_content(message, body="x")

    def test_answer_to_a_message_quotes_it(self):
        """S2-MSG-02: a reply names the message it answers."""
        inbound = self.contact.channel_id.message_ids.filtered("author_guest_id")
        message = self._answer(self.contact, parent_id=inbound.id)
        self.assertEqual(self._delivery(message).quote_id, inbound.zalo_message_key)

    def test_who_does_not_serve_the_account_neither_reads_nor_writes(self):
        """S2-X1, S2-X2: only agents of the account and chat administrators."""
        with self.assertRaises(AccessError):
            self._answer(self.contact, user=self.minh)
        self.assertFalse(self.contact.channel_id.with_user(self.minh).has_access("read"))
        admin = self._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        message = self._answer(self.contact, user=admin)
        self.assertEqual(self._delivery(message).state, "queued")

    def test_echo_of_our_own_message_is_not_shown_twice(self):
        """IE-39: what came back from our own sending is known by its id."""
        message = self._answer(self.contact)
        self._send()
        count = len(self.contact.channel_id.message_ids)
        self._deliver(
            {
                "app_id": self.app.app_id,
                "event_name": "oa_send_text",
                "sender": {"id": self.account.oa_id},
                "recipient": {"id": self.PERSON},
                "message": {"msg_id": self._delivery(message).zalo_message_id, "text": "x"},
                "timestamp": str(self.world.now_ms()),
            }
        )
        self._work()
        self.assertEqual(len(self.contact.channel_id.message_ids), count)
