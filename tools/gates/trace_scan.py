"""Reads requirement IDs out of prose, and finds the tests whose description names them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ID = r"(?:S\d-(?:[A-Z]{2,4}-)?X?\d{1,2}|C-\d{2}b?|IE-\d{2})"
_RANGE = r"\s*(?:…|\.\.\.?|–|—|\bto\b)\s*"

#: An ID, and what may follow it: the end of a range, or more numbers after slashes.
_MENTION = re.compile(
    rf"(?<![\w-])(?P<first>{_ID})"
    rf"(?:{_RANGE}(?P<last>{_ID}|\d{{1,2}})(?![\w-])|(?P<more>(?:/\d{{1,2}}(?![\w-]))+))?"
    rf"(?![\w])"
)
_PARTS = re.compile(r"^(?P<prefix>.*?)(?P<number>\d+)b?$")

_JS_TEST = re.compile(
    r"""(?P<comment>/\*(?:[^*]|\*(?!/))*\*/|(?:[ \t]*//[^\n]*\n)+)\s*
        (?:registry\s*\.\s*category\(\s*["']web_tour\.tours["']\s*\)\s*\.\s*add
          |test(?:\.[\w.]+(?:\([^()]*\))?)*)
        \s*\(\s*(?P<quote>["'`])(?P<name>.*?)(?P=quote)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class TestCase:
    """One test: where it stands, and which requirements its description names.

    :ivar path: relative to the project, with slashes.
    :ivar name: `Class.method` in Python, the given name in JavaScript.
    """

    __test__ = False

    path: str
    name: str
    ids: tuple[str, ...]

    @property
    def label(self) -> str:
        """The test as `path::name`."""
        name = self.name.replace(".", "::") if self.path.endswith(".py") else self.name
        return f"{self.path}::{name}"


def ids_in(text: str) -> list[str]:
    """Return the IDs named in a text, ranges and slashed lists written out, in their order.

    `S1-LST-01..05`, `S0-TKT-01 … S0-TKT-05` and `S1-TKT-06/07` are understood.
    """
    found: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        first, last, more = match["first"], match["last"], match["more"]
        found[first] = None
        if last:
            found.update(dict.fromkeys(_expand(first, last)))
        for number in (more or "").split("/")[1:]:
            found[_numbered(first, number)] = None
    return list(found)


def _expand(first: str, last: str) -> list[str]:
    """Return the IDs after `first` up to `last`; just `last` when the two are not of one kind."""
    start = _PARTS.match(first)
    end = _PARTS.match(last)
    if end["prefix"] not in ("", start["prefix"]):
        return [last]
    numbers = range(int(start["number"]) + 1, int(end["number"]) + 1)
    return [_numbered(first, str(number)) for number in numbers]


def _numbered(model: str, number: str) -> str:
    parts = _PARTS.match(model)
    return f"{parts['prefix']}{number.zfill(len(parts['number']))}"


def scan(root: Path) -> list[TestCase]:
    """Return every test of the project."""
    found: list[TestCase] = []
    for path in python_test_files(root):
        found += python_tests(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    for path in sorted((root / "addons").glob("*/static/tests/**/*.js")):
        found += js_tests(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return found


def python_test_files(root: Path) -> list[Path]:
    """Return the Python files that hold tests, of addons and of the project."""
    return sorted(
        {*(root / "addons").glob("*/tests/**/test_*.py"), *(root / "tests").glob("**/test_*.py")}
    )


def python_tests(source: str, path: str) -> list[TestCase]:
    """Return the tests of a Python file, with the IDs in each one's own docstring."""
    return [
        TestCase(path, name, tuple(ids_in(ast.get_docstring(node) or "")))
        for name, node in _test_functions(ast.parse(source))
    ]


def _test_functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in tree.body:
        if isinstance(node, kinds) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for child in node.body:
                if isinstance(child, kinds) and child.name.startswith("test"):
                    yield f"{node.name}.{child.name}", child


def js_tests(source: str, path: str) -> list[TestCase]:
    """Return the HOOT tests and tours of a JavaScript file that have a comment before them."""
    return [
        TestCase(path, match["name"], tuple(ids_in(match["comment"])))
        for match in _JS_TEST.finditer(source)
    ]
