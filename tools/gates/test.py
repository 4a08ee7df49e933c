"""`./run test [addon or path…]`: everything from nothing, then every gate and test.

The last line is `N passed, N failed`. Without arguments the whole project is tested and no stage
may run fewer tests than tests/floor.txt says; with them, only what they name.

`--stage NAME` (may be given several times) runs just these stages; `--stage core` runs Odoo's own
tests of the modules we extend, with and without our addons.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tools.devkit import lock
from tools.devkit.errors import DevkitError

from . import floor, targets
from .report import Failure, StageResult, finish, run_stage, say
from .stages import browser, core_tests, hoot, odoo_lint, odoo_tests, plain
from .stages.session import Session

Stage = Callable[[Session, StageResult], None]

STAGES: dict[str, Stage] = {
    "toolchain": plain.toolchain,
    "lint": plain.static,
    "trace": plain.required,
    "pure": plain.pure,
    "odoo": odoo_tests.run,
    "hoot": hoot.run,
    "pot": plain.templates,
    "test_lint": odoo_lint.run,
    "system": plain.system,
    "e2e": browser.run,
    "core": core_tests.run,
    "logs": plain.logs,
}

#: Run only when asked for by name: they take as long as all the others together.
ON_DEMAND = ("core",)

#: What runs when addons, or parts of them, are named.
ADDON_STAGES = ("lint", "odoo", "hoot", "logs")


def main(argv: list[str]) -> int:
    """Run the stages; return 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="./run test", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="install missing packages unasked")
    parser.add_argument("--stage", action="append", choices=STAGES, help="run only this stage")
    parser.add_argument("names", nargs="*", metavar="addon or path")
    options = parser.parse_args(argv)
    try:
        session = Session(targets.parse(options.names))
    except ValueError as error:
        parser.error(str(error))
    first = run_stage("toolchain", lambda result: plain.toolchain(session, result))
    if first.failures:
        return finish([first])
    with lock.exclusive(session.tools.workspace.state / "test.lock", session.log, "a test run"):
        results = [first, *run_stages(session, chosen(session.targets, options.stage))]
    return finish(results)


def chosen(wanted: targets.Targets, named: list[str] | None) -> list[str]:
    """Return the stages to run, in order."""
    if named:
        names = set(named)
    elif wanted.everything:
        names = set(STAGES) - set(ON_DEMAND)
    else:
        names = {*wanted.pytest, *(ADDON_STAGES if wanted.addons else ())}
    return [name for name in STAGES if name in names and name != "toolchain"]


def run_stages(session: Session, names: list[str]) -> list[StageResult]:
    """Run stages one after the other; none is left out because another failed."""
    floors = floor.load() if session.targets.everything else None
    results = []
    for name in names:
        result = run_stage(name, lambda result, stage=STAGES[name]: stage(session, result))
        if floors is not None and name not in ON_DEMAND:
            check_floor(result, floors)
        results.append(result)
    if not any(result.failures for result in results):
        try:
            plain.tidy(session)
        except DevkitError as error:
            say(f"   note: {error}")
    return results


def check_floor(result: StageResult, floors: dict[str, int]) -> None:
    """Add a failure when a stage ran fewer tests than it must."""
    text = floor.problem(result.name, result.total, floors)
    if text:
        say(f"-- FAIL {result.name}: {text}")
        result.failures.append(Failure("fewer tests than expected", text))
