"""Databases with many believable tickets: the demo company, its past, and copies of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .subject import Subject


@contextmanager
def subjects(
    tools: Toolchain, sizes: dict[str, int], module: str, log: Log
) -> Iterator[dict[int, Subject]]:
    """Give a process for each size on a database of its own; all are gone afterwards.

    :param sizes: database -> number of tickets to add to those of the demo company
    :param module: what the processes answer with
    """
    started: dict[int, Subject] = {}
    try:
        _make(tools, sizes, log)
        for name, count in sizes.items():
            started[count] = Subject(tools, name, module)
            started[count].ask("prepare")
        yield started
    finally:
        for subject in started.values():
            subject.close()
        for name in sizes:
            database.drop(tools, name)


def _make(tools: Toolchain, sizes: dict[str, int], log: Log) -> None:
    source = database.template(tools, ["caredesk_ticket"], demo=True, log=log)
    first, *others = sizes
    database.copy(tools, source, first)
    _feed(tools, first, "--seed")
    for name in others:
        database.copy(tools, first, name)
    for name, count in sizes.items():
        with log.step(f"{count:,} tickets") as step:
            step.begin("copying what was lived")
            _feed(tools, name, "--tickets", str(count))
            step.result = "with messages, time lines, assignments and promises"


def _feed(tools: Toolchain, name: str, *words: str) -> None:
    command = [tools.python, "-m", "tools.demo_data", "--db", name, *words]
    tools.run_logged(command, "bench-seed.log", f"Filling {name}")
