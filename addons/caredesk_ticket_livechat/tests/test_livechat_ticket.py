from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LivechatCase


@tagged("post_install", "-at_install")
class TestLivechatTicket(LivechatCase):
    # === COMMAND ===

    def test_command_makes_a_ticket_with_the_conversation(self):
        """S4-CHN-04, S4-CHN-05, C-32: /ticket title: conversation, channel, default group."""
        self._visitor_says("Máy in không in được <script>alert(1)</script>")
        self._agent_says("Anh/chị thử tắt bật lại giúp em.")
        ticket = self._command("/ticket Máy in hỏng")
        self.assertEqual(ticket.name, "Máy in hỏng")
        self.assertEqual(ticket.channel, "livechat")
        self.assertEqual(ticket.create_uid, self.an)
        self.assertTrue(ticket.group_id)
        self.assertIn("Visitor 7", ticket.description)
        self.assertIn("Máy in không in được", ticket.description)
        self.assertIn("tắt bật lại", ticket.description)
        self.assertNotIn("<script", ticket.description)

    def test_ticket_shows_the_visitor(self):
        """S4-CHN-06: channel Live chat, the visitor's name, address, country; no contact made."""
        self._visitor_says("Xin chào")
        self.env["res.partner"].create({"name": "Khách", "email": "khach@example.com"})
        contacts = self.env["res.partner"].search_count([])
        ticket = self._command()
        self.assertEqual(ticket.partner_name, "Visitor 7")
        self.assertEqual(ticket.email_from, "khach@example.com")
        self.assertFalse(ticket.partner_id, "a typed address proves nothing")
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("Visitor 7", notes)
        self.assertIn(self.env.ref("base.vn").name, notes)

    def test_customer_signed_in(self):
        """S4-CHN-06: a customer who is signed in while chatting is the ticket's customer."""
        customer = self._user("khachhang", "portal").partner_id
        chat = self._chat(partner=customer)
        chat.message_post(author_id=customer.id, body="Hỏi bảo hành", message_type="comment")
        ticket = self._command(chat=chat)
        self.assertEqual(ticket.partner_id, customer)
        self.assertEqual(ticket.name, "Hỏi bảo hành")

    def test_title_is_what_the_visitor_said_first(self):
        """S4-CHN-05: without a title the visitor's first words, cut; else that it was a chat."""
        self._agent_says("Em chào anh chị")
        self._visitor_says("Máy " * 50)
        ticket = self._command("/ticket  ")
        self.assertTrue(ticket.name.startswith("Máy Máy"))
        self.assertLessEqual(len(ticket.name), 80)
        silent = self._chat(guest=self.guest)
        self.assertIn("Visitor 7", self._command(chat=silent).name)

    def test_files_of_the_chat_are_kept(self):
        """S4-CHN-05: pictures and files go along, and stay when the chat is deleted."""
        self._visitor_says("Ảnh đây", attachments=[("loi.txt", b"E-42")])
        ticket = self._command()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("name"), ["loi.txt"])
        self.assertIn("loi.txt", ticket.description)
        self.chat.message_ids.unlink()
        self.chat.unlink()
        self.assertEqual(files.exists().raw, b"E-42")
        self.assertTrue(ticket.exists())

    def test_repeated_command_opens_the_same_ticket(self):
        """S4-CHN-03: a chat has one ticket, however often and by whomever the command is given."""
        self._visitor_says("Xin chào")
        ticket = self._command("/ticket One")
        count = self.tickets.search_count([])
        self.assertEqual(self._command("/ticket Two"), ticket)
        action = self.chat.with_user(self.an).action_caredesk_ticket()
        self.assertEqual((action["res_model"], action["res_id"]), (ticket._name, ticket.id))
        self.assertEqual(self.tickets.search_count([]), count)
        with self.assertRaises(UserError):
            self.chat.with_user(self.an)._make_ticket({})

    def test_what_is_said_later_follows(self):
        """S4-CHN-05: the rest of the conversation comes as a note when the chat ends, once."""
        self._visitor_says("Câu một")
        ticket = self._command()
        self._visitor_says("Câu hai")
        self.chat.livechat_end_dt = fields.Datetime.now()
        said = [body for body in ticket.message_ids.mapped("body") if "Câu hai" in body]
        self.assertEqual(len(said), 1)
        self.assertNotIn("Câu một", said[0])
        self.assertTrue(ticket.message_ids[0].is_internal)
        self.chat.livechat_end_dt = fields.Datetime.now()
        self.assertEqual(
            len([body for body in ticket.message_ids.mapped("body") if "Câu hai" in body]), 1
        )

    # === BUTTON ===

    def test_dialog_makes_a_ticket(self):
        """S4-CHN-03: the button proposes the visitor's words and takes type and customer."""
        self._visitor_says("Máy in hỏng")
        customer = self.env["res.partner"].create({"name": "Hoa Sen"})
        dialog = self._dialog(type_id=self.usage.id, partner_id=customer.id)
        self.assertEqual(dialog.name, "Máy in hỏng")
        action = dialog.action_apply()
        ticket = self.tickets.browse(action["res_id"])
        self.assertEqual(ticket.group_id, self.support)
        self.assertEqual(ticket.partner_id, customer)
        self.assertEqual(self.chat.caredesk_ticket_id, ticket)

    def test_dialog_links_an_existing_ticket(self):
        """S4-CHN-03: the conversation becomes a note on the chosen ticket, with its files."""
        self._visitor_says("Vẫn hỏng", attachments=[("loi.txt", b"E-42")])
        ticket = self._ticket(name="Known")
        dialog = self._dialog(mode="link", ticket_id=ticket.id)
        self.assertEqual(dialog.action_apply()["res_id"], ticket.id)
        self.assertEqual(self.chat.caredesk_ticket_id, ticket)
        note = ticket.message_ids[0]
        self.assertIn("Vẫn hỏng", note.body)
        self.assertTrue(note.is_internal)
        self.assertEqual(note.attachment_ids.mapped("name"), ["loi.txt"])
        self.assertNotIn("Vẫn hỏng", ticket.description)

    def test_dialog_refuses_closed_tickets(self):
        """S4-CHN-03: nothing is added to a closed ticket, and a ticket has to be chosen."""
        ticket = self._held_ticket(self.an, "done")
        ticket._set_closed()
        with self.assertRaises(UserError):
            self._dialog(mode="link", ticket_id=ticket.id).action_apply()
        with self.assertRaises(UserError):
            self._dialog(mode="link").action_apply()
        self.assertFalse(self.chat.caredesk_ticket_id)

    # === LINK BOTH WAYS ===

    def test_link_both_ways(self):
        """S4-CHN-06: the ticket opens its chat, the panel of the chat shows the ticket."""
        self._visitor_says("Xin chào")
        ticket = self._command()
        self.assertTrue(ticket.has_livechat)
        self.assertEqual(ticket.livechat_ids, self.chat)
        ticket.with_user(self.an).action_open_livechat()
        card = self.chat.with_user(self.an)._ticket_card()
        self.assertEqual(card["id"], ticket.id)
        self.assertIn(ticket.number, card["name"])
        names = [
            part.field_name
            for part in self.chat.with_user(self.an)._get_livechat_session_fields_to_store()
            if hasattr(part, "field_name")
        ]
        self.assertIn("caredesk_ticket", names)

    def test_chat_of_the_web_page(self):
        """S4-CHN-02: live chat is one of the channels customers come in by, with figures."""
        self._visitor_says("Xin chào")
        ticket = self._command()
        found = self.tickets.search([("channel", "=", "livechat"), ("id", "=", ticket.id)])
        self.assertEqual(found, ticket)
        self.assertIn("livechat", dict(self.tickets._fields["channel"].selection))
