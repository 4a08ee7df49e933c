"""The tests of our addons inside Odoo: models, HTTP and tours, in one run with the installation."""

from __future__ import annotations

from tools.devkit import database

from .. import project
from ..odoo_log import OdooRun
from ..report import Failure, StageResult
from ..trace_scan import python_test_files, python_tests
from . import odoo_run
from .session import TESTED, Session


def run(session: Session, result: StageResult) -> None:
    """Install our addons in a fresh copy of the template and run their tests."""
    names = session.addons()
    if not names:
        return
    session.copy_of_template(TESTED)
    tags = session.targets.tags or [f"/{name}" for name in names]
    arguments = ["-d", TESTED, "-i", ",".join(names), "--with-demo", "--test-tags", ",".join(tags)]
    outcome = odoo_run.run(session, "test_odoo", arguments, result)
    session.tested = outcome.counted is not None
    log = session.logs / "test_odoo.log"
    odoo_run.count(outcome, result, log)
    if session.targets.everything:
        for name in never_started(written_tests(), outcome):
            text = "The test is written but Odoo never ran it: is its file imported?"
            result.failures.append(Failure(name, text, log))
    missing = [name for name in names if not _is_installed(session, name)]
    if missing:
        result.failures.append(Failure("not installed", ", ".join(missing), log))


def written_tests() -> list[str]:
    """Return `addon:Class.method` of every test in the addons' test files."""
    found = []
    for path in python_test_files(project.ROOT):
        parts = path.relative_to(project.ROOT).parts
        if parts[0] == "addons":
            tests = python_tests(path.read_text(encoding="utf-8"), "/".join(parts))
            found += [f"{parts[1]}:{test.name}" for test in tests]
    return found


def never_started(written: list[str], outcome: OdooRun) -> list[str]:
    """Return the written tests that a run does not mention; those of a broken class are known."""
    started = {*outcome.started, *outcome.broken, *outcome.skipped}
    troubled = " ".join(
        name for name in started if name.startswith(("setUpClass", "tearDownClass"))
    )
    return [
        name
        for name in written
        if name not in started and f".{name.split(':')[1].split('.')[0]})" not in troubled
    ]


def _is_installed(session: Session, name: str) -> bool:
    if not database.exists(session.tools, TESTED):
        return False
    sql = f"SELECT 1 FROM ir_module_module WHERE state = 'installed' AND name = '{name}'"  # noqa: S608
    return bool(session.tools.psql(sql, TESTED))
