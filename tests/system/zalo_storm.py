"""Many signed events for the webhook, delivered as Zalo delivers: again until it gets a 200."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tools.zalo_sandbox import events
from tools.zalo_sandbox.world import App

from .zalo_desk import raw

PATH = "/caredesk/zalo/webhook"
TIMEOUT = 30
#: Seconds until an event that was not taken comes again; Zalo itself waits 30 at least.
PAUSE = 0.3


@dataclass
class Storm:
    """What customers write, and its deliveries.

    :ivar expected: message ids of each customer in the order of writing.
    :ivar deliveries: ``(body, headers)``, each event as often as it is delivered.
    """

    expected: dict[str, list[str]] = field(default_factory=dict)
    deliveries: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)


def brew(desk: dict, people: int, messages: int, copies: int, seed: int = 0) -> Storm:
    """Let customers write in turns, a tenth of a second apart, and shuffle the deliveries.

    :param messages: of each customer
    :param copies: deliveries of each event
    """
    app, storm = app_of(desk), Storm()
    begin = int(time.time() * 1000) - 100 * people * messages
    for number in range(people * messages):
        user_id = f"8200000000000{number % people:05d}"
        message_id = f"m{number:08d}"
        storm.expected.setdefault(user_id, []).append(message_id)
        event = {
            "app_id": desk["app_id"],
            "user_id_by_app": f"9{user_id}",
            "event_name": "user_send_text",
            "sender": {"id": user_id},
            "recipient": {"id": desk["oa_id"]},
            "message": {"msg_id": message_id, "text": f"Máy lạnh không mát {number}"},
            "timestamp": str(begin + 100 * number),
        }
        storm.deliveries += [signed(app, event)] * copies
    random.Random(seed).shuffle(storm.deliveries)  # noqa: S311 - no secret
    return storm


def app_of(desk: dict) -> App:
    """Return the app that signs the events of a desk, see `zalo_desk.facts`."""
    return App(desk["app_id"], desk["app_secret"], desk["webhook_secret"])


def signed(app: App, event: dict, body: bytes | None = None) -> tuple[bytes, dict[str, str]]:
    """Return the body of an event, and its headers."""
    body = raw(event) if body is None else body
    moment = str(event.get("timestamp", "0"))
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "X-ZEvent-Timestamp": moment,
        "X-ZEvent-Signature": events.signature(app, body, moment, app.account_secret),
    }


class Postman:
    """Delivers from a few threads at once; each event again until it is taken.

    :ivar taken: deliveries answered with 200 so far.
    :ivar again: deliveries that were not, and came again.
    :ivar slowest: seconds of the longest answer with 200.
    """

    def __init__(self, url: str, deliveries: list, threads: int = 6) -> None:
        self._host = urlsplit(url).netloc
        self._todo = list(reversed(deliveries))
        self._lock = threading.Lock()
        self.taken, self.again, self.slowest = 0, 0, 0.0
        self._threads = [threading.Thread(target=self._deliver) for _ in range(threads)]

    def start(self) -> "Postman":
        """Begin to deliver."""
        for thread in self._threads:
            thread.start()
        return self

    def join(self) -> None:
        """Wait until all is delivered."""
        for thread in self._threads:
            thread.join()

    def _deliver(self) -> None:
        while True:
            with self._lock:
                if not self._todo:
                    return
                delivery = self._todo.pop()
            begun = time.monotonic()
            while post(self._host, *delivery) != 200:
                with self._lock:
                    self.again += 1
                time.sleep(PAUSE)
                begun = time.monotonic()
            with self._lock:
                self.taken += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)


def post(host: str, body: bytes, headers: dict[str, str]) -> int:
    """Deliver one event; return the status, 0 when no answer came."""
    connection = http.client.HTTPConnection(host, timeout=TIMEOUT)
    try:
        connection.request("POST", PATH, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
