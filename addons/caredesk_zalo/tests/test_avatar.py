import struct
import zlib
from datetime import timedelta
from functools import partial

from odoo.fields import Datetime
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_zalo.models import caredesk_zalo_contact_profile
from odoo.addons.caredesk_zalo.zalo_client import ZaloRejected, ZaloRetryable
from odoo.addons.caredesk_zalo.zalo_client.media import MediaService

from zalo_sandbox import upload_api
from zalo_sandbox.portrait import portrait

from .common import ZaloMixin


def _png(width, height):
    """Return a small PNG that says it has so many pixels, and has none."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\x00")), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@tagged("post_install", "-at_install")
class TestAvatar(ZaloMixin, TransactionCase):
    """Who a customer is: his picture and his name, and what others may put there."""

    def setUp(self):
        super().setUp()
        self.person = self.world.person(self.account.oa_id, self.PERSON)
        former = (self.person.name, self.person.avatar)
        self.addCleanup(lambda: self._rename(*former))

    def _rename(self, name, avatar):
        self.person.name, self.person.avatar = name, avatar

    def _keep(self, content, mimetype="image/png"):
        """Let the sandbox hold a file; return its address."""
        key = upload_api.keep(self.world, "a.png", mimetype, content)
        return self.world.media_url(key)

    def _read(self):
        """Let the workers read profile and picture of somebody who wrote; return his contact."""
        contact = self._receive()
        self._run("ir_cron_profiles")
        self._run("ir_cron_avatars")
        return contact

    def test_picture_stands_beside_the_customers_words(self):
        """IE-37, IE-41: fetched by a worker, kept small, told to open screens."""
        contact = self._receive()
        self._run("ir_cron_profiles")
        self.assertFalse(contact.guest_id.image_1920)
        self.env["bus.bus"].search([]).unlink()
        self._run("ir_cron_avatars")
        self.assertEqual(contact.avatar_state, "done")
        self.assertTrue(contact.guest_id.image_1920)
        told = " ".join(self.env["bus.bus"].search([]).mapped("message"))
        self.assertIn("avatar_128_access_token", told)
        contact._erase("admin")
        self.assertFalse(contact.guest_id.image_1920 or contact.avatar_url)

    def test_picture_of_who_never_wrote_waits_for_his_first_word(self):
        """IE-37: a profile without a conversation fetches nothing."""
        contact = self.env["caredesk.zalo.contact"]._of(self.account, self.PERSON)
        self._run("ir_cron_profiles")
        self.assertTrue(contact.avatar_url)
        self.assertFalse(contact.avatar_state)
        self._receive()
        self.assertEqual(contact.avatar_state, "todo")

    def test_only_small_pictures_of_zalo_are_taken(self):
        """IE-37: another host, a page, a file too long, a picture that unfolds: none is shown."""
        for address in (
            "https://example.com/a.png",
            self._keep(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            self._keep(portrait("1") + b"\x00" * 1_000_000),
            self._keep(_png(30_000, 30_000)),
        ):
            self.person.avatar = address
            contact = self._receive()
            contact.profile_state = "todo"
            self._run("ir_cron_profiles")
            self._run("ir_cron_avatars")
            self.assertEqual(contact.avatar_state, "failed", address)
            self.assertFalse(contact.guest_id.image_1920)

    def test_host_that_does_not_answer_is_asked_a_few_times(self):
        """IE-37: a picture is no reason to call for ever."""
        contact = self._receive()
        self._run("ir_cron_profiles")
        self.sandbox.sandbox.faults.add(path="/avatar", kind="error_500", times=-1)
        states = []
        for _time in range(3):
            self._run("ir_cron_avatars")
            states.append(contact.avatar_state)
        self.assertEqual(states, ["todo", "todo", "failed"])

    def test_profile_is_read_anew_rarely(self):
        """IE-37, IE-43: who writes after a month may have another name and picture by now."""
        self.person.avatar = self._keep(portrait("a"))
        contact = self._read()
        picture = contact.guest_id.image_1920
        self._rename("Hoa Nguyễn", self._keep(portrait("c")))
        self._receive("hôm nay")
        self.assertEqual(contact.profile_state, "done")
        contact.profile_at = Datetime.now() - timedelta(days=31)
        self._read()
        self.assertEqual((contact.name, contact.guest_id.name), ("Hoa Nguyễn", "Hoa Nguyễn"))
        self.assertNotEqual(contact.guest_id.image_1920, picture)
        contact.name = "Chị Hoa quận 3"
        contact.profile_at = Datetime.now() - timedelta(days=31)
        self._read()
        self.assertEqual((contact.name, contact.zalo_name), ("Chị Hoa quận 3", "Hoa Nguyễn"))

    def test_account_without_connection_hinders_nobody(self):
        """S2-X5: its customers wait, those of the other accounts are read."""
        lost = self.env["caredesk.zalo.oa"].create({"name": "Lost", "app_id": self.app.id})
        waiting = self.env["caredesk.zalo.contact"]._of(lost, "246845883529197922")
        contact = self._receive()
        self._run("ir_cron_profiles")
        self.assertEqual((waiting.profile_state, contact.profile_state), ("todo", "done"))

    def test_burst_of_customers_is_read_without_a_pause(self):
        """S2-INF-02, IE-37: the rest of a burst goes on at once, unless Zalo is away."""
        self.patch(caredesk_zalo_contact_profile, "PROFILES_PER_RUN", 2)
        contacts = self.env["caredesk.zalo.contact"]
        everybody = [contacts._of(self.account, f"24684588352919792{n}") for n in range(1, 5)]
        left = []
        self.patch(
            self.env.registry["ir.cron"],
            "_commit_progress",
            lambda cron, done=0, *, remaining=None: left.append(remaining) or 60,
        )
        self.sandbox.sandbox.faults.add(path="/v3.0/oa/user/detail", kind="error_500")
        contacts._cron_read_profiles()
        self.assertEqual(left[0], 1, "Zalo is away: what is behind waits for the next run")
        left.clear()
        contacts._cron_read_profiles()
        self.assertEqual([one for one in left if one is not None][-1], 1)
        contacts._cron_read_profiles()
        self.assertNotIn("todo", [one.profile_state for one in everybody])

    def _meanwhile(self, owner, name, change, answer):
        """Let something happen while a call to Zalo waits for its answer, the first time."""
        changes = [change]

        def call(*_args, **_options):
            if changes:
                changes.pop()()
                self.env.flush_all()
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.patch(owner, name, call)

    def test_who_is_erased_while_zalo_is_asked_stays_erased(self):
        """IE-37, IE-40: neither his name nor a failure is noted on the card that is nobody's."""
        for answer in ({"display_name": "Hoa"}, ZaloRejected("no such user", code=-213)):
            contact = self.env["caredesk.zalo.contact"]._of(self.account, self.PERSON)
            erase = partial(contact._erase, "admin")
            self._meanwhile(type(self.account), "_call", erase, answer)
            self._run("ir_cron_profiles")
            self.assertTrue(contact.erased_at)
            self.assertFalse(contact.zalo_name or contact.profile_at)

    def test_picture_that_changes_while_the_old_one_is_asked_for(self):
        """IE-37: that the old one is gone or its host silent says nothing of the new one."""
        contact = self._receive()
        for error in (ZaloRejected("gone"), ZaloRetryable("silent")):
            self._run("ir_cron_profiles")
            contact._want_avatar()
            change = partial(contact.write, {"avatar_url": self._keep(portrait(error.reason))})
            self._meanwhile(MediaService, "fetch", change, error)
            self._run("ir_cron_avatars")
            self.assertEqual((contact.avatar_state, contact.avatar_attempts), ("todo", 0))

    def test_files_of_who_is_erased_meanwhile_hinder_nobody(self):
        """IE-37: a customer is erased while his file is fetched; those of the next one come."""
        contact = self._receive()
        file = {"type": "file", "payload": {"url": self._keep(portrait("1")), "name": "a.png"}}
        self._deliver(self._says("", kind="file", attachments=[file, file]))
        other = self._says("", user_id="246845883529197922", kind="file", attachments=[file])
        self._deliver(other)
        self._work()
        erase = partial(contact._erase, "admin")
        self._meanwhile(MediaService, "fetch", erase, ZaloRejected("gone"))
        with self.assertNoLogs("odoo.addons.base.models.ir_cron", "ERROR"):
            self._run("ir_cron_media")
        self.assertEqual(self.env["caredesk.zalo.media"].search([]).mapped("state"), ["failed"])

    def test_odd_name_hinders_nobody(self):
        """IE-37: a name of thousands of letters, with what no database takes, is cut short."""
        self.person.name = "Hoa\x00 " + "x" * 3000
        other = self.env["caredesk.zalo.contact"]._of(self.account, "246845883529197922")
        contact = self._receive()
        self._run("ir_cron_profiles")
        self.assertEqual(len(contact.name), 120)
        self.assertTrue(contact.guest_id.name.startswith("Hoa xxx"))
        self.assertEqual(other.profile_state, "done")

    def test_files_made_to_do_harm_are_kept_as_they_came(self):
        """IE-37: a picture that unfolds to gigabytes stops no other file; a page is text here."""
        contact = self._receive()
        page = b"<html><script>alert(1)</script></html>"
        files = {"tall.png": _png(60_000, 60_000), "good.png": portrait("1"), "a.html": page}
        for name, content in files.items():
            payload = {"url": self._keep(content), "name": name}
            attachments = [{"type": "file", "payload": payload}]
            self._deliver(self._says("", kind="file", attachments=attachments))
        self._work()
        self._run("ir_cron_media")
        kept = contact.channel_id.message_ids.attachment_ids
        self.assertEqual({file.name: file.raw for file in kept}, files)
        self.assertEqual(set(kept.mapped("mimetype")), {"image/png", "text/plain"})
