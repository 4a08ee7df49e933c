"""Tries a webhook from outside, as Zalo does: first what the console sends, then a signed event."""

import json
import secrets
import time
from dataclasses import dataclass

import requests

from . import webhook

#: What the test event is called; Zalo has none of this name.
EVENT_NAME = "caredesk_self_test"
#: Seconds the webhook may take; Zalo gives it two.
TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try.

    :ivar status: the HTTP status of the first answer that was not 200, else 200; 0 for none.
    :ivar signed: whether that was the signed event, and not the console's unsigned probe.
    :ivar seconds: how long the signed event took.
    :ivar message_id: the id by which the event can be found again.
    """

    status: int
    signed: bool
    seconds: float
    message_id: str


def run(url: str, app_id: str, oa_id: str, secret: str) -> Outcome:
    """Send the console's probe and a signed event to an address, and tell what came of it."""
    message_id = secrets.token_hex(10)
    moment = str(int(time.time() * 1000))
    event = {
        "app_id": app_id,
        "event_name": EVENT_NAME,
        "sender": {"id": "0"},
        "recipient": {"id": oa_id},
        "message": {"msg_id": message_id},
        "timestamp": moment,
    }
    body = json.dumps(event).encode()
    mac = webhook.PREFIX + webhook.signature(app_id, body, moment, secret)
    status = _post(url, b"{}", {})
    if status != 200:
        return Outcome(status, False, 0.0, message_id)
    begun = time.monotonic()
    status = _post(url, body, {"X-ZEvent-Signature": mac, "X-ZEvent-Timestamp": moment})
    return Outcome(status, True, time.monotonic() - begun, message_id)


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    headers = {"Content-Type": "application/json", **headers}
    try:
        answer = requests.post(
            url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException:
        return 0
    return answer.status_code
