"""The number of tests each stage must reach: a test run that lost tests must not look green."""

from __future__ import annotations

from pathlib import Path

from .project import ROOT

FLOOR = ROOT / "tests" / "floor.txt"


def load(path: Path = FLOOR) -> dict[str, int]:
    """Read `stage number` lines; `#` starts a comment.

    :raise ValueError: for a line of another form.
    """
    floors: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not words[1].isdigit():
            raise ValueError(f"{path.name}: not `stage number`: {line!r}")
        floors[words[0]] = int(words[1])
    return floors


def problem(stage: str, total: int, floors: dict[str, int]) -> str | None:
    """Return what is wrong with the number of tests a stage ran, or None."""
    if stage not in floors:
        return f"stage {stage} has no line in tests/{FLOOR.name}"
    if total < floors[stage]:
        return f"{total} tests ran, at least {floors[stage]} are expected (tests/{FLOOR.name})"
    return None
