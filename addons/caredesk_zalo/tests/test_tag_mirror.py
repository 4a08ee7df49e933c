from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestTagMirror(ZaloMixin, TransactionCase):
    """Shared tags are the same here and at Zalo, if the account says so."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive()
        self.account.mirrors_tags = True
        self.tags = self.env["caredesk.tag"].with_user(self.hang)
        self.vip = self.tags.create({"name": "VIP", "is_shared": True})
        self.at_zalo = self.world.accounts[self.account.oa_id].tags
        self.at_zalo.clear()

    def _tag(self, *tags, command=Command.link):
        mine = self.contact.with_user(self.hang)
        mine.tag_ids = [command(tag.id) for tag in tags]

    def _changes(self):
        return self.env["caredesk.zalo.tag.change"].search([("contact_id", "=", self.contact.id)])

    def _event(self, name, tag, *user_ids):
        return {
            "app_id": self.zalo_app.app_id,
            "oa_id": self.account.oa_id,
            "event_name": name,
            "tag": {"name": tag, "user_ids": list(user_ids)},
            "timestamp": str(int(self.env.cr.now().timestamp() * 1000)),
        }

    def test_to_zalo(self):
        """S2-TAG-01, S2-TAG-09: shared ones go, own ones stay; a tag taken away goes too."""
        own = self.tags.create({"name": "Khó tính"})
        self._tag(self.vip, own)
        self.assertFalse(self.at_zalo, "nothing is called while the agent waits")
        self._run("ir_cron_tags")
        self.assertEqual(self.at_zalo, {"VIP": {self.PERSON}})
        self._tag(self.vip, command=Command.unlink)
        self._run("ir_cron_tags")
        self.assertEqual(self.at_zalo, {"VIP": set()})
        self.assertEqual(set(self._changes().mapped("state")), {"done"})

    def test_only_the_last_change_counts(self):
        """Given and taken before the worker comes: one row, and the last word."""
        self._tag(self.vip)
        self._tag(self.vip, command=Command.unlink)
        self.assertEqual(len(self._changes()), 1)
        self._run("ir_cron_tags")
        self.assertFalse(self.at_zalo.get("VIP"))

    def test_zalo_is_away(self):
        """A change that Zalo does not take now waits; nothing is lost."""
        self._tag(self.vip)
        self.sandbox.sandbox.faults.add(path="/v2.0/oa/tag", kind="error_500", times=1)
        self._run("ir_cron_tags")
        change = self._changes()
        self.assertEqual((change.state, change.attempts), ("pending", 1))
        change.next_try_at = False
        self._run("ir_cron_tags")
        self.assertEqual(self.at_zalo, {"VIP": {self.PERSON}})

    def test_from_zalo(self):
        """Given in OA Manager: given here, as a shared tag, and not sent back."""
        self._deliver(self._event("add_user_to_tag", "Khách quen", self.PERSON))
        self._work()
        self.assertEqual(self.contact.tag_ids.name, "Khách quen")
        self.assertTrue(self.contact.tag_ids.is_shared)
        self.assertFalse(self._changes())
        self._deliver(self._event("remove_user_from_tag", "khách QUEN", self.PERSON))
        self._work()
        self.assertFalse(self.contact.tag_ids)
        self._tag(self.vip)
        self._deliver(self._event("remove_tag", "VIP"))
        self._work()
        self.assertFalse(self.contact.tag_ids)

    def test_with_the_profile(self):
        """Tags the account had given before come with the customer's profile."""
        self.at_zalo["Từ lâu"] = {self.PERSON}
        self.contact.profile_state = "todo"
        self._run("ir_cron_profiles")
        self.assertEqual(self.contact.tag_ids.name, "Từ lâu")

    def test_not_without_the_setting(self):
        """Accounts that do not wish it mirror nothing, in neither direction."""
        self.account.mirrors_tags = False
        self._tag(self.vip)
        self._deliver(self._event("add_user_to_tag", "Khách quen", self.PERSON))
        self._work()
        self.assertFalse(self._changes())
        self.assertEqual(self.contact.tag_ids, self.vip)
