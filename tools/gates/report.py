"""How gates and stages report: headlines with times, the failures at the end, one last line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: How many lines of a failure's text are shown at the end of a run; the log has them all.
TAIL_LINES = 25


@dataclass
class Failure:
    """One failed test or gate: its name, what it said, and where the whole story lies."""

    name: str
    text: str = ""
    log: Path | None = None


@dataclass
class StageResult:
    """The outcome of one stage.

    :ivar passed: number of individual tests or gates that passed.
    :ivar notes: remarks that do not fail the stage.
    """

    name: str
    passed: int = 0
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Number of failures."""
        return len(self.failures)

    @property
    def total(self) -> int:
        """Number of individual tests that ran."""
        return self.passed + self.failed

    def check(self, name: str, problems: Iterable[str], log: Path | None = None) -> None:
        """Count one check: passed without problems, failed with them."""
        lines = list(problems)
        if lines:
            self.failures.append(Failure(name, "\n".join(lines), log))
        else:
            self.passed += 1

    def add(self, other: StageResult) -> None:
        """Take in what another part of the same stage found."""
        self.passed += other.passed
        self.failures += other.failures
        self.notes += other.notes
        self.seconds += other.seconds


def say(text: str = "") -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def run_stage(name: str, work: Callable[[StageResult], None], part: str = "") -> StageResult:
    """Run one stage, or a part of it; one that breaks down counts as one failure.

    :param work: fills the result it is given.
    """
    result = StageResult(name)
    title = f"{name} ({part})" if part else name
    say(f"== {title} " + "=" * max(4, 68 - len(title)))
    start = time.monotonic()
    try:
        work(result)
    except Exception as error:
        # Whatever went wrong, the other stages still tell something; this one has failed.
        result.failures.append(Failure(f"{name} broke down", f"{type(error).__name__}: {error}"))
    result.seconds = time.monotonic() - start
    mark = "ok  " if not result.failures else "FAIL"
    figures = f"{result.passed} passed, {result.failed} failed ({result.seconds:.1f} s)"
    lines = [*(f"   note: {note}" for note in result.notes), f"-- {mark} {title}: {figures}"]
    say("\n".join(lines))  # in one piece: another stage may be talking at the same time
    return result


def finish(results: list[StageResult]) -> int:
    """Print all failures and, as the very last line, the sum; return the exit code."""
    failures = [(result, failure) for result in results for failure in result.failures]
    if failures:
        say()
        say(f"== failures ({len(failures)}) " + "=" * 52)
    for result, failure in failures:
        say(f"\n[{result.name}] {failure.name}")
        for line in tail(failure.text):
            say(f"    {line}")
        if failure.log:
            say(f"    log: {failure.log}")
    passed = sum(result.passed for result in results)
    say()
    say(f"{passed} passed, {len(failures)} failed")
    sys.stdout.flush()
    return 1 if failures else 0


def tail(text: str, limit: int = TAIL_LINES) -> list[str]:
    """Return the last lines of a text, saying how many were left out."""
    lines = text.rstrip().splitlines()
    if len(lines) <= limit:
        return lines
    return [f"… {len(lines) - limit} lines more"] + lines[-limit:]
