"""Background work beside people who save the same records: they go first."""

import time

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

CONFLICTS = PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
#: Work is tried again this often when people change its records at the same moment.
_TRIES = 5


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
