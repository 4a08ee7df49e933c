"""Odoo's own static tests (`test_lint`), those that judge addons and not Odoo itself.

The same run updates our addons over themselves: the log gate then sees whatever a second loading of
their data complains of.
"""

from __future__ import annotations

from tools.devkit import database

from ..report import StageResult
from . import odoo_run
from .session import Session

DATABASE = "caredesk_test_lint"
CLASSES = (
    "TestIndex",
    "TestNaming",
    "ManifestLinter",
    "TestTestHoles",
    "TestOnchangeDomains",
    "TestLintOverrideSignatures",
    "RoutesLinter",
    "TestDunderinit",
)


def run(session: Session, result: StageResult) -> None:
    """Install `test_lint` beside our addons and run the selected classes."""
    names = session.addons()
    if not names:
        return
    session.copy_of_installed(DATABASE)
    tags = ",".join(f"/test_lint:{name}" for name in CLASSES)
    arguments = ["-d", DATABASE, "-i", "test_lint", "-u", ",".join(names), "--with-demo"]
    arguments += ["--skip-auto-install", "--test-tags", tags]
    outcome = odoo_run.run(session, "test_lint", arguments, result)
    odoo_run.count(outcome, result, session.logs / "test_lint.log")
    database.drop(session.tools, DATABASE)
