"""The bodies of events, as Zalo sends them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .world import Account, App, Message, Person, World


def encode(world: World, event: dict[str, Any]) -> bytes:
    """Return an event's bytes; Zalo writes compact UTF-8, which two switches change."""
    switches = world.switches
    separators = (", ", ": ") if switches.spaced else (",", ":")
    return json.dumps(event, ensure_ascii=switches.escaped, separators=separators).encode()


def signature(app: App, body: bytes, timestamp: str, secret: str) -> str:
    """Return the header that proves an event's origin."""
    joined = app.app_id.encode() + body + timestamp.encode() + secret.encode()
    return "mac=" + hashlib.sha256(joined).hexdigest()


def said(world: World, message: Message, person: Person) -> dict[str, Any]:
    """Return the event of a customer's message."""
    return {
        "app_id": world.accounts[message.oa_id].app_id,
        "user_id_by_app": person.user_id_by_app,
        "event_name": f"user_send_{message.kind}",
        "sender": {"id": person.user_id},
        "recipient": {"id": message.oa_id},
        "message": {"msg_id": message.message_id, **message.body},
        "timestamp": str(message.sent_ms),
    }


def echo(world: World, message: Message, person: Person) -> dict[str, Any]:
    """Return the event that repeats a message of the account; a human's names who wrote it."""
    sender = {"id": message.oa_id}
    if message.by == "manager":
        sender["admin_id"] = "1234567890123456789"
    return {
        "app_id": world.accounts[message.oa_id].app_id,
        "user_id_by_app": person.user_id_by_app,
        "event_name": f"oa_send_{message.kind}",
        "sender": sender,
        "recipient": {"id": person.user_id},
        "message": {"msg_id": message.message_id, **message.body},
        "timestamp": str(message.sent_ms),
    }


def receipt(world: World, message: Message, person: Person, *, seen: bool) -> dict[str, Any]:
    """Return the event that says a message reached the phone, or was looked at."""
    account, user = {"id": message.oa_id}, {"id": person.user_id}
    if world.switches.receipts_sender == "user":
        account, user = user, account
    marks = {"msg_ids": [message.message_id]} if seen else {"msg_id": message.message_id}
    return {
        "app_id": world.accounts[message.oa_id].app_id,
        "user_id_by_app": person.user_id_by_app,
        "event_name": "user_seen_message" if seen else "user_received_message",
        "sender": account,
        "recipient": user,
        "message": marks,
        "timestamp": str(world.now_ms()),
    }


def template_receipt(
    world: World, message: Message, phone: str, tracking_id: str
) -> dict[str, Any]:
    """Return the event that says a template reached the phone it was sent to."""
    return {
        "app_id": world.accounts[message.oa_id].app_id,
        "event_name": "user_received_message",
        "sender": {"id": message.oa_id},
        "recipient": {"id": phone},
        "message": {
            "delivery_time": str(world.now_ms()),
            "msg_id": message.message_id,
            "tracking_id": tracking_id,
        },
        "timestamp": str(world.now_ms()),
    }


def feedback(world: World, message: Message, rate: int, note: str) -> dict[str, Any]:
    """Return the event of a customer who rates what a template asked about."""
    return {
        "app_id": world.accounts[message.oa_id].app_id,
        "oa_id": message.oa_id,
        "event_name": "user_feedback",
        "message": {
            "rating_type": "csat",
            "option": "five_emotions",
            "note": note,
            "rate": rate,
            "submit_time": str(world.now_ms()),
            "msg_id": message.message_id,
            "feedbacks": [],
            "tracking_id": message.body.get("tracking_id", ""),
        },
        "timestamp": str(world.now_ms()),
    }


def follow(world: World, account: Account, person: Person) -> dict[str, Any]:
    """Return the event of a customer who follows the account, or does so no more."""
    return {
        "app_id": account.app_id,
        "oa_id": account.oa_id,
        "follower": {"id": person.user_id},
        "user_id_by_app": person.user_id_by_app,
        "event_name": "follow" if person.follows else "unfollow",
        "source": "oa_profile",
        "timestamp": str(world.now_ms()),
    }


def submitted(world: World, person: Person, shape: str) -> dict[str, Any]:
    """Return the event of a filled-in request for information.

    :param shape: new, old or text: three shapes are reported
    """
    shared = person.shared
    event: dict[str, Any] = {
        "app_id": world.accounts[person.oa_id].app_id,
        "user_id_by_app": person.user_id_by_app,
        "event_name": "user_submit_info",
        "sender": {"id": person.user_id},
        "recipient": {"id": person.oa_id},
        "timestamp": str(world.now_ms()),
    }
    plain = {key: shared.get(key, "") for key in ("name", "phone", "address", "city", "district")}
    if shape == "old":
        event["info"] = plain
    elif shape == "text":
        event["message"] = {"text": json.dumps(plain, ensure_ascii=False)}
    else:
        event["info"] = {
            "name": plain["name"],
            "phone": plain["phone"],
            "user_dob": shared.get("birthday", ""),
            "gender": shared.get("gender", ""),
            "full_address": {
                "user_city": plain["city"],
                "user_ward": plain["district"],
                "user_address": plain["address"],
            },
        }
    return event
