"""The sandbox's memory over a restart, and the try of a webhook from outside."""

import json

from caredesk_zalo.zalo_client import selftest, webhook

from zalo_sandbox import keeper
from zalo_sandbox.world import Token, Upload, furnished

from .test_zalo_sandbox import receiver


def test_world_is_the_same_after_a_restart(tmp_path):
    """People, what they said, files, tokens and switches stay; the webhook is the new one's."""
    world = furnished("http://old/hook")
    oa_id, person = next(iter(world.people))
    world.accounts[oa_id].tags["vip"] = {person}
    world.uploads["k"] = Upload("a.png", "image/png", b"\x89PNG", 1.0)
    world.refresh_tokens["r"] = Token(oa_id, "app", 9.0, spent=True)
    world.switches.turn({"seen": True})
    path = tmp_path / "state.json"
    kept = keeper.Keeper(world, path)
    kept.close()
    again = furnished("http://new/hook")
    keeper.Keeper(again, path).close()
    expected = keeper.dump(world)
    expected["apps"][0]["webhook_url"] = "http://new/hook"
    assert keeper.dump(again) == expected
    assert again.accounts[oa_id].tags == {"vip": {person}}


def test_signed_event_follows_the_probe():
    """IE-35: first «{}» without a signature, then an event that is rightly signed."""
    with receiver() as (url, got):
        outcome = selftest.run(url, "app", "oa", "secret")
    assert (outcome.status, outcome.signed) == (200, True)
    assert got[0][1] == b"{}"
    headers, body = got[1]
    event = json.loads(body)
    assert event["recipient"] == {"id": "oa"}
    assert event["message"]["msg_id"] == outcome.message_id
    mac = headers["X-ZEvent-Signature"]
    assert webhook.is_signed(mac, "app", body, (event["timestamp"],), "secret")


def test_what_a_proxy_answers_is_told():
    """IE-35: a redirect, an error or nobody at all is not taken for a webhook that works."""
    with receiver([302]) as (url, _got):
        assert selftest.run(url, "app", "oa", "secret").status == 302
    with receiver([200, 403]) as (url, _got):
        outcome = selftest.run(url, "app", "oa", "secret")
    assert (outcome.status, outcome.signed) == (403, True)
    assert selftest.run("http://127.0.0.1:9/x", "app", "oa", "secret").status == 0
