"""No entry of level WARNING, ERROR or CRITICAL passes, save those the allow-list explains."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .odoo_log import Record

ALLOW_LIST = Path(__file__).with_name("log_allow.txt")
SEPARATOR = " :: "


@dataclass
class Allowed:
    """One line of the allow-list, and how often it was used."""

    pattern: re.Pattern[str]
    reason: str
    used: int = 0


@dataclass
class LogGate:
    """Judges the complaints of one or more logs against the allow-list."""

    allowed: list[Allowed]
    refused: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def judge(self, complaints: list[Record]) -> None:
        """Take in complaints, of several stages at once if need be; the unexplained are refused."""
        with self._lock:
            for record in complaints:
                fits = (one for one in self.allowed if one.pattern.search(record.summary))
                if entry := next(fits, None):
                    entry.used += 1
                else:
                    self.refused[record.summary] += 1

    def problems(self) -> list[str]:
        """Return each refused entry once, with how often it came."""
        return [
            text if count == 1 else f"{text}  ({count} times)"
            for text, count in self.refused.items()
        ]

    def unused(self) -> list[str]:
        """Return the patterns that explained nothing; after a full run they should go."""
        return [one.pattern.pattern for one in self.allowed if not one.used]


def load(path: Path = ALLOW_LIST) -> LogGate:
    """Read the allow-list: `regular expression :: reason` on each line, `#` starts a comment.

    :raise ValueError: for a line without a reason, or a pattern that is none.
    """
    allowed = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, separator, reason = line.partition(SEPARATOR)
        if not separator or not reason.strip():
            raise ValueError(f"{path.name}:{number}: no reason given")
        try:
            allowed.append(Allowed(re.compile(pattern.strip()), reason.strip()))
        except re.error as error:
            raise ValueError(f"{path.name}:{number}: {error}") from error
    return LogGate(allowed)
