"""A small SMTP server for this machine, as the last hop of a mail: RFC 5321's commands, no more."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_LINE = 2**20
MAX_BYTES = 100 * 2**20
_PATH = re.compile(r"^(?:FROM|TO):\s*<([^<>]*)>", re.IGNORECASE)

#: Called with the mail as it came in, its envelope sender and recipients; raises to refuse it.
Deliver = Callable[[bytes, str, list[str]], None]


@contextmanager
def serve(deliver: Deliver) -> Iterator[int]:
    """Serve in a thread of its own while the block runs; gives the port."""
    loop = asyncio.new_event_loop()

    async def handle(reader, writer):
        await _Session(reader, writer, deliver).run()

    starting = asyncio.start_server(handle, HOST, 0, limit=MAX_LINE)
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever, name="smtp", daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Session:
    """One connection: greeting, commands, mails."""

    def __init__(self, reader, writer, deliver: Deliver):
        self.reader = reader
        self.writer = writer
        self.deliver = deliver
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def run(self) -> None:
        """Answer line by line until the client leaves."""
        await self._answer("220 demo ESMTP")
        try:
            while line := await self.reader.readline():
                verb, _space, rest = line.decode("ascii", "replace").strip().partition(" ")
                command = getattr(self, f"_do_{verb.lower()}", None)
                await (command(rest) if command else self._answer("502 5.5.1 Unknown command"))
                if verb.upper() == "QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            _logger.info("The client left in the middle of a mail")
        finally:
            self.writer.close()

    async def _answer(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    def _reset(self) -> None:
        self.sender, self.recipients = None, []

    async def _do_ehlo(self, _rest: str) -> None:
        self._reset()
        await self._answer("250-demo", "250-8BITMIME", f"250 SIZE {MAX_BYTES}")

    async def _do_helo(self, _rest: str) -> None:
        self._reset()
        await self._answer("250 demo")

    async def _do_mail(self, rest: str) -> None:
        path = _PATH.match(rest)
        if not path:
            return await self._answer("501 5.5.4 Say MAIL FROM:<address>")
        self.sender, self.recipients = path[1], []
        return await self._answer("250 2.1.0 OK")

    async def _do_rcpt(self, rest: str) -> None:
        path = _PATH.match(rest)
        if not path or self.sender is None:
            return await self._answer("503 5.5.1 Say MAIL FROM first, then RCPT TO:<address>")
        self.recipients.append(path[1])
        return await self._answer("250 2.1.5 OK")

    async def _do_data(self, _rest: str) -> None:
        if not self.recipients:
            return await self._answer("503 5.5.1 Nobody to deliver to")
        await self._answer("354 End with a line that holds one dot")
        mail = await self._read_mail()
        sender, recipients = self.sender, self.recipients
        self._reset()
        if mail is None:
            return await self._answer("552 5.3.4 Too big")
        try:
            await asyncio.to_thread(self.deliver, mail, sender, recipients)
        except Exception:
            # Whatever is wrong with one mail must not end the service for the next.
            _logger.exception("A mail could not be delivered")
            return await self._answer("451 4.3.0 Not delivered, try again later")
        return await self._answer("250 2.0.0 Delivered")

    async def _read_mail(self) -> bytes | None:
        """Return the mail with its dots undoubled; None if it is too big (then read, not kept)."""
        lines, size = [], 0
        while (line := await self.reader.readuntil(b"\n")) != b".\r\n":
            size += len(line)
            if size <= MAX_BYTES:
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines) if size <= MAX_BYTES else None

    async def _do_rset(self, _rest: str) -> None:
        self._reset()
        await self._answer("250 2.0.0 OK")

    async def _do_noop(self, _rest: str) -> None:
        await self._answer("250 2.0.0 OK")

    async def _do_quit(self, _rest: str) -> None:
        await self._answer("221 2.0.0 Bye")
