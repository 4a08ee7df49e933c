"""Take a mail apart as it really arrives: broken, nested, cut off, with hundreds of parts.

The standard library's parser gives up, recurses or takes minutes on some of what strangers
send. This reader makes one pass over the bytes, has a limit for everything and raises
nothing; what it had to leave out is told as a problem.
"""

import email.message
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .mail_headers import (
    MAX_FIELD,
    MAX_HEAD,
    Headers,
    clean_text,
    decode_base64,
    decode_header,
)

#: Levels of multipart inside multipart that are followed, parts that are looked at, lines that
#: might separate parts.
MAX_DEPTH = 20
MAX_SCAN_PARTS = 2_000
MAX_SCAN_LINES = 200_000

_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOUNDARY_LINE = re.compile(rb"^--([^\r\n]+)", re.M)


@dataclass
class Part:
    """One part of a mail that holds content, with the kinds of the containers around it."""

    headers: Headers
    body: bytes
    containers: tuple[str, ...] = ()
    message: email.message.Message = field(init=False)

    def __post_init__(self):
        self.message = email.message.Message()
        for name in ("content-type", "content-disposition", "content-transfer-encoding"):
            for value in self.headers.raw(name)[:1]:
                self.message[name] = re.sub(rb"[\r\n\0]+", b"", value[:MAX_FIELD]).decode("latin-1")

    def _ask(self, question: str, default: str = "") -> str:
        try:
            return getattr(self.message, question)() or default
        except Exception:  # noqa: BLE001 - as in mailboxes()
            return default

    @property
    def kind(self) -> str:
        """The declared content type; text/plain where it is missing or no type."""
        return self._ask("get_content_type", "text/plain")

    @property
    def charset(self) -> str | None:
        return self._ask("get_content_charset") or None

    @property
    def boundary(self) -> bytes:
        return self._ask("get_boundary").encode("latin-1", "ignore")

    @property
    def filename(self) -> str:
        """File name without path, control characters and excess length; may be empty."""
        name = self._ask("get_filename")
        try:
            name = decode_header(name.encode("latin-1"))[0]  # bytes of an unknown set, or ASCII
        except UnicodeEncodeError:
            name = clean_text(name)  # its character set was told and it is decoded
        name = re.split(r"[/\\]", name)[-1].strip()
        return name if len(name) <= 150 else name[:100] + name[-50:]

    @property
    def is_plain_ascii(self) -> bool:
        """Whether the fields of the part hold nothing that could trip another reader."""
        values = b"".join(value for _name, value in self.headers.fields)
        name = self._ask("get_filename")
        return values.isascii() and b"\0" not in values and (not name or name == self.filename)

    @property
    def is_attachment(self) -> bool:
        disposition = (self.message.get("content-disposition") or "").strip().lower()
        return bool(self.filename) or disposition.startswith("attachment")

    @property
    def encoding(self) -> str:
        return (self.message.get("content-transfer-encoding") or "").strip().lower()

    def content(self) -> tuple[bytes, bool]:
        """Return the decoded bytes of the part and whether its encoding was sound."""
        if self.encoding == "base64":
            return decode_base64(self.body)
        if self.encoding == "quoted-printable":
            return quopri.decodestring(self.body), True
        return self.body, self.encoding in ("", "7bit", "8bit", "binary")


def split_source(raw: bytes) -> tuple[bytes, bytes]:
    """Return header block and body of a mail or of a part."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):  # the envelope line of a mailbox file
        raw = _LINE_END.split(raw, maxsplit=1)[-1]
    end = _HEAD_END.search(raw)
    return (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")


def read_parts(headers: Headers, body: bytes, problems: set[str]) -> Iterator[Part]:
    """Yield the parts that hold content, however deep and broken the mail is.

    :param problems: gets ``depth``, ``parts`` or ``structure`` added when something was cut
    """
    top = Part(headers, body)
    if not top.kind.startswith("multipart/"):
        yield top
        return
    first_line = _BOUNDARY_LINE.search(body)
    boundary = top.boundary or (first_line[1].rstrip() if first_line else b"")
    if not top.boundary:
        problems.add("structure")
    stack = [(boundary, top.kind)]
    opened: tuple[Headers, int] | None = None
    lines = 0
    for number, line in enumerate(_BOUNDARY_LINE.finditer(body)):
        level, closes = _level_of(line[1].rstrip(), stack)
        if level is None and number < MAX_SCAN_LINES:
            continue
        lines += 1
        if level is None or lines > MAX_SCAN_PARTS:
            problems.add("parts")
            return
        if opened:
            yield _part_at(body, opened, line.start(), stack)
            opened = None
        del stack[level + (not closes) :]
        if not closes:
            start = body.find(b"\n", line.end()) + 1 or len(body)
            opened = _open_part(body, start, stack, problems)
    if opened:
        problems.add("structure")
        yield _part_at(body, opened, len(body), stack)
    elif not lines:
        problems.add("structure")
        yield Part(Headers([]), body)


def _level_of(token: bytes, stack: list[tuple[bytes, str]]) -> tuple[int | None, bool]:
    for level in range(len(stack) - 1, -1, -1):
        if token == stack[level][0]:
            return level, False
        if token == stack[level][0] + b"--":
            return level, True
    return None, False


def _open_part(body, start, stack, problems) -> tuple[Headers, int] | None:
    """Read the header of a part; push a container on the stack, return anything else."""
    if re.match(rb"\r?\n", body[start : start + 2]):
        return Headers([]), start  # a part may have no header at all
    end = _HEAD_END.search(body, start, start + MAX_HEAD)
    headers = Headers.parse(body[start : end.start()] if end else b"")
    offset = end.end() if end else start
    probe = Part(headers, b"")
    if not (probe.kind.startswith("multipart/") and probe.boundary):
        return headers, offset
    if len(stack) >= MAX_DEPTH:
        problems.add("depth")
        return None
    stack.append((probe.boundary, probe.kind))
    return None


def _part_at(body: bytes, opened: tuple[Headers, int], end: int, stack) -> Part:
    headers, start = opened
    content = body[start:end]
    content = content[:-2] if content.endswith(b"\r\n") else content.removesuffix(b"\n")
    return Part(headers, content, tuple(kind for _boundary, kind in stack))
