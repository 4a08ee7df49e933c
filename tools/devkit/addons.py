"""Reads addon manifests from disk: names, dependencies, content hashes; nothing is imported."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

SKIPPED = {"__pycache__", "node_modules"}


def own(folder: Path) -> dict[str, dict]:
    """The installable addons of a folder: name to manifest, sorted by name.

    :raise ValueError: a manifest is not a Python literal
    """
    found = {}
    for path in sorted(folder.glob("*/__manifest__.py")):
        manifest = read_manifest(path)
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def read_manifest(path: Path) -> dict:
    """One manifest as a dictionary.

    :raise ValueError: it is not a Python literal; the message names the file
    """
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except (ValueError, SyntaxError) as error:
        raise ValueError(f"{path}: {error}") from error


def dependencies(manifests: dict[str, dict], names: Iterable[str] | None = None) -> list[str]:
    """Other people's addons that ours, or the named ones of ours, need; also through ours."""
    pending = list(manifests if names is None else names)
    seen: set[str] = set()
    others: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in manifests:
            pending += manifests[name].get("depends", ["base"])
        else:
            others.add(name)
    return sorted(others)


def closure(folders: Iterable[Path], names: Iterable[str]) -> dict[str, Path]:
    """All addons that the named ones need, themselves included: name to manifest path.

    :raise ValueError: one of them is in none of the folders
    """
    folders = list(folders)
    found: dict[str, Path] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        paths = (folder / name / "__manifest__.py" for folder in folders)
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            raise ValueError(f"There is no addon {name}.")
        found[name] = path
        pending += read_manifest(path).get("depends", ["base"] if name != "base" else [])
    return found


def content_hash(folder: Path) -> str:
    """A hash of an addon's files, names and contents."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in SKIPPED:
            yield from _files(path)
        elif path.is_file() and path.suffix != ".pyc":
            yield path
