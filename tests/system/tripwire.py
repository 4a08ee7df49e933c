"""Stopping a process at one exact row, in the middle of its transaction, to kill it there.

Watching from outside whether somebody happens to be at work misses short moments. A trigger in the
scenario's database does not: whoever writes the n-th row of a table, counted over all processes,
waits for a lock that the scenario holds, with everything it has changed not yet committed.
"""

import contextlib
import time
from collections.abc import Iterator

from .harness import PATIENCE, Child, ChildFailed, Context

#: First number of the lock the victim waits for; gates and CareDesk's own use others.
WIRE = 0x43445457

_SET = """
CREATE SEQUENCE tripwire_seen;
CREATE FUNCTION tripwire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('tripwire_seen') = {row} THEN
        PERFORM pg_advisory_xact_lock_shared({wire}, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tripwire AFTER INSERT ON {table} FOR EACH ROW WHEN ({when})
EXECUTE FUNCTION tripwire();
"""
_REMOVE = "DROP FUNCTION tripwire CASCADE; DROP SEQUENCE tripwire_seen"
_CAUGHT = """
SELECT activity.application_name FROM pg_locks JOIN pg_stat_activity activity USING (pid)
 WHERE locktype = 'advisory' AND NOT granted AND classid = %s
   AND activity.datname = current_database()
"""


class Tripwire:
    """What :func:`stretched` gives: kills the process that was stopped."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def kill_who_trips(self, children: list[Child]) -> Child:
        """Wait until one of the processes is stopped, and kill it with signal 9.

        :raise ChildFailed: they all ended, or too much time passed, and nobody was stopped
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            caught = {name for (name,) in self._ctx.sql(_CAUGHT, [WIRE])}
            for child in children:
                if f"odoo-{child.pid}" in caught:
                    child.kill9()
                    return child
            if not any(child.alive() for child in children):
                for child in children:
                    child.result()
                raise ChildFailed("All ended before the row at which one was to be stopped")
            time.sleep(0.05)
        raise ChildFailed("Nobody came to the row at which one was to be stopped")


@contextlib.contextmanager
def stretched(ctx: Context, table: str, row: int, when: str = "TRUE") -> Iterator[Tripwire]:
    """Stop whoever inserts the `row`-th row into `table`; undone at the end.

    :param row: counted from 1, over all processes, rolled back rows included
    :param when: SQL condition on NEW for the rows that count
    """
    with contextlib.closing(ctx.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 1)", [WIRE])
        cursor.execute(_SET.format(row=row, wire=WIRE, table=table, when=when))
        yield Tripwire(ctx)
        # The victim's server process wakes up, finds nobody at the other end and rolls back.
        cursor.execute("SELECT pg_advisory_unlock(%s, 1)", [WIRE])
        cursor.execute(_REMOVE)
