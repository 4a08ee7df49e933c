"""Any mail becomes one that can be processed. Proves S4-CHN-09 and IE-17 for bad input."""

import email
import email.policy
import time

import pytest
from caredesk_ticket.domain.mail_headers import decode_header
from caredesk_ticket.domain.mail_repair import Limits, repair
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail_sources import samples

TO = "help@example.com"


def _parse(source: bytes):
    """Read a repaired mail like Odoo does: every field and every part, no exception allowed."""
    message = email.message_from_bytes(source, policy=email.policy.SMTP)
    fields = {name.lower(): str(value) for name, value in message.items()}
    parts = [part for part in message.walk() if not part.is_multipart()]
    contents = [part.get_content() for part in parts]
    return (
        message,
        fields,
        [
            content
            for part, content in zip(parts, contents, strict=True)
            if isinstance(content, str) and not part.is_attachment()
        ],
    )


def _text(source: bytes) -> str:
    _message, fields, contents = _parse(source)
    text = "\n".join([*fields.values(), *contents])
    text.encode()  # no lone surrogates: they cannot be stored
    assert "\0" not in text
    return text


def test_sound_mail_is_untouched():
    """S4-CHN-09: what is right passes on byte for byte."""
    raw = samples.good("a", TO)
    result = repair(raw)
    assert result.source is raw
    assert not result.problems
    assert not result.keeps_source


@pytest.mark.parametrize("name", samples.BAD_BUT_READABLE)
def test_bad_mail_becomes_readable(name):
    """S4-CHN-09: each kind of bad mail can be read after repair, sender and address kept."""
    result = repair(samples.BAD_BUT_READABLE[name]("t1", TO))
    text = _text(result.source)
    assert "khach.t1@example.com" in text
    assert TO in text
    assert len(result.message_id) <= 500
    assert len(result.subject) <= 500


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (samples.nul_bytes("t", TO), "Máy in hỏng"),
        (samples.unknown_charset("t", TO), "Xin chào, máy in không in được."),
        (samples.unlabelled_latin("t", TO), "Café à la carte"),
        (samples.no_boundary("t", TO), "Hi there"),
        (samples.wrong_boundary("t", TO), "just text"),
        (samples.deep_nesting("t", TO), "The text above."),
        (samples.broken_base64("t", TO), "Xin ch"),
        (samples.deep_html("t", TO), "<pre>inside</pre>"),
    ],
)
def test_text_survives(raw, words):
    """S4-CHN-09: the text is kept, and the source beside it where something was guessed."""
    result = repair(raw)
    assert words in _text(result.source)
    assert result.keeps_source


def test_mislabelled_utf8_is_not_a_loss():
    """S4-CHN-09: Vietnamese without a character set is read as UTF-8, which it is."""
    result = repair(samples.good("t", TO, Content_Type=None, Subject="Hóa đơn tháng này"))
    assert "máy in không in được" in _text(result.source)
    assert result.subject == "Hóa đơn tháng này"
    assert not result.keeps_source


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?UTF-8?B?SMOzYSDEkcahbg==?=", "Hóa đơn"),
        (b"=?utf-8?Q?H=C3=B3a_=C4=91=C6=A1n?=", "Hóa đơn"),
        (b"=?windows-1258?Q?H=F3a_=F0=F5n?=", "Hóa đơn"),
        (b"=?UTF-8?B?SMM=?= =?UTF-8?B?s2E=?=", "Hóa"),
        (b"H\xf3a", "Hóa"),
        ("Hóa đơn".encode(), "Hóa đơn"),
    ],
)
def test_vietnamese_subjects(value, expected):
    """S4-CHN-09: Vietnamese subjects in all the encodings that occur, split characters too."""
    assert decode_header(value)[0] == expected


def test_size_limit_keeps_text_and_first_files():
    """S4-CHN-09: over the size limit the text and the files that fit are kept."""
    result = repair(samples.big_attachment("t", TO, 2), Limits(max_bytes=1024 * 1024))
    message, _fields, _contents = _parse(result.source)
    names = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert names == ["small.txt"]
    assert "See the film." in _text(result.source)
    assert result.exceeds_limits


