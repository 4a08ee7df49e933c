"""The token host: consent page, code, tokens that count once."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from urllib.parse import urlencode

from .wire import Request, Response, as_json
from .world import App, Token, World

#: Seconds a code counts.
CODE_SECONDS = 600

_PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Zalo sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/sandbox/static/page.css"></head>
<body class="consent"><main><h1>Cấp quyền cho ứng dụng</h1>
<p>Ứng dụng <b>{app}</b> muốn thay mặt Official Account của bạn.</p>
<ul>{accounts}</ul></main></body></html>"""


def permission(world: World, request: Request) -> Response:
    """Show the page of consent; a choice on it leads back with a code."""
    query = request.query
    app = world.apps.get(query.get("app_id", ""))
    if app is None:
        return _consent_error(-14002, "Invalid appId")
    target = query.get("redirect_uri", "")
    if not target or (app.redirect_uri and target != app.redirect_uri):
        return _consent_error(-14003, "Invalid redirect uri")
    chosen = query.get("oa_id")
    if chosen in world.accounts:
        return _redirect(world, app, chosen, query)
    choices = []
    for account in world.accounts.values():
        link = f"?{urlencode({**query, 'oa_id': account.oa_id})}"
        name = html.escape(account.name)
        choices.append(f'<li><a class="button" href="{html.escape(link)}">{name}</a></li>')
    page = _PAGE.format(app=html.escape(app.app_id), accounts="".join(choices))
    return Response(200, page.encode(), "text/html; charset=utf-8")


def access_token(world: World, request: Request) -> Response:
    """Exchange a code or a refresh token for a pair of tokens."""
    if world.switches.token_delay:
        time.sleep(world.switches.token_delay)
    form = request.form
    with world.lock:
        app = world.apps.get(form.get("app_id", ""))
        if app is None:
            return _error(world, -14002, "Invalid appId")
        if request.headers.get("secret_key") != app.secret:
            return _error(world, -14004, "Invalid secret key")
        if form.get("grant_type") == "authorization_code":
            return _by_code(world, app, form)
        if form.get("grant_type") == "refresh_token":
            return _by_refresh(world, app, form)
        return _error(world, -14005, "Invalid grant type")


def _redirect(world: World, app: App, oa_id: str, query: dict[str, str]) -> Response:
    code = secrets.token_urlsafe(32)
    until = world.clock() + CODE_SECONDS
    with world.lock:
        challenge = query.get("code_challenge", "")
        world.codes[code] = Token(oa_id, app.app_id, until, challenge)
    back = {"code": code, "oa_id": oa_id}
    back.update({key: query[key] for key in ("state", "code_challenge") if key in query})
    separator = "&" if "?" in query["redirect_uri"] else "?"
    location = f"{query['redirect_uri']}{separator}{urlencode(back)}"
    return Response(302, headers={"Location": location})


def _by_code(world: World, app: App, form: dict[str, str]) -> Response:
    token = world.codes.get(form.get("code", ""))
    if not _counts(world, token, app):
        return _error(world, -14006, "Invalid authorization code")
    if token.challenge:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not secrets.compare_digest(made, token.challenge):
            return _error(world, -14007, "Invalid code verifier")
    token.spent = True
    return _pair(world, app, token.oa_id)


def _by_refresh(world: World, app: App, form: dict[str, str]) -> Response:
    token = world.refresh_tokens.get(form.get("refresh_token", ""))
    if not _counts(world, token, app):
        return _error(world, -14014, "Invalid refresh token")
    token.spent = True
    if world.switches.old_access_token_dies:
        for old in world.access_tokens.values():
            if old.oa_id == token.oa_id and old.app_id == app.app_id:
                old.until = 0
    return _pair(world, app, token.oa_id)


def _counts(world: World, token: Token | None, app: App) -> bool:
    return bool(
        token and not token.spent and token.app_id == app.app_id and token.until > world.clock()
    )


def _pair(world: World, app: App, oa_id: str) -> Response:
    switches, now = world.switches, world.clock()
    access, refresh = secrets.token_urlsafe(60), secrets.token_urlsafe(60)
    world.access_tokens[access] = Token(oa_id, app.app_id, now + switches.access_token_seconds)
    world.refresh_tokens[refresh] = Token(oa_id, app.app_id, now + switches.refresh_token_seconds)
    life: int | str = switches.access_token_seconds
    if not switches.expires_in_as_number:
        life = str(life)
    return as_json({"access_token": access, "refresh_token": refresh, "expires_in": life})


def _error(world: World, code: int, name: str) -> Response:
    """Return an error of the token host: other keys than the API's, HTTP 200 all the same."""
    body = {"error_name": name, "error_reason": "", "ref_doc": "", "error_description": name}
    if world.switches.oauth_error_number:
        body["error"] = code
    return as_json(body)


def _consent_error(code: int, name: str) -> Response:
    page = f"<h1>{html.escape(name)}</h1><p>error_code={code}</p>"
    return Response(200, page.encode(), "text/html; charset=utf-8")
