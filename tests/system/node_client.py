"""What a person's browser does, without the browser: a session over HTTP, and an open websocket."""

import json
import threading
import time
from collections import Counter

import requests
import websocket
from lxml import html

TIMEOUT = 60
PASSWORD = "two-nodes"  # noqa: S105 - of people made up for one run


class Failed(Exception):
    """The server answered with an error."""


class Browser:
    """A session of one person on one node.

    :param node: a running `tools.devkit.server.Server`
    """

    def __init__(self, node, login: str, password: str) -> None:
        self.url = node.url
        self.session = requests.Session()
        words = {"db": node.database, "login": login, "password": password}
        answer = self._post("/web/session/authenticate", words)
        if not answer.get("uid"):
            raise Failed(f"{login} cannot log in")

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method of a model as the browser does; return what it returned.

        :raise Failed: the server refused, with its message
        """
        words = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", words)

    def page(self, path: str) -> str:
        """Open a page and return it.

        :raise requests.HTTPError: no such page, or it failed
        """
        answer = self.session.get(self.url + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.text

    def hidden_fields(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the first form with a text, as the page has them."""
        form = html.fromstring(self.page(path)).xpath("//form[.//textarea]")[0]
        return {one.name: one.value for one in form.xpath(".//input[@type='hidden']")}

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Send a form and return the address of the page that it leads to.

        :raise requests.HTTPError: no such page, or it failed
        """
        answer = self.session.post(self.url + path, data=fields, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.url.removeprefix(self.url)

    def _post(self, path: str, words: dict):
        body = {"jsonrpc": "2.0", "method": "call", "params": words}
        answer = self.session.post(self.url + path, json=body, timeout=TIMEOUT).json()
        if "error" in answer:
            raise Failed(answer["error"]["data"]["message"])
        return answer.get("result")  # a method that returns nothing has none


class Ear:
    """An open screen: listens to the notices the bus brings to somebody.

    :param browser: the session it belongs to
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._texts: list[str] = []
        self._socket = websocket.WebSocket()

    def __enter__(self) -> "Ear":
        cookies = "; ".join(
            f"{key}={value}" for key, value in self._browser.session.cookies.items()
        )
        address = self._browser.url.replace("http", "ws", 1) + "/websocket"
        self._socket.connect(address, cookie=cookies, origin=self._browser.url, timeout=TIMEOUT)
        self._say("subscribe", {"channels": [], "last": 0})
        self._say("update_presence", {"inactivity_period": 0})
        threading.Thread(target=self._listen, daemon=True).start()
        time.sleep(2)  # presence and subscription are written by the server in its own time
        return self

    def __exit__(self, *error) -> None:
        self._socket.close()

    def heard(self) -> Counter:
        """Return the texts of notices, and how often each came."""
        return Counter(self._texts)

    def wait_for(self, words: str, seconds: float) -> bool:
        """Whether a notice with these words comes within that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(words in text for text in self._texts):
                return True
            time.sleep(0.05)
        return False

    def _say(self, event: str, data: dict) -> None:
        self._socket.send(json.dumps({"event_name": event, "data": data}))

    def _listen(self) -> None:
        while True:
            try:
                news = self._socket.recv()
            except (OSError, websocket.WebSocketException):
                return  # closed
            if not news:
                return
            for one in json.loads(news):
                self.hear(one["message"])

    def hear(self, message: dict) -> None:
        """Take in one message of the bus: ``{"type", "payload"}``."""
        if message["type"] == "simple_notification":
            self._texts.append(message["payload"]["message"])


def guarded(wrong: list[str], work, *args) -> None:
    """Do some work in a thread; what it raises is added to `wrong`."""
    try:
        work(*args)
    except Exception as error:  # a verdict, whatever it is: nothing may fail here
        wrong.append(f"{work.__name__}: {error!r}")
