"""Our addons in a database of their own, from which all further stages make copies."""

from __future__ import annotations

from .. import odoo_log
from ..report import StageResult
from .session import Session


def run(session: Session, result: StageResult) -> None:
    """Install our addons with demo data: one test an addon, and its log goes to the log gate."""
    names = session.addons()
    if not names:
        return
    log = session.logs / f"{session.installed}.log"
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = {name for (name,) in session.tools.psql(sql, session.installed)}
    for name in names:
        result.check(f"{name} installs", [] if name in installed else ["is not installed"], log)
    session.gate.judge(odoo_log.read(log.read_text(encoding="utf-8", errors="replace")).complaints)
