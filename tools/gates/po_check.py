"""Completeness of the Vietnamese translation, and agreement with the template.

A program for the toolchain's environment, since it needs `polib`. It prints one problem per line
and ends with 1 if there is any:

    python po_check.py ADDON…                  the translations of addons
    python po_check.py --same KEPT.pot FRESH.pot   a template against one exported just now
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib

LANGUAGE = "vi"


def check_addon(addon: Path) -> list[str]:
    """Return the problems of one addon's translations."""
    template = addon / "i18n" / f"{addon.name}.pot"
    if not template.is_file():
        return [f"{addon.name}: no i18n/{template.name} (make it with ./run pot)"]
    translation = addon / "i18n" / f"{LANGUAGE}.po"
    if not translation.is_file():
        return [f"{addon.name}: no i18n/{translation.name}"]
    name = f"{addon.name}/i18n/{translation.name}"
    catalog = polib.pofile(str(translation))
    wanted = polib.pofile(str(template))
    return [f"{name}: {problem}" for problem in _compare(catalog, wanted)]


def _compare(catalog: polib.POFile, wanted: polib.POFile) -> list[str]:
    present = {entry.msgid for entry in catalog if not entry.obsolete}
    expected = {entry.msgid for entry in wanted if not entry.obsolete}
    problems = [f"missing: {msgid!r}" for msgid in sorted(expected - present)]
    problems += [f"not in the template: {msgid!r}" for msgid in sorted(present - expected)]
    problems += [f"obsolete entry: {entry.msgid!r}" for entry in catalog.obsolete_entries()]
    for entry in catalog:
        if entry.obsolete:
            continue
        if entry.fuzzy:
            problems.append(f"fuzzy: {entry.msgid!r}")
        if not entry.msgstr.strip():
            problems.append(f"empty: {entry.msgid!r}")
    return problems


def differences(kept: Path, fresh: Path) -> list[str]:
    """Return the texts that a template in the project lacks, or has and should not."""
    if not kept.is_file():
        return [f"there is no {kept.name}: make it with ./run pot"]
    here = {entry.msgid for entry in polib.pofile(str(kept))}
    there = {entry.msgid for entry in polib.pofile(str(fresh))}
    problems = [f"{kept.name} lacks {msgid!r}" for msgid in sorted(there - here)]
    return problems + [f"{kept.name} still has {msgid!r}" for msgid in sorted(here - there)]


def main(argv: list[str]) -> int:
    """Check what was named; return 1 when there is a problem."""
    if argv[:1] == ["--same"]:
        problems = differences(Path(argv[1]), Path(argv[2]))
    else:
        problems = [problem for name in argv for problem in check_addon(Path(name))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
