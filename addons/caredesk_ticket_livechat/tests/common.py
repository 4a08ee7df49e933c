"""What the tests of the live chat bridge share: a visitor's chat with an agent."""

from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.caredesk_ticket.tests.common import CareDeskMixin


class LivechatCase(CareDeskMixin, TransactionCase):
    """``chat`` is between ``an``, an agent and operator, and the visitor ``guest``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["caredesk.ticket"]
        operators = cls.env.ref("im_livechat.im_livechat_group_user")
        (cls.an | cls.binh).group_ids = [Command.link(operators.id)]
        cls.desk = cls.env["im_livechat.channel"].create(
            {"name": "Desk", "user_ids": [Command.set((cls.an | cls.binh).ids)]}
        )
        cls.guest = cls.env["mail.guest"].create(
            {
                "name": "Visitor 7",
                "email": "khach@example.com",
                "country_id": cls.env.ref("base.vn").id,
            }
        )
        cls.chat = cls._chat(guest=cls.guest)

    @classmethod
    def _chat(cls, operator=None, guest=None, partner=None):
        """Return a chat of ``operator`` (``an``) with a guest or a customer signed in."""
        operator = operator or cls.an
        visitor = {"guest_id": guest.id} if guest else {"partner_id": partner.id}
        return cls.env["discuss.channel"].create(
            {
                "name": "Visitor 7, An",
                "channel_type": "livechat",
                "livechat_channel_id": cls.desk.id,
                "livechat_operator_id": operator.partner_id.id,
                "country_id": cls.env.ref("base.vn").id,
                "channel_member_ids": [
                    Command.create(
                        {"partner_id": operator.partner_id.id, "livechat_member_type": "agent"}
                    ),
                    Command.create({**visitor, "livechat_member_type": "visitor"}),
                ],
            }
        )

    @classmethod
    def _visitor_says(cls, body, chat=None, **values):
        chat = chat or cls.chat
        public = cls.env.ref("base.public_user")
        return (
            chat.with_user(public)
            .with_context(guest=cls.guest)
            .sudo()
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **values,
            )
        )

    @classmethod
    def _agent_says(cls, body, chat=None):
        chat = (chat or cls.chat).with_user(cls.an)
        return chat.message_post(body=body, message_type="comment", subtype_xmlid="mail.mt_comment")

    def _command(self, text="/ticket", user=None, chat=None):
        """Let ``user`` type ``text`` into the chat; return the ticket of the chat."""
        chat = chat or self.chat
        chat.with_user(user or self.an).execute_command_ticket(body=text)
        return chat.caredesk_ticket_id

    def _dialog(self, user=None, chat=None, **values):
        """Return the dialog of the button, filled in."""
        action = (chat or self.chat).with_user(user or self.an).action_caredesk_ticket()
        dialogs = self.env[action["res_model"]].with_user(user or self.an)
        return dialogs.with_context(**action["context"]).create(values)
