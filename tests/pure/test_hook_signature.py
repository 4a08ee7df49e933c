"""Signatures of the inbound hook: fixed vectors, age, rotation (C-31)."""

import pytest
from caredesk_ticket.domain import hook_signature as signature

BODY = '{"subject": "Máy in không chạy"}'.encode()
#: Made with: printf '1700000000.%s' "$body" | openssl dgst -sha256 -hmac 'correct horse'
VECTOR = "sha256=801d4979255d838cfdbbf2252bdf54f0c766c6d0cac170459222cbb2b780d7fa"
SHORT = "sha256=24eeb321c698db3f078d49ec7c938d23f0643c4cde7971c9e1f805d981ab372d"


def test_the_signature_is_that_of_openssl():
    assert signature.sign("correct horse", 1700000000, BODY) == VECTOR
    assert signature.sign("Jefe", "12", b"") == SHORT


def check(given, timestamp="1700000000", body=BODY, secrets=("correct horse",)):
    return signature.signature_refusal(given, timestamp, body, list(secrets))


def test_only_the_very_call_is_accepted():
    assert check(VECTOR) == ""
    assert check(VECTOR, body=BODY + b" ") == "bad_signature"
    assert check(VECTOR, timestamp="1700000001") == "bad_signature"
    assert check(VECTOR, secrets=("another",)) == "bad_signature"


@pytest.mark.parametrize(
    "given",
    ["", None, "sha256=", VECTOR.upper(), VECTOR[7:], "sha1" + VECTOR[6:], "sha256=é\udcff"],
)
def test_other_forms_are_refused(given):
    assert check(given) == "bad_signature"


def test_without_a_secret_nothing_is_accepted():
    empty = signature.sign("", 1700000000, BODY)
    assert check(empty, secrets=()) == check(empty, secrets=("",)) == "bad_signature"


def test_the_previous_secret_counts_while_it_is_given():
    assert check(VECTOR, secrets=("new one", "correct horse")) == ""


@pytest.mark.parametrize(
    ("timestamp", "refusal"),
    [
        ("1000", ""),
        ("700", ""),
        ("1300", ""),
        ("699", "stale"),
        ("1301", "stale"),
        ("", "no_timestamp"),
        ("-5", "no_timestamp"),
        ("1e3", "no_timestamp"),
        ("1000 ", "no_timestamp"),
        ("١٠٠٠", "no_timestamp"),
        ("9" * 13, "no_timestamp"),
    ],
)
def test_age_either_way(timestamp, refusal):
    assert signature.timestamp_refusal(timestamp, 1000.0, 300) == refusal
