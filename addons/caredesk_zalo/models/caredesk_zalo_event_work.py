import logging
import random
import time
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..zalo_client import events

_logger = logging.getLogger(__name__)

#: Events worked on between two commits.
BATCH = 50
#: Milliseconds an event waits for one that happened before it and comes after it.
REORDER_MS = 300
#: When messages come out of order, an account waits until none came for so many seconds …
QUIET_SECONDS = 2
#: … but no longer than so many. Delivered again after an outage, events come in any order.
LONGEST_WAIT_SECONDS = 180
#: Out of order: so many, and so great a part of the messages that wait …
DISORDER_COUNT, DISORDER_SHARE = 2, 0.1
#: … or some took so many seconds longer to come than others.
DISORDER_SECONDS = 1
#: Waiting messages that are looked at for this, the earliest.
DISORDER_LOOK = 2000
#: Times a batch is begun anew when others wrote the same rows.
MOST_CONFLICTS = 8
#: First number of the advisory lock by which one process at a time works on events.
LOCK = 0x43445A45
#: Times an event is tried; then a person decides.
MAX_ATTEMPTS = 6
#: Seconds before the second try; each further one waits four times as long.
FIRST_PAUSE = 15
#: The same for what only waits for an answer of Zalo that is under way. All tries together outlast
#: the lease of a message whose sender died.
NOT_YET_PAUSE = 2
#: A next try so many seconds ahead is waited for; others come with the next run.
SOON_SECONDS = 5


class NotYet(Exception):
    """An event that makes sense only after something that is still under way."""


