"""Size limits that keep every file and function readable in one sitting."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

FILE_SOFT = 300
FILE_HARD = 500
FUNCTION_LINES = 50
COMPLEXITY = 10

#: JavaScript is measured by eslint, with limits of its own.
SUFFIXES = (".py", ".xml", ".sh")

_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.comprehension,
    ast.match_case,
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class SizeReport:
    """Problems fail the gate; notes only tell that a file nears its limit."""

    problems: list[str]
    notes: list[str]


def check(paths: list[Path], root: Path) -> SizeReport:
    """Measure files and, in Python, functions."""
    report = SizeReport([], [])
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        name = str(path.relative_to(root))
        _check_lines(name, text, report)
        if path.suffix == ".py":
            report.problems += [f"{name}:{line}" for line in function_problems(text)]
    return report


def is_measured(path: Path) -> bool:
    """Tell whether a file has a size limit here: known endings and shell scripts without one."""
    if path.name.endswith(SUFFIXES):
        return True
    if path.suffix:
        return False
    with path.open("rb") as handle:
        first = handle.readline(80)
    return first.startswith(b"#!") and (b"sh" in first or b"python" in first)


def _check_lines(name: str, text: str, report: SizeReport) -> None:
    count = len(text.splitlines())
    if count > FILE_HARD:
        report.problems.append(f"{name}: {count} lines (at most {FILE_HARD})")
    elif count > FILE_SOFT:
        report.notes.append(f"{name}: {count} lines (better under {FILE_SOFT})")


def function_problems(source: str) -> list[str]:
    """Return `line: name … problem` for functions that are too long or too branched.

    A file that does not parse is reported as a problem of its own.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [f"{error.lineno}: does not parse: {error.msg}"]
    problems = []
    for node in ast.walk(tree):
        if not isinstance(node, _FUNCTIONS):
            continue
        lines = body_lines(node)
        if lines > FUNCTION_LINES:
            problems.append(
                f"{node.lineno}: {node.name} has {lines} lines (at most {FUNCTION_LINES})"
            )
        branches = complexity(node)
        if branches > COMPLEXITY:
            problems.append(
                f"{node.lineno}: {node.name} has complexity {branches} (at most {COMPLEXITY})"
            )
    return problems


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's length in lines, from `def` to its end, without its docstring."""
    length = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        length -= first.end_lineno - first.lineno + 1
    return length


def complexity(node: ast.AST) -> int:
    """Return McCabe's number: one, and one more for each statement where the flow may part.

    Functions inside are measured on their own and do not count for the outer one.
    """
    total = 1
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop()
        if isinstance(child, _FUNCTIONS):
            continue
        if isinstance(child, _BRANCHES):
            total += 1
        pending.extend(ast.iter_child_nodes(child))
    return total
