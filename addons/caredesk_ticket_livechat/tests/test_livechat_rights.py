from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LivechatCase


@tagged("post_install", "-at_install")
class TestLivechatRights(LivechatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._visitor_says("Xin chào")
        cls.operators = cls.env.ref("im_livechat.im_livechat_group_user")

    def test_operator_takes_part_in_the_chat(self):
        """S4-CHN-05: who only may look at chats makes no ticket from them, by no way."""
        chat = self.chat.with_user(self.binh)
        with self.assertRaises(AccessError):
            chat.execute_command_ticket(body="/ticket x")
        with self.assertRaises(AccessError):
            chat.action_caredesk_ticket()
        dialogs = self.env["caredesk.livechat.ticket"].with_user(self.binh)
        with self.assertRaises(AccessError):
            dialogs.create({"channel_id": self.chat.id, "name": "x"}).action_apply()
        self.assertFalse(self.chat.caredesk_ticket_id)

    def test_role_in_support_is_needed(self):
        """S4-CHN-05: operators without a role in support, customers and strangers cannot."""
        operator = self._user("truc", "user", group_ids=False)
        operator.group_ids = [
            Command.link(self.env.ref("base.group_user").id),
            Command.link(self.operators.id),
        ]
        chat = self._chat(operator, self.guest)
        portal = self._user("khachhang", "portal")
        theirs = self._chat(partner=portal.partner_id)
        for user, channel in ((operator, chat), (portal, theirs), (portal, self.chat)):
            with self.assertRaises(AccessError):
                channel.with_user(user).execute_command_ticket(body="/ticket x")
        self.assertFalse((chat | theirs | self.chat).caredesk_ticket_id)

    def test_only_live_chats(self):
        """S4-CHN-05: no ticket from colleagues' private conversations."""
        private = (
            self.env["discuss.channel"]
            .with_user(self.an)
            ._get_or_create_chat(self.binh.partner_id.ids)
        )
        with self.assertRaises(UserError):
            private.with_user(self.an).execute_command_ticket(body="/ticket x")

    def test_ticket_that_one_may_not_see(self):
        """S4-CHN-03: neither linked to, nor named, nor shown on the panel."""
        self._group("Others", self._user("ngoai", "agent"))
        other = self.env["caredesk.support.group"].search([("name", "=", "Others")])
        secret = self._ticket(name="Secret", group_id=other.id, type_id=False)
        with self.assertRaises(AccessError):
            self._dialog(mode="link", ticket_id=secret.id).action_apply()
        self.chat.caredesk_ticket_id = secret
        chat = self.chat.with_user(self.an)
        self.assertFalse(chat._ticket_card())
        with self.assertRaises(AccessError):
            chat.action_caredesk_ticket()
        chat.execute_command_ticket(body="/ticket x")
        self.assertEqual(self.chat.caredesk_ticket_id, secret)

    def test_agents_of_the_ticket_read_the_chat(self):
        """S4-CHN-06: the group that has the ticket reads the chat; other agents do not."""
        performer = self._user("dung", "agent")
        self._member(self.support, performer)
        outsider = self._user("ngoai", "agent")
        self.assertFalse(self.chat.with_user(performer).has_access("read"))
        ticket = self._command()
        ticket.group_id = self.support
        self.assertTrue(self.chat.with_user(performer).has_access("read"))
        self.assertFalse(self.chat.with_user(performer).has_access("write"))
        self.assertFalse(self.chat.with_user(outsider).has_access("read"))
        ticket.with_user(performer).action_open_livechat()
        with self.assertRaises(UserError):
            ticket.with_user(outsider).action_open_livechat()

    def test_link_cannot_be_written_by_rpc(self):
        """S4-CHN-03: an operator does not put a chat on a ticket past the checks."""
        ticket = self._ticket()
        with self.assertRaises(AccessError):
            self.chat.with_user(self.binh).write({"caredesk_ticket_id": ticket.id})
        portal = self._user("khachhang", "portal")
        theirs = self._chat(partner=portal.partner_id)
        with self.assertRaises(AccessError):
            theirs.with_user(portal).read(["caredesk_ticket_id"])
