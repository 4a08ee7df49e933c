"""The tests of our addons inside Odoo: models, HTTP and tours, in one run with the installation."""

from __future__ import annotations

from pathlib import Path

from tools.devkit import database

from .. import project
from ..odoo_log import OdooRun
from ..report import Failure, StageResult
from ..trace_scan import TestCase, scan
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
    # Before the run: whoever goes on working meanwhile must not be told of tests just written.
    written = written_tests()
    outcome = odoo_run.run(session, "test_odoo", arguments, result)
    session.tested = outcome.counted is not None
    log = session.logs / "test_odoo.log"
    odoo_run.count(outcome, result, log)
    if session.targets.everything:
        for name in never_started(written, outcome):
            text = "The test is written but Odoo never ran it: is its file imported?"
            result.failures.append(Failure(name, text, log))
    elif outcome.counted == 0:
        result.failures.append(Failure("no test ran", f"nothing matches {', '.join(tags)}", log))
    missing = [name for name in names if not _is_installed(session, name)]
    if missing:
        result.failures.append(Failure("not installed", ", ".join(missing), log))


def written_tests(root: Path = project.ROOT) -> list[str]:
    """Return `addons/…/test_x.py::Class::method` of every test in the addons' test files."""
    return [test.label for test in scan(root) if _in_addon(test)]


def _in_addon(test: TestCase) -> bool:
    return test.path.startswith("addons/") and test.path.endswith(".py")


def never_started(written: list[str], outcome: OdooRun) -> list[str]:
    """Return the written tests that a run does not mention; those of a broken class are known."""
    mentioned = {*outcome.started, *outcome.broken, *outcome.skipped}
    # `setUpClass (odoo.addons.desk.tests.test_x.TestClass)`
    troubled = {name.partition("(")[2].rstrip(")") for name in mentioned if "Class (" in name}
    return [name for name in written if name not in mentioned and class_of(name) not in troubled]


def class_of(label: str) -> str:
    """Return the dotted name of the class of a test label, as Python knows it inside Odoo."""
    path, name, *_ = label.split("::")
    return f"odoo.{path.removesuffix('.py').replace('/', '.')}.{name}"


def _is_installed(session: Session, name: str) -> bool:
    if not database.exists(session.tools, TESTED):
        return False
    sql = f"SELECT 1 FROM ir_module_module WHERE state = 'installed' AND name = '{name}'"  # noqa: S608
    return bool(session.tools.psql(sql, TESTED))
