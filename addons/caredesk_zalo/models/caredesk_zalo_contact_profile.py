import logging

from odoo import api, models

from ..zalo_client import ZaloError, ZaloRetryable

_logger = logging.getLogger(__name__)

#: Profiles read in one run before other work gets its turn.
PROFILES_PER_RUN = 100


class CaredeskZaloContact(models.Model):
    """Who a customer is, read from Zalo by a worker: only what he lets everybody see."""

    _inherit = "caredesk.zalo.contact"

    @api.model
    def _cron_read_profiles(self):
        """Cron: read the profiles of new customers."""
        todo = self.search([("profile_state", "=", "todo")], order="id", limit=PROFILES_PER_RUN)
        for number, contact in enumerate(todo, start=1):
            contact._read_profile()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(todo) - number):
                break

    def _read_profile(self):
        """Read one profile; leave it for later when Zalo cannot be reached."""
        self.ensure_one()
        try:
            profile = self.oa_id._call(lambda client: client.users.detail(self.zalo_user_id))
        except ZaloRetryable as error:
            _logger.info("Profile of Zalo customer %s left for later: %s", self.id, error.reason)
        except (ZaloError, ValueError) as error:
            _logger.info("Profile of Zalo customer %s cannot be read: %s", self.id, error)
            self.profile_state = "failed"
        else:
            # Zalo took its time: what others wrote meanwhile is seen, who writes now comes first.
            self.env["ir.cron"]._commit_progress()
            if self.try_lock_for_update():
                self._take_profile(profile)

    def _take_profile(self, profile):
        """Note name, picture and whether the customer follows; his shared data stay his."""
        name = str(profile.get("display_name") or "").strip() or self.name
        self.write(
            {
                "name": name,
                "avatar_url": profile.get("avatar") or False,
                "is_follower": bool(profile.get("user_is_follower")),
                "profile_state": "done",
            }
        )
        if self.guest_id and self.guest_id.name != name:
            self.guest_id._update_name(name)
        if self.channel_id:
            self.channel_id.name = name
            self.channel_id._zalo_push_side()
