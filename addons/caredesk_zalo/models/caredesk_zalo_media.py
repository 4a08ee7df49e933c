import logging
import mimetypes
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..zalo_client import ZaloClient, ZaloError, ZaloRetryable

_logger = logging.getLogger(__name__)

#: Zalo's addresses live for about half an hour, so the tries end before.
MAX_ATTEMPTS = 5
PAUSE_SECONDS = 30
FETCHED_PER_RUN = 50

#: Kinds of attachment that are a file on Zalo's hosts.
KINDS = ("image", "gif", "sticker", "file", "audio", "video")


class CaredeskZaloMedia(models.Model):
    """A file of a customer that waits at Zalo to be fetched: no request waits for it."""

    _name = "caredesk.zalo.media"
    _description = "Zalo File"
    _order = "id"

    mail_message_id = fields.Many2one(
        "mail.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    oa_id = fields.Many2one("caredesk.zalo.oa", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    url = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("todo", "To Fetch"), ("done", "Fetched"), ("failed", "Lost")],
        default="todo",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)

    _todo_idx = models.Index("(id) WHERE state = 'todo'")

    @api.model
    def _cron_fetch(self):
        """Cron: fetch what waits, a burst of it without a pause: the addresses do not live long."""
        domain = [
            ("state", "=", "todo"),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]
        todo = self.search(domain, limit=FETCHED_PER_RUN)
        more = self.search_count(domain) - len(todo)
        for number, media in enumerate(todo, start=1):
            if media.exists():  # erased while the others were fetched
                media._fetch()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(todo) - number + more):
                break

    def _fetch(self):
        """Fetch one file and hang it on its message; say so when it is lost."""
        self.ensure_one()
        found, failure = None, None
        try:
            # No gate and no token: files lie on other hosts than those that are called.
            with ZaloClient(self.oa_id.app_id._options()) as client:
                found = client.media.fetch(self.url)
        except ZaloError as error:
            failure = error
        # The host took its time: the customer may have been erased meanwhile, files and all.
        self.env["ir.cron"]._commit_progress()
        if not self.try_lock_for_update():
            return
        if failure:
            self._note_failure(failure)
        else:
            self._keep(found)

    def _note_failure(self, failure):
        """Have the file fetched again a little later, or give it up."""
        self.error = failure.reason
        if isinstance(failure, ZaloRetryable):
            self.attempts += 1
            if self.attempts < MAX_ATTEMPTS:
                self.next_try_at = fields.Datetime.now() + timedelta(seconds=PAUSE_SECONDS)
                return
        self._lose()

    def _keep(self, found):
        """Attach a fetched file; one that cannot be kept is lost and hinders no other."""
        try:
            with self.env.cr.savepoint():
                self._attach(found)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # no fault of the file; it is fetched again
        except Exception as error:
            _logger.info("Zalo file %s cannot be kept", self.id, exc_info=True)
            self.error = f"{type(error).__name__}: {error}"[:500]
            self._lose()

    def _attach(self, found):
        """Keep a fetched file as an attachment of the conversation.

        As it came: a small picture that unfolds to gigabytes is not opened here. A page is kept
        as plain text, for it would run in the agent's browser; drawn stickers are Zalo's own.
        """
        channel = self.env["discuss.channel"].browse(self.mail_message_id.res_id)
        attachments = self.env["ir.attachment"].with_context(
            image_no_postprocess=True, attachments_mime_plainxml=self.kind != "sticker"
        )
        attachment = attachments.create(
            {
                "name": self._file_name(found.mimetype),
                "raw": found.content,
                "res_model": channel._name,
                "res_id": channel.id,
            }
        )
        self.state = "done"
        self.mail_message_id._zalo_add_attachment(attachment)

    def _file_name(self, mimetype):
        """Return a name with an ending, so that people's computers know what it is."""
        if "." in self.name:
            return self.name
        return f"{self.name}{mimetypes.guess_extension(mimetype) or ''}"

    def _lose(self):
        """Give up, and tell the agents so in the message instead of showing nothing."""
        self.state = "failed"
        self.mail_message_id._zalo_push_files()
