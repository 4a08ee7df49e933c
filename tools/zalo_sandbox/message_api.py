"""Messages and templates the account sends, with the checks and answers of Zalo."""

from __future__ import annotations

from typing import Any

from .account_api import for_account
from .conversation import Conversation
from .wire import Request, Response, failure, success
from .world import Account, Person, World

TEXT_CHARACTERS = 2000


class Refusal(Exception):
    """A body Zalo does not take."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.response = failure(code, message)


class MessageApi:
    """The calls that reach a customer."""

    def __init__(self, conversation: Conversation):
        self._conversation = conversation
        self.cs = for_account(self._cs)
        self.legacy = for_account(self._legacy)
        self.by_user = for_account(self._template_by_user)
        self.by_phone = for_account(self._template_by_phone)

    def _cs(self, world: World, account: Account, request: Request) -> Response:
        body = request.json()
        try:
            person = _recipient(world, account, body.get("recipient"))
            _check_window(world, person)
            kind, message = _content(world, body.get("message"))
        except Refusal as refusal:
            return refusal.response
        return self._send(world, person, kind, message, {"quota_type": "reply"})

    def _legacy(self, world: World, account: Account, request: Request) -> Response:
        """Put a sign on a message; the other uses of this address were shut down."""
        body = request.json()
        action = body.get("sender_action")
        if not isinstance(action, dict):
            return failure(-240, "MessageV2 API has been shut down")
        if world.message(str(action.get("react_message_id", ""))) is None:
            return failure(-201, "react_message_id is invalid!")
        try:
            person = _recipient(world, account, body.get("recipient"))
        except Refusal as refusal:
            return refusal.response
        return success({"message_id": world.message_id(), "user_id": person.user_id})

    def _template_by_user(self, world: World, account: Account, request: Request) -> Response:
        body = request.json()
        try:
            person = _recipient(world, account, body)
            message = _template(world, body, code_missing=-201)
        except Refusal as refusal:
            return refusal.response
        quota = {"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": account.oa_id}
        return self._send(world, person, "template", message, quota)

    def _template_by_phone(self, world: World, account: Account, request: Request) -> Response:
        body = request.json()
        phone = str(body.get("phone", "")).removeprefix("+")
        if not phone.startswith("84") or not phone.isdigit():
            return failure(-108, "Phone number is invalid")
        of_account = (p for p in world.people.values() if p.oa_id == account.oa_id)
        person = next((person for person in of_account if person.phone == phone), None)
        if person is None:
            return failure(-118, "Zalo account is not existed")
        try:
            message = _template(world, body, code_missing=-109)
        except Refusal as refusal:
            return refusal.response
        message["tracking_id"] = str(body.get("tracking_id") or "")
        sent = self._conversation.account_says(person, "template", message, "api")
        quota = {"dailyQuota": "500", "remainingQuota": "499"}
        response = success(
            {
                "msg_id": sent.message_id,
                "sent_time": str(sent.sent_ms),
                "sending_mode": "1",
                "quota": quota,
            }
        )
        response.after = lambda: self._conversation.after_answer(sent, person)
        return response

    def _send(
        self, world: World, person: Person, kind: str, body: dict[str, Any], quota: dict[str, Any]
    ) -> Response:
        sent = self._conversation.account_says(person, kind, body, "api")
        response = success(
            {
                "message_id": sent.message_id,
                "user_id": person.user_id,
                "sent_time": str(sent.sent_ms),
                "quota": quota,
            }
        )
        response.after = lambda: self._conversation.after_answer(sent, person)
        return response


def _recipient(world: World, account: Account, recipient: Any) -> Person:
    user_id = recipient.get("user_id") if isinstance(recipient, dict) else None
    person = world.person(account.oa_id, user_id) if isinstance(user_id, str) else None
    if person is None:
        raise Refusal(-201, "user_id is invalid!")
    if person.blocked:
        raise Refusal(-244, "User has restricted this message type from your OA")
    return person


def _check_window(world: World, person: Person) -> None:
    if not person.spoke_at:
        raise Refusal(-232, "User has not interacted with the OA")
    if world.clock() - person.spoke_at > world.switches.window_seconds:
        raise Refusal(-230, "User has not interacted with the OA in the past 7 days")


def _content(world: World, message: Any) -> tuple[str, dict[str, Any]]:
    """Return kind and body of a message.

    :raise Refusal: it is none that Zalo takes
    """
    if not isinstance(message, dict):
        raise Refusal(-201, "message is invalid!")
    text = message.get("text")
    attachment = message.get("attachment")
    if text is not None and (not isinstance(text, str) or len(text) > TEXT_CHARACTERS):
        raise Refusal(-201, "text is invalid!")
    if attachment is None:
        if not text:
            raise Refusal(-201, "text is invalid!")
        quote = message.get("quote_message_id")
        return "text", {"text": text, **({"quote_msg_id": quote} if quote else {})}
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise Refusal(-201, "attachment is invalid!")
    return _attached(world, text, attachment["type"], attachment["payload"])


def _attached(world: World, text: str | None, kind: Any, payload: dict[str, Any]):
    with_text = {"text": text} if text else {}
    if kind == "file":
        upload = _uploaded(world, payload.get("token"), "token")
        url = world.media_url(payload["token"])
        shown = {"url": url, "name": upload.name, "size": str(len(upload.content))}
        return "file", {"attachments": [{"type": "file", "payload": shown}]}
    if kind != "template":
        raise Refusal(-233, "message type is invalid or not support")
    if "template_type" not in payload:
        return "text", {**with_text, "buttons": payload.get("buttons", [])}
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not isinstance(elements[0], dict):
        raise Refusal(-201, "elements is invalid!")
    if payload["template_type"] == "request_user_info":
        if len(elements) != 1 or len(str(elements[0].get("title", ""))) > 100:
            raise Refusal(-201, "elements is invalid!")
        return "list", {"attachments": [{"type": "link", "payload": elements[0]}]}
    if payload["template_type"] != "media":
        raise Refusal(-233, "message type is invalid or not support")
    return _media(world, with_text, elements[0])


def _media(world: World, with_text: dict[str, str], element: dict[str, Any]):
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise Refusal(-201, "media_type is invalid!")
    if kind == "gif" and not (element.get("width") and element.get("height")):
        raise Refusal(-201, "width is invalid!")
    if kind == "sticker":
        shown = {"id": element.get("attachment_id"), "url": world.media_url("sticker")}
    elif element.get("url"):
        shown = {"url": element["url"], "thumbnail": element["url"]}
    else:
        _uploaded(world, element.get("attachment_id"), "attachment_id")
        shown = {"url": world.media_url(element["attachment_id"])}
        shown["thumbnail"] = shown["url"]
    return kind, {**with_text, "attachments": [{"type": kind, "payload": shown}]}


def _uploaded(world: World, key: Any, name: str):
    upload = world.uploads.get(key) if isinstance(key, str) else None
    if upload is None:
        raise Refusal(-201, f"{name} is invalid!")
    if world.clock() - upload.made_at > world.switches.upload_seconds:
        raise Refusal(-100, f"{name} was expired")
    return upload


def _template(world: World, body: dict[str, Any], code_missing: int) -> dict[str, Any]:
    template = world.templates.get(str(body.get("template_id", "")))
    if template is None:
        raise Refusal(code_missing, "template_id is invalid!")
    values = body.get("template_data")
    if not isinstance(values, dict) or not values:
        raise Refusal(-111, "Template data is empty")
    for parameter in template["listParams"]:
        value = values.get(parameter["name"])
        if value is None and parameter["require"]:
            raise Refusal(-1122, f"Missing param {parameter['name']}")
        if value is not None and len(str(value)) > parameter["maxLength"]:
            raise Refusal(-1121, f"Param {parameter['name']} is too long")
    payload = {"zinstant_id": body["template_id"], "text": template["templateName"]}
    return {"attachments": [{"type": "template", "payload": payload}], "values": values}
