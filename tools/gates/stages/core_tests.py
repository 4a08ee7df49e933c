"""Odoo's own tests of the modules we extend, with and without our addons on like databases.

Core's tests are written for the moment their module is installed; run later, among more modules,
some fail for reasons of their own. So the two lists of failures are compared instead of
expecting none: what fails only where our addons are installed is our fault.
"""

from __future__ import annotations

from tools.devkit import database

from ..odoo_log import OdooRun
from ..report import Failure, StageResult
from . import odoo_run
from .session import Session

MODULES = ("test_mail", "resource", "portal", "rating", "crm", "survey")
#: Tests of surveys on screens wait for a browser; our own journeys go the same ways.
SURVEY_TESTS = (
    "certification_badge",
    "certification_flow",
    "survey",
    "survey_compute_pages_questions",
    "survey_controller",
    "survey_flow",
    "survey_flow_with_conditions",
    "survey_invite",
    "survey_performance",
    "survey_randomize",
    "survey_results",
    "survey_security",
)
TAGS = (
    "/test_mail/tests/test_mail_alias.py",
    "/test_mail/tests/test_mail_gateway.py",
    "/resource",
    "/portal",
    "/rating",
    "/crm",
    *(f"/survey/tests/test_{name}.py" for name in SURVEY_TESTS),
)


def run(session: Session, result: StageResult) -> None:
    """Run the tests on both databases and count every test that our addons do not break."""
    session.copy_of_template("caredesk_core_without")
    without = _run_core(session, "core_without", result)
    session.copy_of_installed("caredesk_core_with")
    with_ours = _run_core(session, "core_with", result)
    ours = sorted(set(with_ours.broken) - set(without.broken))
    log = session.logs / "core_with.log"
    for name in ours:
        result.failures.append(Failure(name, with_ours.broken[name], log))
    for name in sorted(set(without.started) - set(with_ours.started)):
        result.failures.append(Failure(name, "does not run with our addons installed", log))
    result.passed += len(set(with_ours.started) - set(ours))
    result.notes.append(
        f"{len(without.broken)} fail without our addons, {len(with_ours.broken)} with them"
    )


def _run_core(session: Session, name: str, result: StageResult) -> OdooRun:
    """Install what is missing of `MODULES`, update the rest, and run the chosen tests."""
    base = f"caredesk_{name}"
    arguments = ["-d", base, "-i", "test_mail", "-u", ",".join(MODULES[1:])]
    outcome = odoo_run.run(session, name, [*arguments, "--test-tags", ",".join(TAGS)], result)
    database.drop(session.tools, base)
    return outcome
