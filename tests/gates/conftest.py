"""A small project in a temporary folder, for gates that look at files."""

from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes a file of the temporary project and returns its path."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
