"""Locks between several `./run` at once; the kernel frees them when a process dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from .log import Log

_held: dict[Path, int] = {}


@contextlib.contextmanager
def exclusive(path: Path, log: Log, what: str) -> Iterator[None]:
    """Hold a lock file during a block; re-entrant within a process; says whom it waits for."""
    if path in _held:
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    with path.open("a+") as stream:
        _acquire(stream, log)
        stream.truncate(0)
        stream.write(f"{what} (process {os.getpid()})")
        stream.flush()
        _held[path] = 1
        try:
            yield
        finally:
            del _held[path]


def _acquire(stream, log: Log) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        log.warn(f"waiting for another ./run: {stream.read() or 'starting'}")
        fcntl.flock(stream, fcntl.LOCK_EX)


class Users:
    """Counts the processes that use a shared resource, by shared locks on one file."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("a+")

    def join(self) -> None:
        """Register this process as a user until it leaves or dies."""
        fcntl.flock(self._stream, fcntl.LOCK_SH)

    def leave_last(self) -> bool:
        """Stop being a user; True when nobody else is one."""
        # Twice, because of two that leave at once each sees the other the first time.
        return self._alone() or self._alone()

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._stream, fcntl.LOCK_UN)
            return False
        return True

    def release(self) -> None:
        """Drop the lock that `leave_last` may have taken."""
        fcntl.flock(self._stream, fcntl.LOCK_UN)
