"""The sandbox's webhook: signed, repeated, echoed, as the switches say."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from caredesk_zalo.zalo_client import bodies, events, webhook

from zalo_sandbox import Server

from . import zalo


@contextmanager
def receiver(statuses=()) -> Iterator[tuple[str, list]]:
    """Yield the address of a webhook and the list of what it got."""
    got, answers = [], list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((dict(self.headers), body))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/hook", got
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def hooked(statuses=(), **switches) -> Iterator[tuple[Server, list]]:
    """Yield a sandbox whose events go to a webhook, and the list of what arrived."""
    with receiver(statuses) as (address, got), Server() as server:
        post(server, "app", webhook_url=address)
        server.world.switches.turn(switches)
        yield server, got


def post(server, path, **values) -> dict:
    """Call the sandbox as its page does."""
    return requests.post(f"{server.url}/sandbox/{path}", json=values, timeout=5).json()


def names(got) -> list[str]:
    """Return the names of the events that arrived."""
    return [json.loads(body).get("event_name") for _headers, body in got]


def test_customer_writes_and_the_event_is_signed():
    """What is typed as the customer arrives as Zalo would send it."""
    with hooked() as (server, got):
        answer = post(server, "say", user_id=zalo.PERSON, text="Máy lạnh không lạnh")
        assert server.sender.wait(5)
        app = next(iter(server.world.apps.values()))
    headers, body = got[0]
    event = events.read(body)
    assert (event.message_ids, event.text) == ((answer["message_id"],), "Máy lạnh không lạnh")
    moments = (str(event.time_ms),)
    signed = headers["X-ZEvent-Signature"]
    assert webhook.is_signed(signed, app.app_id, body, moments, app.account_secret)
    assert "lạnh".encode() in body


def test_message_of_the_account_comes_back_as_echo_and_receipts():
    """IE-39: the echo, the phone's receipt and the look follow the message."""
    with hooked(seen=True) as (server, got), zalo.connected(server) as client:
        zalo.open_window(server)
        sent = client.messages.send(zalo.PERSON, bodies.text("Chào chị"))
        time.sleep(0.1)
        assert server.sender.wait(5)
    assert sorted(names(got)) == ["oa_send_text", "user_received_message", "user_seen_message"]
    assert sent.message_id.encode() in got[0][1]


def test_event_that_fails_comes_again_and_says_so():
    """A delivery that was not taken comes again with its count, body unchanged."""
    with hooked(statuses=[500, 500], retry_factor=0.001) as (server, got):
        post(server, "say", user_id=zalo.PERSON, text="a")
        deadline = time.monotonic() + 5
        while len(got) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
    assert [headers.get("num_retry") for headers, _body in got] == [None, "1", "2"]
    assert len({body for _headers, body in got}) == 1


def test_last_failure_ends_the_subscription():
    """After five repeats the app gets nothing until it is set up again."""
    with hooked(statuses=[500] * 6, retry_factor=0.00001) as (server, _got):
        post(server, "say", user_id=zalo.PERSON, text="a")
        app = next(iter(server.world.apps.values()))
        deadline = time.monotonic() + 5
        while app.subscribed and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not app.subscribed
        post(server, "app")
        assert app.subscribed


def test_copies_in_any_order():
    """Duplicates and disorder on demand."""
    with hooked(copies=3, shuffle=True) as (server, got):
        for number in range(5):
            post(server, "say", user_id=zalo.PERSON, text=str(number))
        deadline = time.monotonic() + 8
        while len(got) < 15 and time.monotonic() < deadline:
            time.sleep(0.05)
    keys = [events.read(body).key for _headers, body in got]
    assert len(keys) == 15
    assert len(set(keys)) == 5


def test_filled_in_information_in_each_shape():
    """The sandbox speaks all three shapes."""
    with hooked() as (server, got):
        shared = {"name": "Hoa", "phone": "84912345678", "address": "1 Lê Lợi"}
        for shape in ("new", "old", "text"):
            post(server, "submit", user_id=zalo.PERSON, shared=shared, shape=shape)
        assert server.sender.wait(5)
    read = [events.submitted_info(events.read(body)) for _headers, body in got]
    assert read == [shared] * 3


def test_probe_is_empty_and_not_signed():
    """IE-36: the console's probe is a body without event and signature."""
    with hooked() as (server, got):
        assert post(server, "probe") == {"status": 200}
    headers, body = got[0]
    assert body == b"{}"
    assert "X-ZEvent-Signature" not in headers


def test_nonsense_is_refused_with_a_reason():
    """The sandbox says what it did not understand."""
    with Server() as server:
        assert "switch" in post(server, "switches", nosuch=1)["error"]
        assert "float" in post(server, "switches", token_delay="x")["error"]
        assert "customer" in post(server, "say", user_id="1", text="a")["error"]
        assert "a fault is one of" in post(server, "faults", kind="x")["error"]


def test_page_is_served():
    """There is a page to type on."""
    with Server() as server:
        page = requests.get(f"{server.url}/sandbox", timeout=5)
        assert "page.js" in page.text
        assert requests.get(f"{server.url}/sandbox/static/page.js", timeout=5).status_code == 200
        outside = requests.get(f"{server.url}/sandbox/static/..%2fserver.py", timeout=5)
        assert outside.status_code == 404
