"""Rows `ticket_list_1m`, `ticket_search_1m`, `dashboard_1m`: what people look at all day.

A million tickets of three years, one in twenty-five of them open or not closed yet, with their
five million messages; beside it the same firm with ten thousand.
"""

from collections.abc import Iterable
from pathlib import Path
from statistics import median

from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from . import crowd, plot
from .metric import Metric
from .subject import Subject

MILLION, FEW = 1_000_000, 10_000
ROUNDS = 9
#: row -> (our question, peer's question, peer's size, peer in words, target)
ROWS = {
    "ticket_list_1m": ("list_page", "list_page", FEW, "the same among 10,000", 1.5),
    "ticket_search_1m": ("search", "search_raw", MILLION, "raw SQL on the same index", 2.0),
    "dashboard_1m": ("dashboard", "dashboard_raw", MILLION, "one raw SQL pass", 1.0),
}
#: Measured on demand: how these questions grow with the tickets.
GROWTH = (1_000, 10_000, 100_000, MILLION)
GROWTH_ROUNDS = 5
QUESTIONS = {
    "list_page": "my groups, first page",
    "list_total": "all, first page",
    "board": "board of open tickets",
    "search": "five text searches",
    "dashboard": "dashboard",
}
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "read-growth.svg"


def measure(tools: Toolchain, rows: Iterable[str], log: Log, size: int = MILLION) -> list[Metric]:
    """Measure the given rows; both sides take turns.

    :param size: stands in for the million, so that the benchmark itself can be tried in a minute
    """
    few = min(FEW, size // 10)
    names = {f"caredesk_bench_{count}": count for count in (few, size)}
    with crowd.subjects(tools, names, "bench.reads", log) as subjects:
        return [_measure(subjects, row, {FEW: few, MILLION: size}) for row in rows]


def _measure(subjects: dict[int, Subject], row: str, size_of: dict[int, int]) -> Metric:
    ours, theirs, beside, peer, target = ROWS[row]
    sides = [(subjects[size_of[MILLION]], ours), (subjects[size_of[beside]], theirs)]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 1):
        for place in (0, 1) if number % 2 else (1, 0):
            subject, question = sides[place]
            seconds = subject.ask(question)
            if number:  # round 0 warms up
                times[place].append(1000 * seconds)
    wrong = subjects[size_of[MILLION]].ask("check", row)
    return Metric(row, "ms", peer, target, *times, wrong, at_most=True)


def growth(tools: Toolchain, log: Log, most: int = MILLION) -> list[str]:
    """Measure how long the questions take among a thousand, ten thousand, … tickets, and draw it.

    :param most: the largest crowd
    :return: the medians in lines
    """
    sizes = [count for count in GROWTH if count <= most]
    names = {f"caredesk_bench_{count}": count for count in sizes}
    found = {}
    with crowd.subjects(tools, names, "bench.reads", log) as subjects:
        for question, words in QUESTIONS.items():
            found[words] = [_milliseconds(subject, question) for subject in subjects.values()]
    PICTURE.write_text(plot.growth("Reading among more and more tickets", sizes, found))
    heads = " ".join(f"{count:8}" for count in sizes)
    lines = [
        f"read_growth  {words:26} " + " ".join(f"{value:8.1f}" for value in values) + "  ms"
        for words, values in found.items()
    ]
    return [f"read_growth  {'tickets':26} {heads}", *lines, f"drawn: {PICTURE}"]


def _milliseconds(subject: Subject, question: str) -> float:
    subject.ask(question)  # warms up
    return 1000 * median(subject.ask(question) for _round in range(GROWTH_ROUNDS))
