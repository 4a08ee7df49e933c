"""The little world behind the sandbox: apps, Official Accounts, customers, what they said."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .switches import Switches


@dataclass
class App:
    """An app of the developers' console.

    :ivar account_secret: what webhooks are signed with.
    :ivar webhook_url: where events of all the app's accounts go; empty for nowhere.
    :ivar subscribed: false once the last delivery of an event failed.
    """

    app_id: str
    secret: str
    account_secret: str
    redirect_uri: str = ""
    webhook_url: str = ""
    subscribed: bool = True
    demands_proof: bool = False


@dataclass
class Account:
    """An Official Account and who granted it to which app."""

    oa_id: str
    name: str
    app_id: str
    verified: bool = True
    tags: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Person:
    """A customer, as one account knows him.

    :ivar spoke_at: seconds since 1970 when he last interacted, 0 for never.
    :ivar shared: what he filled in.
    :ivar avatar: the address of his picture; empty for one the sandbox draws.
    """

    user_id: str
    user_id_by_app: str
    oa_id: str
    name: str
    phone: str = ""
    avatar: str = ""
    follows: bool = False
    blocked: bool = False
    spoke_at: float = 0.0
    shared: dict[str, str] = field(default_factory=dict)


@dataclass
class Message:
    """One message of a conversation.

    :ivar by: user, api or manager (somebody in Zalo's own tool).
    :ivar body: as Zalo's API has it.
    :ivar state: sent, received or seen, for one of the account's.
    """

    message_id: str
    oa_id: str
    user_id: str
    by: str
    kind: str
    body: dict[str, Any]
    sent_ms: int
    state: str = "sent"


@dataclass
class Upload:
    """A file that was uploaded, or that a customer sent."""

    name: str
    mimetype: str
    content: bytes
    made_at: float


@dataclass
class Token:
    """An access or refresh token, or a code: whose, and until when.

    :ivar challenge: the proof key a code demands, empty for none.
    :ivar spent: it counted once and was used.
    """

    oa_id: str
    app_id: str
    until: float
    challenge: str = ""
    spent: bool = False


class World:
    """All state of one sandbox. Whoever reads or writes it holds ``lock``.

    :param clock: seconds since 1970
    :ivar base_url: where the sandbox is reached; files have addresses below it.
    """

    def __init__(self, clock: Callable[[], float] = time.time):
        self.clock = clock
        self.lock = threading.RLock()
        self.base_url = ""
        self.switches = Switches()
        self.apps: dict[str, App] = {}
        self.accounts: dict[str, Account] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.messages: list[Message] = []
        self.uploads: dict[str, Upload] = {}
        self.codes: dict[str, Token] = {}
        self.access_tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, Token] = {}
        self.calls: dict[str, list[float]] = {}
        self.templates: dict[str, dict[str, Any]] = {}
        self.last_number = 0

    def number(self, prefix: str = "") -> str:
        """Return a new id of digits, longer than a float can hold."""
        with self.lock:
            self.last_number += 1
            return f"{prefix or '4572947'}{self.last_number:012d}"

    def message_id(self) -> str:
        """Return a new id of a message."""
        return secrets.token_hex(10)

    def now_ms(self) -> int:
        """Return the milliseconds since 1970."""
        return int(self.clock() * 1000)

    def media_url(self, key: str) -> str:
        """Return the address of a file."""
        return f"{self.base_url}/media/{key}"

    def avatar_url(self, person: Person) -> str:
        """Return the address of somebody's picture."""
        return person.avatar or f"{self.base_url}/avatar/{person.user_id}.png"

    def person(self, oa_id: str, user_id: str) -> Person | None:
        """Return a customer of an account."""
        return self.people.get((oa_id, user_id))

    def add_person(self, oa_id: str, name: str, **values: Any) -> Person:
        """Make a customer of an account."""
        user_id = values.pop("user_id", "") or self.number()
        person = Person(user_id, self.number("460413879"), oa_id, name, **values)
        with self.lock:
            self.people[oa_id, user_id] = person
        return person

    def message(self, message_id: str) -> Message | None:
        """Return a message by its id."""
        found = (message for message in reversed(self.messages) if message.message_id == message_id)
        return next(found, None)


def furnished(webhook_url: str = "", redirect_uri: str = "") -> World:
    """Return a world with one app, one account and three customers, always with the same ids."""
    world = World()
    app = App("360846524940903967", "app-secret", "oa-secret", redirect_uri, webhook_url)
    world.apps[app.app_id] = app
    account = Account("388613280878808645", "CareDesk Việt Nam", app.app_id)
    world.accounts[account.oa_id] = account
    for number, (name, phone) in enumerate(
        (
            ("Nguyễn Thị Hoa", "84912345678"),
            ("Trần Văn Bình", "84987654321"),
            ("Lê Minh Châu", "84903111222"),
        ),
        start=1,
    ):
        world.add_person(
            account.oa_id,
            name,
            user_id=f"24684588352919792{number}",
            phone=phone,
            follows=True,
        )
    world.templates["7895417a7d3f9461cd2e"] = {
        "templateId": "7895417a7d3f9461cd2e",
        "templateName": "Xác nhận yêu cầu hỗ trợ",
        "status": "ENABLE",
        "templateQuality": "HIGH",
        "templateTag": "CUSTOMER_CARE",
        "price": "300.0",
        "listParams": [
            {"name": "customer_name", "require": True, "type": "STRING", "maxLength": 30},
            {"name": "ticket", "require": True, "type": "STRING", "maxLength": 30},
        ],
    }
    return world
