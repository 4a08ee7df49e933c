from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

#: Days after a customer's last word in which Zalo lets an account write to him.
WINDOW_DAYS = 7
#: Hours in which that costs nothing.
FREE_HOURS = 48


class CaredeskZaloContact(models.Model):
    """A person, as one Official Account knows him.

    Zalo gives the same person another id at each account, so the pair of account and id is
    the identity, and a customer of two accounts is two contacts that may share a partner.
    """

    _name = "caredesk.zalo.contact"
    _description = "Zalo Customer"
    _order = "last_customer_at desc nulls last, id desc"
    _check_company_auto = True

    # identity
    name = fields.Char(required=True)
    oa_id = fields.Many2one(
        "caredesk.zalo.oa", "Official Account", required=True, ondelete="cascade", readonly=True
    )
    zalo_user_id = fields.Char("Zalo ID", required=True, readonly=True)
    company_id = fields.Many2one(related="oa_id.company_id", store=True, index=True)

    # what the customer shares
    phone = fields.Char()
    address = fields.Char()
    gender = fields.Char()
    birthday = fields.Date()
    is_follower = fields.Boolean("Follows", readonly=True)
    avatar_url = fields.Char(readonly=True)

    # relations
    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="set null", index="btree_not_null", check_company=True
    )
    lead_id = fields.Many2one(
        "crm.lead", ondelete="set null", index="btree_not_null", check_company=True
    )
    guest_id = fields.Many2one("mail.guest", readonly=True, ondelete="restrict")
    channel_id = fields.Many2one(
        "discuss.channel",
        "Conversation",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", "Agent", ondelete="set null", index="btree_not_null")

    # clocks
    last_customer_at = fields.Datetime("Last Message", readonly=True)
    window_until = fields.Datetime(
        "Can Be Written To Until", compute="_compute_window", search="_search_window_until"
    )
    free_until = fields.Datetime(compute="_compute_window")

    # profile
    profile_state = fields.Selection(
        [("todo", "To Read"), ("done", "Read"), ("failed", "Not Readable")],
        default="todo",
        required=True,
        readonly=True,
    )

    _person_uniq = models.Constraint(
        "UNIQUE (oa_id, zalo_user_id)", "This customer is known already."
    )
    _profile_idx = models.Index("(id) WHERE profile_state = 'todo'")

    @api.depends("last_customer_at")
    def _compute_window(self):
        for contact in self:
            spoke = contact.last_customer_at
            contact.window_until = spoke and spoke + timedelta(days=WINDOW_DAYS)
            contact.free_until = spoke and spoke + timedelta(hours=FREE_HOURS)

    def _search_window_until(self, operator, value):
        if operator not in (">", ">=", "<", "<="):
            return NotImplemented
        moment = fields.Datetime.to_datetime(value)
        return [("last_customer_at", operator, moment - timedelta(days=WINDOW_DAYS))]

    # === FINDING AND MAKING ===

    @api.model
    def _of(self, account, zalo_user_id):
        """Return the contact of an account, made when new, however many ask at once."""
        person = [("oa_id", "=", account.id), ("zalo_user_id", "=", zalo_user_id)]
        if known := self.search(person):
            return known
        self.env.cr.execute(
            SQL(
                """INSERT INTO %s (name, oa_id, company_id, zalo_user_id, profile_state,
                                   create_uid, write_uid, create_date, write_date)
                   VALUES (%s, %s, %s, %s, 'todo', %s, %s, %s, %s)
                   ON CONFLICT (oa_id, zalo_user_id) DO NOTHING""",
                SQL.identifier(self._table),
                self.env._("Zalo Customer"),
                account.id,
                account.company_id.id,
                zalo_user_id,
                self.env.uid,
                self.env.uid,
                self.env.cr.now(),
                self.env.cr.now(),
            ),
            log_exceptions=False,  # two workers at once: one tries again
        )
        made = self.env.cr.rowcount
        contact = self.search(person)
        if made:  # past the ORM: what is computed from the row is not yet
            contact.modified(["name", "phone", "partner_id", "lead_id"])
        return contact

    def _conversation(self):
        """Return the contact's conversation in Discuss, made when there is none."""
        self.ensure_one()
        if self.channel_id:
            return self.channel_id
        if not self.guest_id:
            self.guest_id = self.env["mail.guest"].create({"name": self.name})
        agents = self.user_id or self.oa_id.user_ids.filtered("active")
        # install_mode: whoever runs the worker must not become a member.
        channels = self.env["discuss.channel"].with_context(install_mode=True)
        members = [Command.create({"guest_id": self.guest_id.id})]
        members += [Command.create({"partner_id": user.partner_id.id}) for user in agents]
        channel = channels.create(
            {
                "name": self.name,
                "channel_type": "zalo",
                "zalo_contact_id": self.id,
                "zalo_status": "open",
                "channel_member_ids": members,
            }
        ).with_context(install_mode=False)
        self.channel_id = channel
        channel._broadcast(agents.partner_id.ids)
        return channel

    def _spoke(self, moment):
        """Note that the customer said something, which opens the window for answers."""
        self.ensure_one()
        if not self.last_customer_at or self.last_customer_at < moment:
            was_over = not self.window_until or self.window_until < fields.Datetime.now()
            self.last_customer_at = moment
            if was_over:
                self.channel_id._zalo_push_side()

    def _spoke_after(self, moment):
        """Tell whether the customer said something later than ``moment``."""
        return bool(self.last_customer_at) and self.last_customer_at > moment

    # === ACTIONS ===

    def action_open_conversation(self):
        """Open the conversation in Discuss."""
        self.ensure_one()
        if self.channel_id:
            return {
                "type": "ir.actions.client",
                "tag": "mail.action_discuss",
                "context": {"active_id": self.channel_id.id},
            }
        return False
