"""How alike two titles are: the share of three-letter pieces they have in common."""

from .search_text import fold

#: From here on two titles of one customer's tickets are likely about the same matter.
THRESHOLD = 0.35


def _pieces(text: str) -> frozenset[str]:
    return frozenset(
        padded[index : index + 3]
        for word in fold(text).split()
        for padded in (f"  {word} ",)
        for index in range(len(padded) - 2)
    )


def similarity(one: str | None, other: str | None) -> float:
    """Return from 0 (nothing in common) to 1 (the same words), whatever accents and case.

    >>> similarity("Máy in không chạy", "may in khong chay")
    1.0
    >>> similarity("Máy in", "")
    0.0
    """
    first, second = _pieces(one or ""), _pieces(other or "")
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)
