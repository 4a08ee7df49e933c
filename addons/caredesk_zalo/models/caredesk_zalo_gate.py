from odoo import api, fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL

#: Calls that may be made at once after a quiet time; with those of a minute below Zalo's limit.
BURST = 200
#: Calls without an answer, one after the other, after which no more are made for a while.
FAILURES = 5
#: Seconds of that while; it doubles with each further failure, up to the longest.
PAUSE_SECONDS, LONGEST_PAUSE = 30, 300
#: Seconds in which nobody else tries while one finds out whether Zalo answers again.
PROBE_SECONDS = 90
#: Seconds without calls after Zalo said that there were too many within a minute.
LIMIT_SECONDS = 20

_NOW = SQL("(clock_timestamp() AT TIME ZONE 'UTC')")
#: Calls that may be made now: what was left, and what a minute's limit added since.
_TOKENS = SQL(
    """LEAST(%s, gate.tokens + EXTRACT(EPOCH FROM %s - gate.refilled_at)
       * GREATEST(app.calls_per_minute, 1) / 60.0)""",
    BURST,
    _NOW,
)


class CaredeskZaloGate(models.Model):
    """Through which every call of an app passes, whichever process makes it.

    It keeps the limit of calls per minute, which Zalo counts per app, and stops calling a Zalo
    that does not answer: after some failures nobody calls for a while, then one tries, and only
    when Zalo answered him everybody calls again.

    Rows change in transactions of their own that end at once: a call that was made stays made.
    """

    _name = "caredesk.zalo.gate"
    _description = "Gate to Zalo"
    _rec_name = "app_id"

    app_id = fields.Many2one(
        "caredesk.zalo.app", "Zalo App", required=True, readonly=True, ondelete="cascade"
    )
    tokens = fields.Float("Calls Left", readonly=True)
    refilled_at = fields.Datetime(readonly=True)
    failures = fields.Integer("Calls Without an Answer", readonly=True)
    closed_until = fields.Datetime(readonly=True)
    last_error = fields.Char(readonly=True)

    _app_uniq = models.Constraint("UNIQUE (app_id)", "An app has one gate.")

    @api.model
    def _enter(self, app, calls=1):
        """Ask whether calls may be made now, and count them if so.

        :return: ``(seconds to wait, failures so far)``; 0 seconds: go. With failures at or over
            the limit, the caller is the one who tries whether Zalo answers.
        """
        with self._aside() as cr:
            passed = self._pass(cr, app, calls)
            if not passed:
                self._make(cr, app)  # or wait for who makes it at this moment
                passed = self._pass(cr, app, calls)
            return (0, passed[0]) if passed else (self._wait(cr, app, calls), 0)

    def _pass(self, cr, app, calls):
        """Count calls if they may be made now; return ``(failures so far,)``, or None."""
        cr.execute(
            SQL(
                """UPDATE caredesk_zalo_gate gate
                      SET tokens = %(tokens)s - %(calls)s,
                          refilled_at = %(now)s,
                          closed_until = CASE WHEN closed_until IS NOT NULL
                                         THEN %(now)s + %(probe)s * interval '1 second' END
                     FROM caredesk_zalo_app app
                    WHERE app.id = gate.app_id AND gate.app_id = %(app)s
                      AND (gate.closed_until IS NULL OR gate.closed_until <= %(now)s)
                      AND %(tokens)s >= %(calls)s
                RETURNING gate.failures""",
                tokens=_TOKENS,
                calls=calls,
                now=_NOW,
                probe=PROBE_SECONDS,
                app=app.id,
            )
        )
        return cr.fetchone()

    def _make(self, cr, app):
        """Make the gate of an app unless there is one."""
        cr.execute(
            SQL(
                """INSERT INTO caredesk_zalo_gate (app_id, tokens, refilled_at, failures)
                   SELECT id, %s, %s, 0 FROM caredesk_zalo_app WHERE id = %s
                       ON CONFLICT (app_id) DO NOTHING""",
                BURST,
                _NOW,
                app.id,
            )
        )

    @api.model
    def _answered(self, app):
        """Note that Zalo answered, whatever it said: the gate is open."""
        with self._aside() as cr:
            cr.execute(
                SQL(
                    """UPDATE caredesk_zalo_gate
                          SET failures = 0, closed_until = NULL, last_error = NULL
                        WHERE app_id = %s""",
                    app.id,
                )
            )

    @api.model
    def _unanswered(self, app, reason):
        """Note that Zalo gave no answer that can be read; close the gate after some of them."""
        with self._aside() as cr:
            cr.execute(
                SQL(
                    """UPDATE caredesk_zalo_gate
                          SET failures = failures + 1,
                              last_error = %(reason)s,
                              closed_until = CASE WHEN failures + 1 >= %(most)s THEN
                                  %(now)s + interval '1 second' * LEAST(
                                      %(longest)s,
                                      %(pause)s * 2 ^ LEAST(failures + 1 - %(most)s, 10)) END
                        WHERE app_id = %(app)s""",
                    reason=reason,
                    most=FAILURES,
                    now=_NOW,
                    longest=LONGEST_PAUSE,
                    pause=PAUSE_SECONDS,
                    app=app.id,
                )
            )

    @api.model
    def _limited(self, app):
        """Note that Zalo counted too many calls: others call beside us, so pause."""
        with self._aside() as cr:
            cr.execute(
                SQL(
                    """UPDATE caredesk_zalo_gate
                          SET tokens = 0, refilled_at = %s + %s * interval '1 second'
                        WHERE app_id = %s""",
                    _NOW,
                    LIMIT_SECONDS,
                    app.id,
                )
            )

    @api.model
    def _closed_apps(self):
        """Return the ids of the apps that make no calls now, and when the first may again.

        :return: ``(set of ids, naive datetime or None)``
        """
        self.env.cr.execute(
            SQL(
                "SELECT app_id, closed_until FROM caredesk_zalo_gate gate WHERE closed_until > %s",
                _NOW,
            )
        )
        rows = self.env.cr.fetchall()
        return {app_id for app_id, _until in rows}, min(
            (until for _id, until in rows), default=None
        )

    def _wait(self, cr, app, calls):
        """Return the seconds until calls may be made; 0 for an app that is not committed yet."""
        cr.execute(
            SQL(
                """SELECT GREATEST(
                       EXTRACT(EPOCH FROM closed_until - %(now)s),
                       (%(calls)s - %(tokens)s) * 60.0 / GREATEST(app.calls_per_minute, 1),
                       0.1)
                     FROM caredesk_zalo_gate gate
                     JOIN caredesk_zalo_app app ON app.id = gate.app_id
                    WHERE gate.app_id = %(app)s""",
                now=_NOW,
                calls=calls,
                tokens=_TOKENS,
                app=app.id,
            )
        )
        found = cr.fetchone()
        return float(found[0]) if found else 0

    def _aside(self):
        """Return the cursor of a transaction of its own, for a ``with``.

        Who waited there for another one reads what that one wrote.
        """
        cr = self.env.registry.cursor()
        if isinstance(cr, Cursor):  # not the cursor of a test, which is one transaction
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return cr
