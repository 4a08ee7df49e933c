"""JavaScript unit tests (HOOT) of our addons, in a real browser through Odoo's test runner."""

from __future__ import annotations

from tools.devkit import database

from .. import odoo_log, project
from ..report import Failure, StageResult
from . import odoo_run
from .session import Session

DATABASE = "caredesk_test_hoot"
SUITE = "WebSuite.test_unit_desktop"


def run(session: Session, result: StageResult) -> None:
    """Run the suites of the addons that have any; each JavaScript test counts."""
    suites = [f"@{name}" for name in session.addons() if test_files(name)]
    if not suites:
        return
    session.copy_of_bundled(DATABASE)
    # Without -i or -u Odoo runs the post_install tests of all installed addons, so no update is
    # needed to reach this one of `web`.
    arguments = ["-d", DATABASE, "--test-tags", f"/web:{SUITE}[{','.join(suites)}]"]
    outcome = odoo_run.run(session, "test_hoot", arguments, result)
    count(outcome, result)
    for failure in result.failures:
        failure.log = session.logs / "test_hoot.log"
    for suite in suites:
        if not any(name.startswith(f"{suite}/") for name in (*outcome.hoot, *outcome.hoot_broken)):
            result.failures.append(Failure(suite, "has test files, but none of its tests ran"))
    database.drop(session.tools, DATABASE)


def count(outcome: odoo_log.OdooRun, result: StageResult) -> None:
    """Count the JavaScript tests; the Python test around them counts only when it alone failed."""
    result.passed += len(outcome.hoot)
    result.failures += [Failure(name, text) for name, text in outcome.hoot_broken.items()]
    if not outcome.hoot_broken:
        result.failures += [Failure(name, text) for name, text in outcome.broken.items()]


def test_files(addon: str) -> list[str]:
    """Return the files of an addon that hold JavaScript unit tests."""
    folder = project.ADDONS / addon / "static" / "tests"
    return sorted(str(path) for path in folder.rglob("*.test.js"))
