"""Text that must not appear in the project: it would tie it to one machine.

The patterns are put together from pieces, so that this file does not trip over itself.
"""

from __future__ import annotations

import re
from pathlib import Path

_HOSTS = (
    "registry.npm" + "js.org",
    "py" + "pi.org",
    "files.python" + "hosted.org",
    "deb.deb" + "ian.org",
    "proxy.go" + "lang.org",
)

RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(re.escape("../" + "shared")), "a folder beside the checkout"),
    (re.compile(r"(?<![\w./-])" + re.escape("/wo" + "rk/")), "an absolute path of one machine"),
    (re.compile(r"(?<![\w./-])" + re.escape("/ro" + "ot/")), "an absolute path of one machine"),
    (re.compile("|".join(map(re.escape, _HOSTS))), "the host of a package registry"),
    (re.compile(r"\bfa" + r"rm(?:\b|[-_])", re.IGNORECASE), "the name of a machine"),
)

#: Endings of files that hold no text.
_BINARY = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".ico",
    ".pdf",
    ".woff",
    ".woff2",
    ".ttf",
    ".webp",
    ".gz",
)


def check(paths: list[Path], root: Path) -> list[str]:
    """Return `file:line: what` for every forbidden text."""
    problems = []
    for path in paths:
        if path.name.lower().endswith(_BINARY):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(root)
        for number, line in enumerate(text.splitlines(), start=1):
            problems += [f"{name}:{number}: {why}" for why in find(line)]
    return problems


def find(line: str) -> list[str]:
    """Return why a line is forbidden, with the text that was met; empty for a good line."""
    found = []
    for pattern, why in RULES:
        match = pattern.search(line)
        if match:
            found.append(f"{why}: {match.group(0)!r}")
    return found
