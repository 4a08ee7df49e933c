"""Faults on demand: the next calls to a path fail in a chosen way."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from .wire import Request, Response, failure

KINDS = ("slow", "error_500", "html", "rate_limit", "drop", "drop_after", "code")


@dataclass
class Fault:
    """What happens to calls whose path begins with ``path``.

    :ivar kind: ``drop`` closes the connection before the call is done, ``drop_after`` when it
        is done; ``code`` answers with ``code``; ``slow`` waits ``seconds`` and then does it.
    :ivar times: calls it holds for; -1 for all.
    :ivar skip: calls that pass before it begins.
    """

    path: str
    kind: str
    times: int = 1
    skip: int = 0
    seconds: float = 30.0
    code: int = -200


class FaultScript:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, **values) -> None:
        """Add a fault.

        :raise ValueError: there is no such kind, or a value it does not know
        """
        if values.get("kind") not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}")
        try:
            fault = Fault(**values)
        except TypeError as error:
            raise ValueError(str(error)) from error
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def take(self, request: Request) -> Fault | None:
        """Return the fault that meets this call, used up by one."""
        with self._lock:
            for fault in self._faults:
                if not request.path.startswith(fault.path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times == 0:
                    continue
                fault.times -= fault.times > 0
                return fault
        return None


def instead(fault: Fault) -> Response | None:
    """Return what a fault answers instead of doing the call; None when the call is done."""
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    answers = {
        "error_500": Response(500, b"", "text/plain"),
        "html": Response(502, page, "text/html"),
        "rate_limit": failure(-32, "Your application reached limit call api"),
        "drop": Response(drop=True),
        "code": failure(fault.code, "asked for"),
    }
    return answers.get(fault.kind)


def afterwards(fault: Fault, response: Response) -> Response:
    """Return the answer of a call that was done, as the fault leaves it."""
    if fault.kind == "drop_after":
        response.drop = True
    if fault.kind == "slow":
        response.delay += fault.seconds
    return response
