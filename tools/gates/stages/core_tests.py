"""Odoo's own tests of the modules we extend, with and without our addons on like databases.

Core's tests are written for the moment their module is installed; run later, among more modules,
some fail for reasons of their own. So the two lists of failures are compared instead of
expecting none: what fails only where our addons are installed is our fault.
"""

from __future__ import annotations

from pathlib import Path

from tools.devkit import database

from ..odoo_log import OdooRun
from ..report import Failure, StageResult
from . import odoo_run
from .session import Session

MODULES = ("test_mail", "resource", "portal", "rating", "crm")
TAGS = (
    "/test_mail/tests/test_mail_alias.py",
    "/test_mail/tests/test_mail_gateway.py",
    "/resource",
    "/portal",
    "/rating",
    "/crm",
)
#: Tests of surveys that run once everything is installed. The others run while `survey` itself is
#: updated, when rules of ours name fields that are not loaded yet; those with a browser go the
#: ways of our own journeys.
SURVEY_TAGS = (
    "/survey/tests/test_certification_flow.py",
    "/survey/tests/test_survey_flow.py",
    "/survey/tests/test_survey_flow_with_conditions.py",
    "/survey/tests/test_survey_performance.py",
    "/survey:TestSurveySecurityControllers",
)

#: What the logs of the two runs on a database end with.
_LOGS = ("", "_survey")


def run(session: Session, result: StageResult) -> None:
    """Run the tests on both databases and count every test that our addons do not break."""
    session.copy_of_template("caredesk_core_without")
    without = _run_core(session, "core_without", result)
    session.copy_of_installed("caredesk_core_with")
    with_ours = _run_core(session, "core_with", result)
    for before, after, name in zip(without, with_ours, _LOGS, strict=True):
        _compare(before, after, session.logs / f"core_with{name}.log", result)


def _compare(without: OdooRun, with_ours: OdooRun, log: Path, result: StageResult) -> None:
    """Count the tests; fail what fails, or does not run, only where our addons are installed."""
    ours = sorted(set(with_ours.broken) - set(without.broken))
    for name in ours:
        result.failures.append(Failure(name, with_ours.broken[name], log))
    for name in sorted(set(without.started) - set(with_ours.started)):
        result.failures.append(Failure(name, "does not run with our addons installed", log))
    result.passed += len(set(with_ours.started) - set(ours))
    result.notes.append(
        f"{len(without.broken)} fail without our addons, {len(with_ours.broken)} with them"
    )


def _run_core(session: Session, name: str, result: StageResult) -> list[OdooRun]:
    """Install what is missing of `MODULES`, update the rest, and run the chosen tests."""
    base = f"caredesk_{name}"
    update = ["-i", "test_mail", "-u", ",".join(MODULES[1:]), "--test-tags", ",".join(TAGS)]
    settled = ["--test-tags", ",".join(SURVEY_TAGS)]
    outcomes = [
        odoo_run.run(session, f"{name}{ending}", ["-d", base, *arguments], result)
        for ending, arguments in zip(_LOGS, (update, settled), strict=True)
    ]
    database.drop(session.tools, base)
    return outcomes
