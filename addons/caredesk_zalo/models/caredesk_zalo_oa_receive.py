from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Days of silence after which a conversation is closed: Zalo lets nobody answer after them.
IDLE_DAYS = 7


class CaredeskZaloOa(models.Model):
    """Who gets a conversation of an account, and who may send in it."""

    _inherit = "caredesk.zalo.oa"

    assign_mode = fields.Selection(
        [
            ("all", "Everyone, the first to answer serves it"),
            ("round_robin", "One agent after the other"),
            ("owner", "The customer's salesperson, else one after the other"),
            ("group", "A free member of the support group"),
        ],
        "New Conversations Go To",
        default="all",
        required=True,
        help="Where nobody is available a conversation waits for all agents of the account, "
        "and whoever answers first serves it.",
    )
    group_id = fields.Many2one(
        "caredesk.support.group",
        "Support Group",
        ondelete="restrict",
        check_company=True,
        help="Its members get the conversations as far as they are agents of this account.",
    )
    online_only = fields.Boolean(
        "Only Those Online",
        default=True,
        help="Give conversations only to those who have Odoo open and are not away.",
    )
    turn_user_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    close_after_days = fields.Integer(
        "Close When Silent for Days",
        default=IDLE_DAYS,
        help="A conversation in which nobody wrote for so many days is closed; 0 closes none. "
        "It opens again with the customer's next message.",
    )
    send_right = fields.Selection(
        [
            ("all", "Everybody in the conversation"),
            ("owner", "Only who serves the customer"),
            ("selected", "Chosen users"),
        ],
        "Who May Send",
        default="all",
        required=True,
        help="Chat administrators may always send.",
    )
    sender_ids = fields.Many2many(
        "res.users", "caredesk_zalo_oa_sender_rel", string="Chosen Senders"
    )

    @api.constrains("close_after_days")
    def _check_close_after_days(self):
        for account in self:
            if account.close_after_days < 0:
                raise ValidationError(self.env._("The days must not be negative."))

    @api.constrains("assign_mode", "group_id")
    def _check_group_id(self):
        for account in self:
            if account.assign_mode == "group" and not account.group_id:
                raise ValidationError(
                    self.env._("Choose the support group that serves %s.", account.name)
                )

    @api.onchange("group_id")
    def _onchange_group_id(self):
        """Offer the members who may answer in Zalo as agents of the account."""
        agents = self.group_id.member_ids.user_id.filtered(
            lambda user: user.has_group("caredesk_zalo.group_agent")
        )
        self.user_ids |= agents

    # === WHO MAY ===

    def _may_serve(self, user):
        """Tell whether a user can be given the customers of this account."""
        self.ensure_one()
        return user.active and (
            user in self.user_ids or user.has_group("caredesk_zalo.group_chat_admin")
        )

    def _may_send(self, user, agent):
        """Tell whether a user may write to a customer.

        :param agent: who serves the customer, perhaps nobody
        """
        self.ensure_one()
        if user.has_group("caredesk_zalo.group_chat_admin"):
            return True
        if self.send_right == "selected":
            return user in self.sender_ids
        if self.send_right == "owner":
            return user == agent or (not agent and user in self.user_ids)
        return True

    # === WHOSE TURN IT IS ===

    def _pick(self, contact):
        """Return who shall serve a customer, nobody when all may or none is there.

        The turn is kept in the account's row, so two workers that give away conversations at
        once meet there, and one of them begins again.
        """
        self.ensure_one()
        if self.assign_mode == "all":
            return self.env["res.users"]
        ready = self._available(self._candidates())
        if self.assign_mode == "owner":
            owner = contact.partner_id.user_id or contact.lead_id.user_id
            if owner and self._may_serve(owner) and self._available(owner):
                return owner
        return self._in_turn(ready)

    def _candidates(self):
        """Return the agents among whom conversations are shared out."""
        agents = self.user_ids.filtered("active")
        if self.assign_mode != "group":
            return agents
        free = self.group_id.member_ids.filtered(lambda member: member.availability == "free")
        return free.user_id & agents

    def _available(self, users):
        """Return those who are not away and, if the account wants it, online."""
        absent = self.env["caredesk.support.agent"].search(
            [("user_id", "in", users.ids), ("is_away", "=", True)]
        )
        present = users - absent.user_id
        if not self.online_only or self.assign_mode == "all":
            return present
        return present.filtered(lambda user: user.im_status == "online")

    def _in_turn(self, users):
        """Return the next of these after the one who came last."""
        if not users:
            return users
        queue = users.sorted("id")
        after = queue.filtered(lambda user: user.id > self.turn_user_id.id)
        chosen = (after or queue)[0]
        self.turn_user_id = chosen
        return chosen
