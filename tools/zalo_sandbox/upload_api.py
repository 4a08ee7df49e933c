"""Uploads of the account, and the addresses under which files can be fetched."""

from __future__ import annotations

import secrets

from .account_api import for_account
from .wire import Request, Response, failure, success
from .world import Account, Upload, World

_LIMITS = {
    "image": ({"image/jpeg", "image/png"}, 1_048_576),
    "gif": ({"image/gif"}, 5_242_880),
    "file": (
        {
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "text/csv",
        },
        5_242_880,
    ),
}

#: A sticker, for those that have no picture of their own.
_STICKER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="22" '
    b'fill="#ffd54f"/><circle cx="17" cy="20" r="3"/><circle cx="31" cy="20" r="3"/>'
    b'<path d="M14 29q10 10 20 0" fill="none" stroke="#000" stroke-width="3"/></svg>'
)


@for_account
def upload(world: World, _account: Account, request: Request) -> Response:
    """Keep a file and give the id or token to send it by."""
    kind = request.path.rsplit("/", 1)[-1]
    part = request.file()
    types, limit = _LIMITS[kind]
    if part is None or part[1] not in types:
        return failure(-201, "file is invalid!")
    name, mimetype, content = part
    if len(content) > limit:
        return failure(-210, "Parameter exceeds allowable limit")
    return success({"token" if kind == "file" else "attachment_id": keep(world, *part)})


def keep(world: World, name: str, mimetype: str, content: bytes) -> str:
    """Keep a file and return its key."""
    key = secrets.token_urlsafe(24)
    world.uploads[key] = Upload(name, mimetype, content, world.clock())
    return key


def media(world: World, request: Request) -> Response:
    """Give a file to whoever knows its address, as Zalo's media hosts do."""
    key = request.path.rsplit("/", 1)[-1]
    if key == "sticker":
        return Response(200, _STICKER, "image/svg+xml")
    found = world.uploads.get(key)
    if found is None:
        return Response(404, b"", "text/plain")
    return Response(200, found.content, found.mimetype)
