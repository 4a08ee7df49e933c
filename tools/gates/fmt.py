"""`./run fmt [path…]`: put Python and JavaScript into the agreed form, fix what can be fixed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import environment, project
from .lint import resolve
from .report import say


def main(argv: list[str]) -> int:
    """Format the paths given, or everything; return 1 when something is left to do by hand."""
    scopes = resolve(argv)
    paths = [project.relative(path) for path in scopes] or ["."]
    ruff = [environment.lint_python(), "-m", "ruff"]
    _run([*ruff, "check", "--fix", "--exit-zero", "--silent", "--no-cache", *paths])
    left = _run([*ruff, "format", "--no-cache", *paths])
    # Only after formatting is it known which lines are too long.
    left += _run([*ruff, "check", "--output-format=concise", "--no-cache", *paths])
    left += _eslint_fix(scopes)
    say("formatted" if not left else "formatted; the lines above are left to do by hand")
    return 1 if left else 0


def _eslint_fix(scopes: list[Path]) -> int:
    sources = [
        path for path in project.files(suffixes=(".js", ".mjs")) if project.under(path, scopes)
    ]
    if not sources:
        return 0
    return _run(environment.eslint("--fix", *map(project.relative, sources)))


def _run(command: list[str]) -> int:
    return subprocess.run(command, cwd=project.ROOT, check=False).returncode
