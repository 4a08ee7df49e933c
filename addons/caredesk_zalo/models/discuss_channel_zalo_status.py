from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store

#: Conversations one run of the scheduled action closes before other work gets its turn.
CLOSED_PER_RUN = 100


class DiscussChannel(models.Model):
    """Who serves a Zalo conversation, and whether it is open.

    Discuss calls the public methods: ``zalo_receivers`` fills the dialog of a transfer,
    ``zalo_take``, ``zalo_transfer``, ``zalo_close`` and ``zalo_reopen`` are its buttons. The
    browser knows ``zalo_status`` (``open``, ``closed``) and ``zalo_agent_id`` (the partner of
    the user who serves the customer, or nothing) of each conversation.
    """

    _inherit = "discuss.channel"

    zalo_status = fields.Selection([("open", "Open"), ("closed", "Closed")], readonly=True)
    zalo_oa_id = fields.Many2one(
        related="zalo_contact_id.oa_id", store=True, precompute=True, string="Official Account"
    )
    zalo_agent_id = fields.Many2one(related="zalo_contact_id.user_id", string="Zalo Agent")
    zalo_closed_at = fields.Datetime("Closed On", readonly=True)
    zalo_close_reason = fields.Char("Closed Because", readonly=True)

    _zalo_idle_idx = models.Index("(zalo_oa_id, last_interest_dt) WHERE zalo_status = 'open'")

    # === WHAT THE BROWSER KNOWS ===

    def _to_store_defaults(self, target):
        res = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            res += self._zalo_state_attrs()
        return res

    def _zalo_state_attrs(self):
        """Who serves the conversation and whether it is open; internal users only."""

        def is_zalo(channel):
            return channel.channel_type == "zalo"

        return [
            Store.Attr("zalo_status", predicate=is_zalo),
            Store.One(
                "zalo_agent_id",
                ["name", "im_status"],
                # sudo: whoever reads the conversation may know who serves it
                value=lambda channel: channel.sudo().zalo_agent_id.partner_id,
                predicate=is_zalo,
            ),
        ]

    def _zalo_push_state(self):
        """Show at once who serves conversations and whether they are open."""
        for channel in self:
            store = Store(bus_channel=channel, bus_subchannel="internal_users")
            store.add(channel, channel._zalo_state_attrs()).bus_send()

    # === STEPS ===

    def zalo_receivers(self):
        """Return whom the conversation can be handed to: ``[{"id", "name", "im_status"}]``.

        All agents of the account but the one who serves the customer; ids are of users.
        """
        contact_sudo = self._zalo_customer("read")
        # sudo: names and presence of colleagues are no secret
        users = contact_sudo.oa_id.user_ids.filtered("active") - contact_sudo.user_id
        return [
            {"id": user.id, "name": user.name, "im_status": user.im_status}
            for user in users.sorted("name")
        ]

    def zalo_take(self):
        """Serve a customer whom nobody serves; a chat administrator may take any."""
        contact_sudo = self._zalo_customer("write")
        user = self.env.user
        is_chief = user.has_group("caredesk_zalo.group_chat_admin")
        if contact_sudo.user_id and contact_sudo.user_id != user and not is_chief:
            raise UserError(
                self.env._("%s serves this customer already.", contact_sudo.user_id.name)
            )
        contact_sudo.user_id = user
        self._zalo_open_again()
        return True

    def zalo_transfer(self, user_id=False, note="", group_id=False):
        """Hand the conversation over, and note it for everybody.

        :param user_id: the colleague; else the next in turn of a support group serves
        :param note: what he ought to know
        :param group_id: a support group; when nobody of it is there the conversation waits
            for all agents of the account
        :raise UserError: this person or group cannot serve the customer
        """
        contact_sudo = self._zalo_customer("write")
        account = contact_sudo.oa_id
        group_sudo = self.env["caredesk.support.group"].sudo().browse(group_id or []).exists()
        user = self.env["res.users"].browse(user_id or []).exists()
        if group_sudo:
            user = account._in_turn(
                account._available(group_sudo.member_ids.user_id & account.user_ids)
                - contact_sudo.user_id
            )
        elif not user:
            raise UserError(self.env._("Choose a colleague or a support group."))
        elif user == contact_sudo.user_id:
            raise UserError(self.env._("%s serves this customer already.", user.sudo().name))
        former = contact_sudo.user_id
        self.sudo()._zalo_post_note(self._zalo_transfer_text(former, user, group_sudo, note))
        contact_sudo.user_id = user
        self._zalo_open_again()
        if user and user != self.env.user:
            contact_sudo._tell_agent(note)
        return True

    def _zalo_transfer_text(self, former, user, group, note):
        """Return the note of a transfer: from whom, to whom, by whom, and why."""
        names = {
            "former": former.sudo().name or self.env._("nobody"),
            "receiver": user.sudo().name or group.name,
            "by": self.env.user.name,
        }
        text = self.env._(
            "Conversation handed over from %(former)s to %(receiver)s by %(by)s.", **names
        )
        body = Markup("<p>%s</p>") % text
        return body + Markup("<p>%s</p>") % note if note else body

    def zalo_close(self, reason=""):
        """Close the conversation; it opens again when the customer writes or is answered.

        It leaves everybody's sidebar; the list of customers still leads to it.
        """
        self._zalo_customer("write")
        self.sudo()._zalo_close(reason)
        return True

    def _zalo_close(self, reason):
        if self.zalo_status == "closed":
            return
        text = self.env._("Conversation closed.")
        self._zalo_post_note(f"{text} {reason}" if reason else text)
        self._zalo_set_status("closed", reason)

    def zalo_reopen(self):
        """Open a closed conversation."""
        self._zalo_customer("write")
        if self._zalo_open_again():
            self.sudo()._zalo_post_note(self.env._("Conversation opened again."))
        return True

    def _zalo_open_again(self):
        """Open the conversation if it is closed; tell whether it was."""
        was_closed = self.zalo_status == "closed"
        if was_closed:
            self.sudo()._zalo_set_status("open")  # sudo: the caller checked the right to serve
        return was_closed

    def _zalo_set_status(self, status, reason=False):
        closed = status == "closed"
        self.write(
            {
                "zalo_status": status,
                "zalo_closed_at": closed and fields.Datetime.now(),
                "zalo_close_reason": closed and reason,
            }
        )
        self.zalo_contact_id._put_members_in_step(self.env["res.users"])

    def _zalo_customer(self, operation):
        """Return the customer of this conversation, with all rights, after a check of ours.

        :raise UserError: a colleague serves him, named so that one can ask him
        :raise AccessError: the conversation is none of the user's business
        """
        self.ensure_one()
        contact_sudo = self.sudo().zalo_contact_id  # sudo: its own rights are checked right here
        if not contact_sudo:
            raise UserError(self.env._("This is no conversation with a Zalo customer."))
        contact = contact_sudo.sudo(False)
        is_colleague = self.env.user in contact_sudo.oa_id.user_ids
        if is_colleague and not contact.has_access(operation) and contact_sudo.user_id:
            raise UserError(
                self.env._("%s serves this customer already.", contact_sudo.user_id.name)
            )
        contact.check_access(operation)
        return contact_sudo

    # === IDLE CONVERSATIONS ===

    @api.model
    def _cron_close_idle(self):
        """Cron: close conversations in which nobody wrote for the days their account says."""
        now = fields.Datetime.now()
        left = CLOSED_PER_RUN
        for account in self.env["caredesk.zalo.oa"].search([("close_after_days", ">", 0)]):
            idle = self.search(
                [
                    ("zalo_oa_id", "=", account.id),
                    ("zalo_status", "=", "open"),
                    ("last_interest_dt", "<", now - timedelta(days=account.close_after_days)),
                ],
                order="last_interest_dt",
                limit=left,
            ).try_lock_for_update()
            language = account.company_id.partner_id.lang or self.env.lang
            idle = idle.with_context(lang=language)
            text = idle.env._("Nobody wrote for %s days.", account.close_after_days)
            self.env["caredesk.ticket"]._tell_each(
                idle, lambda channel, why=text: channel._zalo_close(why)
            )
            left -= len(idle)
            if left <= 0:
                break
        self.env["ir.cron"]._commit_progress(CLOSED_PER_RUN - left, remaining=int(left <= 0))
