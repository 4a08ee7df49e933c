"""Keeps the sandbox's little world in a file, so that a restart forgets nothing."""

from __future__ import annotations

import base64
import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .world import Account, App, Message, Person, Token, Upload, World

#: Seconds between two looks at whether something changed.
PAUSE = 2.0
#: Characters of all uploaded files together that are kept; the latest ones.
MOST_UPLOADED = 50_000_000


class Keeper:
    """Writes a world into a file while it changes.

    :param path: the file; read at once when it is there
    """

    def __init__(self, world: World, path: Path):
        self._world = world
        self._path = path
        self._written = ""
        self._ended = threading.Event()
        if path.exists():
            load(world, json.loads(path.read_text(encoding="utf-8")))
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what changed last, and end."""
        self._ended.set()
        self._thread.join()
        self._write()

    def _work(self) -> None:
        while not self._ended.wait(PAUSE):
            self._write()

    def _write(self) -> None:
        text = json.dumps(dump(self._world), ensure_ascii=False)
        if text == self._written:
            return
        half = self._path.with_suffix(".half")
        half.write_text(text, encoding="utf-8")
        os.replace(half, self._path)  # whole or not at all
        self._written = text


def dump(world: World) -> dict[str, Any]:
    """Return a world as JSON takes it."""
    with world.lock:
        uploads = {
            key: {**asdict(one), "content": base64.b64encode(one.content).decode()}
            for key, one in world.uploads.items()
        }
        while sum(len(one["content"]) for one in uploads.values()) > MOST_UPLOADED:
            del uploads[next(iter(uploads))]
        return {
            "number": world.last_number,
            "switches": world.switches.as_dict(),
            "apps": [asdict(app) for app in world.apps.values()],
            "accounts": [
                {**asdict(one), "tags": {name: sorted(ids) for name, ids in one.tags.items()}}
                for one in world.accounts.values()
            ],
            "people": [asdict(person) for person in world.people.values()],
            "messages": [asdict(message) for message in world.messages],
            "uploads": uploads,
            "codes": {key: asdict(token) for key, token in world.codes.items()},
            "access_tokens": {key: asdict(token) for key, token in world.access_tokens.items()},
            "refresh_tokens": {key: asdict(token) for key, token in world.refresh_tokens.items()},
        }


def load(world: World, kept: dict[str, Any]) -> None:
    """Fill a world with what `dump` returned; the addresses of its apps stay as they are."""
    with world.lock:
        addresses = {
            app.app_id: {"webhook_url": app.webhook_url, "redirect_uri": app.redirect_uri}
            for app in world.apps.values()
        }
        apps = [App(**{**one, **addresses.get(one["app_id"], {})}) for one in kept["apps"]]
        accounts = [
            Account(**{**one, "tags": {name: set(ids) for name, ids in one["tags"].items()}})
            for one in kept["accounts"]
        ]
        people = [Person(**one) for one in kept["people"]]
        world.last_number = kept["number"]
        world.switches.turn(kept["switches"])
        world.apps = {app.app_id: app for app in apps}
        world.accounts = {account.oa_id: account for account in accounts}
        world.people = {(person.oa_id, person.user_id): person for person in people}
        world.messages = [Message(**one) for one in kept["messages"]]
        world.uploads = {
            key: Upload(**{**one, "content": base64.b64decode(one["content"])})
            for key, one in kept["uploads"].items()
        }
        for name in ("codes", "access_tokens", "refresh_tokens"):
            setattr(world, name, {key: Token(**one) for key, one in kept[name].items()})
