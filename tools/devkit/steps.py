"""Markers of completed steps: a step that was interrupted has none and is done again."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path


class Marker:
    """The marker file of one step; it holds the fingerprint of what the step was made from."""

    def __init__(self, state: Path, name: str, *made_from: str | bytes | Path) -> None:
        self.path = state / "steps" / name
        self.fingerprint = fingerprint(*made_from)

    def done(self) -> bool:
        """Whether the step was completed with the same inputs."""
        try:
            return self.path.read_text() == self.fingerprint
        except OSError:
            return False

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """Mark the step as completed if the block ends well."""
        self.path.parent.mkdir(exist_ok=True)
        self.path.unlink(missing_ok=True)
        yield
        self.path.write_text(self.fingerprint)


def fingerprint(*parts: str | bytes | Path) -> str:
    """A hash of texts and of the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data.encode() if isinstance(data, str) else data
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]
