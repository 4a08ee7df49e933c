"""Parent and child, links, splitting, possible duplicates (IE-12)."""

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketLinks(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tu = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.first = cls._ticket(name="No sound", partner_id=cls.tu.id)
        cls.second = cls._ticket(name="No picture", partner_id=cls.tu.id)
        cls.links = cls.env["caredesk.ticket.link"]

    def _link(self, ticket, other, kind="related", by=None):
        return self.links.with_user(by or self.an).create(
            {"ticket_id": ticket.id, "other_id": other.id, "kind": kind}
        )

    # === PARENT AND CHILD ===

    def test_parent_and_children(self):
        """IE-12: the parent shows its children; nobody is below himself."""
        third = self._ticket()
        self.second.with_user(self.an).parent_id = self.first
        third.parent_id = self.second
        self.assertEqual(self.first.child_ids, self.second)
        for ticket, parent in ((self.first, third), (self.first, self.first)):
            with self.subTest(parent=parent.name), self.assertRaises(UserError):
                ticket.parent_id = parent
        self.assertFalse(self.second.copy().parent_id)

    def test_parent_of_the_same_company(self):
        """IE-12: no family over companies, also not by handing over."""
        company = self._company("Hoa Sen")
        group = self._group("Elsewhere", company_id=company.id)
        with self.assertRaises(ValidationError):
            self.first.parent_id = self._ticket(group_id=group.id)
        self.second.parent_id = self.first
        self._link(self.first, self.second)
        self.second.group_id = group
        self.assertFalse(self.second.parent_id)
        self.assertFalse(self.first.link_ids)

    def test_parent_has_to_be_visible(self):
        """IE-12: nobody learns a title by making a ticket his parent."""
        hidden = self._ticket(group_id=self._group("Billing", self._user("chi")).id)
        with self.assertRaises(AccessError):
            self.first.with_user(self.an).parent_id = hidden

    # === LINKS ===

    def test_links_are_seen_from_both_ends(self):
        """IE-12: related, duplicate of, blocks; removed from either end."""
        link = self._link(self.first, self.second, "duplicate")
        self.assertEqual(self.first.link_ids, link)
        self.assertEqual(self.second.link_ids, link)
        link.with_user(self.binh).action_remove()
        self.assertFalse(self.first.link_ids | self.second.link_ids)

    @mute_logger("odoo.sql_db")
    def test_links_that_make_no_sense(self):
        """IE-12: not to itself, not twice, not over companies."""
        self._link(self.first, self.second)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._link(self.second, self.first)
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._link(self.first, self.first)
        group = self._group("Elsewhere", company_id=self._company("Hoa Sen").id)
        abroad = self._ticket(group_id=group.id)
        with self.assertRaises(ValidationError):
            self._link(self.first, abroad, by=self.env.user)

    def test_links_need_both_tickets(self):
        """IE-12: a link tells nothing about a ticket one does not see."""
        hidden = self._ticket(group_id=self._group("Billing", self._user("chi")).id)
        with self.assertRaises(AccessError):
            self._link(self.first, hidden)
        link = self._link(self.first, hidden, by=self.env.user)
        self.assertEqual(self.first.link_ids, link)
        self.assertFalse(self.first.with_user(self.an).link_ids)
        with self.assertRaises(AccessError):
            link.with_user(self.an).read(["other_id"])

    # === SPLIT ===

    def test_split(self):
        """IE-12: chosen messages are quoted in a ticket of its own, linked both ways."""
        self._freeze()
        post = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        file = self.env["ir.attachment"].create({"name": "bill.txt", "raw": b"9"})
        kept = self.first.message_post(body="No sound", author_id=self.tu.id, **post)
        moved = self.first.message_post(
            body="And my bill is wrong", author_id=self.tu.id, attachment_ids=file.ids, **post
        )
        dialog = self.env["caredesk.ticket.split"].with_user(self.an)
        dialog = dialog.with_context(active_model="caredesk.ticket", active_id=self.first.id)
        action = dialog.create({"name": "Wrong bill", "message_ids": moved.ids}).action_split()
        part = self.env["caredesk.ticket"].browse(action["res_id"])
        self.assertIn("And my bill is wrong", part.description)
        self.assertNotIn("No sound", part.description)
        self.assertEqual((part.partner_id, part.type_id), (self.tu, self.usage))
        self.assertEqual(part.link_ids, self.first.link_ids)
        self.assertEqual((kept | moved).mapped("res_id"), [self.first.id] * 2)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "caredesk.ticket"), ("res_id", "=", part.id)]
        )
        self.assertEqual(files.mapped("raw"), [b"9"])
        self.assertClocks(part)
        self.assertFalse(part.auto_reply_pending, "the customer wrote once")

    def test_split_takes_no_notes_and_no_strangers(self):
        """IE-12: neither internal notes nor messages of other tickets go to a customer's."""
        note = self.first.message_post(
            body="Rude", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        foreign = self.second.message_post(body="Other", message_type="comment")
        for message in (note, foreign, note.browse()):
            dialog = self.env["caredesk.ticket.split"].with_user(self.an)
            dialog = dialog.create(
                {"ticket_id": self.first.id, "name": "x", "message_ids": message.ids}
            )
            with self.assertRaisesRegex(UserError, "messages of this ticket"):
                dialog.action_split()

    # === POSSIBLE DUPLICATES ===

    def test_possible_duplicates(self):
        """IE-12: open tickets of the same customer with a like title, the most alike first."""
        company = self.env["res.partner"].create({"name": "Hoa Sen", "is_company": True})
        people = self.env["res.partner"].create(
            [{"name": "Hà", "parent_id": company.id}, {"name": "Hải", "parent_id": company.id}]
        )
        mine = self._ticket(name="Máy in không chạy", partner_id=people[0].id)
        same = self._ticket(name="may in khong chay", partner_id=people[1].id)
        near = self._ticket(name="Máy in ở tầng hai không chạy", partner_id=company.id)
        self._ticket(name="Xin báo giá", partner_id=people[1].id)
        self._ticket(name="Máy in không chạy", partner_id=self.tu.id)
        done = self._ticket(name="Máy in không chạy", partner_id=company.id)
        done.action_cancel("Old")
        self.assertEqual(mine.possible_duplicate_ids, same | near)
        self.assertEqual(mine.possible_duplicate_ids[0], same)
        self.assertEqual(mine.possible_duplicate_count, 2)
        self.assertEqual(done.possible_duplicate_count, 0)
        action = mine.action_open_possible_duplicates()
        self.assertEqual(self.env["caredesk.ticket"].search(action["domain"]), mine | same | near)

    def test_possible_duplicates_without_customer(self):
        """IE-12: without a customer record the same e-mail or phone will do."""
        mine = self._ticket(name="No light", email_from="ha@example.com", phone="0901 234 567")
        by_mail = self._ticket(name="No light at all", email_from="HA@example.com")
        by_phone = self._ticket(name="No light", phone="+84901234567")
        self._ticket(name="No light", email_from="other@example.com")
        self.assertEqual(mine.possible_duplicate_ids, by_mail | by_phone)
        nobody = self._ticket(name="No light")
        self.assertFalse(nobody.possible_duplicate_ids)

    def test_possible_duplicates_are_visible_ones(self):
        """IE-12: nobody is shown a ticket he may not read."""
        group = self._group("Billing", self._user("chi"))
        self._ticket(name="No sound", partner_id=self.tu.id, group_id=group.id)
        self.assertFalse(self.first.with_user(self.an).possible_duplicate_ids)
        self.assertTrue(self.first.possible_duplicate_ids)
