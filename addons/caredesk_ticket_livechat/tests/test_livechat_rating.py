from odoo.tests import tagged

from .common import LivechatCase


@tagged("post_install", "-at_install")
class TestLivechatRating(LivechatCase):
    def _rate_chat(self, rate, chat=None):
        return self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("discuss.channel"),
                "res_id": (chat or self.chat).id,
                "rated_partner_id": self.an.partner_id.id,
                "rating": rate,
                "consumed": True,
                "feedback": "Nhiệt tình",
            }
        )

    def test_chat_ratings_count_beside_ticket_ratings(self):
        """S4-CSAT-01, C-32: the verdict on the chat stands beside that on its ticket."""
        self._visitor_says("Xin chào")
        ticket = self._command()
        ticket.group_id = self.support
        self._rate_chat(5)
        self._rate_chat(1, self._chat(guest=self.guest))  # a chat without a ticket
        done = self._held_ticket(self.binh, "done")
        done._rate(1)
        self.env.flush_all()
        domain = [("group_id", "=", self.support.id)]
        figures = self.tickets._satisfaction_figures(domain)
        self.assertEqual((figures["count"], figures["average"]), (2, 3))
        (row,) = self.env["caredesk.satisfaction"].search([*domain, ("source", "=", "livechat")])
        self.assertEqual((row.ticket_id, row.user_id, row.rating), (ticket, self.an, 5))
        self.assertEqual(row.feedback, "Nhiệt tình")
