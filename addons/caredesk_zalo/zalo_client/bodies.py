"""The bodies of messages, as Zalo's SDKs build them. Pure: nothing here calls anything."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import limits
from .errors import ZaloInvalid

Body = dict[str, Any]


def text(value: str, *, quote_id: str | None = None, buttons: Sequence[Mapping] = ()) -> Body:
    """Return a text, if wanted as an answer to a message, if wanted with buttons.

    :param quote_id: Zalo's id of the message that is quoted
    :param buttons: see ``url_button`` and its like; at most five
    """
    message: Body = {"text": limits.text(value)}
    if quote_id:
        message["quote_message_id"] = quote_id
    if buttons:
        if len(buttons) > limits.BUTTONS:
            raise ZaloInvalid("buttons", limits.BUTTONS)
        payload = {"buttons": [dict(button) for button in buttons]}
        message["attachment"] = {"type": "template", "payload": payload}
    return message


def image(*, attachment_id: str | None = None, url: str | None = None, caption: str = "") -> Body:
    """Return a picture: one that was uploaded, or one on a public address; never both."""
    if bool(attachment_id) == bool(url):
        raise ValueError("a picture has an attachment_id or a url")
    element = {"media_type": "image"}
    element.update({"attachment_id": attachment_id} if attachment_id else {"url": url})
    return _media(element, caption)


def gif(attachment_id: str, width: int, height: int, caption: str = "") -> Body:
    """Return an uploaded moving picture; its size in pixels is demanded."""
    element = {"media_type": "gif", "attachment_id": attachment_id}
    return _media({**element, "width": width, "height": height}, caption)


def sticker(sticker_id: str) -> Body:
    """Return a sticker of Zalo."""
    return _media({"media_type": "sticker", "attachment_id": sticker_id})


def file(token: str) -> Body:
    """Return an uploaded file; Zalo takes no text beside it."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def request_info(title: str, subtitle: str, image_url: str) -> Body:
    """Return the card that asks the customer for name, phone and address.

    The answer comes later, as the event ``user_submit_info``.
    """
    element = {
        "title": limits.at_most("request_title", title, limits.REQUEST_TITLE_CHARACTERS),
        "subtitle": limits.at_most(
            "request_subtitle", subtitle, limits.REQUEST_SUBTITLE_CHARACTERS
        ),
        "image_url": image_url,
    }
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def url_button(title: str, url: str) -> Body:
    """Return a button that opens a page."""
    return {**_button(title, "oa.open.url"), "payload": {"url": url}}


def query_button(title: str, query: str, *, visible: bool = True) -> Body:
    """Return a button that sends a text back, in sight of the customer or not."""
    query = limits.at_most("button_query", query, limits.BUTTON_QUERY_CHARACTERS)
    kind = "oa.query.show" if visible else "oa.query.hide"
    return {**_button(title, kind), "payload": query}


def phone_button(title: str, phone: str) -> Body:
    """Return a button that calls a number, written 84…"""
    return {**_button(title, "oa.open.phone"), "payload": {"phone_code": phone}}


def _button(title: str, kind: str) -> Body:
    title = limits.at_most("button_title", title, limits.BUTTON_TITLE_CHARACTERS)
    return {"title": title, "type": kind}


def _media(element: Mapping[str, Any], caption: str = "") -> Body:
    payload = {"template_type": "media", "elements": [dict(element)]}
    message: Body = {"attachment": {"type": "template", "payload": payload}}
    if caption:
        message["text"] = limits.text(caption)
    return message
