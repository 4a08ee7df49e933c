"""The webhook's signature: over the very bytes, with the account's secret, never without."""

from caredesk_zalo.zalo_client import webhook
from hypothesis import given
from hypothesis import strategies as st

from zalo_sandbox import events
from zalo_sandbox.world import App

APP, SECRET, MOMENT = "360846524940903967", "OA_SECRET_TEST", "1540363714987"
BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
    '"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
    '"event_name":"user_send_text","message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},'
    '"timestamp":"1540363714987"}'
).encode()
MAC = "855cb6b60ce4638d7605c33a8218745426a1919cd4d841c0b46993aa516a308b"


def test_known_vector_is_met():
    """IE-36: the signature is plain SHA-256 over app, bytes, moment and the account's secret."""
    assert webhook.signature(APP, BODY, MOMENT, SECRET) == MAC
    assert webhook.is_signed(f"mac={MAC}", APP, BODY, (MOMENT,), SECRET)
    assert webhook.is_signed(MAC.upper(), APP, BODY, (MOMENT,), SECRET)


def test_body_written_anew_is_another_body():
    """IE-36: the same JSON with escaped letters has another signature and is refused."""
    escaped = BODY.replace("à".encode(), b"\\u00e0")
    made = webhook.signature(APP, escaped, MOMENT, SECRET)
    assert made.startswith("49b7fc3d4442")
    assert not webhook.is_signed(f"mac={MAC}", APP, escaped, (MOMENT,), SECRET)


def test_moment_of_the_header_counts_too():
    """IE-36: the moment signed may be the body's or the header's; no other one is."""
    assert webhook.is_signed(MAC, APP, BODY, ("1", MOMENT), SECRET)
    assert not webhook.is_signed(MAC, APP, BODY, ("1", "2"), SECRET)


def test_nothing_is_signed_without_a_secret():
    """IE-36: an account without a secret accepts no event, not even one signed with nothing."""
    unsigned = webhook.signature(APP, BODY, MOMENT, "")
    assert not webhook.is_signed(unsigned, APP, BODY, (MOMENT,), "")
    assert not webhook.is_signed("", APP, BODY, (MOMENT,), SECRET)
    assert not webhook.is_signed("mac=é", APP, BODY, (MOMENT,), SECRET)


@given(st.binary(max_size=300), st.text(max_size=40), st.integers(0, 10**14))
def test_sandbox_and_client_sign_alike(body, secret, moment):
    """IE-36: two implementations, written apart, agree on every body."""
    theirs = events.signature(App(APP, "", secret), body, str(moment), secret)
    assert theirs == "mac=" + webhook.signature(APP, body, str(moment), secret)
