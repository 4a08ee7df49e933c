"""Mail for merged tickets lands where they go on, and customers are told (IE-12)."""

from odoo.tests import tagged

from .mail_common import MailGatewayCase

TU = "Tú <tu@example.com>"
MAI = "Mai <mai@example.com>"


@tagged("post_install", "-at_install")
class TestTicketMergeMail(MailGatewayCase):
    def _merged_pair(self, second_from=TU):
        """Return two tickets made by mail, the second merged into the first."""
        self.support.member_ids.capacity = 9
        first = self._receive_ticket(self._good(From=TU, Subject="No sound"))
        second = self._receive_ticket(self._good(From=second_from, Subject="Sound is gone"))
        with self.mock_mail_gateway():
            second.action_merge_into(first, other_customer=True)
        return first, second

    def _told(self, ticket):
        """Return the queued mails that tell about the merge of ``ticket``."""
        number = ticket.merged_into_id.number
        return self._acknowledgements(ticket).filtered(lambda mail: number in mail.subject)

    # === ANSWERS ===

    def test_an_answer_lands_in_the_target(self):
        """IE-12: whatever message of the merged ticket is answered, the target has it."""
        first, second = self._merged_pair()
        self._receive(self._reply_to(second, body="Still no sound"))
        answer = self._mails_of(first)[-1]
        self.assertIn("Still no sound", answer.body)
        self.assertFalse(answer.is_internal)
        self.assertTrue(first.customer_replied)
        self.assertFalse(self._mails_of(second))
        told = self._told(second)
        raw = self._good("To the notice", From=TU, In_Reply_To=told.message_id)
        self._receive(raw)
        self.assertIn("To the notice", self._mails_of(first)[-1].body)

    def test_an_answer_follows_a_chain(self):
        """IE-12: a into b into c: an answer to a is on c, and goes back with a, then b."""
        first, second = self._merged_pair()
        third = self._receive_ticket(self._good(From=TU, Subject="Third"))
        with self.mock_mail_gateway():
            first.action_merge_into(third)
        told = self._told(second)
        self._receive(self._good("Answer to a", From=TU, In_Reply_To=told.message_id))
        answer = self._mails_of(third)[-1]
        self.assertIn("Answer to a", answer.body)

    def test_an_answer_goes_back_with_its_ticket(self):
        """IE-12: undoing takes along what came for the merged ticket since."""
        first, second = self._merged_pair()
        told = self._told(second)
        self._receive(self._good("For the second", From=TU, In_Reply_To=told.message_id))
        count = len(self._mails_of(first))
        second.action_undo_merge()
        self.assertIn("For the second", self._mails_of(second)[-1].body)
        self.assertEqual(len(self._mails_of(first)), count - 2)

    def test_another_customer_writes_a_note(self):
        """IE-12: the answer of the other customer is read by staff only, who are told."""
        first, second = self._merged_pair(second_from=MAI)
        self._give(first, self.an)
        for raw in (
            self._reply_to(second, body="Secret one"),
            self._good("Secret two", From=MAI, In_Reply_To=self._told(second).message_id),
        ):
            first._own_code().write({"customer_replied": False})
            tickets, parked = self._receive(raw)
            self.assertFalse(tickets)
            self.assertFalse(parked)
            answer = self._mails_of(first)[-1]
            self.assertIn("Secret", answer.body)
            self.assertTrue(answer.is_internal)
            self.assertNotIn(first.partner_id, answer.notified_partner_ids)
            self.assertIn(self.an.partner_id, answer.notified_partner_ids)
            self.assertTrue(first.customer_replied)

    def test_another_customers_answer_is_one_again_after_undo(self):
        """IE-12: back on his own ticket he reads what he wrote, and it waits for an answer."""
        first, second = self._merged_pair(second_from=MAI)
        self._receive(self._reply_to(second, body="Secret"))
        answer = self._mails_of(first)[-1]
        self.assertTrue(answer.is_internal)
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"x", "res_model": "mail.compose.message", "res_id": 0}
        )
        second.message_post(
            body="With a file",
            author_id=second.partner_id.id,
            message_type="comment",
            attachment_ids=file.ids,
        )
        self.assertEqual(file.res_id, second.id, "the other customer has no part in it")
        second.action_undo_merge()
        self.assertEqual(answer.res_id, second.id)
        self.assertFalse(answer.is_internal)
        self.assertEqual(answer.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertTrue(second.customer_replied)

    # === TELLING THE CUSTOMER ===

    def test_the_customer_is_told(self):
        """IE-12: one queued mail with both numbers, in the customer's language, no titles."""
        first, second = self._merged_pair()
        mail = self._told(second)
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.state, mail.email_to), ("outgoing", "tu@example.com"))
        self.assertIn(first.number, mail.subject)
        self.assertIn(second.number, mail.body_html)
        self.assertNotIn("Sound", mail.body_html + mail.subject)
        self.assertIn("auto-replied", mail.headers)
        self.assertIn(self.to, mail.reply_to)

    def test_undo_recalls_what_was_not_sent(self):
        """IE-12: the customer is not told of a merge that was undone before the mail went out."""
        _first, second = self._merged_pair()
        mail = self._told(second)
        message = mail.mail_message_id
        self.assertEqual(mail.state, "outgoing")
        second.action_undo_merge()
        self.assertFalse(mail.exists())
        self.assertFalse(message.exists())
        _first, second = self._merged_pair()
        mail = self._told(second)
        mail.state = "sent"
        second.action_undo_merge()
        self.assertTrue(mail.exists(), "what was sent stays on record")

    def test_told_in_his_language(self):
        """IE-12: the language is the customer's."""
        self.env["res.lang"]._activate_lang("vi_VN")
        template = self.env.ref("caredesk_ticket.mail_template_merged")
        template.with_context(
            lang="vi_VN"
        ).subject = "Tiếp tục ở {{ object._merge_target().number }}"
        first = self._receive_ticket(self._good(From=TU))
        second = self._receive_ticket(self._good(From=TU))
        second.partner_id.lang = "vi_VN"
        second.action_merge_into(first)
        self.assertIn("Tiếp tục ở", self._told(second).subject)

    def test_who_is_not_told(self):
        """IE-12: not where the group says no, and never an unverified sender."""
        self.support.tell_merged = False
        _first, second = self._merged_pair()
        self.assertFalse(self._told(second))
        self.support.tell_merged = True
        self.an.email = "an@staff.example.com"
        target = self._receive_ticket(self._good(From=TU))
        claimed = self._receive_ticket(self._good(From="An <an@staff.example.com>"))
        self.assertTrue(claimed.mail_unverified)
        claimed.action_merge_into(target, other_customer=True)
        self.assertFalse(self._told(claimed))
