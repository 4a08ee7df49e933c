"""What the inbound hook accepts: the JSON body, read and checked field by field."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .mail_headers import clean_text

ACTIONS = ("ticket", "message", "lead")
NATURES = ("request", "question", "complaint", "feedback")
PRIORITIES = {"low": "0", "normal": "1", "high": "2", "very_high": "3"}

_KNOWN = {
    "action", "body", "contact", "external_id", "files", "idempotency_key", "nature",
    "occurred_at", "priority", "subject", "type",
}  # fmt: skip
#: Letters at most; what is longer is refused, nothing is cut off silently.
_MOST = {"subject": 250, "body": 50_000, "external_id": 200, "idempotency_key": 200, "type": 200}
_MOST_CONTACT = {"name": 200, "email": 254, "phone": 40}


class PayloadError(ValueError):
    """The body is not what the reference describes.

    :ivar name: the field that is wrong, empty for the body as a whole
    :ivar problem: ``json``, ``missing``, ``kind``, ``long``, ``value`` or ``unknown``
    """

    def __init__(self, name: str, problem: str) -> None:
        name = clean_text(name)  # a name of the caller's own, which goes into answer and log
        super().__init__(f"{name or 'body'}: {problem}")
        self.name = name
        self.problem = problem


@dataclass(frozen=True)
class Payload:
    """One call, every text clean and within its limit."""

    action: str
    idempotency_key: str
    subject: str = ""
    body: str = ""
    external_id: str = ""
    kind: str = ""
    nature: str = ""
    priority: str = ""
    occurred_at: datetime | None = None  # naive, UTC
    contact: dict = field(default_factory=dict)
    files: tuple = ()  # of (name, bytes)


def parse(body: bytes) -> Payload:
    """Return what ``body`` says.

    :raise PayloadError: it is no JSON object, or one of its fields is not as documented
    """
    data = _load(body)
    if unknown := sorted(data.keys() - _KNOWN):
        raise PayloadError(unknown[0][:50], "unknown")
    texts = {name: _text(data, name, most) for name, most in _MOST.items()}
    if not texts["idempotency_key"]:
        raise PayloadError("idempotency_key", "missing")
    action = _choice(data, "action", ACTIONS) or "ticket"
    if not texts["body"] and not texts["subject"]:
        raise PayloadError("body", "missing")
    if action == "message" and not texts["external_id"]:
        raise PayloadError("external_id", "missing")
    return Payload(
        action=action,
        idempotency_key=texts["idempotency_key"],
        subject=texts["subject"],
        body=texts["body"],
        external_id=texts["external_id"],
        kind=texts["type"],
        nature=_choice(data, "nature", NATURES),
        priority=_priority(data),
        occurred_at=_moment(data),
        contact=_contact(data),
        files=_files(data),
    )


def _load(body: bytes) -> dict:
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise PayloadError("", "json") from error
    if not isinstance(data, dict):
        raise PayloadError("", "kind")
    return data


def _text(data: dict, name: str, most: int, prefix: str = "") -> str:
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # many systems number their conversations
    if not isinstance(value, str):
        raise PayloadError(prefix + name, "kind")
    text = clean_text(value).strip()
    if len(text) > most:
        raise PayloadError(prefix + name, "long")
    return text


def _choice(data: dict, name: str, allowed) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or value not in allowed:
        raise PayloadError(name, "value")
    return value


def _priority(data: dict) -> str:
    value = data.get("priority")
    if isinstance(value, str) and value in PRIORITIES:
        return PRIORITIES[value]
    if value is not None and str(value) not in PRIORITIES.values():
        raise PayloadError("priority", "value")
    return "" if value is None else str(value)


def _moment(data: dict) -> datetime | None:
    value = _text(data, "occurred_at", 40)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError) as error:
        raise PayloadError("occurred_at", "value") from error


def _contact(data: dict) -> dict:
    contact = data.get("contact")
    if contact is None:
        return {}
    if not isinstance(contact, dict):
        raise PayloadError("contact", "kind")
    if unknown := sorted(contact.keys() - _MOST_CONTACT.keys()):
        raise PayloadError(f"contact.{unknown[0][:50]}", "unknown")
    found = {name: _text(contact, name, most, "contact.") for name, most in _MOST_CONTACT.items()}
    return {name: " ".join(value.split()) for name, value in found.items() if value}


def _files(data: dict) -> tuple:
    files = data.get("files")
    if files is None:
        return ()
    if not isinstance(files, list):
        raise PayloadError("files", "kind")
    return tuple(_file(one) for one in files)


def _file(one) -> tuple[str, bytes]:
    if not isinstance(one, dict) or not isinstance(one.get("content"), str):
        raise PayloadError("files", "kind")
    try:
        content = base64.b64decode(one["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise PayloadError("files.content", "value") from error
    return _text(one, "name", 255, "files."), content
