"""Make of any mail one that Odoo's gateway can read, inside limits, losing as little as possible.

A sound mail is passed on byte for byte. One with a faulty header gets a new header; one with
a faulty, too deep or too big body is written anew from what could be read of it.
"""

import email.policy
import email.utils
import hashlib
import html
import re
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage

from .mail_headers import MAX_FIELD, Headers, clean_text, decode_bytes, decode_header, known_charset
from .mail_source import Part, read_parts, split_source

#: Longest title that is kept of a subject, longest message id, in characters.
MAX_SUBJECT = 500
MAX_MESSAGE_ID = 500
#: Mailboxes kept of one address field, other fields kept of a header.
MAX_MAILBOXES = 100
MAX_FIELDS = 300
#: Elements inside elements up to which HTML is read; the parser of Odoo drops text below 255.
MAX_HTML_DEPTH = 200

_ADDRESS_FIELDS = (
    "from", "sender", "reply-to", "return-path", "to", "cc", "delivered-to", "resent-to",
    "resent-cc",
)  # fmt: skip
_OWN_FIELDS = {*_ADDRESS_FIELDS, "subject", "message-id", "references", "in-reply-to", "date"}
#: Problems by which something of the mail is lost or guessed: its source is worth keeping.
_LOSSY = {
    "nul", "guessed_charset", "encoding", "depth", "structure", "long_header", "parts", "size",
    "text",
}  # fmt: skip
_NESTING_TAG = re.compile(
    r"<(/?)(?:div|span|table|blockquote|font|center|section|article|ul|ol|b|i|u|em|strong|a)\b",
    re.I,
)
_TAG = re.compile(r"(<[^<>]*>)")
_TAG_NAME = re.compile(r"<(/?)(\w+)")
#: Elements whose content nobody reads, and those that begin a line of their own.
_UNREAD = {"head", "script", "style", "template", "title"}
_BLOCKS = {
    "blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "table", "td", "th", "tr", "ul",
}  # fmt: skip
#: Kinds of attachments Python's library can read; any other passes as mere bytes.
_READABLE = {"application", "audio", "image", "text", "video"}


@dataclass(frozen=True)
class Limits:
    """What of one mail is taken over: bytes of attachments, number of parts, text length."""

    max_bytes: int = 50 * 1024 * 1024
    max_parts: int = 100
    max_text: int = 1_000_000


DEFAULT_LIMITS = Limits()


@dataclass
class Repaired:
    """A mail ready for Odoo, and what was wrong with it.

    ``source`` is to be processed, ``raw`` is what came in. ``problems`` holds short codes.
    """

    raw: bytes
    source: bytes
    headers: Headers
    message_id: str
    subject: str
    text: str = ""
    problems: set[str] = field(default_factory=set)

    @property
    def exceeds_limits(self) -> bool:
        return bool(self.problems & {"size", "parts", "text"})

    @property
    def keeps_source(self) -> bool:
        """Whether the raw source belongs to the record made of this mail."""
        return bool(self.problems & _LOSSY)


def repair(raw: bytes, limits: Limits = DEFAULT_LIMITS, force: bool = False) -> Repaired:
    """Return ``raw`` in a form that Odoo's gateway reads.

    :param force: write the mail anew even if nothing seems wrong with it
    """
    head, body = split_source(raw)
    headers = Headers.parse(head)
    problems: set[str] = set()
    parts = list(read_parts(headers, body, problems))
    dirty_body = _check_parts(parts, problems)
    if len(raw) > limits.max_bytes:
        problems.add("size")
    if len(parts) > limits.max_parts:
        problems.add("parts")
    if any(_is_body(part) and len(part.body) > limits.max_text for part in parts):
        problems.add("text")
    message_id = message_id_of(headers, raw)
    result = Repaired(raw, raw, headers, message_id, subject_of(headers), problems=problems)
    result.text = _plain_text(parts)
    if force or dirty_body or problems:
        message = _write_body(parts, limits, problems)
        result.source = _write_head(result, keep_content=False) + message.as_bytes()
    if _check_headers(headers, head, problems) and result.source is raw:
        result.source = _write_head(result, keep_content=True) + b"\r\n" + body
    return result


