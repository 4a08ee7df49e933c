"""What the page and tests turn and read: customers speak here, switches and faults are set."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from . import upload_api
from .conversation import Conversation
from .faults import FaultScript
from .webhooks import WebhookSender
from .wire import Request, Response, as_json
from .world import Person, World

#: Kinds of message that carry a file.
_WITH_FILE = frozenset({"image", "gif", "audio", "video", "file"})


class ControlApi:
    """The sandbox's own calls, below ``/sandbox/``; all bodies are JSON objects."""

    def __init__(
        self,
        world: World,
        conversation: Conversation,
        faults: FaultScript,
        sender: WebhookSender | None,
    ):
        self._world = world
        self._conversation = conversation
        self._faults = faults
        self._sender = sender
        self.routes: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "/sandbox/state"): self._state,
            ("GET", "/sandbox/conversation"): self._messages,
            ("GET", "/sandbox/deliveries"): self._deliveries,
            ("POST", "/sandbox/people"): self._add_person,
            ("POST", "/sandbox/say"): self._say,
            ("POST", "/sandbox/manager"): self._manager_says,
            ("POST", "/sandbox/seen"): self._see,
            ("POST", "/sandbox/follow"): self._follow,
            ("POST", "/sandbox/block"): self._block,
            ("POST", "/sandbox/submit"): self._submit,
            ("POST", "/sandbox/event"): self._event,
            ("POST", "/sandbox/switches"): self._turn,
            ("POST", "/sandbox/faults"): self._add_fault,
            ("POST", "/sandbox/app"): self._set_app,
            ("POST", "/sandbox/probe"): self._probe,
            ("POST", "/sandbox/silence"): self._grow_silent,
        }

    def handle(self, _world: World, request: Request) -> Response:
        """Answer a call; a body that makes no sense gets status 400 and the reason."""
        handler = self.routes[request.method, request.path]
        values = request.json() if request.method == "POST" else request.query
        try:
            return as_json(handler(values) or {})
        except (KeyError, TypeError, ValueError) as error:
            return as_json({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _person(self, values: dict[str, Any]) -> Person:
        oa_id = values.get("oa_id") or next(iter(self._world.accounts))
        person = self._world.person(oa_id, values["user_id"])
        if person is None:
            raise ValueError("there is no such customer")
        return person

    def _state(self, _values: dict[str, Any]) -> dict[str, Any]:
        world = self._world
        with world.lock:
            last = {message.user_id: message for message in world.messages}
            people = [
                {
                    **asdict(person),
                    "last": _summary(last[person.user_id]) if person.user_id in last else None,
                }
                for person in world.people.values()
            ]
            return {
                "accounts": [
                    {
                        "oa_id": account.oa_id,
                        "name": account.name,
                        "app_id": account.app_id,
                        "connected": any(
                            token.oa_id == account.oa_id and not token.spent
                            for token in world.refresh_tokens.values()
                        ),
                    }
                    for account in world.accounts.values()
                ],
                "apps": [
                    {
                        "app_id": app.app_id,
                        "webhook_url": app.webhook_url,
                        "subscribed": app.subscribed,
                    }
                    for app in world.apps.values()
                ],
                "people": people,
                "switches": world.switches.as_dict(),
                "waiting": self._sender.waiting if self._sender else 0,
            }

    def _messages(self, values: dict[str, Any]) -> dict[str, Any]:
        person = self._person(values)
        with self._world.lock:
            messages = [
                asdict(message)
                for message in self._world.messages
                if (message.oa_id, message.user_id) == (person.oa_id, person.user_id)
            ]
        return {"messages": messages[-int(values.get("count", 200)) :]}

    def _deliveries(self, values: dict[str, Any]) -> dict[str, Any]:
        log = list(self._sender.log) if self._sender else []
        return {"deliveries": log[-int(values.get("count", 50)) :]}

    def _add_person(self, values: dict[str, Any]) -> dict[str, Any]:
        oa_id = values.get("oa_id") or next(iter(self._world.accounts))
        name = str(values["name"])
        person = self._world.add_person(
            oa_id, name, phone=str(values.get("phone", "")), user_id=str(values.get("user_id", ""))
        )
        return {"user_id": person.user_id}

    def _say(self, values: dict[str, Any]) -> dict[str, Any]:
        person = self._person(values)
        kind = values.get("kind", "text")
        body = self._said(kind, values)
        ago = float(values.get("ago", 0))
        message = self._conversation.customer_says(person, kind, body, ago)
        return {"message_id": message.message_id}

    def _said(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return the message of a customer as its event carries it."""
        text = {"text": str(values["text"])} if values.get("text") else {}
        if values.get("quote_id"):
            text["quote_msg_id"] = str(values["quote_id"])
        if kind == "text":
            if not text.get("text"):
                raise ValueError("a text is needed")
            return text
        payload = dict(values.get("payload") or {})
        if kind in _WITH_FILE and "url" not in payload:
            payload = self._file(values)
        if kind == "sticker" and "url" not in payload:
            payload = {"id": "c09965c25987b0d9e996", "url": self._world.media_url("sticker")}
        attached = "link" if kind == "business_card" else kind
        return {**text, "attachments": [{"type": attached, "payload": payload}]}

    def _file(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            content = base64.b64decode(values["content"], validate=True)
        except binascii.Error as error:
            raise ValueError("content is base64") from error
        name = str(values.get("name", "file"))
        key = upload_api.keep(self._world, name, str(values.get("mimetype", "")), content)
        url = self._world.media_url(key)
        return {"url": url, "thumbnail": url, "name": name, "size": str(len(content))}

    def _manager_says(self, values: dict[str, Any]) -> dict[str, Any]:
        person = self._person(values)
        body = {"text": str(values["text"])}
        ago = float(values.get("ago", 0))
        message = self._conversation.account_says(person, "text", body, "manager", ago)
        self._conversation.after_answer(message, person)
        return {"message_id": message.message_id}

    def _see(self, values: dict[str, Any]) -> None:
        person = self._person(values)
        for message in list(self._world.messages):
            theirs = (message.oa_id, message.user_id) == (person.oa_id, person.user_id)
            if theirs and message.by != "user" and message.state != "seen":
                self._conversation.mark(message, person, seen=True)

    def _follow(self, values: dict[str, Any]) -> None:
        self._conversation.follow(self._person(values), bool(values["follows"]))

    def _block(self, values: dict[str, Any]) -> None:
        self._person(values).blocked = bool(values["blocked"])

    def _submit(self, values: dict[str, Any]) -> None:
        shape = values.get("shape", "new")
        if shape not in ("new", "old", "text"):
            raise ValueError("a shape is new, old or text")
        shared = {key: str(value) for key, value in values["shared"].items()}
        self._conversation.submit(self._person(values), shared, shape)

    def _event(self, values: dict[str, Any]) -> None:
        self._conversation.send_event(
            {
                "app_id": next(iter(self._world.apps)),
                "timestamp": str(self._world.now_ms()),
                **values,
            }
        )

    def _turn(self, values: dict[str, Any]) -> dict[str, Any]:
        with self._world.lock:
            self._world.switches.turn(values)
            return self._world.switches.as_dict()

    def _add_fault(self, values: dict[str, Any]) -> None:
        if values.get("clear"):
            self._faults.clear()
        else:
            self._faults.add(**values)

    def _set_app(self, values: dict[str, Any]) -> None:
        app = self._world.apps[values.get("app_id") or next(iter(self._world.apps))]
        for name in ("webhook_url", "redirect_uri", "account_secret"):
            if name in values:
                setattr(app, name, str(values[name]))
        app.demands_proof = bool(values.get("demands_proof", app.demands_proof))
        app.subscribed = True

    def _probe(self, _values: dict[str, Any]) -> dict[str, Any]:
        app = next(iter(self._world.apps.values()))
        return {"status": self._sender.probe(app) if self._sender else 0}

    def _grow_silent(self, values: dict[str, Any]) -> None:
        """Let a customer's last word be some seconds longer ago."""
        person = self._person(values)
        person.spoke_at = max(person.spoke_at - float(values["seconds"]), 1.0)


def _summary(message) -> dict[str, Any]:
    return {
        "by": message.by,
        "kind": message.kind,
        "text": str(message.body.get("text", ""))[:60],
        "sent_ms": message.sent_ms,
    }
