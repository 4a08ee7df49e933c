"""Delivers events as Zalo does: signed, at least once, again after a pause, then no more."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from . import events
from .world import App, World

#: Seconds until an event that was not taken is tried again.
LADDER = (30, 300, 900, 1800, 3600)

#: Deliveries kept for the page and for tests.
LOG_LENGTH = 20_000


@dataclass(order=True)
class _Due:
    moment: float
    order: float
    app_id: str = field(compare=False)
    body: bytes = field(compare=False)
    timestamp: str = field(compare=False)
    attempt: int = field(compare=False, default=0)


class WebhookSender:
    """A few threads that deliver what is due.

    :ivar log: dicts ``event, attempt, status, seconds``; status 0 when nobody answered.
    """

    def __init__(self, world: World, threads: int = 4):
        self._world = world
        self._queue: list[_Due] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._busy = 0
        self.log: list[dict[str, Any]] = []
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, event: dict[str, Any]) -> None:
        """Let an event be delivered to its app, as often as the switches say."""
        world = self._world
        app = world.apps.get(event["app_id"])
        if app is None or not app.webhook_url or not app.subscribed:
            return
        body = events.encode(world, event)
        with self._changed:
            for _copy in range(max(world.switches.copies, 1)):
                order = random.random() if world.switches.shuffle else next(self._order)  # noqa: S311
                due = _Due(time.monotonic(), order, app.app_id, body, event["timestamp"])
                if world.switches.shuffle:
                    due.moment += random.random()  # noqa: S311
                heapq.heappush(self._queue, due)
            self._changed.notify_all()

    def probe(self, app: App) -> int:
        """Send what the console sends when an address is saved: ``{}``, not signed."""
        return self._post(app.webhook_url, b"{}", {})

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left to deliver now; tell whether that came in time."""
        last_moment = time.monotonic() + seconds
        with self._changed:
            while self._busy or any(due.moment <= time.monotonic() + 1 for due in self._queue):
                left = last_moment - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.1))
        return True

    @property
    def waiting(self) -> int:
        """How many deliveries are to come."""
        with self._changed:
            return len(self._queue) + self._busy

    def stop(self) -> None:
        """End the threads; what was not delivered is dropped."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(5)

    def _work(self) -> None:
        while True:
            due = self._next()
            if due is None:
                return
            try:
                self._deliver(due)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> _Due | None:
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                if self._queue and self._queue[0].moment <= now:
                    self._busy += 1
                    return heapq.heappop(self._queue)
                self._changed.wait(self._queue[0].moment - now if self._queue else None)
        return None

    def _deliver(self, due: _Due) -> None:
        app = self._world.apps[due.app_id]
        if not app.subscribed:
            return
        headers = self._signed(app, due)
        if due.attempt:
            headers["num_retry"] = str(due.attempt)
        started = time.monotonic()
        status = self._post(app.webhook_url, due.body, headers)
        entry = {
            "event": due.body.decode(),
            "attempt": due.attempt,
            "status": status,
            "seconds": round(time.monotonic() - started, 3),
        }
        self.log.append(entry)
        del self.log[:-LOG_LENGTH]
        if status != 200:
            self._again(app, due)

    def _again(self, app: App, due: _Due) -> None:
        """Try an event later; after the last time the app gets no events any more."""
        if due.attempt >= len(LADDER):
            app.subscribed = False
            return
        pause = LADDER[due.attempt] * self._world.switches.retry_factor
        due.moment = time.monotonic() + pause
        due.attempt += 1
        with self._changed:
            heapq.heappush(self._queue, due)
            self._changed.notify_all()

    def _signed(self, app: App, due: _Due) -> dict[str, str]:
        sign = self._world.switches.sign
        headers = {"X-ZEvent-Timestamp": due.timestamp}
        if sign != "none":
            secret = app.account_secret if sign == "right" else "another-secret"
            headers["X-ZEvent-Signature"] = events.signature(app, due.body, due.timestamp, secret)
        return headers

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        seconds = self._world.switches.answer_seconds
        try:
            return requests.post(url, data=body, headers=headers, timeout=seconds).status_code
        except requests.RequestException:
            return 0
