"""Read the header of a mail as it really arrives: mislabelled, garbled, far too long.

Nothing here raises; what had to be guessed is told beside the text.
"""

import base64
import binascii
import codecs
import email.utils
import quopri
import re
import unicodedata
from contextlib import suppress

#: Bytes of a header block that are read, bytes of one field, fields, fields of one name.
MAX_HEAD = 4_000_000
MAX_FIELD = 8_000
MAX_READ_FIELDS = 1_000
MAX_SAME_FIELDS = 20

_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:(.*)$", re.S)
_ENCODED = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ENCODED_RUN = re.compile(_ENCODED.pattern + rb"(?:[ \t\r\n]*" + _ENCODED.pattern + rb")*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+\.[^\s<>()\[\],;:\"@]+")
_NOT_ADDRESS = re.compile(r"[\s<>()\[\],;:\"]+")
#: Text codecs of Python that are no character sets of mail, slow or dangerous ones among them.
_NO_CHARSET = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)


def known_charset(name: str | None) -> str | None:
    """Return the codec for a declared character set, None where there is no such set."""
    try:
        codec = codecs.lookup((name or "").strip("\"' \t"))
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding or codec.name.replace("_", "-") in _NO_CHARSET:
        return None
    return codec.name


def decode_bytes(value: bytes, declared: str | None = None) -> tuple[str, bool]:
    """Return ``value`` as text, and whether that is sure to be what was written.

    A declared set that fits wins; then UTF-8; else the declared set with replacement
    characters, or the Western set in which any byte means something.
    """
    charset = known_charset(declared)
    for candidate in (charset, "utf-8"):
        try:
            if candidate:
                return value.decode(candidate), candidate == charset or not declared
        except (UnicodeError, ValueError):
            continue
    if charset:
        return value.decode(charset, "replace"), False
    return value.decode("cp1252", "replace"), False


def clean_text(text: str) -> str:
    """Return text a database and a browser can take: no control characters, composed form."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def is_clean(text: str) -> bool:
    """Tell whether ``text`` holds nothing that :func:`clean_text` would take out."""
    return not _CONTROL.search(text)


def decode_header(value: bytes) -> tuple[str, bool]:
    """Return the text of a header field and whether it was decoded without a guess."""
    sure = b"\0" not in value
    pieces = []
    position = 0
    for run in _ENCODED_RUN.finditer(value):
        plain, plain_sure = decode_bytes(value[position : run.start()])
        text, run_sure = _decode_run(run.group())
        pieces += [plain, text]
        sure = sure and plain_sure and run_sure
        position = run.end()
    plain, plain_sure = decode_bytes(value[position:])
    text = re.sub(r"[\r\n\t ]+", " ", "".join([*pieces, plain])).strip()
    return clean_text(text), sure and plain_sure and is_clean(text)


def _decode_run(run: bytes) -> tuple[str, bool]:
    """Decode adjacent encoded words; a character may be split between two of them."""
    chunks: list[tuple[str, bytes]] = []
    sure = True
    for charset, encoding, data in _ENCODED.findall(run):
        name = charset.split(b"*")[0].decode("ascii", "replace").lower()
        if encoding in b"bB":
            raw, data_sure = decode_base64(data)
            sure = sure and data_sure
        else:
            raw = quopri.decodestring(data, header=True)
        if chunks and chunks[-1][0] == name:
            chunks[-1] = (name, chunks[-1][1] + raw)
        else:
            chunks.append((name, raw))
    texts = []
    for name, raw in chunks:
        text, text_sure = decode_bytes(raw, name)
        texts.append(text)
        sure = sure and text_sure
    return "".join(texts), sure


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Return what can be decoded of ``data``, and whether it was well-formed."""
    compact = b"".join(data.split())
    with suppress(binascii.Error, ValueError):
        return base64.b64decode(compact, validate=True), True
    letters = _NOT_BASE64.sub(b"", compact)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4)), False


class Headers:
    """The fields of a header block: case-insensitive, decoded, in their order."""

    def __init__(self, fields: list[tuple[str, bytes]]):
        self.fields = fields

    @classmethod
    def parse(cls, head: bytes) -> "Headers":
        """Read a header block; lines that are no field are left out."""
        fields: list[tuple[str, list[bytes]]] = []
        for line in _LINE_END.split(head[:MAX_HEAD]):
            if line[:1] in (b" ", b"\t"):
                if fields:
                    fields[-1][1].append(line)
            elif match := _FIELD.match(line):
                if len(fields) >= MAX_READ_FIELDS:
                    break
                fields.append((match[1].decode("ascii").lower(), [match[2]]))
        return cls([(name, b"\r\n".join(lines)) for name, lines in fields])

    def raw(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def all(self, name: str) -> list[str]:
        """Return the decoded values of all fields called ``name`` (lower case)."""
        values = self.raw(name)[:MAX_SAME_FIELDS]
        return [decode_header(value[:MAX_FIELD])[0] for value in values]

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _value in self.fields)

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """Return (name, address) of all mailboxes in the fields ``names``, at most 200."""
        found = [pair for name in names for value in self.all(name) for pair in mailboxes(value)]
        return found[:200]

    def message_ids(self, *names: str) -> list[str]:
        """Return the last 32 message ids named in the fields ``names``."""
        text = " ".join(
            value[-MAX_FIELD:].decode("ascii", "ignore")
            for name in names
            for value in self.raw(name)[:MAX_SAME_FIELDS]
        )
        unfolded = (re.sub(r"[\r\n\t ]+", "", item) for item in re.findall(r"<[^<>]+>", text))
        return [item for item in unfolded if len(item) <= 500][-32:]


def mailboxes(text: str) -> list[tuple[str, str]]:
    """Return (name, address) of each mailbox in the text of an address field."""
    if "@" not in text:
        return []
    try:
        pairs = email.utils.getaddresses([text.replace("\r", "").replace("\n", "")])
    except Exception:  # noqa: BLE001 - the library's parser has raised many kinds on garbage
        pairs = []
    found = [(name.strip(), _ascii_address(addr)) for name, addr in pairs]
    found = [(name, addr) for name, addr in found if addr]
    if found:
        return found
    words = _NOT_ADDRESS.split(text)
    return [("", addr) for addr in map(_ascii_address, words) if addr]


def _ascii_address(addr: str) -> str:
    """Return the address in lower case, its domain in ASCII; empty when it is none."""
    if not _ADDRESS.fullmatch(addr) or len(addr) > 320:
        return ""
    local, _at, domain = addr.lower().rpartition("@")
    try:
        addr = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        return ""
    return addr if addr.isascii() else ""
