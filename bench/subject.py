"""A process that is measured: it keeps its Odoo registry and answers one question after another.

Two of them, one with CareDesk and one with a peer's addons, stand side by side; only the one that
was asked works. Started as `python -m bench.subject DATABASE MODULE`.
"""

import gc
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tools.devkit import process
from tools.devkit.toolchain import Toolchain


class SubjectFailed(Exception):
    """The measured process died; the message holds the end of its log."""


class Subject:
    """The other end: starts the process and asks it.

    :param module: module with functions that get a `tests.system.worker.Worker`
    """

    def __init__(self, tools: Toolchain, db: str, module: str) -> None:
        self._log = tools.workspace.logs / f"bench-{db}.log"
        with self._log.open("wb") as log:
            self._process = tools.popen_as(
                [tools.python, "-m", "bench.subject", db, module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        process.at_exit(self.close)

    def ask(self, function: str, *args):
        """Call a function of the module over there and return what it returned.

        :raise SubjectFailed: the process ended instead
        """
        print(json.dumps([function, args]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SubjectFailed(process.tail(self._log, 30))
        return json.loads(answer)

    def close(self) -> None:
        """Let the process end."""
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                process.stop(self._process)


def timed(function, *args) -> float:
    """Return the seconds a call takes, on a heap without old garbage."""
    gc.collect()
    begin = time.perf_counter()
    function(*args)
    return time.perf_counter() - begin


def main(db: str, module: str) -> None:
    """Answer the questions on standard input until it is closed."""
    # Whatever prints, prints into the log; the answers have a channel of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from tests.system.worker import Worker, configure  # imports Odoo

    configure(db)
    worker = Worker(db, Path(os.devnull))
    target = importlib.import_module(module)
    for line in sys.stdin:
        function, args = json.loads(line)
        print(json.dumps(getattr(target, function)(worker, *args)), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
