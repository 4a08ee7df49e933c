from odoo.tests import HttpCase, tagged

from .common import CareDeskMixin
from .test_knowledge import KnowledgeMixin


@tagged("post_install", "-at_install")
class TestQuickReplyTour(KnowledgeMixin, CareDeskMixin, HttpCase):
    def test_quick_reply(self):
        """S2-KBR-02, S2-KBR-03, S2-KBR-04: icon, search, tick, Choose, edit, send, count."""
        file = self.env["ir.attachment"].create({"name": "guide.txt", "raw": b"Guide"})
        self._article("Máy in không in được", "<p>Bật lại.</p>")
        article = self._article(
            "Tra cứu bảo hành", "<p>Nhập số sê-ri.</p>", attachment_ids=file.ids
        )
        customer = self.env["res.partner"].create({"name": "Lan", "email": "lan@example.com"})
        ticket = self._ticket(name="Máy in không in", partner_id=customer.id, user_id=self.an.id)
        url = f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{ticket.id}"
        self.start_tour(url, "caredesk_quick_reply", login="an")
        message = ticket.message_ids[0]
        self.assertEqual(message.author_id, self.an.partner_id)
        self.assertEqual(message.attachment_ids.mapped("name"), ["guide.txt"])
        self.assertNotEqual(message.attachment_ids, file)
        article.invalidate_recordset()
        self.assertEqual(article.usage_count, 1)
        self.assertTrue(ticket.first_response_at)
