"""A copy of some folders that follows its original: for accounts that cannot read the original."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

SKIPPED = {"__pycache__", ".git", ".caredesk", "node_modules"}


def sync(origin: Path, copy: Path, parts: Iterable[str]) -> None:
    """Make `copy` hold the same files as `origin` below the named parts, readable for everybody."""
    copy.mkdir(parents=True, exist_ok=True)
    for part in parts:
        source, target = origin / part, copy / part
        if source.is_dir():
            _sync_folder(source, target)
        elif source.exists():
            _sync_file(source, target)
        else:
            _remove(target)


def _sync_folder(source: Path, target: Path) -> None:
    if target.is_symlink() or target.is_file():
        target.unlink()
    target.mkdir(exist_ok=True)
    target.chmod(0o755)
    kept = set()
    for entry in os.scandir(source):
        if entry.name in SKIPPED:
            continue
        kept.add(entry.name)
        if entry.is_dir():
            _sync_folder(Path(entry.path), target / entry.name)
        elif entry.is_file():
            _sync_file(Path(entry.path), target / entry.name)
    for entry in os.scandir(target):
        if entry.name not in kept:
            _remove(Path(entry.path))


def _sync_file(source: Path, target: Path) -> None:
    wanted = source.stat()
    if target.exists():
        present = target.stat()
        if (present.st_size, present.st_mtime_ns) == (wanted.st_size, wanted.st_mtime_ns):
            return
    if target.is_dir():
        shutil.rmtree(target)
    shutil.copy2(source, target)
    target.chmod(wanted.st_mode | 0o444)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists() or path.is_symlink():
        path.unlink()
