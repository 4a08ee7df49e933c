"""A light client: so many requests at once, or so many a second, over plain sockets.

Odoo's web workers answer one request a connection; anything heavier than this would measure
itself on the same two cores.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Seconds an answer may take before it counts as none.
TIMEOUT = 30


@dataclass
class Load:
    """What became of a load.

    :ivar seconds: from the first request to the last answer.
    :ivar latencies: seconds of each answer with status 200.
    :ivar refused: requests that were answered otherwise, or not at all.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the latency that so great a share of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def request(host: str, path: str, body: bytes = b"", headers: dict | None = None) -> bytes:
    """Return the bytes of a request: a GET, or a POST when there is a body."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def crowd(port: int, requests: Iterable[bytes], at_once: int) -> Load:
    """Send all requests, so many at once, each as soon as another one is answered."""
    return asyncio.run(_crowd(port, requests, at_once))


def pace(port: int, requests: Iterable[bytes], per_second: float) -> Load:
    """Send the requests at a steady pace, whether earlier ones are answered or not."""
    return asyncio.run(_pace(port, requests, per_second))


async def _crowd(port: int, requests: Iterable[bytes], at_once: int) -> Load:
    load, todo = Load(), iter(requests)

    async def work() -> None:
        for one in todo:
            await _send(port, one, load)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _number in range(at_once)))
    load.seconds = time.perf_counter() - begun
    return load


async def _pace(port: int, requests: Iterable[bytes], per_second: float) -> Load:
    load, begun, running = Load(), time.perf_counter(), []
    for number, one in enumerate(requests):
        await asyncio.sleep(max(begun + number / per_second - time.perf_counter(), 0))
        running.append(asyncio.create_task(_send(port, one, load)))
    await asyncio.gather(*running)
    load.seconds = time.perf_counter() - begun
    return load


async def _send(port: int, one: bytes, load: Load) -> None:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(one)
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        answer = b""
    if answer.split(b" ", 2)[1:2] == [b"200"]:
        load.latencies.append(time.perf_counter() - begun)
    else:
        load.refused.append(one)
