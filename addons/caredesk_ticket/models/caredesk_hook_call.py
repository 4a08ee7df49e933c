import hashlib
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from .mail_job import number_of

#: code -> (status of the answer, words). All but the last three are known before the body counts.
REASONS = {
    "too_big": (413, "The call is bigger than allowed"),
    "no_length": (411, "The call does not say how long it is"),
    "no_json_type": (415, "The content type is not application/json"),
    "unknown_source": (404, "There is no such source, or it is switched off"),
    "address": (403, "Calls from this address are not allowed"),
    "token": (401, "The token is missing or wrong"),
    "no_timestamp": (401, "The timestamp is missing or no number of seconds"),
    "stale": (401, "The timestamp is too far from our time"),
    "bad_signature": (401, "The signature is missing or wrong"),
    "limit": (429, "Too many calls within a minute"),
    "payload": (400, "The body is not as documented"),
    "conflict": (409, "The same idempotency key came with another body"),
    "content": (422, "The content cannot be taken"),
    "error": (500, "It could not be processed; nothing was stored"),
}
#: Shown of a body in the log, in letters.
_PREVIEW = 500


class CaredeskHookCall(models.Model):
    """One call to the inbound hook: taken, or refused and why.

    The row of a call that is taken is written first; the database takes one row for a source
    and a key, so no repeated call does its work twice.
    """

    _name = "caredesk.hook.call"
    _description = "Inbound Hook Call"
    _order = "id desc"
    _rec_name = "source_id"

    source_id = fields.Many2one("caredesk.hook.source", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True, index="btree_not_null")
    ip = fields.Char("From Address", readonly=True)
    state = fields.Selection(
        [("done", "Done"), ("repeated", "Repeated"), ("refused", "Refused")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [(code, words) for code, (_status, words) in REASONS.items()],
        string="Why Refused",
        readonly=True,
    )
    detail = fields.Char(readonly=True, help="What exactly was wrong, or what was done.")
    action = fields.Selection(
        [("ticket", "New Ticket"), ("message", "Message"), ("lead", "New Lead")], readonly=True
    )
    repeat_count = fields.Integer(
        "Further Ones", readonly=True, help="Calls like this one that were only counted."
    )
    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="set null", index="btree_not_null"
    )
    idempotency_key = fields.Char(readonly=True)
    body_digest = fields.Char("SHA-256 of the Body", readonly=True)
    body_preview = fields.Text("Beginning of the Body", readonly=True)
    body_size = fields.Integer("Size (bytes)", readonly=True)

    _once = models.UniqueIndex(
        "(source_id, idempotency_key) WHERE state = 'done'", "This call was taken already."
    )
    _source_idx = models.Index("(source_id, create_date)")
    _refused_idx = models.Index(
        "((COALESCE(source_id, 0)), reason, create_date) WHERE state = 'refused'"
    )

    # === BUSINESS ===

    @api.model
    def _claim(self, source, payload, body, ip):
        """Write the row of a call before its work is done.

        :return: the row and whether it is new; else the row of the call that came before
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_hook_call (source_id, company_id, ip, state, action,"
                " idempotency_key, body_digest, body_preview, body_size, create_uid, create_date,"
                " write_uid, write_date)"
                " VALUES (%(source)s, %(company)s, %(ip)s, 'done', %(action)s, %(key)s,"
                " %(digest)s, %(preview)s, %(size)s, %(uid)s, %(now)s, %(uid)s, %(now)s)"
                " ON CONFLICT (source_id, idempotency_key) WHERE state = 'done'"
                " DO NOTHING RETURNING id",
                source=source.id,
                company=source.company_id.id,
                ip=ip,
                action=payload.action,
                key=payload.idempotency_key,
                digest=self._digest(body),
                preview=self._preview(body),
                size=len(body),
                uid=self.env.uid,
                now=now,
            ),
            log_exceptions=False,  # one key twice at once: Odoo does the later call again
        )
        rows = self.env.cr.fetchall()
        if rows:
            return self.browse(rows[0][0]), True
        before = [("source_id", "=", source.id), ("state", "=", "done")]
        return self.search([*before, ("idempotency_key", "=", payload.idempotency_key)]), False

    @api.model
    def _log_repeated(self, first, ip):
        """Note that a call came once more; of one call at most a few such rows are kept."""
        rows = self.search_count(
            [
                ("source_id", "=", first.source_id.id),
                ("state", "=", "repeated"),
                ("create_date", ">=", self._an_hour_ago()),
            ]
        )
        if rows < self._most_rows():
            self.create(
                {
                    "source_id": first.source_id.id,
                    "ip": ip,
                    "state": "repeated",
                    "action": first.action,
                    "ticket_id": first.ticket_id.id,
                    "lead_id": first.lead_id.id,
                    "detail": first.idempotency_key,
                }
            )

    @api.model
    def _log_refused(self, reason, source, ip, detail="", body=b""):
        """Note a refused call, or count it where there are enough rows of its kind.

        :param body: only of callers who are known: strangers' text is not kept
        """
        last = self._last_refused(reason, source)
        if last:
            self._count_further(last)
            return
        self.create(
            {
                "source_id": source.id,
                "ip": ip,
                "state": "refused",
                "reason": reason,
                "detail": detail[:250],
                "body_digest": body and self._digest(body),
                "body_preview": body and self._preview(body),
                "body_size": len(body),
            }
        )

    @api.model
    def _last_refused(self, reason, source):
        """Return the id of the row on which a further call of this kind is only counted."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM caredesk_hook_call WHERE state = 'refused'"
                " AND COALESCE(source_id, 0) = %s AND reason = %s AND create_date >= %s"
                " ORDER BY id DESC LIMIT %s",
                source.id or 0,
                reason,
                self._an_hour_ago(),
                self._most_rows(),
            )
        )
        return rows[0][0] if len(rows) >= self._most_rows() else None

    @api.model
    def _count_further(self, call_id):
        """Raise the count of a row, unless another process is just doing that.

        A count that is missed in a flood matters less than a flood whose calls wait for each
        other.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE caredesk_hook_call SET repeat_count ="
                        " COALESCE(repeat_count, 0) + 1 WHERE id ="
                        " (SELECT id FROM caredesk_hook_call WHERE id = %s"
                        " FOR UPDATE SKIP LOCKED)",
                        call_id,
                    ),
                    log_exceptions=False,
                )
        except OperationalError:
            return
        self.browse(call_id).invalidate_recordset(["repeat_count"])

    @api.model
    def _taken_last_minute(self, source):
        since = fields.Datetime.now() - timedelta(minutes=1)
        return self.search_count(
            [
                ("source_id", "=", source.id),
                ("state", "in", ("done", "repeated")),
                ("create_date", ">=", since),
            ]
        )

    @api.model
    def _most_rows(self):
        return number_of(self.env, "hook_max_refused_per_hour", 20)

    @api.model
    def _an_hour_ago(self):
        return fields.Datetime.now() - timedelta(hours=1)

    @api.model
    def _digest(self, body):
        return hashlib.sha256(body).hexdigest()

    @api.model
    def _preview(self, body):
        return body[: _PREVIEW * 4].decode("utf-8", "replace").replace("\0", "")[:_PREVIEW]

    @api.autovacuum
    def _gc_calls(self):
        """Forget calls after the time set; the tickets they made stay."""
        days = number_of(self.env, "hook_log_days", 90)
        before = fields.Datetime.now() - timedelta(days=max(days, 1))
        old = self.search([("create_date", "<", before)], limit=5000, order="id")
        old.unlink()
        return len(old), len(old) == 5000
