"""Tell what kind of mail arrived and who can be believed to have sent it.

Rules over the header fields only; nothing here knows Odoo or a database.
"""

import re
import unicodedata
from dataclasses import dataclass

from .mail_headers import Headers

HUMAN = "human"
AUTOMATIC = "automatic"
BULK = "bulk"

_AUTO_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply")
_AUTO_PRECEDENCE = ("auto_reply", "auto-reply")
_BULK_PRECEDENCE = ("bulk", "junk", "list")
_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list")
_DAEMONS = ("mailer-daemon", "postmaster", "maildaemon")
_WEAK_FIELDS = (
    "x-auto-response-suppress",
    "x-loop",
    "x-ms-exchange-inbox-rules-loop",
    "x-ms-exchange-generated-message-source",
)
_NO_REPLY = re.compile(r"^(no|do-?not|donot)[-_.]?reply\b|^noreply", re.I)
_ABSENCE = re.compile(
    r"\b(out of (the )?office|automatic reply|auto(matic)?[ -]?(reply|response)|autoreply|"
    r"away from (my|the) (desk|office)|on (vacation|leave|holiday)|vacation (reply|message)|"
    r"tra loi tu dong|thu tra loi tu dong|phan hoi tu dong|vang mat|ngoai van phong|"
    r"nghi phep|abwesenheit\w*|automatische antwort|reponse automatique|absence du bureau)\b"
)
_NUMBER = re.compile(r"(?<![\w/-])[A-Za-z]{1,10}(?:[/-]?\d{1,10})(?:[/-]\d{1,10}){0,3}(?![\w/-])")
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.I)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Verdict:
    """What a mail is. ``signs`` name the reasons; ``is_answerable`` allows an auto-reply."""

    kind: str
    signs: tuple[str, ...]
    is_answerable: bool


def judge(headers: Headers, content_type: str = "") -> Verdict:
    """Return what the header says about a mail.

    :param content_type: kind of the whole mail, lower case, such as ``multipart/report``
    """
    automatic = _automatic_signs(headers, content_type)
    bulk = _bulk_signs(headers)
    weak = _weak_signs(headers)
    if not automatic and weak and _ABSENCE.search(_fold(headers.get("subject"))):
        automatic = ["absence subject"]
    if automatic:
        return Verdict(AUTOMATIC, tuple(automatic + bulk), False)
    if bulk:
        return Verdict(BULK, tuple(bulk), False)
    return Verdict(HUMAN, tuple(weak), not weak)


def _automatic_signs(headers: Headers, content_type: str) -> list[str]:
    submitted = headers.get("auto-submitted").split(";")[0].strip().lower()
    is_reply = "in-reply-to" in headers or "references" in headers
    local = _sender_local(headers)
    checks = {
        "Auto-Submitted": "auto-submitted" in headers and submitted != "no",
        "X-Auto-Response-Suppress": is_reply and "x-auto-response-suppress" in headers,
        "X-Autoreply": any(_is_on(headers, name) for name in _AUTO_FIELDS),
        "Precedence": headers.get("precedence").strip().lower() in _AUTO_PRECEDENCE,
        "empty Return-Path": "return-path" in headers
        and headers.get("return-path").strip() in ("<>", ""),
        "system sender": local in _DAEMONS,
        "report": content_type == "multipart/report",
    }
    return [name for name, holds in checks.items() if holds]


def _bulk_signs(headers: Headers) -> list[str]:
    signs = [name for name in _LIST_FIELDS if name in headers]
    if headers.get("precedence").strip().lower() in _BULK_PRECEDENCE:
        signs.append("precedence")
    return signs


def _weak_signs(headers: Headers) -> list[str]:
    """Return signs that forbid an automatic answer but do not make a mail automatic."""
    signs = [name for name in _WEAK_FIELDS if name in headers]
    if _NO_REPLY.match(_sender_local(headers)):
        signs.append("no-reply sender")
    return signs


def _is_on(headers: Headers, name: str) -> bool:
    return name in headers and headers.get(name).strip().lower() not in ("no", "false", "0")


def _sender_local(headers: Headers) -> str:
    boxes = headers.addresses("from")
    return boxes[0][1].rpartition("@")[0] if boxes else ""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def loop_key(address: str) -> str:
    """Return by what a sender is counted: lower case, without the tag behind a plus."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.split('+')[0] or local}@{domain}" if local else address.strip().lower()


def cited_numbers(*texts: str, limit: int = 5) -> list[str]:
    """Return what looks like ticket numbers in ``texts``, upper case, each once."""
    found = [match.upper() for text in texts for match in _NUMBER.findall(text)]
    return list(dict.fromkeys(found))[: limit * 4]


def authentication(headers: Headers, authserv_id: str, address: str) -> str:
    """Return ``pass``, ``fail`` or ``none``: did our own mail server vouch for ``address``?

    Only the topmost Authentication-Results field that bears ``authserv_id`` counts: our
    server writes above whatever the sender wrote. Without an id nothing is believed.
    """
    if not authserv_id or len(headers.addresses("from")) != 1:
        return "none"
    domain = address.rpartition("@")[2].lower()
    for value in headers.all("authentication-results"):
        statements = _COMMENT.sub(" ", value).lower().split(";")
        server = statements[0].split()
        if server and server[0] == authserv_id.strip().lower():
            return _read_results(statements[1:], domain)
    return "none"


def _read_results(statements: list[str], domain: str) -> str:
    results = []
    for statement in statements:
        if match := _RESULT.search(statement):
            method, result = match.groups()
            if result == "pass" and _aligned(method, statement, domain):
                results.append("pass")
            elif method == "dmarc" and result == "fail":
                return "fail"
    return "pass" if results else "none"


def _aligned(method: str, statement: str, domain: str) -> bool:
    """Tell whether the domain that passed is the sender's, or one that it belongs to."""
    names = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
    for name in names[method]:
        if match := re.search(re.escape(name) + r"\s*=\s*\"?([^\s;\"]+)", statement):
            passed = match[1].rpartition("@")[2]
            parent = method == "dkim" and "." in passed and domain.endswith("." + passed)
            return domain == passed or parent
    return False
