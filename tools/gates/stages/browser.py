"""Playwright journeys (`tests/e2e`) against a real server with demo data."""

from __future__ import annotations

from tools.devkit import database, server

from .. import odoo_log
from ..project import ROOT
from ..report import StageResult
from . import pytest_run
from .session import Session

DATABASE = "caredesk_test_e2e"


def run(session: Session, result: StageResult) -> None:
    """Start Odoo on a copy of the installed database and let the journeys run against it."""
    paths = session.targets.pytest.get("e2e") or ["tests/e2e"]
    if not session.addons() or not any((ROOT / "tests" / "e2e").glob("**/test_*.py")):
        return
    session.copy_of_bundled(DATABASE)
    odoo = server.start(session.tools, DATABASE, name=DATABASE)
    try:
        env = {
            "CAREDESK_URL": odoo.url,
            "CAREDESK_DATABASE": DATABASE,
            "CAREDESK_CHROMIUM": str(session.tools.chromium or ""),
            "CAREDESK_SHOTS": str(session.logs / "e2e"),
        }
        pytest_run.run(session, "test_e2e", paths, result, env)
    finally:
        server.stop(session.tools.workspace, DATABASE)
    text = odoo.log_file.read_text(encoding="utf-8", errors="replace")
    session.gate.judge(odoo_log.read(text).complaints)
    database.drop(session.tools, DATABASE)
