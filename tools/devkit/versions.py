"""Reading version numbers out of other programs' words."""

import ast
import re

ODOO_SERIES = (19, 0)
PYTHON_RANGE = ((3, 10), (3, 13))
POSTGRES_MINIMUM = 13


def odoo_series_of_release(source: str) -> tuple[int, int] | None:
    """The series that an `odoo/release.py` declares, read without running it."""
    found = re.search(r"^version_info\s*=\s*\(([^,]+),\s*([^,]+),", source, re.MULTILINE)
    if not found:
        return None
    try:
        return int(ast.literal_eval(found[1])), int(ast.literal_eval(found[2]))
    except (ValueError, SyntaxError):
        return None


def python_supported(version: tuple[int, int]) -> bool:
    """Whether Odoo 19 supports this Python."""
    return PYTHON_RANGE[0] <= version <= PYTHON_RANGE[1]


def major(text: str) -> int | None:
    """15 of `postgres (PostgreSQL) 15.12 (Debian)`; None if there is no number."""
    found = re.search(r"\b(\d+)", text)
    return int(found[1]) if found else None
