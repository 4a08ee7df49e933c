import base64

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tools.discuss import Store

from zalo_sandbox import upload_api

from .common import ZaloMixin

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestScreen(ZaloMixin, TransactionCase):
    """What Discuss is told of a Zalo conversation and its messages."""

    def _newest(self, contact):
        messages = contact.channel_id.message_ids
        return messages.filtered(lambda m: m.message_type == "comment").sorted("id")[-1]

    def _told(self, records, user=None):
        """Return what a user's browser is told of records, one dictionary each."""
        store = Store().add(records.with_user(user or self.hang)).get_result()
        known = {row["id"]: row for row in store[records._name]}
        return [known[record.id] for record in records]

    def test_header_knows_the_other_side(self):
        """IE-38, IE-43: until when, by which account, whether the customer follows."""
        contact = self._receive()
        self._run("ir_cron_profiles")
        [told] = self._told(contact.channel_id)
        self.assertTrue(told["zalo_window_until"])
        side = {"contact_id": contact.id, "account": "CareDesk", "connected": True}
        side["kind"] = "unlinked"
        self.assertEqual(told["zalo_side"], {**side, "follows": True})
        contact.is_follower = False
        self.assertFalse(self._told(contact.channel_id)[0]["zalo_side"]["follows"])
        self.account.action_disconnect()
        self.assertFalse(self._told(contact.channel_id)[0]["zalo_side"]["connected"])

    def test_message_says_at_once_which_files_are_coming(self):
        """IE-37: nobody sees an empty message while a worker fetches its picture."""
        key = upload_api.keep(self.world, "a.png", "image/png", PNG)
        image = {"type": "image", "payload": {"url": self.world.media_url(key)}}
        self._receive()
        self._deliver(self._says("", kind="image", attachments=[image]))
        self._work()
        message = self._newest(self._contact())
        [told] = self._told(message)
        self.assertEqual([(f["kind"], f["lost"]) for f in told["zalo_files"]], [("image", False)])
        self._run("ir_cron_media")
        [told] = self._told(message)
        self.assertEqual(told["zalo_files"], [])
        self.assertEqual(len(told["attachment_ids"]), 1)

    def test_customer_quotes_what_either_side_wrote(self):
        """S2-X3: an answer to a message hangs on that message."""
        contact = self._receive("Máy không lạnh")
        theirs = self._newest(contact)
        ours = self._answer(contact, "Dạ máy nào ạ")
        self._send()
        delivery = ours.zalo_delivery_ids
        for quoted, key in ((theirs, theirs.zalo_message_key), (ours, delivery.zalo_message_id)):
            self._deliver(self._says("cái này", quote_msg_id=key))
            self._work()
            self.assertEqual(self._newest(contact).parent_id, quoted)
        self._deliver(self._says("cái kia", quote_msg_id="unknown"))
        self._work()
        self.assertFalse(self._newest(contact).parent_id)

    def test_message_of_zalos_own_tool_is_marked(self):
        """IE-39: an agent sees that nobody wrote it in Odoo."""
        contact = self._receive()
        self.assertNotIn("zalo_is_foreign", self._told(self._newest(contact))[0])
        self._deliver(
            {
                "app_id": self.app.app_id,
                "event_name": "oa_send_text",
                "sender": {"id": self.account.oa_id, "admin_id": "77"},
                "recipient": {"id": self.PERSON},
                "message": {"msg_id": "e1", "text": "từ OA Manager"},
                "timestamp": str(self.world.now_ms()),
            }
        )
        self._work()
        self.assertTrue(self._told(self._newest(contact))[0]["zalo_is_foreign"])

    def test_what_the_customer_wrote_is_nobodys_to_change(self):
        """S2-X6: not even an administrator edits a customer's words."""
        contact = self._receive()
        message = self._newest(contact)
        with self.assertRaises(UserError):
            contact.channel_id._message_update_content(message, body="x")

    def test_note_stands_on_the_customers_record_too(self):
        """S2-CMT-01, S2-CMT-05: written in the chat with a file, seen on the card, never sent."""
        contact = self._receive()
        attachments = self.env["ir.attachment"].with_user(self.hang)
        file = attachments.create(
            {"name": "a.png", "raw": PNG, "res_model": "mail.compose.message"}
        )
        contact.channel_id.with_user(self.hang).message_post(
            body="Khách quen, ưu tiên",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachment_ids=file.ids,
        )
        comment = contact._comment_record().message_ids[0]
        self.assertIn("Khách quen, ưu tiên", comment.body)
        self.assertEqual(comment.attachment_ids.raw, PNG)
        self.assertEqual(comment.author_id, self.hang.partner_id)
        self.assertFalse(
            self.env["caredesk.zalo.message"].search([("contact_id", "=", contact.id)])
        )

    def test_word_after_the_window_opens_the_screen_again(self):
        """IE-38: the moment a silent customer writes, the agent may answer."""
        contact = self._receive()
        contact.last_customer_at = "2020-01-01"
        self.env["bus.bus"].search([]).unlink()
        self._deliver(self._says("Còn đó không"))
        self._work()
        told = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue([text for text in told if "zalo_window_until" in text])

    def test_push_notice_names_the_customer(self):
        """IE-41: a sleeping phone shows who wrote and what, as for other chats."""
        contact = self._receive("Máy không lạnh")
        payload = contact.channel_id._notify_by_web_push_prepare_payload(self._newest(contact))
        self.assertEqual(payload["title"], f"Zalo: {contact.name}")
        self.assertEqual(payload["options"]["body"], "Máy không lạnh")
