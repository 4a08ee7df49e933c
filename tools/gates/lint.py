"""`./run lint [path…]`: every static gate, in order of cost.

Ends with 1 when one of them found something. Without a path the whole project is checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from . import forbidden, linters, project, sizes
from .report import StageResult, finish, run_stage, say

Gate = Callable[[list[Path]], list[str]]


def main(argv: list[str]) -> int:
    """Run the gates on the paths given; return the exit code."""
    scopes = resolve(argv)
    return finish([run_stage("lint", lambda result: lint(result, scopes))])


def resolve(argv: list[str]) -> list[Path]:
    """Return the paths meant by arguments: paths, or names of addons; options are ignored.

    :raise SystemExit: when an argument names nothing.
    """
    scopes = []
    for name in argv:
        if name.startswith("-"):
            continue
        found = project.find(name)
        if found is None:
            raise SystemExit(f"lint: no such path or addon: {name}")
        scopes.append(found)
    return scopes


def lint(result: StageResult, scopes: list[Path]) -> None:
    """Run every gate and count each as one test."""
    for name, gate in gates(result):
        start = time.monotonic()
        try:
            problems = gate(scopes)
        except (OSError, RuntimeError, ValueError) as error:
            problems = [f"the gate could not run: {error}"]
        result.check(name, problems)
        mark = "FAIL" if problems else "ok  "
        say(f"   {mark} {name} ({time.monotonic() - start:.1f} s)")


def gates(result: StageResult) -> list[tuple[str, Gate]]:
    """Return the gates with their names, cheap ones first."""
    return [
        ("forbidden text", _forbidden),
        ("sizes", lambda scopes: _sizes(scopes, result)),
        ("ruff check", linters.ruff_check),
        ("ruff format", linters.ruff_format),
        ("shellcheck", linters.shellcheck),
        ("translations complete", linters.translations),
        ("translations well formed", linters.oca_po),
        ("addons well formed", linters.oca_module),
        ("eslint", linters.eslint),
        ("pylint-odoo", linters.pylint_odoo),
    ]


def _forbidden(scopes: list[Path]) -> list[str]:
    paths = [path for path in project.files() if project.under(path, scopes)]
    return forbidden.check(paths, project.ROOT)


def _sizes(scopes: list[Path], result: StageResult) -> list[str]:
    paths = [
        path for path in project.files() if project.under(path, scopes) and sizes.is_measured(path)
    ]
    report = sizes.check(paths, project.ROOT)
    result.notes += report.notes
    return report.problems
