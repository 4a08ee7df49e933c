"""The neutral table: texts, figures, and what spreadsheets would compute."""

import html
import io

import openpyxl
import pytest
import xlsxwriter
from caredesk_ticket.domain.report_table import (
    Column,
    Figures,
    Summary,
    cell_text,
    clean,
    hours_text,
    is_formula_like,
    sheet_text,
    shorten,
    text_of_html,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+84 901",
        "-2",
        "@sum(1)",
        "\t=1",
        "\r=1",
        "{=1}",
        "＝1",
        " =1",
        "|calc",
        "＋1",
        "－1",
        "＠1",
    ],
)
def test_formulas_are_seen(text):
    """IE-14, C-35: what a spreadsheet might compute, in every disguise."""
    assert is_formula_like(text)


@pytest.mark.parametrize("text", ["", "Máy in", "1=1", "a@b.vn", "'=1"])
def test_other_texts_are_left_alone(text):
    """IE-14: nothing else is touched."""
    assert not is_formula_like(text)
    assert cell_text(Column("name", "Title"), text) == text


@given(st.text())
def test_any_text_can_be_printed_and_pasted(text):
    """IE-14, C-35: no text breaks a file, and none begins with the sign of a formula on paper."""
    printed = cell_text(Column("name", "Title"), clean(text))
    assert not is_formula_like(printed)
    printed.encode()
    assert all(char in "\n\t" or ord(char) >= 32 for char in printed)


def test_no_text_is_markup_of_a_workbook():
    """IE-14, C-35: a text in xlsxwriter's own mark-up is written into the file as a text."""
    stream, hostile = io.BytesIO(), "<r></t></is></c></r>"
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate((hostile, "<r>", "Máy in")):
            sheet.write_string(row, 0, sheet_text(text))
    cells = [row[0].value for row in openpyxl.load_workbook(stream).worksheets[0].iter_rows()]
    assert cells == ["\u2060" + hostile, "<r>", "Máy in"]


@given(st.text())
def test_html_becomes_text(text):
    """S0-TKT-37: whatever was typed is read back, and no markup with it."""
    assert text_of_html(f"<div><p>{html.escape(text)}</p></div>") == clean(text)


def test_content_of_a_mail():
    """S0-TKT-37: blocks become lines, marks and scripts go, Vietnamese stays."""
    source = "<style>p{}</style><p>Chào&nbsp;bạn,<br/>máy <b>in</b></p>\n<ul><li>hỏng</li></ul>"
    assert text_of_html(source) == "Chào bạn,\nmáy in\nhỏng"


def test_shortened_text_says_so():
    """S0-TKT-37: what is cut off is shown to be."""
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


def test_durations_in_hours():
    """S0-TKT-37: as Excel shows them, hours beyond a day included."""
    assert [hours_text(seconds) for seconds in (0, 95, 90061, None)] == [
        "0:00:00",
        "0:01:35",
        "25:01:01",
        "",
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 9999), st.integers(0, 9999))
    )
)
def test_subtotals_add_up(tickets):
    """S0-TKT-38: what the performers have adds up to the total, and nobody is left out."""
    summary = Summary([], "By performer", "Total", "Nobody")
    for user_id, is_done, work, waiting in tickets:
        state = "done" if is_done else "todo"
        summary.add(user_id, f"User {user_id}" if user_id else "", state, work, waiting)
    rows = summary.rows()
    assert [sum(row[i] for row in rows) for i in range(1, 5)] == summary.total_row()[1:5]
    assert summary.total.tickets == len(tickets)
    assert len(rows) == len({user_id for user_id, *_rest in tickets})


def test_performers_in_vietnamese_order():
    """S0-TKT-38: Đặng stands before Lan; tickets without performer come last."""
    summary = Summary([], "By performer", "Total", "Nobody")
    for number, name in enumerate(["", "Nguyễn Thị Lan", "Đặng Hùng", "Ân"]):
        summary.add(number, name, "todo", 0, 0)
    assert [row[0] for row in summary.rows()] == ["Ân", "Đặng Hùng", "Nguyễn Thị Lan", "Nobody"]


def test_average_of_nothing():
    """IE-14: an empty report has figures too."""
    assert Figures().average_work_seconds == 0
