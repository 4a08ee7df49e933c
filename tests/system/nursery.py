"""Loads Odoo once for a scenario and starts its processes by forking, as Odoo's own server does.

Started by `Nursery` as `python -m tests.system.nursery DB`. Each line on its standard input is an
order (see `worker.main`) with the log file of the new process; on its standard output it writes
`{"born": pid}` for each order and `{"dead": pid, "code": code}` when one has ended. When its input
ends, so do all of its processes and then itself.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tools.devkit import process
from tools.devkit.toolchain import Toolchain

#: Seconds between two looks at who has ended.
LOOK = 0.02


class NurseryDied(Exception):
    """The nursery ended by itself; the message holds the end of its log."""


class Forked:
    """A process that a nursery started, with the part of `subprocess.Popen` that is needed."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery

    @property
    def returncode(self) -> int | None:
        """How it ended, as `subprocess.Popen` tells it; None while it runs."""
        return self._nursery.codes.get(self.pid)

    def poll(self) -> int | None:
        """Like :attr:`returncode`."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        :raise subprocess.TimeoutExpired: it takes longer than `timeout` seconds
        """
        with self._nursery.changed:
            over = self._nursery.changed.wait_for(lambda: self.poll() is not None, timeout)
        if not over:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return self._nursery.codes[self.pid]


class Nursery:
    """Starts the processes of one scenario; the first one waits until Odoo is loaded."""

    def __init__(self, tools: Toolchain, db: str, folder: Path) -> None:
        self.codes: dict[int, int] = {}
        self.changed = threading.Condition()
        self._born: list[int] = []
        self._log = folder / "nursery.log"
        self._over = False
        command = [tools.python, "-m", "tests.system.nursery", db]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with self._log.open("wb") as log:
            self._program = tools.popen_as(command, stderr=log, **pipes)
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, order: dict, log: Path) -> Forked:
        """Start a process that carries out an order and return at once.

        :raise NurseryDied: Odoo could not be loaded
        """
        before = len(self._born)
        with contextlib.suppress(BrokenPipeError):
            self._program.stdin.write(json.dumps({**order, "log": str(log)}) + "\n")
            self._program.stdin.flush()
        with self.changed:
            self.changed.wait_for(lambda: self._over or len(self._born) > before)
        if len(self._born) == before:
            raise NurseryDied(f"No process could be started:\n{process.tail(self._log, 30)}")
        return Forked(self, self._born[before])

    def close(self) -> None:
        """End all its processes."""
        with contextlib.suppress(BrokenPipeError):
            self._program.stdin.close()
        self._program.wait()

    def _listen(self) -> None:
        for line in self._program.stdout:
            news = json.loads(line)
            with self.changed:
                if "born" in news:
                    self._born.append(news["born"])
                else:
                    self.codes[news["dead"]] = news["code"]
                self.changed.notify_all()
        with self.changed:
            # Who is left was killed with it.
            for pid in self._born:
                self.codes.setdefault(pid, -signal.SIGKILL)
            self._over = True
            self.changed.notify_all()


# --- in the nursery's own process ---


def main(db: str) -> None:
    """Load Odoo, then start a process for each order until there are no more."""
    from odoo import sql_db
    from odoo.modules.registry import Registry

    from . import worker

    worker.configure(db)
    Registry(db)
    # Those to come must not share a connection.
    sql_db.close_all()
    living: set[int] = set()
    pending = b""
    while True:
        ready = select.select([0], [], [], LOOK)[0]
        _bury(living)
        if not ready:
            continue
        data = os.read(0, 65536)
        if not data:
            break
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            pid = _fork(worker, json.loads(line))
            living.add(pid)
            _tell({"born": pid})
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _bury(living: set[int]) -> None:
    for pid in list(living):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            living.remove(pid)
            _tell({"dead": pid, "code": os.waitstatus_to_exitcode(status)})


def _tell(news: dict) -> None:
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


def _fork(worker, order: dict) -> int:
    pid = os.fork()
    if pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)  # here too: whoever kills it must find its group
        return pid
    code = 1
    try:
        with contextlib.suppress(PermissionError):
            os.setsid()
        _redirect(Path(order["log"]))
        code = worker.main(order)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    """Take the standard streams away from the nursery: nothing to read, and a log to write to."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(stream, 1)
    os.dup2(stream, 2)


if __name__ == "__main__":
    main(sys.argv[1])
