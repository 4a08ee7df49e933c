import logging
from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..zalo_client import (
    ZaloError,
    ZaloHeld,
    ZaloInvalid,
    ZaloLater,
    ZaloNight,
    ZaloRetryable,
    ZaloTomorrow,
    ZaloUncertain,
    bodies,
)
from .caredesk_zalo_gate import LIMIT_SECONDS
from .caredesk_zalo_oa_token import TOO_MANY_CALLS

_logger = logging.getLogger(__name__)

#: Times a message that surely did not go out is tried.
MAX_ATTEMPTS = 6
#: Minutes after which a message «being sent» was left by a worker that died.
LEASE_MINUTES = 5
#: Messages looked up at once.
BATCH = 100
#: Hours after which a message that still waits for Zalo is given up: an answer of yesterday.
GIVE_UP_HOURS = 24
#: Seconds until the next try when Zalo did not answer; the gate decides when it is called.
UNANSWERED_SECONDS = 10
#: Why nobody knows whether a message arrived; it is read in the reader's language.
LOST = "The answer of Zalo was lost."
#: Vietnam, where Zalo's nights and days are; it has no daylight saving time.
VIETNAM = timezone(timedelta(hours=7))
MORNING = time(6, 0)
AFTER_MIDNIGHT = time(0, 5)


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
        commit = self.env["ir.cron"]._commit_progress
        last = 0
        while queue := self._next_queued(last):
            commit(remaining=len(queue))
            held = self.env["caredesk.zalo.app"]
            for number, message in enumerate(queue, start=1):
                account = message.oa_id
                app = account.app_id
                # What the worker notes is read by the company's people.
                speaking = message.with_context(lang=account._language())
                if app not in held and speaking._claim() and not speaking._send():
                    held |= app
                if not commit(1, remaining=len(queue) - number):
                    # Odoo would come back within a minute; customers do not wait so long.
                    self._wake()
                    return
            last = queue[-1].id
        self._wake_at_next_try()

    @api.model
    def _next_queued(self, last):
        """Return messages to send now, from after the one with id ``last`` on.

        Those of an app whose gate is closed are left alone, so that they do not stand before
        the messages of others.
        """
        closed, _until = self.env["caredesk.zalo.gate"]._closed_apps()
        domain = [
            ("id", ">", last),
            ("state", "=", "queued"),
            ("oa_id.app_id", "not in", list(closed)),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]
        return self.search(domain, order="id", limit=BATCH)

    @api.model
    def _wake_at_next_try(self):
        """Have the queue served again when the first message is due that had to wait."""
        closed, until = self.env["caredesk.zalo.gate"]._closed_apps()
        waiting = [("state", "=", "queued"), ("oa_id.app_id", "not in", list(closed))]
        later = self.search(
            [*waiting, ("next_try_at", ">", fields.Datetime.now())], order="next_try_at", limit=1
        )
        moments = [moment for moment in (later.next_try_at, until) if moment]
        if moments:
            soon = fields.Datetime.now() + timedelta(minutes=1)
            if min(moments) < soon:  # else the next regular run is early enough
                cron = self.env.ref("caredesk_zalo.ir_cron_outbox")
                cron._trigger(at=min(moments) + timedelta(seconds=1))

    @api.model
    def _find_abandoned(self):
        """Mark what a worker that died left between the call and its answer."""
        oldest = fields.Datetime.now() - timedelta(minutes=LEASE_MINUTES)
        abandoned = self.search([("state", "=", "sending"), ("sending_at", "<", oldest)])
        abandoned._uncertain(LOST)

    def _claim(self):
        """Take a message for sending and commit that; tell whether it is ours.

        What waits before it keeps a later message of the same customer waiting.
        """
        if not self.try_lock_for_update() or self.state != "queued":
            return False
        if self.contact_id and self._is_behind():
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

    def _is_behind(self):
        """Tell whether an earlier message to the same customer still waits."""
        if self.template_id:
            return False
        # A template may have to wait for the morning; no answer waits for it.
        waiting = [
            ("contact_id", "=", self.contact_id.id),
            ("state", "=", "queued"),
            ("template_id", "=", False),
        ]
        return bool(self.search_count([*waiting, ("id", "<", self.id)], limit=1))

    def _send(self):
        """Send one message and note what became of it; tell whether Zalo was called at all."""
        clients = []

        def work(client):
            clients.append(client)
            return self._send_with(client)

        try:
            return self._call_zalo(work)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # no fault of the message
        except Exception:
            _logger.exception("Zalo message %s met a fault", self.id)
            if self.state == "sending":  # else its outcome is noted; what failed came after
                self._note_fault(bool(clients) and clients[-1].has_sent)
        return True

    def _call_zalo(self, work):
        """Do ``work`` and note its outcome; tell whether Zalo was called at all."""
        try:
            # A file is uploaded and sent: two calls.
            sent = self.oa_id._call(work, calls=2 if self.attachment_id else 1)
        except ZaloUncertain as error:
            self._uncertain(error.reason)
        except ZaloRetryable as error:
            self._try_later(error)
            return not isinstance(error, ZaloHeld)
        except ZaloError as error:
            self._fail(error.reason, error.code)
        except ZaloInvalid as error:
            self._fail(self.env["discuss.channel"]._zalo_limit_text(error), None)
        except UserError as error:
            self._fail(str(error), None)
        else:
            self.zalo_message_id = sent.message_id or False
            self._advance("sent")
        return True

    def _note_fault(self, has_left):
        """Note a fault of ours: it hinders no other message, and is not called what it is not."""
        if has_left:
            self._uncertain(LOST)
        else:
            self._fail(self.env._("It was not sent; the server's log has the reason."), None)

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
        """Queue a message again that surely did not go out; give up after some time.

        Zalo may be away for longer than a few tries take, so only what Zalo itself refused
        counts as a try.
        """
        counts = error.code not in (None, TOO_MANY_CALLS) and not isinstance(error, ZaloLater)
        attempts = self.attempts if counts else self.attempts - 1
        now = fields.Datetime.now()
        if attempts >= MAX_ATTEMPTS or self._waited_since() < now - timedelta(hours=GIVE_UP_HOURS):
            self._fail(error.reason, error.code)
            return
        self.write(
            {
                "state": "queued",
                "attempts": attempts,
                "reason": error.reason,
                "error_code": error.code or 0,
                "next_try_at": self._next_try(error, now),
            }
        )
        self.mail_message_id._zalo_push_state()

    def _waited_since(self):
        """Return since when a message waits: it was written, or sent again by an agent."""
        return max(self.create_date, self.queued_at or self.create_date)

    def _next_try(self, error, now):
        """Return when a message is tried again."""
        if isinstance(error, ZaloNight):
            return _next_in_vietnam(MORNING, now)
        if isinstance(error, ZaloTomorrow):
            return _next_in_vietnam(AFTER_MIDNIGHT, now)
        if isinstance(error, ZaloHeld | ZaloLater):
            return now + timedelta(seconds=error.retry_after)
        if error.code == TOO_MANY_CALLS:
            return now + timedelta(seconds=LIMIT_SECONDS)
        if error.code is None:
            return now + timedelta(seconds=UNANSWERED_SECONDS)
        return now + timedelta(seconds=error.retry_after * 3 ** (self.attempts - 1))

    def _fail(self, reason, code):
        """Note that a message will not be sent, and why."""
        self.write({"state": "failed", "reason": reason, "error_code": code or 0})
        self.mail_message_id._zalo_push_state()

    def _uncertain(self, reason):
        """Note that nobody knows whether a message arrived."""
        self.write({"state": "uncertain", "reason": reason})
        self.mail_message_id._zalo_push_state()


def _next_in_vietnam(hour, now):
    """Return the next moment at which it is ``hour`` in Vietnam.

    :param hour: ``datetime.time``
    :param now: naive, UTC; so is what is returned
    """
    local = now.replace(tzinfo=timezone.utc).astimezone(VIETNAM)
    moment = datetime.combine(local.date(), hour, VIETNAM)
    if moment <= local:
        moment += timedelta(days=1)
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
