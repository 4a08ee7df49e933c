"""What kind of mail arrived and whom to believe. Proves IE-17 and S4-CHN-09 for the rules."""

import pytest
from caredesk_ticket.domain import mail_triage
from caredesk_ticket.domain.mail_headers import Headers


def _headers(*lines: str, sender: str = "Lan <lan@example.com>") -> Headers:
    return Headers.parse("\r\n".join([f"From: {sender}", *lines]).encode())


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=report",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: vacation",
        "Precedence: auto_reply",
        "Return-Path: <>",
    ],
)
def test_marked_mail_is_automatic(line):
    """IE-17: each mark alone is enough, and no such mail is ever answered."""
    verdict = mail_triage.judge(_headers(line))
    assert verdict.kind == mail_triage.AUTOMATIC
    assert not verdict.is_answerable


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@example.com", "Post <postmaster@example.com>"])
def test_mail_systems_are_automatic(sender):
    """IE-17: what a mail system writes is no request."""
    assert mail_triage.judge(_headers(sender=sender)).kind == mail_triage.AUTOMATIC


def test_report_is_automatic():
    """IE-17: delivery reports are no requests."""
    assert mail_triage.judge(_headers(), "multipart/report").kind == mail_triage.AUTOMATIC


def test_auto_submitted_no_is_human():
    """IE-17: `no` means that a person wrote."""
    verdict = mail_triage.judge(_headers("Auto-Submitted: no", "Subject: Out of office key lost"))
    assert verdict.kind == mail_triage.HUMAN
    assert verdict.is_answerable


def test_suppress_header_marks_replies_only():
    """IE-17: on a reply the suppress header means an auto-reply, on a new mail only: no answer."""
    line = "X-Auto-Response-Suppress: All"
    reply = mail_triage.judge(_headers(line, "In-Reply-To: <a@example.com>"))
    assert reply.kind == mail_triage.AUTOMATIC
    fresh = mail_triage.judge(_headers(line, "Subject: Hello"))
    assert (fresh.kind, fresh.is_answerable) == (mail_triage.HUMAN, False)


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: back on Monday",
        "Automatic reply: TK/2026/00001",
        "Trả lời tự động: tôi đang nghỉ phép",
        "=?UTF-8?B?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5n?=",
    ],
)
def test_absence_subject_needs_a_second_sign(subject):
    """IE-17: people do ask about their leave; the subject alone proves nothing."""
    line = f"Subject: {subject}"
    assert mail_triage.judge(_headers(line)).kind == mail_triage.HUMAN
    assert mail_triage.judge(_headers(line, "X-Loop: 1")).kind == mail_triage.AUTOMATIC
    verdict = mail_triage.judge(_headers(line, sender="no-reply@example.com"))
    assert verdict.kind == mail_triage.AUTOMATIC


@pytest.mark.parametrize(
    "line",
    [
        "Precedence: bulk",
        "Precedence: List",
        "List-Id: News <news.example.com>",
        "List-Unsubscribe: <mailto:x@example.com>",
    ],
)
def test_list_mail_is_bulk(line):
    """IE-17: lists and newsletters are told apart from auto-replies."""
    assert mail_triage.judge(_headers(line)).kind == mail_triage.BULK


def test_loop_key_ignores_case_and_tag():
    """IE-17: one sender counts as one, whatever tag is put behind the plus."""
    assert mail_triage.loop_key("Lan+42@Example.COM") == "lan@example.com"
    assert mail_triage.loop_key("+x@example.com") == "+x@example.com"


def test_cited_numbers():
    """S4-CHN-09: ticket numbers are found in any case, words and dates are not."""
    found = mail_triage.cited_numbers("Re: [tk/2026/00017] giá 20/11/2026", "see TK/2026/00018.")
    assert found == ["TK/2026/00017", "TK/2026/00018"]
    assert mail_triage.cited_numbers("no number here, 12345") == []


AUTHENTICATED = (
    "Authentication-Results: mx.example.com; dmarc=pass (p=none) header.from=example.com;"
    " spf=fail smtp.mailfrom=other.example.org"
)


OURS = "Authentication-Results: mx.example.com; "


@pytest.mark.parametrize(
    ("lines", "authserv", "expected"),
    [
        ([AUTHENTICATED], "mx.example.com", "pass"),
        ([AUTHENTICATED], "", "none"),
        ([AUTHENTICATED], "mx.other.example", "none"),
        ([OURS + "dkim=pass header.d=example.com"], "MX.example.com", "pass"),
        ([OURS + "dkim=pass header.d=evil.example"], "mx.example.com", "none"),
        ([OURS + "dkim=pass header.d=com"], "mx.example.com", "none"),
        ([OURS + "spf=pass smtp.mailfrom=a@example.com"], "mx.example.com", "pass"),
        ([OURS + "dmarc=fail header.from=example.com"], "mx.example.com", "fail"),
        ([OURS + "none (dmarc=pass header.from=example.com)"], "mx.example.com", "none"),
        ([OURS + "none", AUTHENTICATED], "mx.example.com", "none"),
    ],
)
def test_authentication(lines, authserv, expected):
    """IE-17: only what our own server wrote on top is believed, for the sender's own domain."""
    headers = _headers(*lines)
    assert mail_triage.authentication(headers, authserv, "lan@example.com") == expected


def test_authentication_refuses_several_senders():
    """IE-17: a From with two addresses vouches for neither."""
    headers = _headers(AUTHENTICATED, sender="lan@example.com, boss@example.com")
    assert mail_triage.authentication(headers, "mx.example.com", "lan@example.com") == "none"
