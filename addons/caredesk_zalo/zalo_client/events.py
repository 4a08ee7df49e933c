"""What Zalo tells through its webhook, read into one shape.

Bodies differ from event to event: some name sender and recipient, some are flat, some write
numbers as text, some hold JSON within a text. Nothing here trusts a body: what is missing or
odd reads as empty. Source: the webhook pages of developers.zalo.me and what other integrations
met in the wild.
"""

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Events by which a customer speaks: they open the window for replies.
CUSTOMER_MESSAGES = frozenset(
    f"user_send_{kind}"
    for kind in (
        "text",
        "image",
        "gif",
        "link",
        "audio",
        "video",
        "sticker",
        "location",
        "file",
        "business_card",
    )
)
#: Events that repeat what the account sent: through us, through Zalo's own tool or by itself.
ECHOES = frozenset(
    f"oa_send_{kind}" for kind in ("text", "image", "gif", "file", "sticker", "list", "template")
)
#: Events that say how far a message of ours got.
DELIVERIES = frozenset({"user_received_message", "user_seen_message"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something sent with a message.

    :ivar kind: image, gif, link, audio, video, sticker, location, file or card.
    :ivar url: where the file is; for a link, where it leads.
    :ivar size: bytes as Zalo says, 0 when it does not.
    :ivar place: latitude and longitude in degrees, for a location.
    :ivar phone: the number on a contact card.
    """

    kind: str
    url: str = ""
    thumbnail: str = ""
    name: str = ""
    description: str = ""
    size: int = 0
    place: tuple[float, float] | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    :ivar name: Zalo's ``event_name``.
    :ivar time_ms: when it happened, milliseconds since 1970; 0 when unreadable.
    :ivar oa_id: the Official Account, empty when the body does not tell.
    :ivar user_id: the customer, empty when none is concerned.
    :ivar message_ids: the messages it is about.
    :ivar admin_id: who of the account's people wrote by hand in Zalo's own tool.
    :ivar body: the whole body.
    """

    name: str
    app_id: str
    time_ms: int
    oa_id: str = ""
    user_id: str = ""
    message_ids: tuple[str, ...] = ()
    text: str = ""
    quote_id: str = ""
    admin_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """What tells this event from all others, the same at each delivery.

        The message's id where there is one; else a digest of the body, which Zalo repeats byte
        for byte. A customer may put a sign on a message, take it off and put it on again, so
        the time counts too, for all but a message itself.
        """
        if len(self.message_ids) == 1 and self.name in CUSTOMER_MESSAGES | ECHOES:
            return f"{self.name}:{self.message_ids[0]}"
        canonical = json.dumps(self.body, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass"))
        return f"{self.name}:{digest.hexdigest()[:40]}"


def read(raw: bytes, own_accounts: Container[str] = ()) -> Event | None:
    """Return the event of a body, None when it is none.

    :param own_accounts: ids of our accounts. Zalo's pages leave open which side of a read mark
        is the account, so the side we know as ours is it.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not _text(body.get("event_name")):
        return None
    name = _text(body["event_name"])
    oa_id, user_id = _sides(name, body, own_accounts)
    message = _mapping(body.get("message"))
    sender = _mapping(body.get("sender"))
    return Event(
        name=name,
        app_id=_text(body.get("app_id")),
        time_ms=_integer(body.get("timestamp")),
        oa_id=oa_id,
        user_id=user_id,
        message_ids=_message_ids(body, message),
        text=_text(message.get("text")),
        quote_id=_text(message.get("quote_msg_id")),
        admin_id=_text(sender.get("admin_id")),
        attachments=tuple(_attachments(name, message)),
        body=body,
    )


def submitted_info(event: Event) -> dict[str, str]:
    """Return what a customer filled in: ``name, phone, address, birthday, gender``, as far given.

    Zalo sends it in three shapes: flat, with the address in parts, or as JSON within the text
    of a message. ``birthday`` is ISO, and left out when it is no date.
    """
    info = _mapping(event.body.get("info")) or _mapping(_json(event.text))
    full = _mapping(info.get("full_address"))
    parts = (
        [full.get(key) for key in ("user_address", "user_ward", "user_district", "user_city")]
        if full
        else [info.get(key) for key in ("address", "ward", "district", "city")]
    )
    found = {
        "name": _text(info.get("name")),
        "phone": _text(info.get("phone")),
        "address": ", ".join(part for part in map(_text, parts) if part),
        "birthday": _iso_date(_text(info.get("user_dob"))),
        "gender": _text(info.get("gender")),
    }
    return {key: value for key, value in found.items() if value}


def _sides(name: str, body: Mapping[str, Any], own_accounts: Container[str]) -> tuple[str, str]:
    """Return the account's and the customer's id."""
    sender = _text(_mapping(body.get("sender")).get("id"))
    recipient = _text(_mapping(body.get("recipient")).get("id"))
    if sender or recipient:
        if sender in own_accounts:
            return sender, recipient
        if recipient in own_accounts or not (name in DELIVERIES or name.startswith("oa_")):
            return recipient, sender
        return sender, recipient
    oa_id = _text(body.get("oa_id") or body.get("oaId"))
    follower = _mapping(body.get("follower")).get("id")
    data = _mapping(body.get("data")).get("user_id")
    return oa_id, _text(follower or body.get("user_id") or data)


def _message_ids(body: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[str, ...]:
    many = message.get("msg_ids")
    if isinstance(many, list):
        return tuple(filter(None, map(_text, many)))
    one = _text(message.get("msg_id") or body.get("msg_id"))
    return (one,) if one else ()


def _attachments(name: str, message: Mapping[str, Any]):
    many = message.get("attachments")
    for attachment in many if isinstance(many, list) else ():
        kind = _text(_mapping(attachment).get("type"))
        payload = _mapping(_mapping(attachment).get("payload"))
        description = _text(payload.get("description"))
        card = _mapping(_json(description)) if name == "user_send_business_card" else {}
        yield Attachment(
            kind="card" if card else kind,
            url=_text(payload.get("url")),
            thumbnail=_text(payload.get("thumbnail")),
            name=_text(payload.get("name")),
            description="" if card else description,
            size=_integer(payload.get("size")),
            place=_place(_mapping(payload.get("coordinates"))),
            phone=_text(card.get("phone")),
        )


def _place(coordinates: Mapping[str, Any]) -> tuple[float, float] | None:
    try:
        latitude = float(coordinates["latitude"])
        longitude = float(coordinates["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def _iso_date(day: str) -> str:
    """Return dd/mm/yyyy as yyyy-mm-dd, empty when it is no day."""
    try:
        return datetime.strptime(day, "%d/%m/%Y").date().isoformat()
    except ValueError:
        return ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Return a text or a number as text that PostgreSQL takes: no NUL, no half characters."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _integer(value: Any) -> int:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
