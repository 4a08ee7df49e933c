"""The programs the gates start: the Python with the linters, and the Node.js packages."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from tools.devkit import toolchain, workspace
from tools.devkit.log import Log

from .project import ROOT

#: What has to be importable for the static gates.
LINT_PACKAGES = ("ruff", "pylint", "pylint_odoo", "oca_pre_commit_hooks", "polib")

_adopted: list[str] = []


class MissingToolError(RuntimeError):
    """A program that a gate needs is not there; the text says how to get it."""


def adopt(python: Path) -> None:
    """Use this Python for the linters: that of a toolchain which is set up already."""
    _adopted.append(str(python))


def lint_python() -> str:
    """Return a Python that has the linters.

    The running one if it has them (an activated environment), else the toolchain's. Found once.
    """
    if not _adopted:
        if all(importlib.util.find_spec(name) for name in LINT_PACKAGES):
            _adopted.append(sys.executable)
        else:
            _adopted.append(str(toolchain.ensure(Log(), odoo=False, pg=False, dev=True).python))
    return _adopted[-1]


@functools.cache
def state_dir() -> Path:
    """Return the folder for everything that is made and not kept in git."""
    return workspace.locate().state


def script(name: str) -> list[str]:
    """Return the command of a console script that lies beside the linters' Python."""
    path = Path(lint_python()).parent / name
    if not path.exists():
        raise MissingToolError(f"{name} is not installed beside {lint_python()}")
    return [str(path)]


def node_modules() -> Path:
    """Return the folder of the Node.js packages, installed from the lock file when it changed.

    :raise MissingToolError: without Node.js, or when the packages cannot be fetched.
    """
    if not shutil.which("node") or not shutil.which("npm"):
        raise MissingToolError("Node.js >= 18.18 with npm is needed for eslint (apt install npm)")
    home = state_dir() / "node"
    home.mkdir(exist_ok=True)
    manifests = [ROOT / "package.json", ROOT / "package-lock.json"]
    stamp = home / "installed"
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in manifests)).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        for path in manifests:
            shutil.copy(path, home)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--prefix", str(home)]
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingToolError(f"npm ci failed:\n{done.stdout}{done.stderr}")
        stamp.write_text(wanted)
    return home / "node_modules"


def eslint(*arguments: str) -> list[str]:
    """Return the command that runs eslint with the project's rules.

    The rules import packages, and Node.js looks for those beside the file that imports them; so
    the rules are copied to where the packages are.
    """
    modules = node_modules()
    config = modules.parent / "eslint.config.mjs"
    shutil.copy(ROOT / "eslint.config.mjs", config)
    return [
        "node",
        str(modules / "eslint" / "bin" / "eslint.js"),
        "--config",
        str(config),
        *arguments,
    ]