class CaredeskZaloEvent(models.Model):
    """The worker of the inbox: each event once, in order within a conversation."""

    _inherit = "caredesk.zalo.event"

    @api.model
    def _cron_process(self):
        """Cron: work on what waits, until nothing does."""
        commit = self.env["ir.cron"]._commit_progress
        while True:
            batch = self._work_on_batch()
            accounts = batch.oa_id
            pause = 0 if batch else self._until_ripe()
            # Nothing is said to remain: that something has to ripen is no failure to work.
            time_is_left = commit(len(batch), remaining=0)
            if pause is None:
                break
            if not time_is_left:
                # Odoo would come back within a minute; customers do not wait so long.
                self.env.ref("caredesk_zalo.ir_cron_events")._trigger()
                break
            if batch:
                accounts._write_aside(last_event_at=fields.Datetime.now())
            time.sleep(pause)

    @api.model
    def _work_on_batch(self):
        """Work on the next events; return them, to be committed together.

        When somebody wrote the same rows meanwhile, nothing of the batch was done yet: it is
        taken back and begun anew, as Odoo does with a request.
        """
        for attempt in range(1, MOST_CONFLICTS + 1):
            try:
                batch = self._next_batch()
                batch._process_in_order()
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if attempt == MOST_CONFLICTS:
                    raise
                self.env.cr.rollback()
                time.sleep(random.uniform(0, 0.1) * attempt)  # noqa: S311
            else:
                break
        return batch

    @api.model
    def _until_ripe(self):
        """Return the seconds until it is worth looking again, None when nothing comes soon.

        What is held up by an earlier event is not waited for: it comes when that is tried again.
        """
        self.env.cr.execute(
            SQL(
                """SELECT min(create_date) FILTER (WHERE next_try_at IS NULL AND NOT %s),
                          min(next_try_at) FILTER (WHERE next_try_at <= %s AND NOT %s)
                     FROM %s event WHERE state = 'new'""",
                self._is_held_up(),
                _now() + timedelta(seconds=SOON_SECONDS),
                self._is_held_up(),
                SQL.identifier(self._table),
            )
        )
        oldest, next_try = self.env.cr.fetchone()
        moments = [oldest + timedelta(milliseconds=REORDER_MS)] if oldest else []
        moments += [next_try] if next_try else []
        if not moments:
            return None
        # What is ripe and yet not worked on waits for its account to come to rest. Nobody sleeps
        # longer than that: others write meanwhile.
        pause = (min(moments) - _now()).total_seconds() + 0.01
        return pause if 0 < pause < REORDER_MS / 1000 else REORDER_MS / 1000

    @api.model
    def _is_held_up(self):
        """Return the condition that an ``event`` comes after one to be tried later.

        Only within its conversation. Marks of what arrived or was read stand for themselves:
        that one cannot be told yet is no reason to keep the customer's words.
        """
        return SQL(
            """EXISTS (SELECT 1 FROM %(table)s earlier
                        WHERE earlier.state = 'new'
                          AND earlier.next_try_at > %(now)s
                          AND earlier.oa_id = event.oa_id
                          AND earlier.zalo_user_id = event.zalo_user_id
                          AND earlier.happened_ms < event.happened_ms
                          AND earlier.name <> ALL(%(marks)s))""",
            table=SQL.identifier(self._table),
            now=_now(),
            marks=list(events.DELIVERIES),
        )

    @api.model
    def _next_batch(self):
        """Return the events to work on now, in the order they happened, their rows locked.

        One that came just now waits a moment, for another that happened before it may still be
        on its way. One that has to be tried later holds up those after it in its conversation
        only. Two processes at once would break the order, so the second gets nothing.
        """
        self.env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s, 0)", LOCK))
        if not self.env.cr.fetchone()[0]:
            return self.browse()
        self.env.cr.execute(
            SQL(
                """SELECT event.id FROM %(table)s event
                    WHERE event.state = 'new'
                      AND event.create_date <= %(ripe)s
                      AND (event.next_try_at IS NULL OR event.next_try_at <= %(now)s)
                      AND event.oa_id <> ALL(%(disordered)s)
                      AND NOT %(held_up)s
                    ORDER BY event.happened_ms, event.id
                    LIMIT %(batch)s
                      FOR UPDATE OF event SKIP LOCKED""",
                table=SQL.identifier(self._table),
                held_up=self._is_held_up(),
                now=_now(),
                ripe=_now() - timedelta(milliseconds=REORDER_MS),
                disordered=self._disordered(),
                batch=BATCH,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _disordered(self):
        """Return the ids of accounts whose messages still come in, and come out of order."""
        self.env.cr.execute(
            SQL(
                """SELECT oa_id FROM (
                       SELECT oa_id, create_date,
                              EXTRACT(EPOCH FROM create_date) - happened_ms / 1000.0 AS took,
                              happened_ms < max(happened_ms) OVER (
                                  PARTITION BY oa_id, zalo_user_id ORDER BY id
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_late
                         FROM (SELECT id, oa_id, zalo_user_id, create_date, happened_ms
                                 FROM %(table)s
                                WHERE state = 'new' AND next_try_at IS NULL
                                  AND name LIKE 'user\\_send\\_%%'
                                ORDER BY happened_ms, id LIMIT %(look)s) earliest
                       ) waiting
                    GROUP BY oa_id
                   HAVING (max(took) - min(took) > %(spread)s
                           OR count(*) FILTER (WHERE is_late)
                              >= GREATEST(%(least)s, count(*) * %(share)s))
                      AND max(create_date) > %(quiet)s
                      AND min(create_date) > %(longest)s""",
                table=SQL.identifier(self._table),
                look=DISORDER_LOOK,
                spread=DISORDER_SECONDS,
                least=DISORDER_COUNT,
                share=DISORDER_SHARE,
                quiet=_now() - timedelta(seconds=QUIET_SECONDS),
                longest=_now() - timedelta(seconds=LONGEST_WAIT_SECONDS),
            )
        )
        return [oa_id for (oa_id,) in self.env.cr.fetchall()]

    def _process_in_order(self):
        """Work on events; what comes after one that has to be tried again is left for then."""
        stuck = set()
        for event in self:
            conversation = (event.oa_id, event.zalo_user_id)
            if conversation in stuck:
                continue
            event._process()
            is_mark = event.name in events.DELIVERIES
            if event.zalo_user_id and event.state == "new" and not is_mark:
                stuck.add(conversation)

    def _process(self):
        """Work on one event; a failure is kept with the event and hinders no other."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                state = self._handle()
        except NotYet as reason:
            self._try_later(str(reason), NOT_YET_PAUSE)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # no fault of the event; the whole batch is begun anew
        except Exception as error:
            _logger.info("Zalo event %s failed", self.id, exc_info=True)
            self._try_later(f"{type(error).__name__}: {error}"[:500])
        else:
            self.write({"state": state, "error": False, "next_try_at": False})

    def _handle(self):
        """Hand the event to its handler and return the state it ends in."""
        accounts = self.env["caredesk.zalo.oa"]._by_zalo_id()
        event = events.read(self.body.encode(), accounts)
        if event and event.user_id and self._is_of_erased(event):
            self.write({"body": "{}", "zalo_user_id": False})
            return "ignored"
        # What the worker writes is read by the company's people, so it speaks their language.
        speaking = self.with_context(lang=self.oa_id._language())
        handler = event and speaking._handlers().get(event.name)
        if not handler:
            return "ignored"
        return handler(event) or "done"

    def _is_of_erased(self, event):
        """Tell whether an event is older than its customer's wish to be forgotten."""
        erasures = self.env["caredesk.zalo.erasure"]
        return erasures._covers(self.oa_id, event.user_id, self.happened_ms)

    def _try_later(self, reason, first_pause=FIRST_PAUSE):
        """Note a failure, and when to try again; after the last time a person decides."""
        attempts = self.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            self.write({"state": "failed", "attempts": attempts, "error": reason})
            return
        pause = first_pause * 4 ** (attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311
        self.write(
            {
                "attempts": attempts,
                "error": reason,
                "next_try_at": fields.Datetime.now() + timedelta(seconds=pause),
            }
        )


def _now():
    """Return the present moment as PostgreSQL keeps it: naive, UTC, to the microsecond."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
