from odoo.tests import tagged

from .common import LivechatCase


@tagged("post_install", "-at_install")
class TestLivechatClock(LivechatCase):
    """What is said in a chat is said on its ticket: clocks stop and start."""

    def setUp(self):
        super().setUp()
        self._visitor_says("Máy in không in được")

    def test_operators_word_is_the_first_response(self):
        """S4-HD-04: the first public word of a human counts on any channel, a visitor's not."""
        ticket = self._command()
        self._visitor_says("Alo?")
        self.assertFalse(ticket.first_response_at)
        self._agent_says("Anh/chị thử tắt bật lại giúp em.")
        self.assertTrue(ticket.first_response_at)

    def test_word_before_the_ticket_counts(self):
        """S4-HD-04: whoever answered in the chat and then made the ticket has answered."""
        self._agent_says("Em xem ngay ạ.")
        self.assertTrue(self._command().first_response_at)

    def test_an_old_chat_answers_no_later_ticket(self):
        """S4-HD-04: what was said before a ticket was there is no answer to it."""
        self._agent_says("Xong rồi ạ")
        self.env.cr.execute("UPDATE mail_message SET create_date = create_date - interval '1 day'")
        self.env.invalidate_all()
        ticket = self._ticket()
        self.chat.with_user(self.an)._link_ticket(ticket.with_user(self.an))
        self.assertFalse(ticket.first_response_at or ticket.customer_replied)

    def test_a_question_after_the_greeting_waits(self):
        """S4-HD-04: whoever greeted and then was asked owes an answer."""
        self._agent_says("Xin chào")
        self._visitor_says("Máy cháy, gấp!")
        ticket = self._command()
        self.assertTrue(ticket.first_response_at and ticket.customer_replied)

    def test_words_in_the_chat_of_a_merged_ticket(self):
        """IE-12, S4-HD-04: the chat goes on about the ticket into which its own was merged."""
        ticket = self._command()
        ticket.group_id = self.support
        target = self._ticket()
        ticket.partner_id = target.partner_id = self.env["res.partner"].create({"name": "Hoa"})
        ticket._merge_into(target)
        self._agent_says("Em xem ngay ạ")
        self.assertTrue(target.first_response_at)
        self._visitor_says("Cảm ơn")
        self.assertTrue(target.customer_replied)

    def test_robot_and_visitor_do_not_answer(self):
        """S4-HD-04: what a chat robot says is no answer of a human."""
        self.chat.message_post(
            body="Chào bạn", author_id=self.env.ref("base.partner_root").id, message_type="comment"
        )
        self.assertFalse(self._command().first_response_at)

    def test_visitors_word_brings_a_waiting_ticket_back(self):
        """S1-FLW-04: the customer's answer in the chat ends the waiting; the performer sees it."""
        ticket = self._command()
        ticket.write({"group_id": self.support.id, "user_id": self.an.id})
        mine = ticket.with_user(self.an)
        mine.action_start()
        mine.action_wait("customer")
        self._visitor_says("Em đã thử, vẫn không được")
        self.assertEqual((ticket.state, ticket.customer_replied), ("in_progress", True))
        self._agent_says("Em gọi kỹ thuật ngay")
        self.assertFalse(ticket.customer_replied)
