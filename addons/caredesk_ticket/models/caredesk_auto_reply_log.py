import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.mail_triage import loop_key
from .batches import work_off
from .mail_job import number_of

_logger = logging.getLogger(__name__)

#: Days after which it no longer matters who got which auto reply.
_KEPT_DAYS = 365


class CaredeskAutoReplyLog(models.Model):
    """One auto reply that was sent: the row is written first, the mail after it.

    The database takes one row for a ticket and a rule, so no second worker and no second run
    answers the same request again.
    """

    _name = "caredesk.auto.reply.log"
    _description = "Sent Auto Reply"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", readonly=True)
    rule_id = fields.Many2one(
        "caredesk.auto.reply", required=True, ondelete="cascade", readonly=True
    )
    address_key = fields.Char(
        "Address",
        readonly=True,
        help="Address that got it, in the form by which addresses are counted.",
    )
    article_id = fields.Many2one(
        "caredesk.knowledge.article", ondelete="set null", readonly=True, index="btree_not_null"
    )

    _once = models.UniqueIndex(
        "(ticket_id, rule_id)", "This ticket got an answer by this rule already."
    )
    _rule_idx = models.Index("(rule_id, create_date)")
    _address_idx = models.Index("(address_key, create_date)")

    # === BUSINESS ===

    @api.model
    def _claim(self, ticket, rule, address, article):
        """Note that ``rule`` answers ``ticket``; False when it did, or the address had enough."""
        key = loop_key(address)
        since = fields.Datetime.now() - timedelta(hours=1)
        limit = number_of(self.env, "auto_replies_per_hour", 3)
        if self.search_count([("address_key", "=", key), ("create_date", ">=", since)]) >= limit:
            return False
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO caredesk_auto_reply_log"
                " (ticket_id, rule_id, address_key, article_id, create_uid, create_date)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (ticket_id, rule_id) DO NOTHING"
                " RETURNING id",
                ticket.id,
                rule.id,
                key,
                article.id or None,
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        return bool(rows)

    @api.autovacuum
    def _gc_logs(self):
        """Forget what was sent long ago: those tickets are no longer new."""
        before = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        old = self.search([("create_date", "<", before)], limit=1000, order="id")
        old.unlink()
        return len(old), len(old) == 1000


class CaredeskAutoReply(models.Model):
    """Sending: in the background, never while a request or a mail is being taken."""

    _inherit = "caredesk.auto.reply"

    @api.model
    def _cron_send(self):
        """Cron: answer the new requests that may be answered by a machine."""
        done, left = self._send_due()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _send_due(self):
        """Answer a batch of new requests; one that fails does not stop the others.

        :return: how many were looked at, and how many (at most a batch) are left
        """
        return work_off(
            self.env["caredesk.ticket"].sudo(),  # the system's own work
            [("auto_reply_pending", "=", True)],
            self._answer,
            lambda batch: batch._own_code().write({"auto_reply_pending": False}),
        )

    @api.model
    def _answer(self, ticket):
        """Queue the answers that are due to ``ticket``, unless a person was faster."""
        address = ticket._automatic_address()
        if not address or ticket.first_response_at or ticket.state == "cancelled":
            return
        for rule, article in self._choose(ticket):
            if self.env["caredesk.auto.reply.log"].sudo()._claim(ticket, rule, address, article):
                rule._send(ticket, address, article)

    def _send(self, ticket, address, article):
        self.ensure_one()
        subject, body = self._render(ticket, article)
        ticket._queue_automatic_mail(
            address, {"subject": subject, "body_html": body, "body": body}, article.attachment_ids
        )
        if self.kind in ("acknowledgement", "outside_hours"):
            ticket._own_code().write({"mail_acknowledged_at": fields.Datetime.now()})
        article._count_sent(article.ids)
