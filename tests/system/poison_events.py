"""Events that make no sense, rightly signed, among good ones: none stops the others."""

import json

from tools.devkit import server
from tools.zalo_sandbox import Server

from . import zalo_desk, zalo_storm
from .harness import Context

PATIENCE = 120.0
_STATES = "SELECT state, count(*) FROM caredesk_zalo_event GROUP BY 1"


def run(ctx: Context, count: int) -> dict:
    """Deliver good and bad events in turns; return lists `lost`, `duplicated`, `violations`.

    :param count: good events; the bad ones come again and again between them
    """
    with Server() as sandbox:
        zalo_desk.grant(sandbox)
        desk = ctx.call("tests.system.zalo_desk:connect", zalo_desk.facts(sandbox))
        storm = zalo_storm.brew(desk, max(count // 10, 1), 10, copies=1)
        bad = _bad(desk)
        mixed = [
            delivery
            for place, good in enumerate(storm.deliveries)
            for delivery in (bad[place % len(bad)], good)
        ]
        name = f"{ctx.db}_node"
        try:
            node = server.start(ctx.tools, ctx.db, name=name, extra=["--log-level=critical"])
            refused = _deliver(node, mixed)
            zalo_desk.wait_until(lambda: "new" not in dict(ctx.sql(_STATES)), PATIENCE, pause=0.3)
        finally:
            server.stop(ctx.tools.workspace, name)
    good_keys = {key for keys in storm.expected.values() for key in keys}
    found = {
        user_id: [key for key in keys if key in good_keys]
        for user_id, keys in zalo_desk.read(ctx).items()
    }
    verdict = zalo_desk.compare(storm.expected, found)
    states = dict(ctx.sql(_STATES))
    if states.keys() & {"new", "failed"}:
        verdict["violations"].append(f"events that were not dealt with: {states}")
    verdict["violations"] += refused
    verdict["tried"] = len(mixed)
    return verdict


def _deliver(node, deliveries: list) -> list[str]:
    host = node.url.removeprefix("http://")
    statuses = [(zalo_storm.post(host, *delivery), delivery[0][:60]) for delivery in deliveries]
    return [f"answered with {status}: {body!r}" for status, body in statuses if status != 200]


def _bad(desk: dict) -> list[tuple[bytes, dict]]:
    """Return signed bodies that are no events, or events that no Zalo would send."""
    app = zalo_storm.app_of(desk)
    base = {
        "app_id": desk["app_id"],
        "event_name": "user_send_text",
        "sender": {"id": "8266600000000000001"},
        "recipient": {"id": desk["oa_id"]},
        "timestamp": "1",
    }
    message = {"msg_id": "bad", "text": "x"}
    events = [
        {**base, "message": message},  # long ago
        {**base, "message": [1, 2], "timestamp": str(2**70)},
        {**base, "message": {"msg_id": 2**70, "text": {"a": 1}}, "timestamp": None},
        {**base, "message": {**message, "attachments": "no list"}, "timestamp": -5},
        {**base, "sender": "nobody", "recipient": [desk["oa_id"]]},
        {**base, "sender": {"id": "x" * 5000}, "message": message},
        {**base, "event_name": "user_send_location", "message": {"attachments": [
            {"type": "location", "payload": {"coordinates": {"latitude": "NaN"}}}] * 50}},
        {**base, "event_name": "user_submit_info", "info": "[[[[["},
        {**base, "event_name": "event_of_tomorrow", "data": {"deep": [[[[]]]]}},
        {**base, "event_name": "user_seen_message", "message": {"msg_ids": [None, 1, {}]}},
        {**base, "event_name": "follow", "follower": 7},
    ]  # fmt: skip
    bodies = [
        b"null",
        b"[1]",
        b"{",
        b'{"event_name": 7}',
        b"[" * 100_000,
        b'{"event_name":"user_send_text","timestamp":"1","x":"\xff\xfe\x00"}',
        json.dumps({**base, "message": {"msg_id": "nul", "text": "a\x00b\ud800"}}).encode(),
        json.dumps({**base, "message": {"msg_id": "big", "text": "x" * 900_000}}).encode(),
    ]
    signed = [zalo_storm.signed(app, {**event, "timestamp": "0"}, _raw(event)) for event in events]
    return signed + [zalo_storm.signed(app, {"timestamp": "0"}, body) for body in bodies]


def _raw(event: dict) -> bytes:
    return json.dumps(event).encode()