def message_id_of(headers: Headers, raw: bytes) -> str:
    """Return the mail's id; one made of its content where it has none that can be used.

    The same bytes delivered twice then still count as one mail.
    """
    text = clean_text(decode_header(next(iter(headers.raw("message-id")), b"")[:MAX_FIELD])[0])
    text = re.sub(r"\s+", "", text)
    if text.isascii() and 3 <= len(text) <= MAX_MESSAGE_ID:
        return text
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


def subject_of(headers: Headers) -> str:
    subject = headers.get("subject")
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1] + "…"


def _check_headers(headers: Headers, head: bytes, problems: set[str]) -> bool:
    """Note what is wrong with the header; return whether it has to be written anew."""
    dirty = len(headers.fields) > MAX_FIELDS
    if b"\0" in head:
        problems.add("nul")
    for name, value in headers.fields:
        if len(value) > MAX_FIELD:
            dirty = True
            problems.update({"long_header"} if name in _OWN_FIELDS else ())
        elif not value.isascii() or b"=?" in value:
            _text, sure = decode_header(value)
            dirty = dirty or not sure or not value.isascii()
            problems.update({"guessed_charset"} if name in _OWN_FIELDS and not sure else ())
    ids = headers.raw("message-id")
    return dirty or b"\0" in head or not ids or any(len(value) > MAX_MESSAGE_ID for value in ids)


def _check_parts(parts: list[Part], problems: set[str]) -> bool:
    """Note what is wrong with the parts; return whether they have to be written anew."""
    dirty = False
    for part in parts:
        content, sound = part.content()
        if not sound:
            problems.add("encoding")
        dirty = dirty or not part.is_plain_ascii
        if _is_body(part):
            dirty = _check_text(part, content, problems) or dirty
        elif part.kind.startswith("text/"):
            dirty = dirty or bool(part.charset and not known_charset(part.charset))
        elif part.kind == "message/rfc822":
            # Odoo reads on inside an attached mail, so that has to be sound as well.
            dirty = dirty or b"\0" in content or not content.isascii() or _is_odd(content)
    return dirty


def _check_text(part: Part, content: bytes, problems: set[str]) -> bool:
    text, sure = decode_bytes(content, part.charset)
    if "\0" in text:
        problems.add("nul")
    if not sure:
        problems.add("guessed_charset")
    if part.kind == "text/html" and _is_too_deep(text):
        problems.add("depth")
    return not part.charset and not content.isascii()


def _is_too_deep(text: str) -> bool:
    """Tell whether HTML is nested deeper than a parser takes; counts what must be closed."""
    depth = 0
    for closing in _NESTING_TAG.findall(text):
        depth += -1 if closing else 1
        if depth > MAX_HTML_DEPTH:
            return True
    return False


