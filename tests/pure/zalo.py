"""A client and a sandbox that talk over HTTP, for the tests of both."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests
from caredesk_zalo.zalo_client import ZaloClient, ZaloOptions

from zalo_sandbox import Server

PERSON = "246845883529197921"
ACCOUNT = "388613280878808645"


def options_for(server: Server, **values) -> ZaloOptions:
    """Return the options of a client whose hosts are all the sandbox."""
    app = next(iter(server.world.apps.values()))
    options = ZaloOptions(
        app.app_id,
        app.secret,
        oauth_url=server.url,
        openapi_url=server.url,
        business_url=server.url,
        connect_timeout=2,
        read_timeout=2,
        media_domains=("127.0.0.1",),
        media_schemes=("http",),
    )
    return replace(options, **values)


@contextmanager
def connected(server: Server, **values) -> Iterator[ZaloClient]:
    """Yield a client whose account gave its consent."""
    options = options_for(server, **values)
    with ZaloClient(options) as client:
        access_token = client.oauth.exchange(new_code(server)).access_token
    with ZaloClient(options, access_token) as client:
        yield client


def new_code(server: Server, challenge: str = "") -> str:
    """Return a code as a consent gives it."""
    query = {"app_id": next(iter(server.world.apps)), "oa_id": ACCOUNT, "state": "s"}
    query["redirect_uri"] = "http://example.com/back"
    if challenge:
        query["code_challenge"] = challenge
    answer = requests.get(
        f"{server.url}/v4/oa/permission", params=query, allow_redirects=False, timeout=5
    )
    back = requests.compat.urlparse(answer.headers["location"])
    return dict(pair.split("=", 1) for pair in back.query.split("&"))["code"]


def open_window(server: Server, user_id: str = PERSON) -> None:
    """Let a customer have spoken just now."""
    server.world.person(ACCOUNT, user_id).spoke_at = time.time()
