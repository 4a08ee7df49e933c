"""Runs pytest in the toolchain's environment and counts its tests from the JUnit report."""

from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tools.devkit import process

from .. import project
from ..report import Failure, StageResult
from .session import Session

TIMEOUT_SECONDS = 1500
NO_TESTS_COLLECTED = 5


def run(
    session: Session,
    name: str,
    paths: list[str],
    result: StageResult,
    env: dict[str, str] | None = None,
) -> None:
    """Run the tests under some paths; the output is kept as `NAME.log`.

    Runs as whoever started us: tests that need an account without rights use the toolchain for it.
    """
    existing = [path for path in paths if (project.ROOT / path.partition("::")[0]).exists()]
    if not existing:
        return
    log = session.logs / f"{name}.log"
    report = session.logs / f"{name}.xml"
    report.unlink(missing_ok=True)
    # Another `./run` may have described a smaller toolchain meanwhile.
    session.tools.save()
    command = [str(session.tools.python), "-m", "pytest", f"--junitxml={report}", *existing]
    # The older form of the report names the file of each test.
    command += ["-o", "junit_family=xunit1"]
    done = _run(command, {**os.environ, **session.tools.env, **(env or {})}, log)
    if report.is_file():
        count(report.read_text(encoding="utf-8"), result, log)
    if done not in (0, NO_TESTS_COLLECTED) and not result.failures:
        text = f"pytest ended with {done}\n{process.tail(log, 25)}"
        result.failures.append(Failure(f"{name} did not get to its end", text, log))


def _run(command: list[str], env: dict[str, str], log: Path) -> int | str:
    """Return pytest's exit code, or how it was stopped."""
    with log.open("wb") as stream:
        try:
            done = process.run(
                command,
                cwd=project.ROOT,
                env=env,
                check=False,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"a time limit of {TIMEOUT_SECONDS} s"
    return done.returncode


def count(report: str, result: StageResult, log: Path | None = None) -> None:
    """Count the tests of a JUnit report; a skipped test proves nothing and has failed."""
    # The report is our own pytest's, so the parser meets nothing hostile.
    for case in ElementTree.fromstring(report).iter("testcase"):  # noqa: S314
        trouble = [child for child in case if child.tag in ("failure", "error", "skipped")]
        if not trouble:
            result.passed += 1
            continue
        texts = [f"{one.tag}: {one.get('message', '')}\n{one.text or ''}" for one in trouble]
        result.failures.append(Failure(label(case), "\n".join(texts), log))


def label(case: ElementTree.Element) -> str:
    """Return a test as `path::Class::name`, so that it can be given to `./run test`."""
    path, owner = case.get("file", ""), case.get("classname", "")
    module = path.removesuffix(".py").replace("/", ".")
    classes = owner.removeprefix(module).strip(".").replace(".", "::")
    return "::".join(part for part in (path, classes, case.get("name", "")) if part)
