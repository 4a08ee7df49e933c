"""Pid files that survive a restart of the machine without pointing at somebody else's process."""

import json
from pathlib import Path

from . import process


def write(path: Path, pid: int, **facts) -> None:
    """Record a running process with facts about it (ports, database)."""
    record = {"pid": pid, "started": process.started_at(pid), **facts}
    path.write_text(json.dumps(record))


def read(path: Path) -> dict | None:
    """The record of a process that still runs; a stale file is removed and gives None."""
    try:
        record = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    started = process.started_at(record["pid"])
    if started is None or started != record["started"]:
        path.unlink(missing_ok=True)
        return None
    return record


def any_alive(folder: Path) -> bool:
    """Whether a process with a pid file in the folder still runs."""
    return any(read(path) for path in folder.glob("*.pid"))
