import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..zalo_client import (
    ZaloError,
    ZaloInvalid,
    ZaloLater,
    ZaloRetryable,
    ZaloUncertain,
    bodies,
)

_logger = logging.getLogger(__name__)

#: Times a message that surely did not go out is tried.
MAX_ATTEMPTS = 6
#: Minutes after which a message «being sent» was left by a worker that died.
LEASE_MINUTES = 5
SENT_PER_RUN = 100


class CaredeskZaloMessage(models.Model):
    """The worker of the outbox: one message after the other, none twice.

    «Being sent» is committed before Zalo is called, the result after it. A worker that dies in
    between leaves a message nobody knows the fate of: it becomes uncertain.
    """

    _inherit = "caredesk.zalo.message"

    @api.model
    def _cron_send(self):
        """Cron: send what waits, in the order it was written."""
        self._find_abandoned()
        now = fields.Datetime.now()
        domain = [
            ("state", "=", "queued"),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", now),
        ]
        queue = self.search(domain, order="id", limit=SENT_PER_RUN)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(queue))
        for number, message in enumerate(queue, start=1):
            if message._claim():
                message._send()
            if not commit(1, remaining=len(queue) - number):
                break

    @api.model
    def _find_abandoned(self):
        """Mark what a worker that died left between the call and its answer."""
        oldest = fields.Datetime.now() - timedelta(minutes=LEASE_MINUTES)
        abandoned = self.search([("state", "=", "sending"), ("sending_at", "<", oldest)])
        abandoned._uncertain(self.env._("The answer of Zalo was lost."))

    def _claim(self):
        """Take a message for sending and commit that; tell whether it is ours.

        What waits before it keeps a later message of the same customer waiting.
        """
        if not self.try_lock_for_update() or self.state != "queued":
            return False
        waiting = [("contact_id", "=", self.contact_id.id), ("state", "=", "queued")]
        if self.search_count([*waiting, ("id", "<", self.id)], limit=1):
            return False
        self.write(
            {
                "state": "sending",
                "sending_at": fields.Datetime.now(),
                "attempts": self.attempts + 1,
            }
        )
        self.env["ir.cron"]._commit_progress()
        return True

    def _send(self):
        """Send one message and note what became of it."""
        try:
            sent = self.oa_id._call(self._send_with)
        except ZaloUncertain as error:
            self._uncertain(error.reason)
        except ZaloRetryable as error:
            self._try_later(error)
        except ZaloError as error:
            self._fail(error.reason, error.code)
        except (ZaloInvalid, UserError) as error:
            self._fail(str(error), None)
        else:
            self.zalo_message_id = sent.message_id or False
            self._advance("sent")

    def _send_with(self, client):
        """Upload what has to be, and send; return what Zalo says."""
        if self.kind == "text":
            body = bodies.text(self.text, quote_id=self.quote_id or None)
        elif self.kind == "request_info":
            body = bodies.request_info(*self.oa_id._request_card())
        else:
            file = self.attachment_id
            key = client.media.upload(self.kind, file.name, file.raw, file.mimetype)
            body = self._file_body(key)
        return client.messages.send(self.contact_id.zalo_user_id, body)

    def _file_body(self, key):
        """Return the body that sends an uploaded file."""
        if self.kind == "image":
            return bodies.image(attachment_id=key)
        if self.kind == "gif":
            return bodies.gif(key, *self.attachment_id._zalo_size())
        return bodies.file(key)

    def _try_later(self, error):
        """Queue a message again that surely did not go out; give up after some times."""
        if self.attempts >= MAX_ATTEMPTS:
            self._fail(error.reason, error.code)
            return
        pause = error.retry_after * (
            1 if isinstance(error, ZaloLater) else 3 ** (self.attempts - 1)
        )
        self.write(
            {
                "state": "queued",
                "reason": error.reason,
                "error_code": error.code or 0,
                "next_try_at": fields.Datetime.now() + timedelta(seconds=pause),
            }
        )
        self.mail_message_id._zalo_push_state()

    def _fail(self, reason, code):
        """Note that a message will not be sent, and why."""
        self.write({"state": "failed", "reason": reason, "error_code": code or 0})
        self.mail_message_id._zalo_push_state()

    def _uncertain(self, reason):
        """Note that nobody knows whether a message arrived."""
        self.write({"state": "uncertain", "reason": reason})
        self.mail_message_id._zalo_push_state()
