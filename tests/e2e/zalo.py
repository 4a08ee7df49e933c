"""A Zalo of one journey's own: a sandbox behind a socket, an account connected to it, its agents.

Nothing is shared with the demo's sandbox or with another journey: app, account, customer and
agents have ids of their own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from tests.e2e import names
from tests.e2e.rpc import TIMEOUT_SECONDS, Rpc
from zalo_sandbox import Server, World
from zalo_sandbox.world import Account, App, Person

#: Seconds until the account must be connected.
CONNECTED_SECONDS = 90
SECRET, ACCOUNT_SECRET = "app-secret", "account-secret"  # noqa: S105 - of the sandbox alone


@dataclass
class ZaloDesk:
    """A connected account with two agents and one customer who never wrote yet.

    :ivar customer: the one a journey is about; ``newcomer`` makes it another.
    :ivar logins: of the two agents; the password is the same.
    :ivar account_id: the record of the account.
    """

    rpc: Rpc
    sandbox: Server
    account_id: int
    account: Account
    customer: Person
    logins: tuple[str, str]
    names: tuple[str, str]

    @property
    def page(self) -> str:
        """The address of the customer's phone; nothing is read before he says so."""
        return f"{self.sandbox.url}/sandbox?user_id={self.customer.user_id}&reads=0"

    def newcomer(self) -> Person:
        """Let somebody be the customer who never wrote, for a journey that shares the desk."""
        self.customer = _add_customer(self.rpc, self.sandbox.world, self.account)
        return self.customer

    def contact(self, *fields: str) -> dict:
        """Read the customer's card."""
        domain = [["zalo_user_id", "=", self.customer.user_id]]
        [card] = self.rpc.call("caredesk.zalo.contact", "search_read", domain, list(fields))
        return card


@contextmanager
def zalo_desk(base_url: str, lang: str) -> Iterator[ZaloDesk]:
    """Yield a desk whose sandbox runs until the end of the block.

    :param lang: the language of the agents
    """
    rpc, key = Rpc(base_url), secrets.token_hex(4)
    world, account, customer = _world(base_url, rpc, key)
    with Server(0, world) as sandbox:
        logins, people, users = _agents(rpc, key, lang)
        account_id = _connect(base_url, rpc, sandbox, account, users)
        yield ZaloDesk(rpc, sandbox, account_id, account, customer, logins, people)
        rpc.call("caredesk.zalo.oa", "action_disconnect", [account_id])


def _world(base_url: str, rpc: Rpc, key: str) -> tuple[World, Account, Person]:
    world = World()
    number = str(int(key, 16))
    app = App(
        f"36{number}", SECRET, ACCOUNT_SECRET, webhook_url=f"{base_url}/caredesk/zalo/webhook"
    )
    account = Account(f"38{number}", names.company(rpc, "Điện máy"), app.app_id)
    world.apps[app.app_id] = app
    world.accounts[account.oa_id] = account
    customer = _add_customer(rpc, world, account)
    # A slow machine may take longer than Zalo waits; an answer too late only costs a repetition.
    world.switches.turn({"answer_seconds": 30.0, "retry_factor": 0.01})
    return world, account, customer


def _add_customer(rpc: Rpc, world: World, account: Account) -> Person:
    return world.add_person(
        account.oa_id,
        names.person(rpc),
        user_id=f"24{secrets.randbelow(10**16):016d}",
        phone="84912345678",
        follows=True,
    )


def _agents(rpc: Rpc, key: str, lang: str) -> tuple[tuple[str, str], tuple[str, str], list[int]]:
    [role] = rpc.call(
        "ir.model.data",
        "search_read",
        [["module", "=", "caredesk_zalo"], ["name", "=", "group_agent"]],
        ["res_id"],
    )
    people = (names.person(rpc), names.person(rpc))
    logins = (f"lan-{key}", f"minh-{key}")
    values = [
        {
            "name": name,
            "login": login,
            "password": login,
            "email": f"{login}@example.com",
            "lang": lang,
            "odoobot_state": "disabled",
            "group_ids": [[4, role["res_id"]]],
        }
        for name, login in zip(people, logins, strict=True)
    ]
    return logins, people, rpc.call("res.users", "create", values)


def _connect(base_url: str, rpc: Rpc, sandbox: Server, account: Account, users: list[int]) -> int:
    """Set up app and account, and go the whole way of a consent."""
    url = sandbox.url
    app = {
        "name": account.name,
        "app_id": account.app_id,
        "app_secret": SECRET,
        "webhook_secret": ACCOUNT_SECRET,
        "oauth_url": url,
        "openapi_url": url,
        "business_url": url,
        "media_domains": "127.0.0.1",
    }
    [app_id] = rpc.call("caredesk.zalo.app", "create", [app])
    values = {"name": account.name, "app_id": app_id, "user_ids": [[6, 0, users[:1]]]}
    [account_id] = rpc.call("caredesk.zalo.oa", "create", [values])
    consent = rpc.call("caredesk.zalo.oa", "action_connect", [account_id])["url"]
    answer = requests.get(
        f"{consent}&oa_id={account.oa_id}", allow_redirects=False, timeout=TIMEOUT_SECONDS
    )
    back = requests.compat.urlsplit(answer.headers["location"])
    rpc.get(f"{back.path}?{back.query}")
    _wait_for_connection(rpc, account_id)
    return account_id


def _wait_for_connection(rpc: Rpc, account_id: int) -> None:
    """Wait for the scheduled action that exchanges the code of the consent for tokens."""
    end = time.monotonic() + CONNECTED_SECONDS
    while True:
        [account] = rpc.call("caredesk.zalo.oa", "read", [account_id], ["state", "last_error"])
        if account["state"] == "connected":
            return
        assert time.monotonic() < end, account
        time.sleep(0.5)
