"""Our addons in databases of their own, from which all further stages make copies."""

from __future__ import annotations

from .. import odoo_log
from ..report import StageResult
from .session import Session

#: What the backend and the portal load.
BUNDLES = (
    "web.assets_web.min.js",
    "web.assets_web.min.css",
    "web.assets_frontend_lazy.min.js",
    "web.assets_frontend.min.css",
)


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


def bundle(session: Session, result: StageResult) -> None:
    """Make another one for the stages with browsers; its log goes to the log gate too."""
    log = session.logs / f"{session.bundled}.log"
    session.gate.judge(odoo_log.read(log.read_text(encoding="utf-8", errors="replace")).complaints)
    sql = "SELECT url FROM ir_attachment WHERE url LIKE '/web/assets/%'"
    compiled = {url.rpartition("/")[2] for (url,) in session.tools.psql(sql, session.bundled)}
    missing = [f"{name} is missing" for name in BUNDLES if name not in compiled]
    result.check("scripts and styles compile", missing, log)
