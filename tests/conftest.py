"""What all pytest suites share: the pure parts of the addons, the toolchain and databases."""

import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.devkit import database, process, toolchain

ROOT = Path(__file__).resolve().parents[1]


def _make_pure_parts_importable() -> None:
    """Let `from caredesk_ticket.domain import …` work without Odoo.

    An addon's own `__init__` imports its models and so all of Odoo; a bare package of the same
    name with the same path gives access to the parts that need none of it.
    """
    for init in (ROOT / "addons").glob("*/__init__.py"):
        package = types.ModuleType(init.parent.name)
        package.__path__ = [str(init.parent)]
        sys.modules.setdefault(init.parent.name, package)


_make_pure_parts_importable()


def pytest_sessionstart() -> None:
    """Let a request to end reach fixtures and `process.at_exit`, as Ctrl-C does."""
    process.install_signal_handlers()


def pytest_unconfigure() -> None:
    """Stop whatever tests started and did not stop themselves."""
    process.run_exit_callbacks()


@pytest.fixture(scope="session")
def tools():
    """The toolchain of the `./run` that started this test run."""
    return toolchain.current()


@pytest.fixture(scope="session")
def installed_database() -> str:
    """The name of a database with our addons and demo data; copy it, never write to it."""
    return os.environ["CAREDESK_INSTALLED_DATABASE"]


@pytest.fixture
def make_database(tools, installed_database) -> Iterator[Callable[[str], str]]:
    """Return a function that copies the installed database; copies are dropped after the test."""
    made = []

    def make(name: str) -> str:
        database.copy(tools, installed_database, name)
        made.append(name)
        return name

    yield make
    for name in made:
        database.drop(tools, name)
