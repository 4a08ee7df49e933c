"""The picture of `./run bench read_growth`."""

from lxml import etree

from bench import plot

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(lines):
    return etree.fromstring(plot.growth("Reading <more>", [1_000, 10_000, 100_000], lines))


def test_lines_rise_to_the_right_by_powers_of_ten():
    """S4-RPT-01: ten times the tickets and ten times the time go the same way each time."""
    [line] = _drawn({"list": [10, 100, 1000]}).iter(f"{SVG}polyline")
    points = [tuple(map(float, place.split(","))) for place in line.get("points").split()]
    steps = [(b[0] - a[0], a[1] - b[1]) for a, b in zip(points, points[1:], strict=False)]
    assert steps[0][0] > 0
    assert steps[0][1] > 0
    assert [round(one) for one in steps[0]] == [round(one) for one in steps[1]]


def test_each_line_is_named_with_its_last_value():
    """S4-RPT-01: names stand beside their lines, none over another, and special signs survive."""
    picture = _drawn({"list <all>": [10, 20, 30], "board": [10, 20, 30], "search": [11, 21, 31]})
    names = [one for one in picture.iter(f"{SVG}text") if ": " in one.text]
    assert [one.text for one in names] == ["list <all>: 30 ms", "board: 30 ms", "search: 31 ms"]
    heights = sorted(float(one.get("y")) for one in names)
    assert all(b - a >= plot.LINE for a, b in zip(heights, heights[1:], strict=False))
