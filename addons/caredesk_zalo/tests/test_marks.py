from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestMarks(ZaloMixin, TransactionCase):
    """«Gắn tag», «Theo dõi», «Tìm kiếm khách hàng»."""

    def setUp(self):
        super().setUp()
        self.account.user_ids |= self.minh
        self.contact = self._receive()
        self.tags = self.env["caredesk.tag"].with_user(self.hang)

    def _find(self, *domain, user=None):
        contacts = self.env["caredesk.zalo.contact"].with_user(user or self.hang)
        return contacts.search([("oa_id", "=", self.account.id), *domain])

    def test_own_and_shared_tags(self):
        """S2-TAG-03/04/05/07, C-18: own ones orange, for oneself; shared ones blue, for all."""
        own = self.tags.create({"name": "  Khó   tính "})
        shared = self.tags.create({"name": "VIP", "is_shared": True})
        self.assertEqual((own.name, own.color, shared.color), ("Khó tính", 2, 8))
        seen = self.tags.with_user(self.minh).search([("id", "in", (own | shared).ids)])
        self.assertEqual(seen, shared)
        with self.assertRaises(AccessError):
            shared.with_user(self.minh).name = "Của tôi"
        with self.assertRaises(AccessError):
            self.tags.create({"name": "x", "user_id": self.minh.id})

    def test_enter_makes_or_selects(self):
        """S2-TAG-06/10: a new name becomes an own tag, a known one is selected."""
        first, _name = self.tags.name_create("Hay hỏi")
        self.assertEqual(self.tags.browse(first).user_id, self.hang)
        self.assertFalse(self.tags.browse(first).is_shared)
        self.assertEqual(self.tags.name_create(" hay HỎI ")[0], first)
        self.assertNotEqual(self.tags.with_user(self.minh).name_create("Hay hỏi")[0], first)
        self.assertNotEqual(self.tags.name_create("Hay_hỏi")[0], first)
        with self.assertRaises(UserError):
            self.tags.name_create("  ")

    @mute_logger("odoo.sql_db")
    def test_one_tag_of_a_name(self):
        """S2-TAG-10: nobody has two of one name, whatever the case."""
        self.tags.create({"name": "VIP", "is_shared": True})
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.tags.with_user(self.minh).create({"name": "vip", "is_shared": True})

    def test_tagging(self):
        """S2-TAG-01/02/08/09: on the customer, on the record he is linked to, and to find."""
        own = self.tags.create({"name": "Của Hằng"})
        minhs = self.tags.with_user(self.minh).create({"name": "Của Minh"})
        self.contact.with_user(self.hang).tag_ids = [Command.set(own.ids)]
        self.env.invalidate_all()
        self.contact.with_user(self.minh).tag_ids = [Command.set(minhs.ids)]
        self.env.invalidate_all()
        self.assertEqual(self.contact.sudo().tag_ids, own | minhs)
        self.assertEqual(self._find(("tag_ids", "in", own.ids)), self.contact)
        partner = self.env["res.partner"].create({"name": "A"})
        self.contact.partner_id = partner
        self.assertIn(own, partner.zalo_tag_ids)
        found = self.env["res.partner"].search([("zalo_tag_ids", "in", own.ids)])
        self.assertEqual(found, partner)

    def test_following(self):
        """S2-FOL-02/03/04, C-27: a star of one's own, on and off."""
        mine = self.contact.with_user(self.hang)
        self.assertTrue(mine.action_toggle_star())
        self.assertTrue(mine.is_starred)
        self.assertFalse(self.contact.with_user(self.minh).is_starred)
        self.assertEqual(self._find(("is_starred", "=", True)), self.contact)
        self.assertFalse(self._find(("is_starred", "=", True), user=self.minh))
        self.assertFalse(mine.action_toggle_star())
        self.assertFalse(self._find(("is_starred", "=", True)))

    def test_followed_leads_and_contacts(self):
        """S2-FOL-05: the filter of leads and of contacts gives exactly the followed ones."""
        partner, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        lead = self.env["crm.lead"].create({"name": "L", "type": "lead"})
        self.contact.write({"partner_id": partner.id, "lead_id": lead.id})
        self.contact.with_user(self.hang).action_toggle_star()
        for record, beside in ((partner, other), (lead, self.env["crm.lead"])):
            model = record.with_user(self.hang).sudo().with_user(self.hang)
            domain = [("id", "in", (record | beside).ids), ("zalo_is_starred", "=", True)]
            self.assertEqual(model.sudo().search(domain), record)
            by_anyone = [("id", "in", (record | beside).ids)]
            by_anyone += [("zalo_is_starred_by_anyone", "=", True)]
            self.assertEqual(self.env[record._name].search(by_anyone), record)
            self.assertFalse(self.env[record._name].with_user(self.minh).sudo().search(domain))

    def test_search(self):
        """S2-SCH-01/02, IE-42: by a name without its accents, by a phone in any form."""
        self.contact.write({"name": "Nguyễn Thị Bưởi", "phone": "84901234567"})
        for typed in ("buoi", "NGUYEN bươi", "0901 234 567", "+84901234567", "901234"):
            self.assertEqual(self._find(("search_any", "ilike", typed)), self.contact, typed)
        self.assertFalse(self._find(("search_any", "ilike", "cam")))

    def test_kinds_and_unread(self):
        """S2-SCH-03: by kind of customer, tags, followed, unread."""
        self.assertEqual(self.contact.kind, "unlinked")
        lead = self.env["crm.lead"].create({"name": "L", "type": "lead", "is_raw": True})
        self.contact.lead_id = lead
        self.assertEqual(self.contact.kind, "raw")
        lead.action_qualify()
        self.assertEqual(self._find(("kind", "=", "lead")), self.contact)
        partner = self.env["res.partner"].create({"name": "C", "is_company": True})
        self.contact.partner_id = partner
        self.assertEqual(self.contact.kind, "company")
        self.assertEqual(self._find(("is_unread", "=", True)), self.contact)
        member = self.contact.channel_id.channel_member_ids.filtered(
            lambda one: one.partner_id == self.hang.partner_id
        )
        member._mark_as_read(self.contact.channel_id.message_ids[0].id)
        self.assertFalse(self._find(("is_unread", "=", True)))

    def test_search_of_discuss(self):
        """S2-SCH-01, S2-SCH-02, S2-X1: closed ones too; those of a colleague's customers not."""
        self.contact.write({"name": "Đỗ Minh Xuân", "phone": "0903796416"})
        channel = self.contact.channel_id
        channel.with_user(self.hang).zalo_close()
        channels = self.env["discuss.channel"].with_user(self.hang)
        for typed in ("do minh", "+84 903 796 416", "0903796416"):
            found = channels.zalo_search(typed)
            self.assertEqual(found["ids"], channel.ids, typed)
            self.assertEqual(found["data"]["discuss.channel"][0]["id"], channel.id)
        self.assertFalse(channels.zalo_search("do minh khong co")["ids"])
        self.contact.user_id = self.hang
        self.assertFalse(channels.with_user(self.minh).zalo_search("do minh")["ids"])
