import threading
import time
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models

#: Seconds between two rows a process writes for one reason: a flood must not become a table.
FLUSH_SECONDS = 10
#: Days a count is kept.
RETENTION_DAYS = 30
#: Rows one run of the housekeeping deletes.
GC_LIMIT = 10_000

_lock = threading.Lock()
#: (database, reason) → refused since the last row.
_waiting: Counter = Counter()
_flushed_at: dict = {}


class CaredeskZaloRefusal(models.Model):
    """How many deliveries to the webhook were not taken, and why.

    The first sign of a wrong secret: Zalo itself only says that the webhook does not work.
    """

    _name = "caredesk.zalo.refusal"
    _description = "Refused Zalo Delivery"
    _order = "id desc"
    _rec_name = "reason"

    reason = fields.Selection(
        [
            ("signature", "Signed with another secret"),
            ("app_secret", "Signed with the secret key of the app"),
            ("unsigned", "Not signed"),
            ("unknown_account", "Official Account is not set up here"),
            ("too_old", "Older than seven days"),
            ("no_event", "Not an event"),
        ],
        required=True,
        readonly=True,
    )
    count = fields.Integer(readonly=True, required=True)
    create_date = fields.Datetime("On", readonly=True)

    _recent_idx = models.Index("(create_date)")

    @api.model
    def _count(self, reason):
        """Count one refusal; the row may come some seconds later, with the ones after it."""
        key = (self.env.cr.dbname, reason)
        now = time.monotonic()
        with _lock:
            _waiting[key] += 1
            if now - _flushed_at.get(key, -FLUSH_SECONDS) < FLUSH_SECONDS:
                return
            _flushed_at[key] = now
            count = _waiting.pop(key)
        self.sudo().create({"reason": reason, "count": count})  # the webhook has no user

    @api.autovacuum
    def _gc_old(self):
        """Delete counts after their retention."""
        oldest = fields.Datetime.now() - timedelta(days=RETENTION_DAYS)
        found = self.search([("create_date", "<", oldest)], limit=GC_LIMIT)
        found.unlink()
        return len(found), len(found) == GC_LIMIT