def test_part_limit_keeps_first_parts():
    """S4-CHN-09: of 200 parts the first ones inside the limit are kept."""
    result = repair(samples.many_parts("t", TO), Limits(max_parts=100))
    message, _fields, _contents = _parse(result.source)
    names = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert len(names) == 99
    assert result.exceeds_limits


def test_as_many_files_as_parts_may_be_are_one_too_many():
    """S4-CHN-09: the text takes a place too; the file that finds none is not lost in silence."""
    raw = samples.many_parts("t", TO, 100).replace(b"--b\r\n\r\nThe text.\r\n", b"")
    result = repair(raw, Limits(max_parts=100), force=True)
    message, _fields, _contents = _parse(result.source)
    assert len([part for part in message.walk() if part.get_filename()]) == 99
    assert result.exceeds_limits


def test_missing_message_id_is_made_of_the_content():
    """S4-CHN-09: the same mail delivered twice without an id is still recognised."""
    raw = samples.good("t", TO, Message_ID=None)
    assert repair(raw).message_id == repair(raw).message_id
    assert repair(raw).message_id != repair(samples.good("u", TO, Message_ID=None)).message_id


def test_force_writes_anew():
    """S4-CHN-09: a mail that Odoo refuses for another reason can be written anew."""
    result = repair(samples.good("t", TO), force=True)
    assert "máy in không in được" in _text(result.source)
    assert result.source != result.raw


def test_file_names_hold_no_path():
    """S4-CHN-09: a file name cannot carry a path or a control character."""
    result = repair(samples.bad_file_name("t", TO))
    message, _fields, _contents = _parse(result.source)
    assert [part.get_filename() for part in message.walk() if part.get_filename()] == ["pé.png"]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, "--" + " " * 2_000_000 + "x"),
        ({}, "--q\r\n" * 1_000_000),
        ({"From": "khach@example.com" + "\r\nTo: a" * 300_000}, ""),
        ({"Cc": "a" * 7_900 + "\r\nCc: " + "b" * 7_900}, ""),
        ({"Subject": "=?utf-8?Q?" * 200_000}, ""),
        ({"Authentication-Results": "(" * 7_000}, ""),
    ],
)
def test_hostile_mail_is_read_in_a_moment(fields, body):
    """IE-17: input made to keep a reader busy for ever is read at once."""
    head = samples.head("t", TO, **{"Content-Type": "multipart/mixed; boundary=b", **fields})
    begin = time.process_time()
    result = repair((head + "\r\n" + body).encode())
    result.headers.addresses("to", "cc", "from")
    assert time.process_time() - begin < 10


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_can_be_repaired(head, body):
    """S4-CHN-09: there is no input that raises or that leaves something unreadable."""
    _text(repair(head + b"\r\n\r\n" + body, force=True).source)
    repair(head + body)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(samples.BAD_BUT_READABLE.keys() - {"long_subject", "deep_nesting"})),
    st.integers(0, 3000),
    st.binary(max_size=20),
)
def test_damaged_samples_can_be_repaired(name, position, noise):
    """S4-CHN-09: the same for realistic mails with noise in the middle."""
    raw = samples.BAD_BUT_READABLE[name]("t", TO)
    _text(repair(raw[:position] + noise + raw[position:], force=True).source)


def test_text_of_html_is_what_is_read_of_it():
    """S4-CHN-09: a line for each block, entities as characters, nothing of head and scripts."""
    markup = (
        "<html><head><title>News</title><style>p > b {color: red}</style></head><body>"
        "<div>Gi&aacute; 5 &lt; 6</div><p>Chào\n  <b>anh</b>,<br>máy <i>hỏ</i>ng</p>"
        "<script>if (a < b) alert('<p>x</p>')</script>"
        "<ul><li>một</li><li>hai</li></ul></body></html>"
    )
    raw = b"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    raw += b"Content-Transfer-Encoding: 8bit\r\n\r\n" + markup.encode()
    text = repair(raw).text
    words = [line for line in text.split("\n") if line]
    assert words == ["Giá 5 < 6", "Chào anh,", "máy hỏng", "một", "hai"]


def test_hostile_html_is_read_in_one_pass():
    """IE-17: unclosed tags by the thousand cost no more than their length."""
    raw = b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<style <" * 100_000
    begun = time.monotonic()
    repair(raw)
    assert time.monotonic() - begun < 5
