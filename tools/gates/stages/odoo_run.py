"""Runs Odoo's own test runner on a database and turns its log into results."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.devkit import ports, process

from .. import odoo_log
from ..report import Failure, StageResult
from .session import Session

TIMEOUT_SECONDS = 1500


def run(session: Session, name: str, arguments: list[str], result: StageResult) -> odoo_log.OdooRun:
    """Run Odoo with tests switched on; the log is kept as `NAME.log` and judged by the log gate.

    Adds a failure when Odoo did not get to its end. The tests themselves are not counted here.
    """
    log = session.logs / f"{name}.log"
    port = ports.free_port(None)
    command = [*session.tools.odoo_cmd, "--test-enable", "--stop-after-init", "--workers=0"]
    command += ["--max-cron-threads=0", f"--http-port={port}"]
    command += [f"--gevent-port={ports.free_port(None, avoid={port})}", *arguments]
    ending = _run(session, command, log)
    outcome = odoo_log.read(log.read_text(encoding="utf-8", errors="replace"))
    session.gate.judge(outcome.complaints)
    if outcome.counted is None or (ending and not outcome.broken):
        text = f"Odoo {ending or 'ended early'}\n{process.tail(log, 25)}"
        result.failures.append(Failure(f"{name} did not get to its end", text, log))
    elif outcome.counted != len(outcome.started):
        text = f"Odoo counts {outcome.counted} tests, its log starts {len(outcome.started)}"
        result.failures.append(Failure(f"{name}: the counts disagree", text, log))
    return outcome


def _run(session: Session, command: list[str], log: Path) -> str:
    """Return how Odoo ended, or nothing when it ended well."""
    with log.open("wb") as stream:
        try:
            done = session.tools.run_as(
                command,
                check=False,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"was stopped after {TIMEOUT_SECONDS} s"
    return f"ended with code {done.returncode}" if done.returncode else ""


def count(outcome: odoo_log.OdooRun, result: StageResult, log: Path) -> None:
    """Count every test of a run; a skipped test proves nothing and has failed."""
    result.passed += len(outcome.passed)
    for name, text in outcome.broken.items():
        result.failures.append(Failure(name, text, log))
    for name, reason in outcome.skipped.items():
        if name not in outcome.broken:
            result.failures.append(Failure(name, f"skipped: {reason}", log))
