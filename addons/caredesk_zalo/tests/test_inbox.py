import base64
from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import TransactionCase, tagged

from zalo_sandbox import upload_api

from ..models import caredesk_zalo_media
from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestInbox(ZaloMixin, TransactionCase):
    """From an event to a message in Discuss."""

    def _posted(self, contact):
        """Return the texts of a conversation, oldest first."""
        messages = contact.channel_id.message_ids.filtered(lambda m: m.message_type == "comment")
        return [str(message.body) for message in messages.sorted("id")]

    def test_first_word_makes_contact_conversation_and_message(self):
        """S2-RCV-02, S2-X3: a new customer's text stands in a conversation, in his name."""
        contact = self._receive("Máy lạnh <b>không</b> lạnh\nGiúp em")
        message = contact.channel_id.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(contact.channel_id.channel_type, "zalo")
        self.assertEqual(message.author_guest_id, contact.guest_id)
        self.assertFalse(message.author_id)
        self.assertEqual(message.body, "<p>Máy lạnh &lt;b&gt;không&lt;/b&gt; lạnh<br>Giúp em</p>")
        self.assertEqual(contact.channel_id.channel_member_ids.partner_id, self.hang.partner_id)

    def test_same_event_three_times_in_any_order(self):
        """IE-36, Z-1: each message once, and in the order it was written."""
        said = [self._says(str(number)) for number in range(4)]
        for number, event in enumerate(said):
            event["timestamp"] = str(int(event["timestamp"]) - 1000 * (10 - number))
        self._deliver(said[2], said[0], said[3], said[0], said[1], said[2], said[3], said[1])
        self._work()
        self._deliver(*said)
        self._work()
        self.assertEqual(self._posted(self._contact()), [f"<p>{number}</p>" for number in range(4)])

    def test_event_that_fails_is_kept_and_hinders_no_other(self):
        """IE-36: a failure is shown with its reason, tried again, and can be replayed."""
        broken, good = self._says("hỏng"), self._says("tốt", user_id="246845883529197922")
        self._deliver(broken, good)
        event = self.env["caredesk.zalo.event"].search([("zalo_user_id", "=", self.PERSON)])
        contacts = self.env.registry["caredesk.zalo.contact"]
        original = contacts._spoke

        def fail(contact, moment):
            if contact.zalo_user_id == self.PERSON:
                raise ZeroDivisionError("cố ý")
            return original(contact, moment)

        self.patch(contacts, "_spoke", fail)
        self._work()
        self.assertEqual(event.attempts, 1)
        self.assertIn("cố ý", event.error)
        self.assertTrue(event.next_try_at)
        self.assertEqual(self._posted(self._contact("246845883529197922")), ["<p>tốt</p>"])
        for _time in range(5):
            event._process()
        self.assertEqual(event.state, "failed")
        self.patch(contacts, "_spoke", original)
        event.action_replay()
        event._process()
        self.assertEqual(event.state, "done")

    def test_an_app_speaks_for_its_own_accounts_only(self):
        """IE-36, IE-40: a right signature of one app opens no other app's conversations."""
        other = self.app.copy({"app_id": "1"})
        self.env["caredesk.zalo.event"].sudo()._take(other.id, self._raw(self._says("lạ")))
        self.assertFalse(self.env["caredesk.zalo.event"].search([("oa_id", "=", self.account.id)]))

    def test_what_holds_up_a_customers_words(self):
        """IE-36, Z-1: not a mark of a message that is still under way; an echo does, a moment."""
        contact = self._receive()
        delivery = self._answer(contact).zalo_delivery_ids
        delivery.state = "sending"
        seen = {
            "app_id": self.app.app_id,
            "event_name": "user_seen_message",
            "sender": {"id": self.account.oa_id},
            "recipient": {"id": self.PERSON},
            "message": {"msg_ids": ["m1"]},
            "timestamp": str(self.world.now_ms() - 5000),
        }
        self._deliver(seen)
        inbox = self.env["caredesk.zalo.event"]
        mark = inbox.search([("name", "=", "user_seen_message")])
        mark._process()
        self.assertGreater(mark.next_try_at, Datetime.now() - timedelta(seconds=1))
        mark.next_try_at = Datetime.now() + timedelta(minutes=5)
        self._receive("vẫn nghe")
        self.assertEqual(self._posted(contact)[-1], "<p>vẫn nghe</p>")
        mark.name = "oa_send_text"
        self._deliver(self._says("chờ chút"))
        self.env.flush_all()
        self.assertIsNone(inbox._until_ripe(), "nobody spins for what waits five minutes")
        self._work()
        self.assertEqual(self._posted(contact)[-1], "<p>vẫn nghe</p>")
        mark.next_try_at = Datetime.now() + timedelta(seconds=2)
        self.env.flush_all()
        self.assertTrue(0 < inbox._until_ripe() < 1, "a moment is waited for")

    def test_words_after_one_that_failed_wait(self):
        """IE-36, Z-1: also in one batch; nobody spins, and they come in their order."""
        inbox, contact = self.env["caredesk.zalo.event"], self._receive("không")
        first, second = self._says("một"), self._says("hai")
        first["timestamp"] = str(int(second["timestamp"]) - 5000)
        self._deliver(first, second)
        channels = self.env.registry["discuss.channel"]
        original = channels._zalo_post_customer

        def fail(channel, event, body):
            if "một" in body:
                raise ZeroDivisionError("cố ý")
            return original(channel, event, body)

        self.patch(channels, "_zalo_post_customer", fail)
        self._work()
        waiting = inbox.search([("state", "=", "new")], order="happened_ms")
        self.assertEqual(waiting.mapped("attempts"), [1, 0])
        self.assertEqual(self._posted(contact), ["<p>không</p>"])
        waiting[1].next_try_at = Datetime.now()  # it failed by itself some time
        self.env.flush_all()
        self.assertIsNone(inbox._until_ripe())
        self.patch(channels, "_zalo_post_customer", original)
        waiting[0].next_try_at = Datetime.now()
        self._work()
        texts = [f"<p>{word}</p>" for word in ("không", "một", "hai")]
        self.assertEqual(self._posted(contact), texts)

    def test_unknown_event_is_kept_as_ignored(self):
        """IE-36: what we do not act on is stored all the same."""
        event = {**self._says("a"), "event_name": "user_did_something_new"}
        self._deliver(event)
        self._work()
        stored = self.env["caredesk.zalo.event"].search([("oa_id", "=", self.account.id)])
        self.assertEqual(stored.state, "ignored")

    def test_finished_events_are_forgotten(self):
        """IE-36: what is done is deleted after its retention; what waits or failed stays."""
        self._receive()
        self._deliver(self._says("chưa xử lý"))
        inbox = self.env["caredesk.zalo.event"]
        self.env.cr.execute("UPDATE caredesk_zalo_event SET create_date = '2020-01-01'")
        inbox.invalidate_model()
        self.assertEqual(inbox._gc_finished()[0], 1)
        self.assertEqual(inbox.search([("oa_id", "=", self.account.id)]).state, "new")
        self.assertEqual(self.env["caredesk.zalo.refusal"]._gc_old()[1], False)

    def test_picture_and_file_are_fetched_by_a_worker(self):
        """IE-37, S2-X3: files come as attachments, from Zalo's hosts only."""
        png = base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        key = upload_api.keep(self.world, "a.png", "image/png", png)
        image = {"type": "image", "payload": {"url": self.world.media_url(key)}}
        foreign = {"type": "file", "payload": {"url": "http://169.254.169.254/x", "name": "x.pdf"}}
        self._deliver(self._says("Ảnh", kind="image", attachments=[image, foreign]))
        self._work()
        contact = self._contact()
        self.patch(caredesk_zalo_media, "FETCHED_PER_RUN", 1)  # the second one follows at once
        self._run("ir_cron_media")
        message = contact.channel_id.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(message.attachment_ids.raw, png)
        self.assertEqual(message.attachment_ids.mimetype, "image/png")
        lost = self.env["caredesk.zalo.media"].search([("name", "=", "x.pdf")])
        self.assertEqual(lost.state, "failed")
        self.assertEqual([(f["name"], f["lost"]) for f in message._zalo_files()], [("x.pdf", True)])

    def test_place_card_and_link_are_shown(self):
        """IE-37: each kind is at least readable; an address that is no page is no link."""
        place = {"type": "location", "payload": {"coordinates": {"latitude": 10, "longitude": 106}}}
        link = {
            "type": "link",
            "payload": {"url": "javascript:alert(1)", "description": "<i>x</i>"},
        }
        self._deliver(
            self._says("", kind="location", attachments=[place]),
            self._says("", kind="link", attachments=[link]),
        )
        self._work()
        posted = "".join(self._posted(self._contact()))
        self.assertIn("mlat=10.0", posted)
        self.assertIn("&lt;i&gt;x&lt;/i&gt;", posted)
        self.assertNotIn("javascript", posted)

    def test_profile_gives_name_and_following(self):
        """S2-INF-02: the name comes from Zalo; nothing else is filled in."""
        contact = self._receive()
        self._run("ir_cron_profiles")
        self.assertEqual(contact.name, "Nguyễn Thị Hoa")
        self.assertEqual(contact.channel_id.name, "Nguyễn Thị Hoa")
        self.assertTrue(contact.is_follower)
        self.assertFalse(contact.phone)

    def test_what_the_customer_shares_is_kept(self):
        """S2-INF-03, S2-INF-08: shared data fill the contact; what is not given stays."""
        contact = self._receive()
        contact.address = "cũ"
        event = {
            "app_id": self.app.app_id,
            "event_name": "user_submit_info",
            "sender": {"id": self.PERSON},
            "recipient": {"id": self.account.oa_id},
            "info": {"name": "Hoa", "phone": "84912345678", "user_dob": "30/10/1999"},
            "timestamp": str(self.world.now_ms()),
        }
        self._deliver(event)
        self._work()
        self.assertEqual((contact.phone, contact.address), ("+84 912 345 678", "cũ"))
        self.assertEqual(str(contact.birthday), "1999-10-30")

    def test_following_and_leaving(self):
        """IE-43: the customer's choice is seen on his contact."""
        contact = self._receive()
        for name in ("follow", "unfollow"):
            self._deliver(
                {
                    "oa_id": self.account.oa_id,
                    "follower": {"id": self.PERSON},
                    "event_name": name,
                    "timestamp": str(self.world.now_ms()),
                }
            )
            self._work()
            self.assertEqual(contact.is_follower, name == "follow")

    def test_message_of_a_human_in_zalos_own_tool_appears_once(self):
        """IE-39: what a colleague types in OA Manager is shown, and not sent again."""
        contact = self._receive()
        echo = {
            "app_id": self.app.app_id,
            "event_name": "oa_send_text",
            "sender": {"id": self.account.oa_id, "admin_id": "77"},
            "recipient": {"id": self.PERSON},
            "message": {"msg_id": "e1", "text": "từ OA Manager"},
            "timestamp": str(self.world.now_ms()),
        }
        self._deliver(echo, echo)
        self._work()
        self.assertEqual(self._posted(contact).count("<p>từ OA Manager</p>"), 1)
        self.assertFalse(
            self.env["caredesk.zalo.message"].search([("contact_id", "=", contact.id)])
        )
