"""A picture of how times grow with the number of tickets: both axes by powers of ten, as SVG."""

import math
from html import escape

WIDTH, HEIGHT = 760, 420
#: Room for the numbers on the left, the names of the lines on the right, head and foot.
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 46, 48
#: Told apart by people who confuse red and green, too (Okabe and Ito).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: Height of a line of text; names of lines stand at least so far apart.
LINE = 16


def growth(title: str, sizes: list[int], lines: dict[str, list[float]]) -> str:
    """Return the SVG.

    :param sizes: number of tickets of each point, growing
    :param lines: name -> milliseconds at each of ``sizes``
    """
    values = [value for times in lines.values() for value in times]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def across(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - first) / (last - first)

    def down(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - low) / (high - low)

    parts = [_text(LEFT, 24, title, "start", 15), *_grid(sizes, low, high, across, down)]
    ends = _apart([down(times[-1]) for times in lines.values()])
    for (name, times), colour, end in zip(lines.items(), COLOURS, ends, strict=False):
        places = [
            f"{across(size):.1f},{down(value):.1f}"
            for size, value in zip(sizes, times, strict=True)
        ]
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2"'
            f' points="{" ".join(places)}"/>'
        )
        for place in places:
            x, _comma, y = place.partition(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>')
        words = f"{name}: {times[-1]:,.0f} ms"
        parts.append(_text(WIDTH - RIGHT + 10, end + 4, words, "start", 12, colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}" font-family="sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _grid(sizes: list[int], low: int, high: int, across, down) -> list[str]:
    """Return a line and a number for each size and each power of ten of the times."""
    right, foot = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for size in sizes:
        x = across(size)
        parts.append(f'<path d="M{x:.1f} {TOP}V{foot}" stroke="#dddddd"/>')
        parts.append(_text(x, foot + 18, f"{size:,}", "middle", 12))
    for power in range(low, high + 1):
        y = down(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{10**power:,g} ms", "end", 12))
    parts.append(_text((LEFT + right) / 2, HEIGHT - 10, "tickets", "middle", 12))
    return parts


def _apart(heights: list[float]) -> list[float]:
    """Return where names stand: beside the ends of their lines, none over another."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    for before, after in zip(order, order[1:], strict=False):
        placed[after] = max(placed[after], placed[before] + LINE)
    return placed


def _text(x: float, y: float, words: str, anchor: str, size: int, colour: str = "#333333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{colour}">{escape(words)}</text>'
    )
