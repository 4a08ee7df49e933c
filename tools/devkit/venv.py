"""The virtual environment that runs Odoo, our tools and the tests."""

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from . import process, versions
from .debian import NETWORK_CURE, Installer
from .errors import DevkitError
from .log import Log
from .odoo_source import require_space
from .steps import Marker
from .workspace import Workspace

RUNTIME, DEV = "runtime", "dev"


def ensure(workspace: Workspace, installer: Installer, log: Log, dev: bool) -> Path:
    """Make the environment if it is missing or older than the requirement files.

    :return: its Python
    :raise DevkitError: no fitting Python, no network, disk full
    """
    folder = workspace.state / "venv"
    python = folder / "bin/python"
    with log.step("Python") as step:
        runtime = _marker(workspace, RUNTIME)
        if not (runtime.done() and _usable(workspace)):
            require_space(workspace.state, gigabytes=1)
            _check_version()
            step.begin("making a virtual environment with Odoo's packages")
            with runtime.work():
                _marker(workspace, DEV).path.unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                _create(folder, installer, workspace)
                if not _usable(workspace):
                    raise DevkitError(
                        f"{workspace.account.name} cannot run the Python {sys.executable}.",
                        "Name one outside root's home: CAREDESK_PYTHON=/usr/bin/python3 ./run ...",
                    )
                _install(python, workspace, RUNTIME)
        tools = _marker(workspace, DEV)
        if dev and not tools.done():
            step.begin("adding the tools for lint and tests")
            with tools.work():
                _install(python, workspace, DEV)
        step.result = f"{_version_of(folder)}, {folder}"
    return python


def ready(workspace: Workspace, dev: bool = False) -> bool:
    """Whether the environment is there and up to date."""
    return _usable(workspace) and _marker(workspace, DEV if dev else RUNTIME).done()


def _requirements(workspace: Workspace, name: str) -> Path:
    return workspace.root / f"requirements/{name}.txt"


def _marker(workspace: Workspace, name: str) -> Marker:
    made_from = [_requirements(workspace, RUNTIME)]
    if name == DEV:
        made_from.append(_requirements(workspace, DEV))
    return Marker(workspace.state, f"venv-{name}", *made_from)


def _usable(workspace: Workspace) -> bool:
    """Whether the service account can run the environment's Python, and it is the one asked for."""
    folder = workspace.state / "venv"
    try:
        settings = (folder / "pyvenv.cfg").read_text()
        command = [folder / "bin/python", "-c", ""]
        done = process.run(command, account=workspace.account, cwd="/", check=False)
    except OSError:
        return False
    asked_for = "CAREDESK_PYTHON" not in os.environ or f"home = {sys.base_prefix}/bin\n" in settings
    return asked_for and done.returncode == 0


def _check_version() -> None:
    if not versions.python_supported(sys.version_info[:2]):
        low, high = (".".join(map(str, pair)) for pair in versions.PYTHON_RANGE)
        raise DevkitError(
            f"This is Python {_version_text()}; Odoo 19 needs one of {low} to {high}.",
            "Install one of them (for instance with pyenv or uv) or name it: "
            "CAREDESK_PYTHON=/path/to/python3.12 ./run ...",
        )


def _version_text() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _version_of(folder: Path) -> str:
    settings = (folder / "pyvenv.cfg").read_text()
    return re.search(r"^version = (.*)$", settings, re.MULTILINE)[1]


def _create(folder: Path, installer: Installer, workspace: Workspace) -> None:
    # Debian ships Python without it.
    if importlib.util.find_spec("ensurepip") is None:
        installer.install(["python3-venv"], "A virtual environment")
    log_file = workspace.state / "log/venv.log"
    command = [sys.executable, "-m", "venv", folder]
    process.run_logged(command, log_file, "Making the virtual environment")


def _install(python: Path, workspace: Workspace, name: str) -> None:
    constraints = _requirements(workspace, RUNTIME)
    command = [python, "-m", "pip", "install", "--quiet", "--prefer-binary"]
    command += ["--disable-pip-version-check", "--no-input"]
    command += ["-r", _requirements(workspace, name), "-c", constraints]
    # An inherited PYTHONPATH or an activated environment would leak foreign packages in.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process.run_logged(
        command,
        workspace.state / f"log/pip-{name}.log",
        f"pip install -r requirements/{name}.txt",
        NETWORK_CURE,
        env=clean,
    )
