"""`./run test [addon or path…]`: everything from nothing, then every gate and test.

The last line is `N passed, N failed`. Without arguments the whole project is tested and no stage
may run fewer tests than tests/floor.txt says; with them, only what they name.

`--stage NAME` (may be given several times) runs just these stages; `--stage core` runs Odoo's own
tests of the modules we extend, with and without our addons.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from tools.devkit import lock

from . import floor, targets
from .report import Failure, StageResult, finish, run_stage, say
from .stages import browser, core_tests, hoot, install, odoo_lint, odoo_tests, plain
from .stages.lanes import Job, Lanes
from .stages.session import Session

#: Gives the parts of a stage by name, each a function that fills the result it is given.
Stage = Callable[[Session], dict[str, Callable[[StageResult], None]]]


def whole(work: Callable[[Session, StageResult], None]) -> Stage:
    """Return a stage of one part."""
    return lambda session: {"": partial(work, session)}


#: In the order in which they begin, as far as what they wait for allows: the longest first.
STAGES: dict[str, Stage] = {
    "toolchain": whole(plain.toolchain),
    "install": whole(install.run),
    "lint": whole(plain.static),
    "trace": whole(plain.required),
    "pure": whole(plain.pure),
    "bundles": whole(install.bundle),
    "system": whole(plain.system),
    "odoo": odoo_tests.parts,
    "e2e": whole(browser.run),
    "test_lint": whole(odoo_lint.run),
    "hoot": whole(hoot.run),
    "pot": whole(plain.templates),
    "core": whole(core_tests.run),
    "logs": whole(plain.logs),
}

#: Run only when asked for by name: they take as long as all the others together.
ON_DEMAND = ("core",)

#: What runs when addons, or parts of them, are named.
ADDON_STAGES = ("install", "bundles", "lint", "odoo", "hoot", "logs")

#: Those that work on copies of the database in which our addons are installed.
ON_INSTALLED = ("bundles", "system", "odoo", "e2e", "test_lint", "hoot", "pot", "core")

#: Those of them in which browsers open pages.
ON_BUNDLED = ("odoo", "e2e", "hoot")


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
    if names.intersection(ON_BUNDLED):
        names.add("bundles")
    if names.intersection(ON_INSTALLED):
        names.add("install")
    return [name for name in STAGES if name in names and name != "toolchain"]


def jobs_of(session: Session, name: str) -> list[Job]:
    """Return the jobs that make up a stage, with what each must wait for."""
    after: tuple[str, ...] = ("install",) if name in ON_INSTALLED else ()
    after = ("bundles",) if name in ON_BUNDLED else after
    if name == "logs":
        after = tuple(other for other in STAGES if other != name)
    parts = STAGES[name](session)
    return [Job(name, work, part, after) for part, work in parts.items()]


def run_stages(session: Session, names: list[str]) -> list[StageResult]:
    """Run stages side by side; none is left out because another failed."""
    jobs = [job for name in names for job in jobs_of(session, name)]
    results = Lanes(jobs).run()
    if session.targets.everything:
        floors = floor.load()
        for result in results:
            if result.name not in ON_DEMAND:
                check_floor(result, floors)
    return results


def check_floor(result: StageResult, floors: dict[str, int]) -> None:
    """Add a failure when a stage ran fewer tests than it must."""
    text = floor.problem(result.name, result.total, floors)
    if text:
        say(f"-- FAIL {result.name}: {text}")
        result.failures.append(Failure("fewer tests than expected", text))
