"""The JSON body of the inbound hook, field by field (C-31)."""

import json
from base64 import b64encode
from datetime import datetime

import pytest
from caredesk_ticket.domain.hook_payload import PayloadError, parse
from hypothesis import given
from hypothesis import strategies as st

LEAST = {"idempotency_key": "k1", "body": "Xin chào"}


def read(**fields):
    return parse(json.dumps(LEAST | fields).encode())


def problem(**fields):
    with pytest.raises(PayloadError) as caught:
        read(**fields)
    return caught.value.name, caught.value.problem


def test_the_least_is_a_ticket():
    payload = read()
    assert (payload.action, payload.body, payload.contact, payload.files) == (
        "ticket", "Xin chào", {}, ()
    )  # fmt: skip


def test_all_fields():
    payload = read(
        action="message",
        external_id=4711,
        subject=" Máy in ",
        type="Bug",
        nature="complaint",
        priority="very_high",
        occurred_at="2026-03-02T10:00:00+07:00",
        contact={"name": "An  Nguyễn", "email": "an@example.com", "phone": "0900 000 206"},
        files=[{"name": "a.txt", "content": b64encode(b"abc").decode()}],
    )
    assert payload.external_id == "4711"
    assert (payload.subject, payload.kind, payload.nature) == ("Máy in", "Bug", "complaint")
    assert payload.priority == "3"
    assert payload.occurred_at == datetime(2026, 3, 2, 3, 0)
    assert payload.contact["name"] == "An Nguyễn"
    assert payload.files == (("a.txt", b"abc"),)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"idempotency_key": ""}, ("idempotency_key", "missing")),
        ({"idempotency_key": None}, ("idempotency_key", "missing")),
        ({"body": ""}, ("body", "missing")),
        ({"action": "delete"}, ("action", "value")),
        ({"action": ["ticket"]}, ("action", "value")),
        ({"action": "message"}, ("external_id", "missing")),
        ({"subject": "x" * 251}, ("subject", "long")),
        ({"subject": {"a": 1}}, ("subject", "kind")),
        ({"subject": True}, ("subject", "kind")),
        ({"nature": "spam"}, ("nature", "value")),
        ({"priority": 7}, ("priority", "value")),
        ({"occurred_at": "yesterday"}, ("occurred_at", "value")),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, ("occurred_at", "value")),
        ({"contact": "An"}, ("contact", "kind")),
        ({"contact": {"id": 5}}, ("contact.id", "unknown")),
        ({"contact": {"email": "x" * 255}}, ("contact.email", "long")),
        ({"files": {}}, ("files", "kind")),
        ({"files": [{"name": "a"}]}, ("files", "kind")),
        ({"files": [{"name": "a", "content": "***"}]}, ("files.content", "value")),
        ({"user_id": 1}, ("user_id", "unknown")),
    ],
)
def test_what_is_wrong_is_named(fields, wanted):
    assert problem(**fields) == wanted


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b"[" * 100_000, b'"text"'])
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(PayloadError):
        parse(body)


def test_characters_a_database_cannot_take_are_left_out():
    body = rb'{"idempotency_key": "k", "body": "a\u0000b\ud800c"}'
    assert parse(body).body == "abc"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_else_is_ever_raised(body):
    try:
        parse(body)
    except PayloadError as error:
        assert error.problem
