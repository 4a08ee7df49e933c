"""Reads the log of an Odoo test run.

Odoo counts tests but keeps no list of them; its log has one line when a test starts and one error
when it fails, so the list is made from those and checked against Odoo's own count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<pid>\d+) (?P<level>[A-Z]+) "
    r"(?P<db>\S+) (?P<logger>[^\s:]+): (?P<text>.*)$"
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_MODULE = re.compile(r"^odoo\.addons\.(?P<file>\w+\.tests\.[\w.]+)$")
_STARTING = re.compile(r"^Starting (?P<name>\S+) \.\.\.\s*$")
_BROKEN = re.compile(r"^(?P<kind>FAIL|ERROR): (?:Subtest )?(?P<name>\S+)(?P<rest>[^\n]*)")
_SKIPPED = re.compile(r"^skipped (?P<name>\S+)(?P<rest>[^\n]*?) : (?P<reason>[^\n]*)")
_COUNT = re.compile(r"(?P<failed>\d+) failed, (?P<errors>\d+) error\(s\) of (?P<run>\d+) tests")
_AFTERMATH = re.compile(
    r"^Module \w+: \d+ failures, \d+ errors of \d+ tests"
    r"|^At least one test failed when loading the modules"
    r"|^Some tests failed: see above for details"
)
_HOOT_TEST = re.compile(r'^\[HOOT\] Test "(?P<name>.*)" (?P<outcome>passed|failed)\b')

BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Record:
    """One entry of the log, with the lines that belong to it."""

    level: str
    logger: str
    text: str

    @property
    def test_file(self) -> str:
        """The test file that wrote the entry, as a path, or an empty string."""
        match = _MODULE.match(self.logger)
        return f"addons/{match['file'].replace('.', '/')}.py" if match else ""

    @property
    def summary(self) -> str:
        """The entry as the log gate judges it: level, logger and first line."""
        first = self.text.splitlines()[0] if self.text else ""
        return f"{self.level} {self.logger}: {first}"


@dataclass
class OdooRun:
    """What one run of Odoo's tests did.

    :ivar started: `addons/…/test_x.py::Class::method` of every test begun.
    :ivar broken: the same names, or those of a class that could not be set up, with the traceback.
    :ivar skipped: names with the reasons given.
    :ivar counted: number of tests by Odoo's own count, None when the run did not get that far.
    :ivar complaints: entries of level WARNING and up that no failed test explains.
    :ivar hoot: names of JavaScript unit tests that passed.
    :ivar hoot_broken: names of those that failed.
    """

    started: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    counted: int | None = None
    complaints: list[Record] = field(default_factory=list)
    hoot: list[str] = field(default_factory=list)
    hoot_broken: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> list[str]:
        """Names of the tests that ran to a good end."""
        bad = {*self.broken, *self.skipped}
        return [name for name in self.started if name not in bad]


def records(text: str) -> Iterator[Record]:
    """Yield the entries of a log; lines without a stamp belong to the entry before them."""
    current: Record | None = None
    for raw in text.splitlines():
        line = _COLOURS.sub("", raw)
        match = _LINE.match(line)
        if match:
            if current:
                yield current
            current = Record(match["level"], match["logger"], match["text"].rstrip())
        elif current:
            current.text += "\n" + line
    if current:
        yield current


def read(text: str) -> OdooRun:
    """Return what a log tells of the tests."""
    run = OdooRun()
    for record in records(text):
        known = _read_outcome(record, run) or _read_count(record, run) or _read_hoot(record, run)
        if not known and record.level in BAD_LEVELS:
            run.complaints.append(record)
    return run


def _read_outcome(record: Record, run: OdooRun) -> bool:
    """Take in an entry that tells of one test; return whether it was such."""
    match = _STARTING.match(record.text)
    if match and record.test_file:
        run.started.append(_name(record, match))
        return True
    match = _BROKEN.match(record.text)
    if match and record.level == "ERROR":
        name = _name(record, match)
        run.broken[name] = f"{run.broken.get(name, '')}{record.text}\n"
        return True
    match = _SKIPPED.match(record.text)
    if match and record.level == "INFO":
        run.skipped[_name(record, match)] = match["reason"]
        return True
    return False


def _name(record: Record, match: re.Match[str]) -> str:
    """Return the name of a test; `setUpClass (…)` keeps the class that could not be set up."""
    if match["name"] in ("setUpClass", "tearDownClass"):
        return f"{match['name']}{match['rest']}".strip()
    return "::".join([record.test_file or record.logger, *match["name"].split(".")])


def _read_count(record: Record, run: OdooRun) -> bool:
    """Take in Odoo's own count; its error lines repeat failures that are known already."""
    if record.logger == "odoo.tests.result":
        match = _COUNT.search(record.text)
        if match:
            run.counted = (run.counted or 0) + int(match["run"])
            return True
    return bool(_AFTERMATH.match(record.text))


def _read_hoot(record: Record, run: OdooRun) -> bool:
    match = _HOOT_TEST.match(record.text)
    if not match:
        return False
    if match["outcome"] == "passed":
        run.hoot.append(match["name"])
    else:
        run.hoot_broken[match["name"]] = record.text
    return True
