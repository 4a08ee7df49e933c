from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import ZaloMixin

SHARED = {
    "name": "Nguyễn Thị Hoa",
    "phone": "84987600321",
    "address": "12 Lê Lợi",
    "city": "Đà Nẵng",
    "district": "Hải Châu",
}


@tagged("post_install", "-at_install")
class TestInformation(ZaloMixin, TransactionCase):
    """Asking a customer for his data, and what becomes of his answer."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive()
        self.channel = self.contact.channel_id

    def _partner(self, **values):
        return self.env["res.partner"].create({"name": "Hoa", **values})

    def _requests(self):
        return self.env["caredesk.zalo.message"].search(
            [("contact_id", "=", self.contact.id), ("kind", "=", "request_info")]
        )

    # === ASKING ===

    def test_information_makes_a_lead(self):
        """S2-CRM-01: by setting, of the raw customer or anew, and of one the company knows not."""
        contact = self._receive()
        self.account.info_makes_lead = True
        self._shares(contact, name="Chị Hoa", phone="84903555777", address="12 Lê Lợi")
        lead = contact.lead_id
        self.assertEqual((contact.kind, lead.phone), ("lead", contact.phone))
        self._shares(contact, name="Chị Hoa", phone="84903555777", address="14 Lê Lợi")
        self.assertEqual(contact.lead_id, lead)
        lead.is_raw = True
        self._shares(contact, name="Chị Hoa", phone="84903555777", address="16 Lê Lợi")
        self.assertFalse(lead.is_raw)
        contact.lead_id = False
        self.env["res.partner"].create({"name": "Hoa", "phone": "0903555777"})
        self._shares(contact, name="Chị Hoa", phone="84903555777", address="18 Lê Lợi")
        self.assertFalse(contact.lead_id)
        self.assertTrue(contact.proposal_ids)

    def test_dialog_shows_what_is_sent_and_no_sends_nothing(self):
        """S2-INF-04, S2-INF-05, S2-INF-06: the form is shown first; leaving it sends nothing."""
        action = self.contact.with_user(self.hang).action_request_info()
        dialog = self.env[action["res_model"]].with_user(self.hang)
        dialog = dialog.with_context(**action["context"]).create({})
        self.account.request_title = "Xin thông tin"
        dialog.invalidate_recordset()
        self.assertEqual(dialog.title, "Xin thông tin")
        self.assertEqual(dialog.customer_name, self.contact.name)
        dialog.unlink()
        self.assertFalse(self._requests())

    def test_yes_sends_one_form_and_notes_it(self):
        """S2-INF-07, IE-53: one card at the customer that says why; noted in the thread; sent
        once however often one clicks."""
        dialog = self.env["caredesk.zalo.request"].with_user(self.hang)
        dialog = dialog.create({"channel_id": self.channel.id})
        dialog.action_send()
        with self.assertRaisesRegex(UserError, "asked already"):
            dialog.action_send()
        self._send()
        sent = self._requests()
        self.assertEqual((len(sent), sent.state), (1, "sent"))
        card = self.world.message(sent.zalo_message_id).body["attachments"][0]["payload"]
        self.assertEqual(card["title"], self.account._request_card()[0])
        self.assertIn("you agree", card["subtitle"])
        self.assertTrue(card["image_url"].startswith("http"))
        self.assertIn("Asked the customer", sent.mail_message_id.body)
        self.assertEqual(sent.mail_message_id._zalo_delivery()["state"], "sent")

    def test_asking_again_after_the_answer_or_a_while(self):
        """S2-INF-07: who answered, or did not for a while, can be asked again."""
        channel = self.channel.with_user(self.hang)
        channel.zalo_request_info()
        self._shares(self.contact, **SHARED)
        channel.zalo_request_info()
        self.contact.info_submitted_at = False
        self.contact.info_requested_at = fields.Datetime.now() - timedelta(minutes=11)
        channel.zalo_request_info()
        self.assertEqual(len(self._requests()), 3)

    def test_asking_obeys_the_rules_of_writing(self):
        """S2-INF-07, S2-X2: not after the window, and not by whom the account does not let."""
        self.account.write({"send_right": "selected", "sender_ids": False})
        with self.assertRaisesRegex(UserError, "do not let you write"):
            self.channel.with_user(self.hang).zalo_request_info()
        self.account.send_right = "all"
        self.contact.last_customer_at = fields.Datetime.now() - timedelta(days=8)
        with self.assertRaisesRegex(UserError, "7 days"):
            self.channel.with_user(self.hang).zalo_request_info()

    # === THE ANSWER ===

    def test_all_three_shapes_fill_the_card(self):
        """S2-INF-01, S2-INF-03, C-26: whichever way Zalo writes the answer."""
        for shape in ("new", "old", "text"):
            with self.subTest(shape=shape):
                self.contact.write({"name": "x", "phone": False, "address": False})
                self._shares(self.contact, shape, **SHARED)
                self.assertEqual(self.contact.name, "Nguyễn Thị Hoa")
                self.assertEqual(self.contact.phone, "+84 987 600 321")
                self.assertEqual(self.contact.address, "12 Lê Lợi, Hải Châu, Đà Nẵng")
        self.assertEqual(self.channel.name, "Nguyễn Thị Hoa")

    def test_gender_and_birthday_only_when_shared(self):
        """C-26: gender and date of birth are kept when given, never guessed."""
        self._shares(self.contact, **SHARED)
        self.assertFalse(self.contact.gender or self.contact.birthday)
        self._shares(self.contact, **SHARED, gender="Nữ", birthday="30/10/1999")
        self.assertEqual(self.contact.gender, "Nữ")
        self.assertEqual(str(self.contact.birthday), "1999-10-30")

    def test_notice_in_the_conversation_names_old_and_new(self):
        """S2-INF-08: the thread says what came, escaped, and what it replaced."""
        self.contact.phone = "0900 000 000"
        self._shares(self.contact, **{**SHARED, "name": "<b>Hoa</b>"})
        texts = self._texts(self.contact)
        self.assertIn("&lt;b&gt;Hoa&lt;/b&gt;", texts)
        self.assertIn("+84 987 600 321 (before: +84 900 000 000)", texts)

    def test_empty_fields_of_the_linked_customer_are_filled(self):
        """S2-INF-08: only supplied fields change, and of the customer's only empty ones."""
        partner = self._partner(street="cũ")
        self.contact.partner_id = partner
        self._shares(self.contact, name="Hoa", phone="0987600321")
        self.assertEqual(partner.phone, "+84 987 600 321")
        self.assertEqual((partner.name, partner.street), ("Hoa", "cũ"))
        self.assertFalse(self.contact.proposal_ids)

    def test_what_differs_is_proposed_and_accepted_by_a_person(self):
        """S2-INF-08: old and new stand side by side; accepting writes it and notes the old."""
        partner = self._partner(phone="0900000000")
        self.contact.partner_id = partner
        self._shares(self.contact, **SHARED)
        self.assertEqual(partner.phone, "0900000000")
        proposal = self.contact.proposal_ids.filtered(lambda p: p.kind == "phone")
        self.assertEqual(proposal.old_value, "0900000000")
        self.assertEqual(proposal.new_value, "+84 987 600 321")
        self._shares(self.contact, **SHARED)
        self.assertEqual(len(self.contact.proposal_ids.filtered(lambda p: p.kind == "phone")), 1)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            proposal.with_user(self.hang).action_accept()
        self.hang.group_ids += self.env.ref("base.group_partner_manager")
        proposal.with_user(self.hang).action_accept()
        self.assertEqual(partner.phone, "+84 987 600 321")
        self.assertIn("0900000000 → +84 987 600 321", partner.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.with_user(self.hang).action_refuse()

    def test_accepting_leaves_the_address_of_a_company(self):
        """S2-INF-08, C-17: who came to a company meanwhile has its address, which stays."""
        partner = self._partner(street="cũ")
        self.contact.partner_id = partner
        self._shares(self.contact, **SHARED)
        company = self._partner(name="Spa", is_company=True, street="1 Tràng Tiền")
        partner.parent_id = company
        self.hang.group_ids += self.env.ref("base.group_partner_manager")
        proposal = self.contact.proposal_ids.filtered(lambda p: p.kind == "address")
        with self.assertRaisesRegex(UserError, "change it there"), self.env.cr.savepoint():
            proposal.with_user(self.hang).action_accept()
        self.assertEqual((company.street, proposal.state), ("1 Tràng Tiền", "open"))

    def test_refused_proposal_changes_nothing(self):
        """S2-INF-08: the agent knows better; who refused is kept."""
        partner = self._partner(name="Cô Hoa")
        self.contact.partner_id = partner
        self._shares(self.contact, **SHARED)
        proposal = self.contact.proposal_ids.filtered(lambda p: p.kind == "name")
        proposal.with_user(self.hang).action_refuse()
        self.assertEqual(partner.name, "Cô Hoa")
        self.assertEqual((proposal.state, proposal.decided_by_id), ("refused", self.hang))

    def test_known_number_is_proposed_to_be_linked_not_doubled(self):
        """IE-42, IE-44: the only customer with this number, however written, is offered."""
        partner = self._partner(phone="0987 600 321", company_id=self.account.company_id.id)
        partner.country_id = self.env.ref("base.vn")
        self._shares(self.contact, **SHARED)
        self.assertFalse(self.contact.partner_id)
        proposal = self.contact.proposal_ids
        self.assertEqual((proposal.kind, proposal.partner_id), ("link", partner))
        proposal.with_user(self.hang).action_accept()
        self.assertEqual(self.contact.partner_id, partner)

    def test_link_that_is_proposed_is_checked_like_any_other(self):
        """IE-40, IE-44: not to somebody put away, not twice; a lead he is already stays one."""
        partner = self._partner(phone="+84987600321")
        lead = self.env["crm.lead"].create({"name": "Hoa", "type": "lead"})
        self.contact.lead_id = lead
        self._shares(self.contact, **SHARED)
        proposal = self.contact.proposal_ids.filtered(lambda one: one.kind == "link")
        partner.active = False
        with self.assertRaisesRegex(UserError, "archived"), self.env.cr.savepoint():
            proposal.with_user(self.hang).action_accept()
        partner.active = True
        self.contact.partner_id = self._partner(name="Khác")
        with self.assertRaisesRegex(UserError, "linked to"), self.env.cr.savepoint():
            proposal.with_user(self.hang).action_accept()
        self.contact.partner_id = False
        proposal.with_user(self.hang).action_accept()
        self.assertEqual((self.contact.partner_id, self.contact.lead_id), (partner, lead))
        self.assertIn("Linked to", self._texts(self.contact))

    def test_number_of_two_customers_is_nobodys(self):
        """IE-42: where two share a number nobody is proposed."""
        for name in ("Hoa", "Lan"):
            self._partner(name=name, phone="+84987600321")
        self._shares(self.contact, **SHARED)
        self.assertFalse(self.contact.proposal_ids)

    def test_phone_and_mail_are_normalised(self):
        """IE-42: 0, 84 and +84 are one number; addresses are compared in small letters."""
        for number in ("0987600321", "84987600321", "+84 987.600.321"):
            self.contact.phone = number
            self.assertEqual(self.contact.phone, "+84 987 600 321")
        self.contact.phone = "842438251234"
        self.assertEqual(self.contact.phone, "+84 24 3825 1234")
        self.contact.email = "Hoa <HOA@Example.com>"
        self.assertEqual(self.contact.email, "hoa@example.com")

    # === COMMENTS ===

    def test_comment_with_file_and_mention_stays_inside(self):
        """S2-CMT-01, S2-CMT-02, S2-CMT-03, S2-CMT-04, S2-CMT-05: posted at once, told, unsent."""
        channel = self.channel.with_user(self.hang)
        file = self.env["ir.attachment"].with_user(self.hang)
        file = file.create({"name": "a.txt", "raw": b"x", "res_model": "mail.compose.message"})
        channel.zalo_comment("khách <khó>", file.ids, self.minh.partner_id.ids)
        comment = self.contact.message_ids[0]
        self.assertEqual(comment.author_id, self.hang.partner_id)
        self.assertIn("khách &lt;khó&gt;", comment.body)
        self.assertEqual(comment.attachment_ids, file.sudo())
        self.assertEqual(comment.notified_partner_ids, self.minh.partner_id)
        self.assertTrue(comment.subtype_id.internal)
        self.assertFalse(comment.zalo_delivery_ids)

    def test_comment_shows_on_the_customers_record_and_not_in_the_portal(self):
        """S2-CMT-01: it goes where the customer is known, also when he is known later."""
        channel = self.channel.with_user(self.hang)
        channel.zalo_comment("trước khi biết")
        partner = self._partner()
        self.contact.partner_id = partner
        channel.zalo_comment("sau khi biết")
        comments = partner.message_ids.filtered(lambda m: m.message_type == "comment")
        texts = " ".join(str(comment.body) for comment in comments)
        self.assertIn("trước khi biết", texts)
        self.assertIn("sau khi biết", texts)
        portal = new_test_user(self.env, "zalo_portal", "base.group_portal")
        partner.child_ids = portal.partner_id
        self.assertFalse(comments.with_user(portal)._filtered_access("read"))

    def test_who_is_asked_in_comments_a_stranger_does_not(self):
        """S2-CMT-01: a colleague in the conversation may comment, nobody else."""
        channel = self.channel.with_user(self.minh)
        with self.assertRaises(AccessError):
            channel.zalo_comment("x")
        self.channel.with_user(self.hang).add_members(self.minh.partner_id.ids)
        channel.zalo_comment("kho còn hàng")
        self.assertIn("kho còn hàng", self.contact.message_ids[0].body)

    def test_card_of_the_request_keeps_zalos_limits(self):
        """S2-INF-07: a title or text too long for Zalo is refused where it is typed."""
        with self.assertRaisesRegex(UserError, "100"):
            self.account.request_title = "x" * 101
        self.account.request_title = "Xin thông tin"
        with self.assertRaisesRegex(UserError, "web address"):
            self.account.request_image_url = "javascript:alert(1)"
