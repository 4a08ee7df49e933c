"""`./run trace [--json FILE] [--require FILE|ID,…]`: which tests prove which requirement.

A test proves the requirements that its docstring names (in JavaScript: the comment right before
it). Lists the functional requirements that no test names. With `--require` it ends with 1 when one
of the given ones lacks a test; without, it ends with 1 only when a test names an unknown ID.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path

from . import project
from .report import say
from .trace_scan import TestCase, ids_in, scan

REQUIREMENTS = Path("docs/requirements.md")
REQUIRED = Path("tests/required_ids.txt")

#: A row of the requirement tables: | ID | what | kind | where |
_ROW = re.compile(
    r"^\|\s*(?P<id>[A-Z0-9]+-[A-Z0-9-]+b?)\s*\|.*\|\s*(?P<kind>[FDNI])\s*\|[^|]*\|\s*$"
)


@dataclass
class Trace:
    """The requirements with their kinds, and for each the tests that prove it."""

    kinds: dict[str, str]
    proofs: dict[str, list[str]]

    @property
    def functional(self) -> list[str]:
        """The IDs that must be coded and tested."""
        return [name for name, kind in self.kinds.items() if kind == "F"]

    def without_test(self, ids: list[str]) -> list[str]:
        """Return those of the IDs that no test names."""
        return [name for name in ids if not self.proofs.get(name)]

    def unknown(self) -> list[str]:
        """Return `ID: test` for every ID that a test names and the requirements lack."""
        return [
            f"{name}: {test}"
            for name, tests in sorted(self.proofs.items())
            if name not in self.kinds
            for test in tests
        ]

    def as_json(self) -> dict:
        """Return the trace for scripts: every functional ID, and others that have tests."""
        ids = [name for name in self.kinds if self.kinds[name] == "F" or self.proofs.get(name)]
        return {"requirements": {name: self.proofs.get(name, []) for name in ids}}


def build(root: Path = project.ROOT) -> Trace:
    """Read the requirements and all tests of the project."""
    tests = scan(root)
    return Trace(read_kinds((root / REQUIREMENTS).read_text(encoding="utf-8")), collect(tests))


def read_kinds(text: str) -> dict[str, str]:
    """Return ID → kind from the tables of the requirement page.

    :raise ValueError: when an ID stands there twice.
    """
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        match = _ROW.match(line)
        if not match:
            continue
        if match["id"] in kinds:
            raise ValueError(f"{match['id']} is listed twice in {REQUIREMENTS}")
        kinds[match["id"]] = match["kind"]
    return kinds


def collect(tests: list[TestCase]) -> dict[str, list[str]]:
    """Return ID → labels of the tests that name it."""
    proofs: dict[str, list[str]] = {}
    for test in tests:
        for name in test.ids:
            proofs.setdefault(name, []).append(test.label)
    return proofs


def required_ids(value: str, root: Path = project.ROOT) -> list[str]:
    """Return the IDs of a file (`#` starts a comment), or those written in the value itself.

    :raise ValueError: when neither holds an ID.
    """
    path = project.find(value, root)
    text = value
    if path and path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "\n".join(line.partition("#")[0] for line in lines)
    ids = ids_in(text)
    if not ids:
        raise ValueError(f"no requirement ID in {value!r}")
    return ids


def required_problems(trace: Trace, ids: list[str]) -> list[str]:
    """Return what keeps the required IDs from being proven."""
    problems = [f"{name} is not in {REQUIREMENTS}" for name in ids if name not in trace.kinds]
    problems += [f"{name}: no test names it" for name in trace.without_test(ids)]
    return problems + [f"unknown requirement {line}" for line in trace.unknown()]


def main(argv: list[str]) -> int:
    """Print the trace; return the exit code described above."""
    parser = argparse.ArgumentParser(prog="./run trace", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the trace as JSON")
    parser.add_argument("--require", metavar="FILE|IDS", help="fail when one of these lacks a test")
    options = parser.parse_args(argv)
    trace = build()
    if options.json:
        text = json.dumps(trace.as_json(), indent=2, ensure_ascii=False)
        (project.caller() / options.json).write_text(text + "\n", encoding="utf-8")
    missing = trace.without_test(trace.functional)
    say("functional requirements without a test:")
    for line in _grouped(missing):
        say(f"  {line}")
    count = len(trace.functional)
    say(f"{count - len(missing)} of {count} functional requirements are named by a test")
    ids = required_ids(options.require) if options.require else []
    problems = required_problems(trace, ids)
    for problem in problems:
        say(f"PROBLEM {problem}")
    return 1 if problems else 0


def _grouped(ids: list[str]) -> list[str]:
    """Return the IDs one line per area, to keep the list readable."""
    areas: dict[str, list[str]] = {}
    for name in ids:
        area, _, number = name.rpartition("-")
        areas.setdefault(area, []).append(number)
    return [f"{area}: {' '.join(numbers)}" for area, numbers in areas.items()] or ["none"]
