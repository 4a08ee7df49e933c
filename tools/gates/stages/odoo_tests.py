"""The tests of our addons inside Odoo: models, HTTP and tours, in parts that run side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.devkit import database

from .. import project
from ..odoo_log import OdooRun
from ..report import Failure, StageResult
from ..trace_scan import TestCase, scan
from . import odoo_run
from .session import Session

#: How many parts the tests are cut into; each costs a database and a start of Odoo.
PARTS = 2


def parts(session: Session) -> dict[str, Callable[[StageResult], None]]:
    """Return the parts of the stage: each tests some of the addons on a database of its own."""
    count = PARTS if session.targets.everything else 1
    found = shares(session.addons(), count)
    return {part_name(names): partial(run, session, names) for names in found}


def shares(names: list[str], count: int, root: Path = project.ROOT) -> list[list[str]]:
    """Cut addons into at most `count` parts with about as many tests each."""
    tests = Counter(label.split("/")[1] for label in written_tests(root))
    found: list[list[str]] = [[] for _ in range(count)]
    for name in sorted(names, key=lambda name: (-tests[name], name)):
        min(found, key=lambda share: sum(tests[one] for one in share)).append(name)
    return [share for share in found if share]


def part_name(names: list[str]) -> str:
    """Return how a part is called: by its addon, or the first of them and how many more."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def run(session: Session, names: list[str], result: StageResult) -> None:
    """Run the tests of some addons in a database where all of ours are installed."""
    name = f"caredesk_test_{names[0]}"
    session.copy_of_bundled(name)
    tags = session.targets.tags or [f"/{addon}" for addon in names]
    # Before the run: whoever goes on working meanwhile must not be told of tests just written.
    written = [label for label in written_tests() if label.split("/")[1] in names]
    # Without -i or -u Odoo runs what is tagged post_install; ours all are, see `never_started`.
    arguments = ["-d", name, "--test-tags", ",".join(tags)]
    outcome = odoo_run.run(session, f"test_odoo_{names[0]}", arguments, result)
    log = session.logs / f"test_odoo_{names[0]}.log"
    odoo_run.count(outcome, result, log)
    if session.targets.everything:
        for label in never_started(written, outcome):
            text = "The test is written but Odoo never ran it: imported, and tagged post_install?"
            result.failures.append(Failure(label, text, log))
    elif outcome.counted == 0:
        result.failures.append(Failure("no test ran", f"nothing matches {', '.join(tags)}", log))
    if not result.failures:
        database.drop(session.tools, name)


def written_tests(root: Path = project.ROOT) -> list[str]:
    """Return `addons/…/test_x.py::Class::method` of every test in the addons' test files."""
    return [test.label for test in scan(root) if _in_addon(test)]


def _in_addon(test: TestCase) -> bool:
    return test.path.startswith("addons/") and test.path.endswith(".py")


def never_started(written: list[str], outcome: OdooRun) -> list[str]:
    """Return the written tests that a run does not mention; those of a broken class are known."""
    mentioned = {*outcome.started, *outcome.broken, *outcome.skipped}
    # `setUpClass (odoo.addons.desk.tests.test_x.TestClass)`
    troubled = {name.partition("(")[2].rstrip(")") for name in mentioned if "Class (" in name}
    return [name for name in written if name not in mentioned and class_of(name) not in troubled]


def class_of(label: str) -> str:
    """Return the dotted name of the class of a test label, as Python knows it inside Odoo."""
    path, name, *_ = label.split("::")
    return f"odoo.{path.removesuffix('.py').replace('/', '.')}.{name}"
