from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import ZaloMixin

OTHER = "246845883529197922"
THIRD = "246845883529197923"


@tagged("post_install", "-at_install")
class TestReceivers(ZaloMixin, TransactionCase):
    """Who gets a conversation, who sees it, and who may write in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        cls.account.user_ids = cls.hang | cls.minh

    def _online(self, *users):
        presences = self.env["mail.presence"]
        presences.search([("user_id", "in", (self.hang | self.minh).ids)]).unlink()
        presences.create([{"user_id": user.id, "status": "online"} for user in users])

    def _write_from(self, person, text="Xin chào"):
        self._deliver(self._says(text, user_id=person))
        self._work()
        return self._contact(person)

    def _members(self, contact):
        return contact.channel_id.channel_member_ids.partner_id.user_ids

    # === GIVING ===

    def test_everyone_is_told_and_the_first_to_answer_serves(self):
        """S2-RCV-01, C-40: all agents see a new conversation, until one of them answers."""
        contact = self._receive()
        self.assertFalse(contact.user_id)
        self.assertEqual(self._members(contact), self.hang | self.minh)
        self._answer(contact, user=self.minh)
        self.assertEqual(contact.user_id, self.minh)
        self.assertEqual(self._members(contact), self.minh)
        self.assertFalse(contact.with_user(self.hang).has_access("read"))
        self.assertFalse(contact.channel_id.with_user(self.hang).has_access("read"))

    def test_second_to_answer_reads_that_it_is_taken(self):
        """C-40: of two who answer one wins; nobody takes a customer from a colleague."""
        contact = self._receive()
        self._answer(contact, user=self.minh)
        with self.assertRaises(AccessError):
            self._answer(contact, user=self.hang)
        with self.assertRaisesRegex(UserError, "zalo_minh serves this customer already"):
            contact.channel_id.with_user(self.hang).zalo_take()
        self.assertEqual(contact.user_id, self.minh)

    def test_taking_without_answering(self):
        """C-40: an agent takes a customer nobody serves; a chat administrator takes any."""
        contact = self._receive()
        contact.channel_id.with_user(self.hang).zalo_take()
        self.assertEqual(contact.user_id, self.hang)
        contact.with_user(self.chief).action_take()
        self.assertEqual(contact.user_id, self.chief)

    def test_one_after_the_other_among_those_online(self):
        """C-40: conversations go round among the agents who are online."""
        self.account.assign_mode = "round_robin"
        self._online(self.hang, self.minh)
        served = [self._write_from(person).user_id for person in (self.PERSON, OTHER, THIRD)]
        self.assertEqual(served[0] | served[1], self.hang | self.minh)
        self.assertEqual(served[2], served[0])
        self.assertEqual(self._members(self._contact()), served[0])

    def test_nobody_online_leaves_it_to_all(self):
        """C-40: where nobody is there the conversation waits, and the next word tries again."""
        self.account.assign_mode = "round_robin"
        self._online()
        contact = self._write_from(self.PERSON)
        self.assertFalse(contact.user_id)
        self.assertEqual(self._members(contact), self.hang | self.minh)
        self._online(self.minh)
        self._write_from(self.PERSON, "có ai không")
        self.assertEqual(contact.user_id, self.minh)

    def test_who_is_away_gets_nothing(self):
        """C-40: whoever set himself away as a support agent is left out."""
        self.account.write({"assign_mode": "round_robin", "online_only": False})
        group = self.env["caredesk.support.group"].create({"name": "Chat"})
        member = self.env["caredesk.support.member"].create(
            {"group_id": group.id, "user_id": self.hang.id}
        )
        member.is_away = True
        served = [self._write_from(person).user_id for person in (self.PERSON, OTHER)]
        self.assertEqual(served, [self.minh, self.minh])

    def test_salesperson_of_the_customer_first(self):
        """C-40: a linked customer's salesperson gets the conversation, else it goes round."""
        self.account.write({"assign_mode": "owner", "online_only": False})
        contact = self.env["caredesk.zalo.contact"]._of(self.account, self.PERSON)
        contact.partner_id = self.env["res.partner"].create(
            {"name": "Hoa", "user_id": self.minh.id}
        )
        self.assertEqual(self._write_from(self.PERSON).user_id, self.minh)
        self.assertTrue(self._write_from(OTHER).user_id)

    def test_free_member_of_the_support_group(self):
        """C-40: a group's free members serve, as far as they are agents of the account."""
        group = self.env["caredesk.support.group"].create({"name": "Chat"})
        with self.assertRaises(ValidationError):
            self.account.assign_mode = "group"
        self.account.write({"assign_mode": "group", "group_id": group.id, "online_only": False})
        self.assertFalse(self._write_from(self.PERSON).user_id)
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": self.minh.id})
        self.assertEqual(self._write_from(OTHER).user_id, self.minh)

    def test_only_agents_of_the_account_can_serve(self):
        """C-40: a customer is not given to somebody who does not answer for the account."""
        contact = self._receive()
        outsider = self._zalo_user("outsider", "caredesk_zalo.group_agent")
        with self.assertRaises(ValidationError):
            contact.user_id = outsider

    # === SEEING ===

    def test_same_person_on_two_accounts_is_two_contacts_of_one_customer(self):
        """IE-40: each account of each company has its own card; both may be one partner."""
        company = self.env["res.company"].create({"name": "Chi nhánh"})
        other = self.account.copy(
            {"name": "OA 2", "company_id": company.id, "user_ids": self.minh.ids}
        )
        first = self._receive()
        second = self.env["caredesk.zalo.contact"]._of(other, self.PERSON)
        self.assertNotEqual(first, second)
        partner = self.env["res.partner"].create({"name": "Hoa"})
        (first | second).partner_id = partner
        self.assertEqual((first | second).partner_id, partner)
        seen = self.env["caredesk.zalo.contact"].with_user(self.chief).search([])
        self.assertIn(first, seen)
        self.assertNotIn(second, seen)
        self.assertFalse(second.with_user(self.minh).has_access("read"))

    def test_chat_administrator_sees_and_answers_all(self):
        """S2-X1: absent staff is covered; the customer stays with who serves him."""
        contact = self._receive()
        self._answer(contact, user=self.minh)
        self.assertTrue(contact.with_user(self.chief).has_access("read"))
        message = self._answer(contact, "Chị ơi", user=self.chief)
        self.assertTrue(message.zalo_delivery_ids)
        self.assertEqual(contact.user_id, self.minh)

    def test_agents_who_leave_or_come_follow_in_all_conversations(self):
        """S2-RCV-01: conversations are in step with the list of agents."""
        mine, waiting = self._receive(), self._write_from(OTHER)
        self._answer(mine, user=self.minh)
        new = self._zalo_user("new", "caredesk_zalo.group_agent")
        self.account.user_ids = [Command.unlink(self.minh.id), Command.link(new.id)]
        self._run("ir_cron_receivers")
        self.assertFalse(mine.user_id)
        for contact in (mine, waiting):
            self.assertEqual(self._members(contact), self.hang | new)
            self.assertFalse(contact.channel_id.with_user(self.minh).has_access("read"))
        self.assertFalse(self.account.has_stale_members)

    # === SENDING ===

    def test_only_who_serves_may_send(self):
        """S2-X2: a colleague who was asked in reads and comments, but does not answer."""
        self.account.send_right = "owner"
        contact = self._receive()
        self._answer(contact, user=self.minh)
        contact.channel_id.with_user(self.minh).add_members(self.hang.partner_id.ids)
        with self.assertRaisesRegex(UserError, "do not let you write"):
            self._answer(contact, user=self.hang)
        contact.channel_id.with_user(self.hang).message_post(
            body="hỏi kho", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.account.send_right = "all"
        self.assertTrue(self._answer(contact, user=self.hang))
        self.assertEqual(contact.user_id, self.minh)

    def test_only_chosen_users_may_send(self):
        """S2-X2: the account names who may write; chat administrators always may."""
        self.account.write({"send_right": "selected", "sender_ids": self.hang.ids})
        contact = self._receive()
        with self.assertRaisesRegex(UserError, "do not let you write"):
            self._answer(contact, user=self.minh)
        self.assertTrue(self._answer(contact, user=self.chief))

    def test_canned_response_of_the_agents(self):
        """S2-MSG-02: a text shared with all Zalo agents is at hand to each of them."""
        canned = self.env["mail.canned.response"].create(
            {
                "source": "chao",
                "substitution": "Dạ chào anh chị",
                "group_ids": self.env.ref("caredesk_zalo.group_agent").ids,
            }
        )
        found = self.env["mail.canned.response"].with_user(self.hang).search([])
        self.assertIn(canned, found)
        own = found.create({"source": "riêng", "substitution": "của Hằng"})
        self.assertNotIn(own, found.with_user(self.minh).search([]))
