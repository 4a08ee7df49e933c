import email
import hashlib
import logging
from email.policy import SMTP

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.tools.mail import email_normalize_all, html_to_inner_content

from ..domain.mail_repair import repair

_logger = logging.getLogger(__name__)


class CaredeskMailGateway(models.AbstractModel):
    """Tells a mail that came twice from another one that bears the same Message-ID."""

    _inherit = "caredesk.mail.gateway"

    @api.model
    def _is_known(self, job):
        """Tell whether a mail with this Message-ID was processed or parked before."""
        if job.parked:
            return False
        return bool(self._messages_like(job, limit=1) or self._parked_like(job, limit=1))

    @api.model
    def _messages_like(self, job, **options):
        # sudo: a mail counts as known whoever may see what became of it
        messages_sudo = self.env["mail.message"].sudo()
        return messages_sudo.search([("message_id", "=", job.mail.message_id)], **options)

    @api.model
    def _parked_like(self, job, **options):
        parked_sudo = self.env["caredesk.mail.parked"].sudo()  # as above
        return parked_sudo.search([("message_id", "=", job.mail.message_id)], **options)

    @api.model
    def _park_unless_same(self, job):
        """Park a mail whose Message-ID is taken, unless it is the very mail that took it.

        It is parked under an id made of what it says, so that it is parked once as well.
        """
        is_same = any(self._is_message(job, message) for message in self._messages_like(job))
        if is_same or any(self._is_parked(job, parked) for parked in self._parked_like(job)):
            return
        job.mail.message_id = f"<{self._digest(job.sender, job.mail)}@duplicate-id.invalid>"
        if self._parked_like(job, limit=1):
            return
        try:
            with self.env.cr.savepoint():
                self._park(job, self._default_group(job), "duplicate")
        except UniqueViolation as error:
            if not self._is_duplicate_error(error):
                raise

    @api.model
    def _is_message(self, job, message):
        """Tell whether ``message`` was made of the mail of ``job``, or is what it brings back."""
        is_sender = job.sender in (email_normalize_all(message.email_from or "") or [""])
        if message.message_type != "email":
            # Sent by us and back in a layout of its own; its sender may be one of our addresses.
            return is_sender or self.env["caredesk.mail.guard"]._is_own_address(job.sender)
        if not is_sender or (message.subject or "") != job.mail.subject:
            return False
        stored = _words(html_to_inner_content(message.body))
        return any(_words(text) == stored for text in self._texts_of(job))

    @api.model
    def _texts_of(self, job):
        """Yield the text that Odoo reads in the mail as it is, then in the mail written anew."""
        thread = self.env["mail.thread"]
        for source in (job.mail.source, None):
            source = source or repair(job.mail.raw, self._limits(), force=True).source
            try:
                message = email.message_from_bytes(source, policy=SMTP)
                body = thread._message_parse_extract_payload(message, {})["body"]
                yield html_to_inner_content(str(body).replace("\0", ""))
            except Exception:  # noqa: BLE001 - unreadable this way: it was stored the other way
                _logger.info("Mail %s cannot be compared", job.mail.message_id, exc_info=True)

    @api.model
    def _is_parked(self, job, parked):
        """Tell whether ``parked`` keeps the mail of ``job``."""
        kept = repair(parked.source_id.raw or b"", self._limits())
        sender = parked.email_from or ""
        return self._digest(sender, kept) == self._digest(job.sender, job.mail)

    @api.model
    def _digest(self, sender, mail):
        text = "\n".join((sender, mail.subject, _words(mail.text)))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _words(text):
    """Return ``text`` without what line breaks and tags do to white space."""
    return "".join(text.split())
