"""Rows `webhook_ack`, `webhook_process`, `memory_worker`: what Zalo's events cost.

Real servers with two web workers, events over HTTP and signed, as in the fault suite.
"""

import contextlib
import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.system import zalo_desk, zalo_storm
from tests.system.harness import Context, scenario
from tests.system.node_client import Browser
from tools.devkit import addons, database, server
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import webload
from .metric import Metric

ROWS = ("webhook_ack", "webhook_process", "memory_worker")
ROUNDS = 5
#: Requests a round and side, and at once.
COUNT, AT_ONCE = 600, 8
#: Events a round of working on them, and messages of the peer.
EVENTS = 300
#: Events by which it is found out how many a second are taken and worked on for long.
SUSTAINED = 400
#: Times that rate, and seconds of that load.
OVERLOAD, OVERLOAD_SECONDS = 4, 8
#: Times Zalo comes again with an event that was not taken.
DELIVERIES = 5
#: Seconds in which Zalo wants an answer.
LIMIT = 2.0
#: Megabytes that CareDesk may add to a worker.
MOST_MEMORY = 80
#: Seconds until events must be worked on.
PATIENCE = 120.0
ADDON = "caredesk_zalo"
_OPEN = "SELECT count(*) FROM caredesk_zalo_event WHERE state = 'new'"


def measure(tools: Toolchain, rows: Iterable[str], log: Log) -> list[Metric]:
    """Measure the given rows, in this order; the memory is that after the others."""
    source = database.template(tools, [ADDON], log=log)
    metrics = []
    with scenario(tools, "bench_zalo", source=source) as ctx, zalo_desk.open_desk(ctx) as opened:
        desk = opened[1]
        if "webhook_process" in rows:
            metrics.append(_process(ctx, desk))
        if "webhook_ack" in rows:
            metrics.append(_ack(ctx, desk, log))
        if "memory_worker" in rows:
            metrics.append(_memory(ctx, desk, log))
    return metrics


# --- answering ---


def _ack(ctx: Context, desk: dict, log: Log) -> Metric:
    ours, theirs, wrong = [], [], []
    with node(ctx, cron_threads=0) as running:
        for number in range(ROUNDS + 1):
            events = list(_requests(desk, running, COUNT, tag=f"ack{number}"))
            health = [webload.request("localhost", "/web/health")] * COUNT
            sides = [(events, ours), (health, theirs)]
            for requests, rates in sides if number % 2 else sides[::-1]:
                load = webload.crowd(running.port, requests, AT_ONCE)
                wrong += [f"{len(load.refused)} not answered with 200"] if load.refused else []
                if number:  # round 0 warms up
                    rates.append(len(load.latencies) / load.seconds)
        stored = ctx.sql("SELECT count(*) FROM caredesk_zalo_event WHERE event_key LIKE '%:ack%'")
        if stored != [((ROUNDS + 1) * COUNT,)]:
            wrong.append(f"{stored} of {(ROUNDS + 1) * COUNT} events are stored")
    ctx.sql("UPDATE caredesk_zalo_event SET state = 'ignored' WHERE state = 'new'")
    wrong += _overload(ctx, desk, log)
    peer = "Odoo's own /web/health, without the database"
    return Metric("webhook_ack", "events/s", peer, 0.85, ours, theirs, wrong)


