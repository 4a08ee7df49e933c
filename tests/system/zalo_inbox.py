"""Scenarios of the inbox: events three times and shuffled, workers killed, PostgreSQL gone.

Real servers with several processes; events come over HTTP, signed, from several threads, each
again until it is answered with 200. Whatever happens, each message stands once in its
conversation, and in the order in which it was written.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

from tools.devkit import server

from . import zalo_desk, zalo_storm
from .harness import Context

#: The addons the scenarios need.
ADDONS = ["caredesk_zalo"]

#: Customers and messages of each: 5,000 events, and the short form of the gate.
FULL, SMALL = (250, 20), (15, 8)
COPIES = 3
#: Seconds until the last event must be worked on, after the last was delivered.
PATIENCE = 300.0
_OPEN = "SELECT count(*) FROM caredesk_zalo_event WHERE state = 'new'"
_STATES = "SELECT state, count(*) FROM caredesk_zalo_event GROUP BY 1 ORDER BY 1"


def dup_reorder(ctx: Context) -> dict:
    """Deliver every event three times, shuffled, to two web workers at once."""
    return _weather(ctx, "dup_reorder", lambda _node, _postman: [])


def kill9_inbox(ctx: Context) -> dict:
    """Likewise, and kill each worker process once, while it takes or works on events."""
    return _weather(ctx, "kill9_inbox", lambda node, postman: _kill_each(ctx, node, postman))


def pg_restart(ctx: Context) -> dict:
    """Likewise, and cut all connections and let none in for two seconds, twice.

    For every program that is what a restart of PostgreSQL looks like; the server itself is
    shared with other databases and goes on.
    """
    return _weather(ctx, "pg_restart", lambda _node, postman: _outages(ctx, postman))


def _weather(ctx: Context, scenario_id: str, trouble: Callable) -> dict:
    """Send a storm of events, make trouble meanwhile, and judge."""
    with zalo_desk.open_desk(ctx) as (_sandbox, desk), _node(ctx) as node:
        storm = zalo_storm.brew(desk, *(SMALL if ctx.small else FULL), COPIES)
        postman = zalo_storm.Postman(node.url, storm.deliveries).start()
        notes = trouble(node, postman)
        postman.join()
        begun = time.monotonic()
        _write_once_more(desk, node)
        through = zalo_desk.wait_until(lambda: ctx.sql(_OPEN) == [(0,)], PATIENCE)
        seconds = time.monotonic() - begun
    verdict = zalo_desk.compare(storm.expected, zalo_desk.read(ctx))
    states = dict(ctx.sql(_STATES))
    if not through or set(states) - {"done", "ignored"}:
        verdict["violations"].append(f"events that were not worked on: {states}")
    notes.append(
        f"{postman.taken} deliveries, {postman.again} of them again, slowest answer"
        f" {postman.slowest:.2f} s, worked on {seconds:.1f} s after the last"
    )
    return zalo_desk.report(scenario_id, len(storm.deliveries), verdict, notes)


def _write_once_more(desk: dict, node) -> None:
    """Let one more customer write: the next event wakes a worker that followed a dead one."""
    time.sleep(4)
    after = zalo_storm.brew(desk, 1, 1, copies=1)
    body, _headers = after.deliveries[0]
    event = json.loads(body)
    event["sender"]["id"], event["message"]["msg_id"] = "8299999999999", "after"
    zalo_storm.Postman(
        node.url, [zalo_storm.signed(zalo_storm.app_of(desk), event)], threads=1
    ).start().join()


@contextlib.contextmanager
def _node(ctx: Context):
    """Start a server with two web workers and one for scheduled actions."""
    name = f"{ctx.db}_node"
    try:
        yield server.start(
            ctx.tools,
            ctx.db,
            name=name,
            workers=2,
            cron_threads=1,
            # The usual 64 connections are shared with whoever else uses the database server.
            extra=["--log-level=critical", "--db_maxconn=12"],
        )
    finally:
        server.stop(ctx.tools.workspace, name)


def _kill_each(ctx: Context, node, postman) -> list[str]:
    """Kill one web worker early in the storm, and the others while events are worked on."""
    victims = [_children(node.pid)[0]]
    zalo_desk.wait_until(lambda: postman.taken > 50, PATIENCE)
    os.kill(victims[0], signal.SIGKILL)
    postman.join()
    done = "SELECT count(*) FROM caredesk_zalo_event WHERE state = 'done'"
    zalo_desk.wait_until(lambda: ctx.sql(done)[0][0] > 20, PATIENCE, pause=0.02)
    ((left,),) = ctx.sql(_OPEN)
    victims += _children(node.pid)
    for pid in victims[1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return [f"{len(victims)} processes killed, the last with {left} events still to work on"]


def _children(parent: int) -> list[int]:
    """Return the worker processes of a server, but the one for websockets."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes()
            if int(fields[1]) == parent and b"gevent\0" not in words:
                found.append(int(folder.name))
    return sorted(found)


def _outages(ctx: Context, postman) -> list[str]:
    """Cut the database off, early in the storm and again while events are worked on."""
    zalo_desk.wait_until(lambda: postman.taken > 50, PATIENCE)
    _cut_off(ctx)
    postman.join()
    _cut_off(ctx)
    return ["two outages of two seconds"]


def _cut_off(ctx: Context) -> None:
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f'ALTER DATABASE "{ctx.db}" ALLOW_CONNECTIONS false')
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [ctx.db]
        )
        time.sleep(2)
        cursor.execute(f'ALTER DATABASE "{ctx.db}" ALLOW_CONNECTIONS true')
