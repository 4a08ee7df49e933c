"""Keeps the sandbox's little world in a file, so that a restart forgets nothing."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .world import Account, App, Message, Person, Token, Upload, World

#: Seconds between two looks at whether something changed.
PAUSE = 2.0
#: Bytes of all uploaded files together that are kept; the latest ones.
MOST_UPLOADED = 50_000_000
#: What a world holds tokens in.
_TOKENS = ("codes", "access_tokens", "refresh_tokens")


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
        return {
            "number": world.last_number,
            "switches": world.switches.as_dict(),
            "apps": _plain(world.apps.values()),
            "accounts": [
                {**asdict(one), "tags": {name: sorted(ids) for name, ids in one.tags.items()}}
                for one in world.accounts.values()
            ],
            "people": _plain(world.people.values()),
            "messages": _plain(world.messages),
            "uploads": _uploads(world),
            **{name: _by_key(getattr(world, name)) for name in _TOKENS},
        }


def load(world: World, kept: dict[str, Any]) -> None:
    """Fill a world with what `dump` returned; the addresses of its apps stay as they are."""
    with world.lock:
        world.last_number = kept["number"]
        world.switches.turn(kept["switches"])
        _load_apps(world, kept["apps"])
        for one in kept["accounts"]:
            tags = {name: set(ids) for name, ids in one["tags"].items()}
            world.accounts[one["oa_id"]] = Account(**{**one, "tags": tags})
        for one in kept["people"]:
            world.people[one["oa_id"], one["user_id"]] = Person(**one)
        world.messages[:] = [Message(**one) for one in kept["messages"]]
        for key, one in kept["uploads"].items():
            world.uploads[key] = Upload(**{**one, "content": base64.b64decode(one["content"])})
        for name in _TOKENS:
            getattr(world, name).update({key: Token(**one) for key, one in kept[name].items()})


def _load_apps(world: World, kept: list[dict[str, Any]]) -> None:
    for one in kept:
        known = world.apps.get(one["app_id"])
        addresses = (
            {"webhook_url": known.webhook_url, "redirect_uri": known.redirect_uri} if known else {}
        )
        world.apps[one["app_id"]] = App(**{**one, **addresses})


def _uploads(world: World) -> dict[str, dict[str, Any]]:
    """Return the latest files, as many as may be kept."""
    kept, size = {}, 0
    for key, one in reversed(world.uploads.items()):
        size += len(one.content)
        if size > MOST_UPLOADED:
            break
        kept[key] = {**asdict(one), "content": base64.b64encode(one.content).decode()}
    return kept


def _plain(ones: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(one) for one in ones]


def _by_key(ones: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: asdict(one) for key, one in ones.items()}