def _overload(ctx: Context, desk: dict, log: Log) -> list[str]:
    """Deliver four times as much as can be taken and worked on, while it is worked on."""
    with node(ctx, cron_threads=1) as running:
        webload.crowd(running.port, _requests(desk, running, 50, tag="warm"), AT_ONCE)
        rate = OVERLOAD * _sustainable(ctx, desk, running)
        count = int(rate * OVERLOAD_SECONDS)
        load = webload.pace(running.port, _requests(desk, running, count, tag="over"), rate)
        refused, again = len(load.refused), load.refused
        for _delivery in range(DELIVERIES):  # Zalo comes again with what was not taken
            again = webload.crowd(running.port, again, AT_ONCE).refused if again else []
    # Whoever got no answer waited longer than anybody.
    slow = load.percentile(0.99) if refused < count / 100 else float(webload.TIMEOUT)
    log.say(
        f"webhook_ack: at {rate:.0f} events/s for {OVERLOAD_SECONDS} s: p50"
        f" {load.percentile(0.5):.3f} s, p99 {slow:.3f} s, {refused} delivered again"
    )
    counted = "SELECT count(*) FROM caredesk_zalo_event WHERE event_key LIKE '%:over%'"
    ((stored,),) = ctx.sql(counted)
    wrong = [f"p99 of {slow:.2f} s at {rate:.0f} events/s"] if slow >= LIMIT else []
    if stored != count:
        wrong.append(f"{count} events, {stored} stored")
    return wrong


def _sustainable(ctx: Context, desk: dict, running) -> float:
    """Return how many events a second this server takes and works on, one beside the other.

    What a process alone works on is more: here the two share the machine with those who take.
    """
    zalo_desk.wait_until(lambda: ctx.sql(_OPEN) == [(0,)], PATIENCE, pause=0.05)
    begun = time.perf_counter()
    webload.crowd(running.port, _requests(desk, running, SUSTAINED, tag="long"), AT_ONCE)
    zalo_desk.wait_until(lambda: ctx.sql(_OPEN) == [(0,)], PATIENCE, pause=0.05)
    return SUSTAINED / (time.perf_counter() - begun)


def _requests(desk: dict, running, count: int, tag: str) -> Iterator[bytes]:
    """Yield signed events, all different, of fifty customers; each happens when it is asked for."""
    app = zalo_storm.app_of(desk)
    for number in range(count):
        event = {
            "app_id": desk["app_id"],
            "event_name": "user_send_text",
            "sender": {"id": f"83000000000000{number % 50:04d}"},
            "recipient": {"id": desk["oa_id"]},
            "message": {"msg_id": f"{tag}-{number}", "text": f"Máy lạnh không mát {number}"},
            "timestamp": str(int(time.time() * 1000)),
        }
        body, headers = zalo_storm.signed(app, event)
        yield webload.request(f"localhost:{running.port}", zalo_storm.PATH, body, headers)


# --- working ---


def _process(ctx: Context, desk: dict) -> Metric:
    rates = ctx.call("bench.zalo:work", desk, ROUNDS)
    peer = "discuss.channel.message_post in a loop, a transaction each"
    wrong = rates["wrong"]
    return Metric("webhook_process", "events/s", peer, 1.0, rates["ours"], rates["theirs"], wrong)


def work(worker, desk: dict, rounds: int) -> dict:
    """Take turns in one process: work on stored events, post messages; rates of each round."""
    ours, theirs, wrong = [], [], []
    with worker.env() as env:
        channels = _plain_channels(env, desk).ids
    for number in range(rounds + 1):
        _store(worker, desk, number)
        for side in ("ours", "theirs") if number % 2 else ("theirs", "ours"):
            begun = time.perf_counter()
            _work_off(worker) if side == "ours" else _post(worker, desk, channels, number)
            rate = EVENTS / (time.perf_counter() - begun)
            if number:  # round 0 warms up
                (ours if side == "ours" else theirs).append(rate)
    with worker.env() as env:
        done = env["caredesk.zalo.event"].search_count([("state", "=", "done")])
        if done != (rounds + 1) * EVENTS:
            wrong.append(f"{done} of {(rounds + 1) * EVENTS} events were worked on")
    return {"ours": ours, "theirs": theirs, "wrong": wrong}


