"""Background work beside people who save the same records: they go first."""

import time
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

CONFLICTS = PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
#: Work is tried again this often when people change its records at the same moment.
_TRIES = 5
#: Seconds a scheduled action stays away when somebody waited for its records; Odoo repeats the
#: request of a person for so long.
_ASIDE = 30


def unhindered(env, work, pause=0.0):
    """Return what ``work`` returns, its changes sent to the database but not committed.

    When somebody else was faster it is rolled back and done again on what is there now, at once:
    Odoo's own way, to wait for up to some seconds, is right for people who met by chance.

    :param work: called without arguments; the transaction must hold nothing else
    :param pause: seconds to leave to the others before the next try
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            result = work()
            env.cr.flush()
            return result
        except CONFLICTS:
            env.cr.rollback()
            env.invalidate_all(flush=False)
            if not tries_left:
                raise
            time.sleep(pause)
    return None


def is_waited_for(env):
    """Tell whether somebody waits for records that this transaction holds.

    When it commits, who waits fails, for the records are others now than when he began, and tries
    again a moment later: he would meet the next batch of a scheduled action that goes on at once.
    """
    waiting = SQL(
        "SELECT 1 FROM pg_locks WHERE NOT granted"
        " AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1"
    )
    return bool(env.execute_query(waiting))


def stand_aside(env):
    """Have the scheduled action that runs come again when whoever waited for it has got through."""
    # sudo: a scheduled action knows itself, whoever it runs as
    progress = env["ir.cron.progress"].sudo().browse(env.context.get("ir_cron_progress_id", ()))
    for cron in progress.cron_id:
        cron._trigger(at=fields.Datetime.now() + timedelta(seconds=_ASIDE))