def _without_tags(text: str) -> str:
    """Return what of HTML is meant to be read, a line for each block; scripts and styles go."""
    pieces, hidden_by = [], ""
    for piece in _TAG.split(text):
        tag = _TAG_NAME.match(piece)
        name = tag.group(2).lower() if tag else ""
        if hidden_by:
            hidden_by = "" if tag and tag.group(1) and name == hidden_by else hidden_by
        elif not piece.startswith("<") or not piece.endswith(">"):
            pieces.append(re.sub(r"\s+", " ", piece))
        elif name in _UNREAD and not tag.group(1):
            hidden_by = name
        else:
            pieces.append("\n" if name in _BLOCKS else " " if not name else "")
    lines = (" ".join(line.split()) for line in html.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is_odd(attached: bytes) -> bool:
    """Tell whether an attached mail uses anything but well-known character sets, flatly."""
    charsets = re.findall(rb"charset\s*=\s*[\"']?([^\s\"';]+)", attached, re.IGNORECASE)
    unknown = any(not known_charset(name.decode("ascii", "ignore")) for name in charsets)
    return unknown or attached.lower().count(b"message/rfc822") > 2


def _part_text(part: Part) -> str:
    return clean_text(decode_bytes(part.content()[0], part.charset)[0])


def _is_body(part: Part) -> bool:
    return part.kind in ("text/plain", "text/html") and not part.is_attachment


def _plain_text(parts: list[Part], length: int = 5_000) -> str:
    """Return the beginning of what the mail says, as plain text."""
    bodies = [part for part in parts if _is_body(part)]
    plain = [part for part in bodies if part.kind == "text/plain"] or bodies
    is_html = bool(plain) and plain[0].kind == "text/html"
    # Of HTML most is markup: more of it is read for the same length of text.
    read = length * 40 if is_html else length
    text = "\n".join(_part_text(part)[:read] for part in plain[:3])
    return (_without_tags(text) if is_html else text)[:length]


def _write_body(parts: list[Part], limits: Limits, problems: set[str]) -> EmailMessage:
    """Return a message with the text and the first attachments of ``parts`` inside the limits."""
    message = EmailMessage(policy=email.policy.SMTP)
    text, subtype = _join_bodies(parts)
    if len(text) > limits.max_text:
        problems.add("text")
        text = text[: limits.max_text]
    message.set_content(text, subtype=subtype, charset="utf-8", cte="base64")
    room = limits.max_bytes
    attachments = [part for part in parts if not _is_body(part)]
    if len(attachments) >= limits.max_parts:
        problems.add("parts")
    for part in attachments[: limits.max_parts - 1]:
        content, _sound = part.content()
        if len(content) > room:
            problems.add("size")
            continue
        room -= len(content)
        _attach(message, part, content)
    return message


def _join_bodies(parts: list[Part]) -> tuple[str, str]:
    """Return the mail's text and its subtype, ``html`` as soon as one part is HTML."""
    bodies = [part for part in parts if _is_body(part)]
    if not any(part.kind == "text/html" for part in bodies):
        return "\n".join(_part_text(part) for part in bodies), "plain"
    pieces = []
    for part in bodies:
        text = _part_text(part)
        if part.kind == "text/html" and _is_too_deep(text):
            pieces.append(f"<pre>{html.escape(_without_tags(text).strip())}</pre>")
        elif part.kind == "text/html":
            pieces.append(text)
        elif "multipart/alternative" not in part.containers:
            pieces.append(f"<pre>{html.escape(text)}</pre>")
    return "\n".join(pieces), "html"


def _attach(message: EmailMessage, part: Part, content: bytes) -> None:
    maintype, _slash, subtype = part.kind.partition("/")
    if maintype not in _READABLE or not re.fullmatch(r"[\w.+-]+", subtype, re.A):
        maintype, subtype = "application", "octet-stream"
    name = part.filename or ("message.eml" if part.kind.startswith("message/") else "attachment")
    options = {"filename": name}
    cid = decode_header(next(iter(part.headers.raw("content-id")), b"")[:MAX_FIELD])[0]
    if re.fullmatch(r"<[!-;=?-~]+>", cid):
        options.update(cid=cid, disposition="inline")
    message.add_attachment(content, maintype=maintype, subtype=subtype, **options)


def _write_head(mail: Repaired, keep_content: bool) -> bytes:
    """Write the header anew, with the fields that describe the body only if it is kept too.

    The library would fold and encode the fields again, ids among them, and break long ones.
    """
    lines = [
        f"{name}: {value}\r\n"
        for name, value in _clean_fields(mail)
        if keep_content or not name.startswith(("content-", "mime-"))
    ]
    return "".join(lines).encode("ascii", "ignore")


def _clean_fields(mail: Repaired):
    """Yield (name, text) of each field to keep: ours in clean form, others if they are sound."""
    headers = mail.headers
    for name in _ADDRESS_FIELDS:
        boxes = headers.addresses(name)[:MAX_MAILBOXES]
        if boxes:
            yield name, ", ".join(email.utils.formataddr(box) for box in boxes)
        elif name == "return-path" and name in headers:
            yield name, "<>"
    plain = mail.subject.isascii() and "=?" not in mail.subject
    yield "subject", Header(mail.subject, "ascii" if plain else "utf-8", 900).encode(linesep="\r\n")
    yield "message-id", mail.message_id
    for name in ("references", "in-reply-to"):
        if ids := headers.message_ids(name):
            yield name, " ".join(ids)
    if date := headers.get("date"):
        yield "date", date[:100].encode("ascii", "ignore").decode()
    for name, value in headers.fields[:MAX_FIELDS]:
        text = re.sub(rb"[\r\n\t ]+", b" ", value).strip()
        if name not in _OWN_FIELDS and len(text) < MAX_FIELD and re.fullmatch(rb"[ -~]+", text):
            yield name, text.decode("ascii")
