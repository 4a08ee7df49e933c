"""What a scenario works with: a database of its own and real processes that it may kill.

A scenario is a module with `run(ctx) -> dict`, listed in `scenarios.py`. It starts functions of
any module below `tests` in processes of their own; see `worker.py` for what those get.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tools.devkit import database, process
from tools.devkit.toolchain import Toolchain

from .nursery import Forked, Nursery, NurseryDied

#: Seconds a child may take for anything before it counts as hung.
PATIENCE = 900.0
#: First number of all advisory locks that serve as gates; CareDesk's own use another.
GATE = 0x43444753

#: How the databases and log folders of scenarios are called; the process id of the run follows.
PREFIX = "caredesk_fault_"

_WRITING = """
SELECT 1 FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = %s AND backend_xid IS NOT NULL
"""


class ChildFailed(Exception):
    """A child ended with an error; the message holds its traceback or the end of its log."""


@dataclass
class Child:
    """A process that runs one function. Its files lie in `folder`."""

    name: str
    process: Forked
    folder: Path
    killed: bool = False

    @property
    def pid(self) -> int:
        """The process to send signals to."""
        return self.process.pid

    def notes(self) -> list:
        """What the function noted so far, in order; survives the death of the process."""
        try:
            lines = (self.folder / f"{self.name}.notes").read_text().split("\n")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines[:-1]]  # a last line without end is half written

    def kill9(self) -> None:
        """End the process in the middle of whatever it does, and its children with it."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def result(self, timeout: float = PATIENCE):
        """Wait for the end and return what the function returned.

        :raise ChildFailed: it raised, died or took longer than `timeout` seconds
        """
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise ChildFailed(f"{self.name} did not end within {timeout} s") from None
        try:
            answer = json.loads((self.folder / f"{self.name}.result").read_text())
        except FileNotFoundError:
            log = process.tail(self.folder / f"{self.name}.log", 30)
            raise ChildFailed(f"{self.name} died with {self.process.returncode}\n{log}") from None
        if "error" in answer:
            raise ChildFailed(f"{self.name}: {answer['error']}")
        return answer["value"]


class Context:
    """One scenario's surroundings; use :func:`scenario` to get one.

    :ivar db: name of a database with caredesk_ticket, for this scenario alone
    :ivar small: whether the short form of the gate is wanted instead of the full size
    :ivar folder: folder for files of the scenario, writable by its processes
    """

    def __init__(self, tools: Toolchain, db: str, small: bool, folder: Path) -> None:
        self.tools = tools
        self.db = db
        self.small = small
        self.folder = folder
        self._children: list[Child] = []
        self._nursery: Nursery | None = None

    # --- processes ---

    def spawn(self, target: str, *args, name: str | None = None, **kwargs) -> Child:
        """Run `module:function` in a process of its own and return at once.

        :param target: the function gets a `worker.Worker`, then these arguments (JSON values)
        :param name: of its files; a number is added
        """
        number = len(self._children)
        child_name = f"{name or target.rpartition(':')[2]}-{number}"
        order = {"db": self.db, "target": target, "args": args, "kwargs": kwargs}
        order |= {"folder": str(self.folder), "name": child_name}
        if self._nursery is None:
            self._nursery = Nursery(self.tools, self.db, self.folder)
        try:
            running = self._nursery.start(order, self.folder / f"{child_name}.log")
        except NurseryDied as error:
            raise ChildFailed(str(error)) from error
        child = Child(child_name, running, self.folder)
        self._children.append(child)
        return child

    def call(self, target: str, *args, timeout: float = PATIENCE, **kwargs):
        """Run `module:function` in a process of its own and return its result."""
        return self.spawn(target, *args, **kwargs).result(timeout)

    def shell(self, code: str) -> str:
        """Run Python code with `env` in `odoo shell`; commit yourself. Returns what it printed.

        :raise subprocess.CalledProcessError: Odoo could not start
        """
        command = [*self.tools.odoo_cmd, "shell", "-d", self.db, "--no-http", "--log-level=warn"]
        with (self.folder / "shell.log").open("ab") as log:
            done = self.tools.run_as(
                command, input=code, text=True, stdout=subprocess.PIPE, stderr=log
            )
        return done.stdout

    def children(self, name: str) -> list[Child]:
        """The processes that were started under a name."""
        return [child for child in self._children if child.name.rpartition("-")[0] == name]

    def stop_children(self) -> None:
        """End whatever still runs."""
        for child in self._children:
            if child.alive():
                child.kill9()
        if self._nursery:
            self._nursery.close()
            self._nursery = None

    # --- database ---

    def connect(self):
        """A plain connection in autocommit mode, outside Odoo."""
        connection = psycopg2.connect(dbname=self.db)
        connection.autocommit = True
        return connection

    def sql(self, query: str, params=None) -> list[tuple]:
        """Run plain SQL on committed data and return the rows."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def is_writing(self, child: Child) -> bool:
        """Whether the process has changed something that is not committed yet."""
        return bool(self.sql(_WRITING, [f"odoo-{child.pid}"]))

    # --- gates ---

    @contextlib.contextmanager
    def gates(self, count: int) -> Iterator[Callable[[int, int], None]]:
        """Close the gates 0 … `count` - 1 and give a function that opens one for a crowd.

        Processes stop at `Worker.gate(number)`. `release(number, parties)` waits until as many
        stand there and lets them go at the same moment.
        """
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            for number in range(count):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", (GATE, number))

            def release(number: int, parties: int) -> None:
                self._await_crowd(cursor, number, parties)
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", (GATE, number))

            yield release

    def _await_crowd(self, cursor, number: int, parties: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND classid = %s AND objid = %s"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                (GATE, number),
            )
            if cursor.fetchone()[0] >= parties:
                return
            self._check_children()
            if time.monotonic() > deadline:
                raise ChildFailed(f"Nobody came to gate {number}")
            time.sleep(0.003)

    def _check_children(self) -> None:
        for child in self._children:
            if child.process.poll() not in (None, 0, -signal.SIGKILL):
                child.result()


@contextlib.contextmanager
def scenario(
    tools: Toolchain, scenario_id: str, small: bool = False, source: str | None = None
) -> Iterator[Context]:
    """Give a context with a fresh copy of a database, dropped afterwards.

    :param source: database to copy; None: a template with caredesk_ticket, made if need be
    """
    source = source or database.template(tools, ["caredesk_ticket"])
    _tidy(tools)
    db = f"{PREFIX}{scenario_id}_{os.getpid()}"
    folder = _folder(tools, db)
    database.copy(tools, source, db)
    ctx = Context(tools, db, small, folder)
    process.at_exit(ctx.stop_children)
    try:
        yield ctx
    finally:
        ctx.stop_children()
        database.drop(tools, db)


def _folder(tools: Toolchain, name: str) -> Path:
    """Make the folder of one scenario, owned by the account of its processes."""
    folder = tools.workspace.logs / "faults" / name
    tools.run_as(["mkdir", "-p", folder])
    return folder


def _tidy(tools: Toolchain) -> None:
    """Remove what runs left behind that ended before they could; and the logs of earlier runs."""
    for (name,) in tools.psql("SELECT datname FROM pg_database"):
        if name.startswith(PREFIX) and _ended(name):
            database.drop(tools, name)
    for folder in (tools.workspace.logs / "faults").glob(f"{PREFIX}*"):
        if _ended(folder.name):
            tools.run_as(["rm", "-rf", folder])


def _ended(name: str) -> bool:
    return not Path("/proc", name.rpartition("_")[2]).exists()
