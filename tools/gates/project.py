"""Where the project's files are: the addons, and every file that git would track."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"

#: Folders that never hold source of ours.
_SKIPPED = {".git", ".caredesk", "node_modules", "__pycache__"}


def addons(root: Path = ROOT) -> list[Path]:
    """Return the folders of our addons, in alphabetical order."""
    return sorted(manifest.parent for manifest in (root / "addons").glob("*/__manifest__.py"))


def files(root: Path = ROOT, suffixes: tuple[str, ...] | None = None) -> list[Path]:
    """Return the project's files: tracked, or new and not ignored.

    Outside a git checkout (an unpacked archive) every file counts.

    :param suffixes: only names with one of these endings; all files without it.
    """
    names = _listed_by_git(root)
    if names is None:
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    found = [root / name for name in names if not _SKIPPED.intersection(Path(name).parts)]
    return [
        path
        for path in found
        if path.is_file() and (suffixes is None or path.name.endswith(suffixes))
    ]


def _listed_by_git(root: Path) -> list[str] | None:
    if not (root / ".git").exists():
        return None
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root)]
    command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return sorted({name for name in done.stdout.decode().split("\0") if name})


def caller() -> Path:
    """Return the folder from which `./run` was called; relative paths count from there."""
    return Path(os.environ.get("CAREDESK_CALLER_DIR") or ".")


def find(name: str, root: Path = ROOT) -> Path | None:
    """Return the path in the project that a person means by a path or by an addon's name.

    A relative path counts from where `./run` was called, or else from the project's folder.
    """
    for candidate in (caller() / name, root / name, root / "addons" / name):
        path = candidate.resolve()
        if path.exists() and path.is_relative_to(root):
            return path
    return None


def under(path: Path, scopes: list[Path]) -> bool:
    """Tell whether a path lies in one of the scopes; no scope means everywhere."""
    return not scopes or any(path == scope or scope in path.parents for scope in scopes)


def relative(path: Path, root: Path = ROOT) -> str:
    """Return a path as it is written in a report."""
    try:
        return str(path.resolve().relative_to(root))
    except ValueError:
        return str(path)
