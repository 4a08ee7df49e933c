from datetime import datetime, timedelta, timezone

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..zalo_client import events

#: Days after which a rightly signed event is too old to act on.
MAX_AGE_DAYS = 7
#: Seconds after which a wake-up call that nobody took is repeated by the next event.
UNHEARD_SECONDS = 3
#: Days a finished event is kept.
RETENTION_DAYS = 30
#: Rows one run of the housekeeping deletes.
GC_LIMIT = 10_000


class CaredeskZaloEvent(models.Model):
    """Something Zalo reported: stored before anything is done about it, worked on once."""

    _name = "caredesk.zalo.event"
    _description = "Zalo Event"
    _order = "id desc"

    # identity
    name = fields.Char("Event", required=True, readonly=True)
    event_key = fields.Char(required=True, readonly=True)
    oa_id = fields.Many2one(
        "caredesk.zalo.oa", "Official Account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="oa_id.company_id")
    zalo_user_id = fields.Char("Zalo ID", readonly=True)
    body = fields.Text(required=True, readonly=True)
    happened_at = fields.Datetime(
        readonly=True, help="When it happened, as Zalo says; order within a conversation."
    )
    happened_ms = fields.Float(digits=(16, 0), readonly=True, export_string_translation=False)

    # state
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)

    _event_uniq = models.Constraint("UNIQUE (oa_id, event_key)", "This event is known already.")
    _todo_idx = models.Index("(happened_ms, id) WHERE state = 'new'")
    _conversation_idx = models.Index("(oa_id, zalo_user_id, id)")
    _finished_idx = models.Index("(create_date) WHERE state IN ('done', 'ignored')")

    # === TAKING ===

    @api.model
    def _take(self, app_id, body):
        """Store a signed event once and wake the worker; answer nothing in any case.

        :param app_id: the record id of the app that signed it; it speaks for its accounts only
        :param body: the bytes as they came
        """
        accounts = self.env["caredesk.zalo.oa"]._by_zalo_id()
        event = events.read(body, accounts)
        if event is None:
            self.env["caredesk.zalo.refusal"]._count("no_event")
            return
        if event.name == "user_withdraw" and not event.oa_id:
            self._take_withdrawal(app_id, event, body)
            return
        account_id, owner_id = accounts.get(event.oa_id, (None, None))
        if account_id is None or owner_id != app_id:
            self.env["caredesk.zalo.refusal"]._count("unknown_account")
            return
        oldest = datetime.now(timezone.utc) - timedelta(days=MAX_AGE_DAYS)
        if event.time_ms and event.time_ms < oldest.timestamp() * 1000:
            self.env["caredesk.zalo.refusal"]._count("too_old")
            return
        if self._store(account_id, event, body):
            self._wake()

    def _take_withdrawal(self, app_id, event, body):
        """Store the wish to be erased for each account of the app: it names the person only."""
        accounts = self.env["caredesk.zalo.oa"]._by_zalo_id()
        of_app = [account_id for account_id, owner_id in accounts.values() if owner_id == app_id]
        if sum(self._store(account_id, event, body) for account_id in of_app):
            self._wake()

    def _store(self, account_id, event, body):
        """Insert an event unless it is known; tell whether it was new."""
        now_ms = datetime.now(timezone.utc).timestamp() * 1000
        # A clock that runs ahead must not let its event wait for the future.
        happened_ms = min(event.time_ms or now_ms, now_ms)
        happened_at = datetime.fromtimestamp(happened_ms / 1000, timezone.utc)
        text = body.decode("utf-8", "replace").replace("\x00", "")
        self.env.cr.execute(
            SQL(
                """INSERT INTO %s (name, event_key, oa_id, zalo_user_id, body, happened_at,
                                   happened_ms, state, attempts, create_uid, write_uid,
                                   create_date, write_date)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, 'new', 0, %s, %s, %s, %s)
                   ON CONFLICT (oa_id, event_key) DO NOTHING""",
                SQL.identifier(self._table),
                event.name[:80],
                event.key[:200],
                account_id,
                event.user_id[:60],
                text,
                happened_at.replace(tzinfo=None, microsecond=0),
                happened_ms,
                self.env.uid,
                self.env.uid,
                self.env.cr.now(),
                self.env.cr.now(),
            ),
            log_exceptions=False,  # the same event twice at once: Odoo tries again
        )
        return bool(self.env.cr.rowcount)

    def _wake(self):
        """Wake the worker, once for all the events that wait for it.

        A trigger that is there will start the worker after this transaction, for its row is
        held until the commit: the worker deletes it before it looks for events. One that is
        there for some time already was not heard, perhaps by a worker that died.
        """
        # From the cache: ``env.ref`` would ask the database whether it exists.
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("caredesk_zalo.ir_cron_events")
        if not self._is_worker_called(cron_id):
            self.env["ir.cron"].browse(cron_id)._trigger()

    def _is_worker_called(self, cron_id):
        """Tell whether a trigger is there that will start the worker after this transaction."""
        now = self.env.cr.now()
        # One way to the database instead of three: this is asked with every event.
        query = SQL(
            """SAVEPOINT caredesk_zalo_wake;
               SELECT 1 FROM ir_cron_trigger
                WHERE cron_id = %s AND call_at <= %s AND call_at > %s
                LIMIT 1 FOR KEY SHARE SKIP LOCKED""",
            cron_id,
            now,
            now - timedelta(seconds=UNHEARD_SECONDS),
        )
        try:
            self.env.cr.execute(query, log_exceptions=False)
            return bool(self.env.cr.rowcount)
        except SerializationFailure:
            # The worker took it since our transaction began.
            self.env.cr.execute("ROLLBACK TO SAVEPOINT caredesk_zalo_wake")
            return False

    # === ACTIONS AND HOUSEKEEPING ===

    def action_replay(self):
        """Work once more on events that failed."""
        self.check_access("write")
        failed = self.filtered(lambda event: event.state == "failed")
        failed.sudo().write({"state": "new", "attempts": 0, "next_try_at": False, "error": False})
        self.env.ref("caredesk_zalo.ir_cron_events").sudo()._trigger()

    @api.autovacuum
    def _gc_finished(self):
        """Delete finished events after their retention, some at a time."""
        oldest = fields.Datetime.now() - timedelta(days=RETENTION_DAYS)
        domain = [("state", "in", ("done", "ignored")), ("create_date", "<", oldest)]
        found = self.search(domain, limit=GC_LIMIT)
        found.unlink()
        return len(found), len(found) == GC_LIMIT
