"""A report as one neutral table: what Excel, Word, PDF and mail show, before any of them.

Reading fills it, rendering only lays it out, so that the formats cannot drift apart.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .search_text import fold

TEXT = "text"
DURATION = "duration"  # whole seconds
DATETIME = "datetime"  # naive, in the reader's time zone
NUMBER = "number"

#: What makes a spreadsheet read a text as a formula, full-width forms and tab and CR included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "{", "|", "＝", "＋", "－", "＠")
#: Invisible, and no line breaks at it. Before such a text it keeps what is pasted into a
#: spreadsheet from being computed.
_GUARD = "\u2060"
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\s*\n\s*")
_SILENT = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_BREAK = re.compile(r"<(?:br|hr|/?(?:p|div|li|ul|ol|tr|table|h[1-6]|blockquote|pre))\b[^>]*>", re.I)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Column:
    """One column; ``width`` in characters, which paper takes as a share of the page."""

    key: str
    label: str
    kind: str = TEXT
    width: int = 16


@dataclass
class Figures:
    """What tickets add up to."""

    tickets: int = 0
    done: int = 0
    work_seconds: int = 0
    waiting_seconds: int = 0

    def add(self, is_done: bool, work_seconds: int, waiting_seconds: int) -> None:
        self.tickets += 1
        self.done += is_done
        self.work_seconds += work_seconds
        self.waiting_seconds += waiting_seconds

    @property
    def average_work_seconds(self) -> int:
        """Work time per ticket; zero when there is none."""
        return round(self.work_seconds / self.tickets) if self.tickets else 0

    def cells(self) -> list[int]:
        """Return the figures in the order of :attr:`Summary.columns`, without the name."""
        return [
            self.tickets,
            self.done,
            self.work_seconds,
            self.waiting_seconds,
            self.average_work_seconds,
        ]


@dataclass
class Summary:
    """Subtotals by performer, filled while the rows go by.

    :param columns: performer, tickets, done, work, waiting and work per ticket
    :param nobody: what tickets without performer are listed under
    """

    columns: list[Column]
    title: str
    total_label: str
    nobody: str
    total: Figures = field(default_factory=Figures)
    states: Counter = field(default_factory=Counter)
    _by_performer: dict = field(default_factory=dict)

    def add(self, performer_id, name: str, state: str, work: int, waiting: int) -> None:
        """Count one ticket; two people of the same name stay two."""
        known = self._by_performer.get(performer_id)
        if known is None:
            known = self._by_performer[performer_id] = (name or self.nobody, Figures())
        is_done = state == "done"
        known[1].add(is_done, work, waiting)
        self.total.add(is_done, work, waiting)
        self.states[state] += 1

    def rows(self) -> list[list]:
        """Return one row per performer by name, those without performer last."""
        ordered = sorted(
            self._by_performer.items(), key=lambda item: (not item[0], fold(item[1][0]))
        )
        return [[name, *figures.cells()] for _key, (name, figures) in ordered]

    def total_row(self) -> list:
        return [self.total_label, *self.total.cells()]


@dataclass
class Table:
    """A report: ``rows`` can be gone through once, the summary is complete after that."""

    title: str
    filters: list[tuple[str, str]]
    columns: list[Column]
    rows: Iterable[list]
    summary: Summary
    count: int
    made: str = ""

    def chunks(self, size: int) -> Iterator[list[list]]:
        """Yield the rows, ``size`` at a time."""
        chunk = []
        for row in self.rows:
            chunk.append(row)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


def clean(text: str | None) -> str:
    """Return ``text`` in characters every format can hold, without empty lines.

    >>> clean(" a \\x00 b\\r\\n\\n c ")
    'a b\\nc'
    """
    if not text:
        return ""
    if text.isprintable():  # nearly all: one line, no character a format cannot hold
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    text = _NOT_XML.sub("", text).strip()
    if "\n" in text or "\r" in text:
        text = _LINES.sub("\n", text.replace("\r", "\n"))
    return _SPACES.sub(" ", text)


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters; what is cut off is shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def text_of_html(source: str | None) -> str:
    """Return the text of sanitised HTML, one line per block.

    >>> text_of_html("<p>Máy in</p><p>h&#7887;ng <b>rồi</b></p>")
    'Máy in\\nhỏng rồi'
    """
    if not source:
        return ""
    if "<" in source:
        source = _SILENT.sub("", source)
        source = _TAG.sub("", _BREAK.sub("\n", source))
    return clean(html.unescape(source))


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet might compute ``text``, e.g. ``=1+1``, ``+84…``, ``{=…}``."""
    if text[:1].isalnum():  # nearly all: decided without looking further
        return False
    return text.lstrip(" \xa0").startswith(FORMULA_STARTS)


def sheet_text(text: str) -> str:
    """Return ``text`` such that xlsxwriter stores it as it is.

    It copies a text from ``<r>`` to ``</r>`` into the file as mark-up of its own: a customer's
    title could make a workbook that nobody can open, or write cells that were never exported.
    """
    return _GUARD + text if text.startswith("<r>") and text.endswith("</r>") else text


def paper_text(text: str) -> str:
    """Return ``text`` for Word, PDF and mail such that pasting it elsewhere computes nothing."""
    return _GUARD + text if is_formula_like(text) else text


def hours_text(seconds: int | None) -> str:
    """Return a duration as hours, minutes and seconds, as Excel shows ``[h]:mm:ss``.

    >>> hours_text(90061)
    '25:01:01'
    """
    if seconds is None:
        return ""
    hours, rest = divmod(max(0, int(seconds)), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"


def moment_text(moment: datetime | None) -> str:
    """Return a moment as people in Vietnam write it: ``02/03/2026 10:00``."""
    return moment.strftime("%d/%m/%Y %H:%M") if moment else ""


def cell_text(column: Column, value) -> str:
    """Return the value of a cell as it is printed on paper or in a mail."""
    if column.kind == DURATION:
        return hours_text(value)
    if column.kind == DATETIME:
        return moment_text(value)
    if column.kind == NUMBER:
        return "" if value is None else str(value)
    return paper_text(value or "")
