"""Stages that are little more than one call: pure tests, system tests, trace, log gate, pot."""

from __future__ import annotations

from tools.devkit import database
from tools.devkit.commands import translations

from .. import environment, lint, linters, project, trace
from ..report import StageResult
from . import pytest_run
from .session import Session

PURE = ["tests/pure", "tests/devkit", "tests/gates"]


def toolchain(session: Session, result: StageResult) -> None:
    """Find or make everything the other stages need."""
    environment.adopt(session.tools.python)
    result.notes.append(f"Odoo {session.tools.odoo_version}, {session.tools.python}")


def static(session: Session, result: StageResult) -> None:
    """Run the static gates."""
    lint.lint(result, session.targets.scopes)


def required(session: Session, result: StageResult) -> None:
    """Check that every required ID is named by a test: one test in total."""
    del session
    found = trace.build()
    ids = trace.required_ids(str(trace.REQUIRED))
    result.check("required IDs have tests", trace.required_problems(found, ids))


def pure(session: Session, result: StageResult) -> None:
    """Run the tests that need no Odoo."""
    paths = session.targets.pytest.get("pure") or PURE
    pytest_run.run(session, "test_pure", paths, result)


def system(session: Session, result: StageResult) -> None:
    """Run the tests that need several processes; they copy the installed database themselves."""
    paths = session.targets.pytest.get("system") or ["tests/system"]
    if not any((project.ROOT / "tests" / "system").glob("**/test_*.py")):
        return
    env = {"CAREDESK_INSTALLED_DATABASE": session.installed}
    pytest_run.run(session, "test_system", paths, result, env)


def logs(session: Session, result: StageResult) -> None:
    """Give the log gate's verdict on everything that ran: one test in total."""
    result.check("no unexplained warning or error in the logs", session.gate.problems())
    if session.targets.everything:
        result.notes += [f"unused in log_allow.txt: {entry}" for entry in session.gate.unused()]


def templates(session: Session, result: StageResult) -> None:
    """Compare each addon's translation template with what Odoo exports now: one test an addon."""
    names = session.addons()
    if not names:
        return
    name = "caredesk_test_pot"
    session.copy_of_installed(name)
    translations.export(session.tools, name, session.logs, names)
    for addon in names:
        kept, fresh = (
            project.ADDONS / addon / "i18n" / f"{addon}.pot",
            session.logs / f"{addon}.pot",
        )
        result.check(f"{addon}.pot is up to date", linters.template_differences(kept, fresh))
    database.drop(session.tools, name)
