import time

from odoo import api, fields, models

from odoo.addons.caredesk_ticket.models.conflicts import is_waited_for, unhindered

#: Conversations brought in step between two commits; few, since customers write in them meanwhile.
BATCH = 5
#: Seconds left to whoever waited for a batch, most often the worker with what customers write.
PAUSE = 1


class CaredeskZaloOa(models.Model):
    """When the agents of an account change, its conversations follow, a batch at a time."""

    _inherit = "caredesk.zalo.oa"

    former_user_ids = fields.Many2many(
        "res.users", "caredesk_zalo_oa_former_rel", readonly=True, copy=False
    )
    has_stale_members = fields.Boolean(readonly=True, copy=False)

    _stale_idx = models.Index("(id) WHERE has_stale_members")

    def write(self, vals):
        if "user_ids" not in vals:
            return super().write(vals)
        before = {account: account.user_ids for account in self}
        result = super().write(vals)
        for account in self.filtered(lambda account: account.user_ids != before[account]):
            left = (account.former_user_ids | before[account]) - account.user_ids
            # sudo: who may say who the agents are has the conversations follow
            account.sudo().write({"former_user_ids": left, "has_stale_members": True})
            self.env.ref("caredesk_zalo.ir_cron_receivers").sudo()._trigger()
        return result

    @api.model
    def _cron_keep_members(self):
        """Cron: take former agents out of conversations and bring new ones in."""
        commit = self.env["ir.cron"]._commit_progress
        for account in self.search([("has_stale_members", "=", True)]):
            while done := unhindered(self.env, account._keep_members, pause=0.05):
                was_in_the_way = is_waited_for(self.env)
                if not commit(done, remaining=1):
                    return
                time.sleep(PAUSE * was_in_the_way)
            account.write({"former_user_ids": False, "has_stale_members": False})
        commit(remaining=0)

    def _keep_members(self):
        """Bring a batch of conversations in step; return how many were not."""
        self.ensure_one()
        of_account = [("zalo_oa_id", "=", self.id)]
        conversations = self.env["discuss.channel"]
        for user in self.former_user_ids:
            theirs = [*of_account, ("zalo_agent_id", "=", user.id)]
            found = not self._may_serve(user) and conversations.search(theirs, limit=BATCH)
            if found:
                found.zalo_contact_id.user_id = False
                return len(found)
            seen = [("channel_member_ids", "any", [("partner_id", "=", user.partner_id.id)])]
            others = ["|", ("zalo_agent_id", "=", False), ("zalo_agent_id", "!=", user.id)]
            for channel in (found := conversations.search(of_account + seen + others, limit=BATCH)):
                channel._action_unfollow(partner=user.partner_id, post_leave_message=False)
            if found:
                return len(found)
        free = [("zalo_status", "=", "open"), ("zalo_agent_id", "=", False)]
        for user in self.user_ids.filtered("active"):
            member = [("partner_id", "=", user.partner_id.id)]
            missing = [("channel_member_ids", "not any", member)]
            if found := conversations.search(of_account + free + missing, limit=BATCH):
                found._add_members(users=user, post_joined_message=False)
                return len(found)
        return 0
