"""The sandbox behind a socket."""

from __future__ import annotations

import contextlib
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from .sandbox import Sandbox
from .webhooks import WebhookSender
from .wire import Request, Response
from .world import World, furnished

#: A request longer than this is refused.
MAX_BODY = 20_000_000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:  # noqa: N802
        """Answer a POST."""
        self._answer()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the page shows what happened."""

    def _answer(self) -> None:
        length = self.headers.get("content-length", "0")
        size = int(length) if length.isdigit() else 0
        if size > MAX_BODY:
            self._write(Response(413, b"", "text/plain"))
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(size))
        response = self.server.sandbox.handle(request)
        if response.delay:
            time.sleep(response.delay)
        # A caller that hung up does not take back what was done.
        with contextlib.suppress(OSError):
            self._write(response)
        if response.after:
            response.after()

    def _write(self, response: Response) -> None:
        if response.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """A sandbox on a port; also a context manager that starts and stops it.

    :param port: 0 for any free one
    :param world: the state; one app, one account and three customers when not given
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int = 0, world: World | None = None, host: str = "127.0.0.1"):
        world = world or furnished()
        self.sender = WebhookSender(world)
        self.sandbox = Sandbox(world, self.sender)
        super().__init__((host, port), _Handler)
        world.base_url = self.url

    @property
    def world(self) -> World:
        """The state."""
        return self.sandbox.world

    @property
    def url(self) -> str:
        """Where the sandbox is reached."""
        return f"http://{self.server_address[0]}:{self.server_address[1]}"

    def __enter__(self) -> Server:
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.shutdown()
        self.server_close()
        self.sender.stop()

    def handle_error(self, *_arguments: object) -> None:
        """A caller that hung up is no error of ours."""
