"""Events of Zalo, read into one shape whatever they look like."""

import json

import pytest
from caredesk_zalo.zalo_client import events
from hypothesis import given
from hypothesis import strategies as st

OA, USER = "388613280878808645", "246845883529197922"


def raw(**values) -> bytes:
    """Return the bytes of a text from a customer, changed as told."""
    event = {
        "app_id": "360846524940903967",
        "event_name": "user_send_text",
        "sender": {"id": USER},
        "recipient": {"id": OA},
        "message": {"msg_id": "m1", "text": "Xin chào"},
        "timestamp": "1540363714987",
    }
    return json.dumps({**event, **values}).encode()


def test_text_of_a_customer():
    """Who wrote what to which account, and when."""
    event = events.read(raw())
    assert (event.oa_id, event.user_id, event.text) == (OA, USER, "Xin chào")
    assert event.time_ms == 1540363714987
    assert event.key == "user_send_text:m1"


def test_echo_of_a_human_names_him():
    """IE-39: what was typed in Zalo's own tool is told from what we sent."""
    echo = raw(
        event_name="oa_send_text",
        sender={"id": OA, "admin_id": "99"},
        recipient={"id": USER},
    )
    event = events.read(echo)
    assert (event.oa_id, event.user_id, event.admin_id) == (OA, USER, "99")


@pytest.mark.parametrize("by_account", [True, False])
def test_read_mark_in_either_direction(by_account):
    """sends a read mark, the account we know is the account."""
    account, user = {"id": OA}, {"id": USER}
    sender, recipient = (account, user) if by_account else (user, account)
    mark = raw(
        event_name="user_seen_message",
        sender=sender,
        recipient=recipient,
        message={"msg_ids": ["a", "b"]},
    )
    event = events.read(mark, own_accounts={OA})
    assert (event.oa_id, event.user_id) == (OA, USER)
    assert event.message_ids == ("a", "b")


def test_flat_events_name_account_and_customer():
    """Following and withdrawing have neither sender nor recipient."""
    follow = json.dumps(
        {"oa_id": OA, "follower": {"id": USER}, "event_name": "follow", "timestamp": "1"}
    )
    assert events.read(follow.encode()).user_id == USER
    withdraw = json.dumps({"oa_id": OA, "user_id": USER, "event_name": "user_withdraw"})
    event = events.read(withdraw.encode())
    assert (event.oa_id, event.user_id, event.time_ms) == (OA, USER, 0)


def test_attachments_of_each_kind():
    """IE-37: picture, file, place and card keep what they carry."""
    kinds = [
        {"type": "image", "payload": {"url": "https://a.zdn.vn/1", "thumbnail": "https://a/2"}},
        {"type": "file", "payload": {"url": "https://a/3", "name": "hợp đồng.pdf", "size": "77"}},
        {"type": "location", "payload": {"coordinates": {"latitude": "10.5", "longitude": 106}}},
        {"type": "location", "payload": {"coordinates": {"latitude": "x", "longitude": 1}}},
        "nonsense",
    ]
    event = events.read(raw(message={"msg_id": "m", "attachments": kinds}))
    image, file, place, nowhere, _nothing = event.attachments
    assert (image.kind, image.thumbnail) == ("image", "https://a/2")
    assert (file.name, file.size) == ("hợp đồng.pdf", 77)
    assert place.place == (10.5, 106.0)
    assert nowhere.place is None


def test_card_of_a_contact_holds_json_in_a_text():
    """IE-37: a contact card gives its number."""
    card = {"type": "link", "payload": {"description": '{"phone":"84912345678"}'}}
    event = events.read(
        raw(event_name="user_send_business_card", message={"msg_id": "m", "attachments": [card]})
    )
    assert (event.attachments[0].kind, event.attachments[0].phone) == ("card", "84912345678")


@pytest.mark.parametrize(
    "body",
    [
        {"info": {"name": "Hoa", "phone": 84912345678, "address": "1 Lê Lợi", "city": "Huế"}},
        {
            "info": {
                "name": "Hoa",
                "phone": "84912345678",
                "full_address": {"user_address": "1 Lê Lợi", "user_city": "Huế"},
            }
        },
        {
            "message": {
                "text": '{"name":"Hoa","phone":"84912345678","address":"1 Lê Lợi","city":"Huế"}'
            }
        },
    ],
)
def test_information_in_three_shapes(body):
    """Whichever shape Zalo chose, the same is read."""
    event = events.read(raw(event_name="user_submit_info", **body))
    assert events.submitted_info(event) == {
        "name": "Hoa",
        "phone": "84912345678",
        "address": "1 Lê Lợi, Huế",
    }


def test_birthday_is_a_date_or_nothing():
    """A day that is none is left out, not guessed."""
    read = [
        events.submitted_info(events.read(raw(info={"user_dob": day}))).get("birthday")
        for day in ("30/10/1999", "31/02/1999", "1999")
    ]
    assert read == ["1999-10-30", None, None]


def test_same_event_has_the_same_key_and_another_has_not():
    """IE-36: a delivery repeated byte for byte is known; a second sign on a message is new."""
    heart = {"event_name": "user_reacted_message", "message": {"msg_id": "m", "react_icon": "/-h"}}
    first = events.read(raw(**heart)).key
    assert events.read(raw(**heart)).key == first
    assert events.read(raw(**heart, timestamp="1540363714988")).key != first


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"{", b'{"event_name":1.5}'])
def test_what_is_no_event(body):
    """IE-36: a body that tells nothing is no event and no crash."""
    assert events.read(body) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = ("sender", "recipient", "message", "info", "data", "follower", "timestamp", "oa_id")


@given(st.sampled_from(KEYS), JSON, st.sampled_from(sorted(events.ECHOES | events.DELIVERIES)))
def test_odd_bodies_read_as_empty(key, value, name):
    """IE-36: whatever stands where something else belongs, an event is read and stored."""
    body = {"event_name": name, key: value, "message": {"msg_ids": value, "attachments": value}}
    event = events.read(json.dumps(body).encode())
    assert event.name == name
    assert "\x00" not in event.text + event.oa_id + event.user_id
    assert events.submitted_info(event) is not None
    assert event.key
