"""Reads the machine's own apt sources: which mirror serves Debian here, signed with which keys.

Two formats exist: one line per source (`sources.list`, `*.list`) and deb822 paragraphs
(`*.sources`). Both are parsed from text, so that the parsers can be tested without apt.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DEBIAN_SUITES = re.compile(
    r"^(?:buster|bullseye|bookworm|trixie|forky|duke|sid|stable|testing|unstable|oldstable)$"
)
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
)


@dataclass(frozen=True)
class Source:
    """One `deb` source."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""

    @property
    def is_debian(self) -> bool:
        """Whether this is a main archive of Debian (not security, not somebody's own)."""
        return (
            any(DEBIAN_SUITES.match(suite) for suite in self.suites) and "main" in self.components
        )

    def line(self, suite: str) -> str:
        """The one-line form of this source for another suite."""
        keyring = self.signed_by or next((str(path) for path in KEYRINGS if path.exists()), "")
        options = f" [signed-by={keyring}]" if keyring else ""
        return f"deb{options} {self.uri} {suite} main\n"


def parse_list(text: str) -> list[Source]:
    """Sources of the one-line format; comments, `deb-src` and broken lines are left out."""
    found = []
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        match = re.match(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)$", line)
        if match:
            options, uri, suite, components = match.groups()
            signed = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
            found.append(
                Source(uri, (suite,), tuple(components.split()), signed[1] if signed else "")
            )
    return found


def parse_deb822(text: str) -> list[Source]:
    """Sources of the deb822 format; disabled paragraphs and pure source ones are left out."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        enabled = fields.get("enabled", "yes").lower() not in {"no", "false", "0"}
        if not enabled or "deb" not in fields.get("types", "").split():
            continue
        signed = fields.get("signed-by", "")
        signed = signed if signed.startswith("/") else ""
        suites = tuple(fields.get("suites", "").split())
        components = tuple(fields.get("components", "").split())
        found += [Source(uri, suites, components, signed) for uri in fields.get("uris", "").split()]
    return found


def _fields(paragraph: str) -> dict[str, str]:
    """Field names (lower case) and values of one deb822 paragraph, continuation lines joined."""
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in {" ", "\t"} and name:
            fields[name] += "\n" + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def read_all(etc: Path = Path("/etc/apt")) -> list[Source]:
    """Every source of this machine, in apt's order; unreadable files count as empty."""
    lists = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list"))]
    found = [source for path in lists for source in parse_list(_text(path))]
    for path in sorted((etc / "sources.list.d").glob("*.sources")):
        found += parse_deb822(_text(path))
    return found


def debian_mirror(sources: Iterable[Source]) -> Source | None:
    """The first source that is a main archive of Debian."""
    return next((source for source in sources if source.is_debian), None)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
