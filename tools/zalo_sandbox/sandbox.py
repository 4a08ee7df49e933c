"""The sandbox without a socket: a request goes in, an answer comes out."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path

from . import account_api, faults, oauth_api, people_api, upload_api
from .control_api import ControlApi
from .conversation import Conversation
from .message_api import MessageApi
from .portrait import portrait
from .webhooks import WebhookSender
from .wire import Request, Response
from .world import World

_STATIC = Path(__file__).parent / "static"

Handler = Callable[[World, Request], Response]


class Sandbox:
    """Zalo's three hosts and the sandbox's own page, in one place.

    :param world: the state
    :param sender: delivers events; None keeps them
    """

    def __init__(self, world: World, sender: WebhookSender | None = None):
        self.world = world
        self.faults = faults.FaultScript()
        self.conversation = Conversation(world, sender)
        self.sender = sender
        control = ControlApi(world, self.conversation, self.faults, sender)
        self._routes = _zalo_routes(MessageApi(self.conversation))
        self._routes.update(dict.fromkeys(control.routes, control.handle))

    def handle(self, request: Request) -> Response:
        """Answer a request, or fail at it in the way that was asked for."""
        fault = None if request.path.startswith("/sandbox") else self.faults.take(request)
        if fault is not None:
            response = faults.instead(fault)
            if response is not None:
                return response
        response = self._answer(request)
        return faults.afterwards(fault, response) if fault is not None else response

    def _answer(self, request: Request) -> Response:
        handler = self._routes.get((request.method, request.path))
        if handler is not None:
            return handler(self.world, request)
        if request.method == "GET" and request.path.startswith("/media/"):
            return upload_api.media(self.world, request)
        if request.method == "GET" and request.path.startswith("/avatar/"):
            return Response(200, portrait(request.path), "image/png")
        if request.method == "GET" and request.path in ("/", "/sandbox"):
            return _static("page.html")
        if request.method == "GET" and request.path.startswith("/sandbox/static/"):
            return _static(request.path.rsplit("/", 1)[-1])
        return Response(404, b'{"error": -404, "message": "no such address"}')


def _zalo_routes(messages: MessageApi) -> dict[tuple[str, str], Handler]:
    """Return the handlers of Zalo's own addresses."""
    return {
        ("GET", "/v4/oa/permission"): oauth_api.permission,
        ("POST", "/v4/oa/access_token"): oauth_api.access_token,
        ("GET", "/v2.0/oa/getoa"): account_api.profile,
        ("POST", "/v3.0/oa/quota/message"): account_api.quota,
        ("POST", "/v3.0/oa/message/cs"): messages.cs,
        ("POST", "/v2.0/oa/message"): messages.legacy,
        ("POST", "/v3.0/oa/message/template"): messages.by_user,
        ("POST", "/message/template"): messages.by_phone,
        ("POST", "/v2.0/oa/upload/image"): upload_api.upload,
        ("POST", "/v2.0/oa/upload/gif"): upload_api.upload,
        ("POST", "/v2.0/oa/upload/file"): upload_api.upload,
        ("GET", "/v3.0/oa/user/detail"): people_api.detail,
        ("GET", "/v3.0/oa/user/getlist"): people_api.listing,
        ("POST", "/v3.0/oa/user/update"): people_api.update,
        ("POST", "/v2.0/oa/deletefollowerinfo"): people_api.forget,
        ("POST", "/v2.0/oa/tag/tagfollower"): people_api.tag,
        ("POST", "/v2.0/oa/tag/rmfollowerfromtag"): people_api.tag,
        ("POST", "/v2.0/oa/tag/rmtag"): people_api.tag,
        ("GET", "/v2.0/oa/tag/gettagsofoa"): people_api.tags,
        ("GET", "/v2.0/oa/conversation"): people_api.conversation,
        ("GET", "/message/quota"): people_api.template_quota,
        ("GET", "/message/status"): people_api.template_status,
        ("GET", "/template/all"): people_api.template_list,
        ("GET", "/template/info/v2"): people_api.template_detail,
    }


def _static(name: str) -> Response:
    path = _STATIC / name
    if path.parent != _STATIC or not path.is_file():
        return Response(404, b"", "text/plain")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(200, path.read_bytes(), f"{kind}; charset=utf-8")
