"""A mail server that takes every mail and keeps it: what leaves Odoo by SMTP is seen to arrive."""

from __future__ import annotations

import contextlib
import email
import socketserver
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

from tests.e2e.rpc import Rpc


class _Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                mail = email.message_from_bytes(b"".join(lines), policy=policy.default)
                self.server.mails.append(mail)
            self._say("250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextlib.contextmanager
def mail_sink(rpc: Rpc) -> Iterator[list[EmailMessage]]:
    """Have Odoo send its mails to us; give the list in which they arrive."""
    with _Sink() as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        server = {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": sink.server_address[1]}
        [server_id] = rpc.call("ir.mail_server", "create", [{**server, "sequence": 1}])
        try:
            yield sink.mails
        finally:
            rpc.call("ir.mail_server", "unlink", [server_id])
            sink.shutdown()