def _store(worker, desk: dict, number: int) -> None:
    """Store events of customers, one in ten of whom writes for the first time."""
    rng = random.Random(number)  # noqa: S311 - no secret
    with worker.env() as env:
        account = env["caredesk.zalo.oa"].browse(desk["account"])
        for place in range(EVENTS):
            new = place % 10 == 0
            person = f"84{number}{place:08d}" if new else f"85{rng.randrange(40):08d}"
            event = {
                "app_id": desk["app_id"],
                "event_name": "user_send_text",
                "sender": {"id": person},
                "recipient": {"id": desk["oa_id"]},
                "message": {"msg_id": f"w{number}-{place}", "text": "Máy lạnh không mát"},
                "timestamp": str(int(time.time() * 1000)),
            }
            env["caredesk.zalo.event"]._take(account.app_id.id, zalo_desk.raw(event))
        env.flush_all()
        env.cr.execute("UPDATE caredesk_zalo_event SET create_date = create_date - interval '9 s'")


def _work_off(worker) -> None:
    with worker.env() as env:
        env["caredesk.zalo.event"]._cron_process()


def _plain_channels(env, desk: dict):
    """Make conversations of a guest with the agent, such as live chat has."""
    agent = env["res.users"].browse(desk["agent"])
    channels = env["discuss.channel"]
    for number in range(40):
        guest = env["mail.guest"].create({"name": f"Guest {number}"})
        channels |= channels.with_context(install_mode=True).create(
            {
                "name": guest.name,
                "channel_type": "group",
                "channel_member_ids": [
                    (0, 0, {"guest_id": guest.id}),
                    (0, 0, {"partner_id": agent.partner_id.id}),
                ],
            }
        )
    return channels


def _post(worker, desk: dict, channel_ids: list[int], number: int) -> None:
    rng = random.Random(number)  # noqa: S311 - no secret
    for _place in range(EVENTS):
        with worker.env() as env:
            public = env.ref("base.public_user")
            channel = env["discuss.channel"].browse(rng.choice(channel_ids))
            guest = channel.channel_member_ids.guest_id
            channel.with_user(public).sudo().with_context(guest=guest).message_post(
                body="Máy lạnh không mát",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )


# --- memory ---


def _memory(ctx: Context, desk: dict, log: Log) -> Metric:
    """Compare a worker after events and screens with one that never knew CareDesk."""
    needed = addons.dependencies(addons.own(Path(ctx.tools.addons_path)), [ADDON])
    without = database.template(ctx.tools, needed, log=log)
    ours, theirs = [], []
    with scenario(ctx.tools, "bench_bare", source=without) as bare:
        for _round in range(3):
            with node(ctx, cron_threads=0) as running:
                webload.crowd(running.port, _requests(desk, running, COUNT, "memory"), AT_ONCE)
                ours.append(_used(running, ["caredesk.ticket", "res.partner"]))
            with node(bare, cron_threads=0) as running:
                theirs.append(_used(running, ["res.partner"]))
    peer = "the same worker without CareDesk; the ratio is the difference"
    return Metric(
        "memory_worker", "MB", peer, MOST_MEMORY, ours, theirs, [], at_most=True, difference=True
    )


def _used(running, models: list[str]) -> float:
    """Return the megabytes of the greater web worker, after people worked on it."""
    health = [webload.request("localhost", "/web/health")] * COUNT
    webload.crowd(running.port, health, AT_ONCE)
    browser = Browser(running, "admin", "admin")
    for _time in range(10):  # so that both workers get to do all of it
        browser.page("/odoo")
        for model in models:
            browser.call(model, "web_search_read", [], {"display_name": {}}, limit=80)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    return max(_resident(pid) for pid in children)


def _resident(pid: str) -> float:
    """Return the resident memory of a process in megabytes; 0 for the one of websockets."""
    if b"gevent\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
        return 0.0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def node(ctx: Context, cron_threads: int):
    """Start a server with two web workers on the scenario's database."""
    name = f"{ctx.db}_node"
    try:
        yield server.start(
            ctx.tools,
            ctx.db,
            name=name,
            workers=2,
            cron_threads=cron_threads,
            extra=["--log-level=warn", "--db_maxconn=12"],
        )
    finally:
        server.stop(ctx.tools.workspace, name)
