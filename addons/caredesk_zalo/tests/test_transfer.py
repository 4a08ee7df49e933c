from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tools.discuss import Store

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestTransfer(ZaloMixin, TransactionCase):
    """Handing a conversation over, closing it and opening it again."""

    def setUp(self):
        super().setUp()
        self.account.user_ids = self.hang | self.minh
        self.contact = self._receive()
        self._answer(self.contact)
        self.channel = self.contact.channel_id

    def _members(self):
        return self.channel.channel_member_ids.partner_id.user_ids

    def _dialog(self, model, user, **values):
        return self.env[model].with_user(user).create({"channel_id": self.channel.id, **values})

    # === TRANSFER ===

    def test_dialog_offers_colleagues_of_the_account(self):
        """S2-TRF-02, S2-TRF-03, S2-TRF-04: the users who may chat here, without the present."""
        action = self.contact.with_user(self.hang).action_transfer()
        self.assertEqual(action["context"], {"default_channel_id": self.channel.id})
        dialog = self._dialog(action["res_model"], self.hang)
        self.assertEqual(dialog.receiver_ids, self.minh)
        offered = self.channel.with_user(self.hang).zalo_receivers()
        self.assertEqual([receiver["id"] for receiver in offered], self.minh.ids)

    def test_transfer_is_said_and_noted(self):
        """S2-TRF-01, S2-TRF-05, S2-TRF-06: it succeeds with a word, and the thread says who."""
        dialog = self._dialog(
            "caredesk.zalo.transfer", self.hang, user_id=self.minh.id, note="khách <VIP>"
        )
        self.assertIn("zalo_minh", dialog.action_transfer()["params"]["message"])
        self.assertIn("from zalo_hang to zalo_minh by zalo_hang", self._texts(self.contact))
        self.assertIn("khách &lt;VIP&gt;", self._texts(self.contact))
        note = self.channel.message_ids.sorted("id")[-1]
        self.assertFalse(note.zalo_delivery_ids)

    def test_new_agent_is_told_and_goes_on_the_former_no_longer(self):
        """S2-TRF-07: notification, whole history and right to answer change hands."""
        self.channel.with_user(self.hang).zalo_transfer(self.minh.id, "gọi lại chiều nay")
        told = self.env["mail.message"].search(
            [
                ("model", "=", self.contact._name),
                ("res_id", "=", self.contact.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(told.notified_partner_ids, self.minh.partner_id)
        self.assertIn("gọi lại chiều nay", told.body)
        self.assertEqual(self._members(), self.minh)
        seen = self.channel.with_user(self.minh).message_ids
        self.assertEqual(seen, self.channel.message_ids)
        self.assertTrue(self._answer(self.contact, user=self.minh))
        with self.assertRaises(AccessError):
            self._answer(self.contact, user=self.hang)

    def test_chat_administrator_hands_over_and_still_answers(self):
        """S2-TRF-07, S2-X1: the former agent goes on only as a chat administrator."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        self.channel.with_user(chief).zalo_transfer(self.minh.id)
        self.assertEqual(self.contact.user_id, self.minh)
        self.assertTrue(self._answer(self.contact, user=chief))

    def test_wrong_receivers_are_refused(self):
        """S2-TRF-04: not the present one, nobody, nor somebody from outside the account."""
        channel = self.channel.with_user(self.hang)
        outsider = self._zalo_user("outsider", "caredesk_zalo.group_agent")
        for receiver in (self.hang.id, False, outsider.id):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                channel.zalo_transfer(receiver)
        with self.assertRaisesRegex(UserError, "zalo_hang serves this customer already"):
            self.channel.with_user(self.minh).zalo_transfer(self.minh.id)
        with self.assertRaises(AccessError):
            self.channel.with_user(outsider).zalo_transfer(self.minh.id)
        self.assertEqual(self.contact.user_id, self.hang)

    def test_transfer_to_a_support_group(self):
        """S2-TRF-01: somebody of the group who is there serves, else it waits for all."""
        self.account.write({"assign_mode": "round_robin", "online_only": False})
        group = self.env["caredesk.support.group"].create({"name": "Kỹ thuật"})
        dialog = self._dialog(
            "caredesk.zalo.transfer", self.hang, target="group", group_id=group.id
        )
        self.env.invalidate_all()
        self.assertIn("Kỹ thuật", dialog.action_transfer()["params"]["message"])
        self.assertFalse(self.contact.user_id)
        self.assertEqual(self._members(), self.hang | self.minh)
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": self.minh.id})
        self.channel.with_user(self.hang).zalo_transfer(group_id=group.id)
        self.assertEqual(self.contact.user_id, self.minh)

    def test_browser_knows_who_serves_and_what_state_it_is(self):
        """S2-TRF-07: Discuss shows the agent and whether the conversation is open."""
        channel = self.channel.with_user(self.hang)
        shown = Store().add(channel).get_result()["discuss.channel"][0]
        self.assertEqual(shown["zalo_agent_id"], self.hang.partner_id.id)
        self.assertEqual(shown["zalo_status"], "open")

    # === CLOSING ===

    def test_closing_and_opening(self):
        """S2-RCV-02: closed with a reason, opened by hand; the customer sees nothing of it."""
        self._dialog("caredesk.zalo.close", self.hang, reason="đã xong").action_close()
        self.assertEqual(self.channel.zalo_status, "closed")
        self.assertEqual(self.channel.zalo_close_reason, "đã xong")
        self.assertIn("đã xong", self._texts(self.contact))
        self.assertFalse(self._members())
        self.assertTrue(self.channel.with_user(self.hang).has_access("read"))
        self.contact.with_user(self.hang).action_reopen()
        self.assertEqual(self.channel.zalo_status, "open")
        self.assertFalse(self.channel.zalo_closed_at)
        self.assertEqual(self._members(), self.hang)
        with self.assertRaisesRegex(UserError, "serves this customer already"):
            self.channel.with_user(self.minh).zalo_close()

    def test_customer_opens_it_for_the_same_person(self):
        """C-40: a closed conversation comes back to who served it, if he is there."""
        self.channel.with_user(self.hang).zalo_close()
        self._receive("còn một câu hỏi")
        self.assertEqual(self.channel.zalo_status, "open")
        self.assertEqual(self.contact.user_id, self.hang)
        self.assertEqual(self._members(), self.hang)

    def test_customer_opens_it_for_another_when_the_person_is_gone(self):
        """C-40: who is away when the customer comes back is not waited for."""
        self.account.assign_mode = "round_robin"
        self.env["mail.presence"].create({"user_id": self.minh.id, "status": "online"})
        self.channel.with_user(self.hang).zalo_close()
        self._receive("còn một câu hỏi")
        self.assertEqual(self.contact.user_id, self.minh)
        self.assertEqual(self._members(), self.minh)

    def test_answer_opens_it(self):
        """S2-RCV-02: whoever answers in a closed conversation works on it again."""
        self.channel.with_user(self.hang).zalo_close()
        self._answer(self.contact)
        self.assertEqual(self.channel.zalo_status, "open")

    def test_archived_agent_is_replaced(self):
        """C-40: a customer does not write to somebody who left the company."""
        self.account.write({"assign_mode": "round_robin", "online_only": False})
        self.hang.active = False
        self._receive("a lô")
        self.assertEqual(self.contact.user_id, self.minh)

    def test_idle_conversations_are_closed(self):
        """S2-RCV-02: after the days of silence the account allows, and not before; 0 is never."""
        idle = fields.Datetime.now() - timedelta(days=8)
        self.channel.last_interest_dt = idle
        self.account.close_after_days = 0
        self._run("ir_cron_idle")
        self.assertEqual(self.channel.zalo_status, "open")
        self.account.close_after_days = 9
        self._run("ir_cron_idle")
        self.assertEqual(self.channel.zalo_status, "open")
        self.account.close_after_days = 7
        self._run("ir_cron_idle")
        self.assertEqual(self.channel.zalo_status, "closed")
        self.assertIn("7 days", self.channel.zalo_close_reason)
