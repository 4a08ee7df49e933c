import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..zalo_client import ZaloError, ZaloRetryable

_logger = logging.getLogger(__name__)

#: Profiles read in one run before other work gets its turn.
PROFILES_PER_RUN = 100
#: Days after which the profile of somebody who writes again is read anew.
PROFILE_DAYS = 30
#: Characters of a name and of an address that are kept; longer ones are nobody's.
NAME_LENGTH, ADDRESS_LENGTH = 120, 2000


class CaredeskZaloContact(models.Model):
    """Who a customer is, read from Zalo by a worker: only what he lets everybody see."""

    _inherit = "caredesk.zalo.contact"

    zalo_name = fields.Char("Name on Zalo", readonly=True)
    profile_at = fields.Datetime("Profile Read On", readonly=True)

    def _want_profile(self):
        """Have the profile read if it never was, or long ago: names and pictures change."""
        self.ensure_one()
        oldest = fields.Datetime.now() - timedelta(days=PROFILE_DAYS)
        if self.profile_state != "todo" and (self.profile_at or self.create_date) < oldest:
            self.profile_state = "todo"
        if self.profile_state == "todo":
            self.env.ref("caredesk_zalo.ir_cron_profiles")._trigger()

    @api.model
    def _cron_read_profiles(self):
        """Cron: read the profiles of new customers, a burst of them without a pause.

        Those of an account without a connection wait until it has one again, and hold up nobody.
        """
        closed, _until = self.env["caredesk.zalo.gate"]._closed_apps()
        domain = [
            ("profile_state", "=", "todo"),
            ("oa_id.state", "=", "connected"),
            ("oa_id.app_id", "not in", list(closed)),
        ]
        todo = self.search(domain, order="id", limit=PROFILES_PER_RUN)
        more = self.search_count(domain) - len(todo)
        for number, contact in enumerate(todo, start=1):
            if not contact._read_profile():
                more = 0  # Zalo does not answer; to go on at once would only ask it again
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(todo) - number + more):
                break

    def _read_profile(self):
        """Read one profile; tell whether it is done with, or left until Zalo can be reached."""
        self.ensure_one()
        profile = None
        try:
            profile = self.oa_id._call(lambda client: client.users.detail(self.zalo_user_id))
        except (ZaloRetryable, UserError) as error:
            # A user error is an account that lost its connection a moment ago.
            _logger.info("Profile of Zalo customer %s left for later: %s", self.id, error)
            return False
        except (ZaloError, ValueError) as error:
            _logger.info("Profile of Zalo customer %s cannot be read: %s", self.id, error)
        # Zalo took its time: a customer may have been erased meanwhile; who writes now comes first.
        self.env["ir.cron"]._commit_progress()
        if self.try_lock_for_update() and self.profile_state == "todo":
            if profile is None:
                self.write({"profile_state": "failed", "profile_at": fields.Datetime.now()})
            else:
                self._take_profile(profile)
        return True

    def _take_profile(self, profile):
        """Note name, picture and whether the customer follows; his shared data stay his."""
        zalo_name = _line(profile.get("display_name"), NAME_LENGTH)
        # What an agent or the customer himself entered stays.
        is_zalos = not self.zalo_name or self.name == self.zalo_name
        name = (is_zalos and zalo_name) or self.name
        self.write(
            {
                "name": name,
                "zalo_name": zalo_name,
                "avatar_url": _line(profile.get("avatar"), ADDRESS_LENGTH) or False,
                "is_follower": bool(profile.get("user_is_follower")),
                "profile_state": "done",
                "profile_at": fields.Datetime.now(),
            }
        )
        if self.guest_id and self.guest_id.name != name:
            self.guest_id._update_name(name)
        if self.channel_id:
            self.channel_id.name = name
            self.channel_id._zalo_push_side()


def _line(value, length):
    """Return what Zalo says as one line of text that PostgreSQL takes; empty for no text."""
    if not isinstance(value, str):
        return ""
    text = value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return " ".join(text.split())[:length]
