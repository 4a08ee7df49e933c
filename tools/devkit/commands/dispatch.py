"""Commands that live elsewhere: in tools/gates, bench and tests/system."""

import argparse
import importlib
import os
from pathlib import Path

from tools.devkit import process, toolchain
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log


def lint(argv: list[str]) -> int:
    """Static checks."""
    return _gate("lint", argv)


def fmt(argv: list[str]) -> int:
    """Formatting."""
    return _gate("fmt", argv)


def test(argv: list[str]) -> int:
    """All gates and tests."""
    return _gate("test", argv)


def trace(argv: list[str]) -> int:
    """The requirement trace."""
    return _gate("trace", argv)


def bench(argv: list[str]) -> int:
    """Benchmarks."""
    return _program("bench", argv)


def faults(argv: list[str]) -> int:
    """Faults and load."""
    return _program("tests.system", argv)


def _gate(name: str, argv: list[str]) -> int:
    module = f"tools.gates.{name}"
    try:
        gate = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("tools.gates"):
            raise
        raise DevkitError(f"This checkout has no {module.replace('.', '/')}.py.") from error
    return gate.main(argv)


def _program(package: str, argv: list[str]) -> int:
    """Run a package in the toolchain's environment; its JSON lands where the caller asked for it.

    It runs as whoever started us, like the tests, because it makes databases and templates, whose
    locks and logs are ours. What it starts runs through the toolchain, without root's rights.
    """
    main_file = toolchain.workspace.ROOT / package.replace(".", "/") / "__main__.py"
    if not main_file.exists():
        raise DevkitError(f"This checkout has no {package.replace('.', '/')}/__main__.py.")
    parser = argparse.ArgumentParser(prog=f"./run {package}", add_help=False)
    parser.add_argument("--json", type=Path)
    known, rest = parser.parse_known_args(argv)
    tools = toolchain.ensure(Log(), dev=True)
    command = [tools.python, "-m", package, *rest]
    if known.json:
        command += ["--json", caller_path(known.json)]
    return process.run(command, cwd=tools.workspace.root, env=tools.env, check=False).returncode


def caller_path(path: Path) -> Path:
    """A path as the caller meant it: relative to the folder that `./run` was started from."""
    return Path(os.environ.get("CAREDESK_CALLER_DIR", ".")) / path
