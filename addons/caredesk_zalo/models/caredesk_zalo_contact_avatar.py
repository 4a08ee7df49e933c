import base64
import logging
import time
from datetime import timedelta
from io import BytesIO

from PIL import Image

from odoo import api, fields, models
from odoo.tools.image import image_process

from odoo.addons.mail.tools.discuss import Store

from ..zalo_client import ZaloClient, ZaloError, ZaloRetryable

_logger = logging.getLogger(__name__)

#: Pictures fetched in one run before other work gets its turn.
FETCHED_PER_RUN = 50
#: Times a picture is asked for; the next reading of the profile begins anew.
MAX_ATTEMPTS = 3
#: Bytes and pixels of the largest picture that is taken; Zalo's have some 120 by 120 pixels.
MAX_BYTES, MAX_PIXELS = 1_000_000, 4_000_000
FORMATS = ("JPEG", "PNG", "GIF")
#: Pixels of a side as Discuss shows it at most.
SIDE = 256


class CaredeskZaloContact(models.Model):
    """A customer's picture beside his words: fetched by a worker from Zalo's hosts only."""

    _inherit = "caredesk.zalo.contact"

    avatar_state = fields.Selection(
        [("todo", "To Fetch"), ("done", "Fetched"), ("failed", "Not Fetchable")],
        "Picture",
        readonly=True,
    )
    avatar_attempts = fields.Integer(readonly=True, export_string_translation=False)

    _avatar_idx = models.Index("(id) WHERE avatar_state = 'todo'")

    # === WHEN ===

    def _take_profile(self, profile):
        """With the profile comes the address of the picture; it is fetched anew each time."""
        result = super()._take_profile(profile)
        self._want_avatar()
        return result

    def _conversation(self):
        """A conversation that begins after the profile was read needs its picture now."""
        is_new = not self.guest_id
        channel = super()._conversation()
        if is_new:
            self._want_avatar()
        return channel

    def _want_avatar(self):
        """Have the picture fetched if there is one, and somebody to show it of."""
        if self.avatar_url and self.guest_id:
            self.write({"avatar_state": "todo", "avatar_attempts": 0})
            self.env.ref("caredesk_zalo.ir_cron_avatars")._trigger()

    # === THE WORKER ===

    @api.model
    def _cron_fetch_avatars(self):
        """Cron: fetch the pictures that are wanted, a burst of them without a pause."""
        domain = [("avatar_state", "=", "todo")]
        todo = self.search(domain, order="avatar_attempts, id", limit=FETCHED_PER_RUN)
        more = self.search_count(domain) - len(todo)
        for number, contact in enumerate(todo, start=1):
            contact._fetch_avatar()
            if contact.avatar_state == "todo":
                more = 0  # its host does not answer; the next try is for the next run
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(todo) - number + more):
                break

    def _fetch_avatar(self):
        """Fetch one picture; who has none keeps the one Odoo draws of his name."""
        self.ensure_one()
        address, picture, is_silent = self.avatar_url, None, False
        try:
            # No gate and no token: pictures lie on other hosts than those that are called.
            with ZaloClient(self.oa_id.app_id._options()) as client:
                found = client.media.fetch(address, MAX_BYTES)
            picture = _portrait(found.content)
            self._let_a_second_pass()
        except ZaloRetryable:
            is_silent = True
        except ZaloError as error:
            _logger.info("Picture of Zalo customer %s: %s", self.id, error.reason)
        # The host took its time: a customer may have been erased meanwhile.
        self.env["ir.cron"]._commit_progress()
        if not self.try_lock_for_update() or self.avatar_url != address:
            return
        if is_silent:
            attempts = self.avatar_attempts + 1
            state = "failed" if attempts >= MAX_ATTEMPTS else "todo"
            self.write({"avatar_state": state, "avatar_attempts": attempts})
        else:
            self._show_avatar(picture)

    def _let_a_second_pass(self):
        """Wait if the guest was written a moment ago, when his name became known.

        Screens know a picture by the second in which its owner was last written: in the same
        one they would go on showing the picture they have.
        """
        age = fields.Datetime.now() - self.guest_id.write_date
        if age < timedelta(seconds=1):
            time.sleep(1)

    def _show_avatar(self, picture):
        """Keep a picture and show it on open screens.

        :param picture: bytes of an image; nothing when what was fetched is none
        """
        self.avatar_state = "done" if picture else "failed"
        if not picture:
            return
        self.guest_id.image_1920 = base64.b64encode(picture)
        for channel in self.channel_id:
            Store(bus_channel=channel).add(self.guest_id, ["avatar_128", "name"]).bus_send()


def _portrait(content):
    """Return a fetched picture as a small square, or None when it is no picture to be shown."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                return None
        return image_process(content, size=(SIDE, SIDE), crop="center")
    # Pillow, reading what a stranger made, may fail in any way; none of them matters.
    except Exception as error:
        _logger.info("A picture of a Zalo customer cannot be read: %s", error)
        return None
