"""The outside programs of `./run lint`, each as a function that returns problem lines."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import environment, project

PO_CHECK = Path(__file__).with_name("po_check.py")

#: Rules of the OCA hooks that do not fit: our read-me files are Markdown; there is no Weblate; the
#: .po format rule empties every translation that equals its source, which our gate forbids; and
#: Odoo itself turns a number written as text into one.
OCA_OFF = ",".join(
    (
        "prefer-readme-rst",
        "weblate-component-too-long",
        "po-pretty-format",
        "xml-field-numeric-without-eval",
    )
)

#: Odoo rules that do not fit. They stand here since in .pylintrc the wider `enable` would win.
#: A long model is split by concern into several files of one addon; and a compute that extends
#: another calls super() first and goes on, with nothing to return.
PYLINT_OFF = "consider-merging-classes-inherited,missing-return"


def ruff_check(scopes: list[Path]) -> list[str]:
    """Lint Python."""
    return _ruff(["check"], scopes)


def ruff_format(scopes: list[Path]) -> list[str]:
    """Check the form of Python files."""
    return _ruff(["format", "--check"], scopes)


def pylint_odoo(scopes: list[Path]) -> list[str]:
    """Check the Odoo rules of every addon."""
    addons = _addons(scopes)
    if not addons:
        return []
    options = [f"--rcfile={project.ROOT / '.pylintrc'}", f"--disable={PYLINT_OFF}"]
    return _run([*_python("pylint"), *options, *addons])


def oca_module(scopes: list[Path]) -> list[str]:
    """Check manifests, XML and CSV of every addon."""
    addons = _addons(scopes)
    if not addons:
        return []
    return _run([*environment.script("oca-checks-odoo-module"), f"--disable={OCA_OFF}", *addons])


def oca_po(scopes: list[Path]) -> list[str]:
    """Check the form and the placeholders of every translation."""
    catalogs = [
        path for path in project.files(suffixes=(".po", ".pot")) if project.under(path, scopes)
    ]
    if not catalogs:
        return []
    command = environment.script("oca-checks-po")
    return _run([*command, f"--disable={OCA_OFF}", *map(project.relative, catalogs)])


def translations(scopes: list[Path]) -> list[str]:
    """Check that the Vietnamese translations are complete."""
    addons = _addons(scopes)
    if not addons:
        return []
    return _run([environment.lint_python(), str(PO_CHECK), *addons])


def template_differences(kept: Path, fresh: Path) -> list[str]:
    """Compare a translation template with one that was exported just now."""
    return _run([environment.lint_python(), str(PO_CHECK), "--same", str(kept), str(fresh)])


def eslint(scopes: list[Path]) -> list[str]:
    """Lint JavaScript; an addon without any is fine."""
    sources = [
        path for path in project.files(suffixes=(".js", ".mjs")) if project.under(path, scopes)
    ]
    if not sources:
        return []
    return _run(environment.eslint("--max-warnings=0", *map(project.relative, sources)))


def shellcheck(scopes: list[Path]) -> list[str]:
    """Check shell scripts."""
    scripts = [path for path in project.files() if project.under(path, scopes) and is_shell(path)]
    if not scripts:
        return []
    command = environment.script("shellcheck")
    return _run([*command, "--format=gcc", *map(project.relative, scripts)])


def is_shell(path: Path) -> bool:
    """Tell whether a file is a shell script, by its ending or its first line."""
    if path.suffix == ".sh":
        return True
    if path.suffix:
        return False
    with path.open("rb") as handle:
        first = handle.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"bash", b" sh"))


def _python(module: str) -> list[str]:
    return [environment.lint_python(), "-m", module]


def _ruff(arguments: list[str], scopes: list[Path]) -> list[str]:
    paths = ["."]
    if scopes:
        python = [scope for scope in scopes if scope.is_dir() or scope.suffix == ".py"]
        if not python:
            return []
        paths = list(map(project.relative, python))
    options = ["--output-format=concise", "--no-cache"]
    return _run([*_python("ruff"), *arguments, *options, *paths])


def _addons(scopes: list[Path]) -> list[str]:
    chosen = [
        addon
        for addon in project.addons()
        if project.under(addon, scopes) or any(addon in scope.parents for scope in scopes)
    ]
    return [project.relative(addon) for addon in chosen]


def _run(command: list[str]) -> list[str]:
    """Run a linter in the project's folder; return what it printed if it was not content."""
    done = subprocess.run(
        command,
        cwd=project.ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode == 0:
        return []
    lines = [line for line in f"{done.stdout}{done.stderr}".splitlines() if line.strip()]
    return lines or [f"{Path(command[0]).name} ended with {done.returncode} and said nothing"]
