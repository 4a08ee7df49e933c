"""The neutral table as a workbook, row by row: memory does not grow with the rows."""

from contextlib import closing
from datetime import datetime

from ..domain.report_table import (
    DATETIME,
    DURATION,
    NUMBER,
    Column,
    Table,
    is_formula_like,
    sheet_text,
)

_DAY = 86400
#: Day zero of Excel's calendar, which has a 29 February 1900.
_EPOCH = datetime(1899, 12, 30)
_SECONDS_FORMAT = "[h]:mm:ss"
_MOMENT_FORMAT = "dd/mm/yyyy hh:mm"
#: Rows between two reports of how far it is.
_STEP = 2000


def write_xlsx(table: Table, stream, rows_title: str, progress=None) -> None:
    """Write ``table`` to the open binary file ``stream``: its rows, and subtotals by performer.

    Whatever is text is stored as text; a text that looks like a formula also stays one when a
    person edits its cell.

    :param rows_title: name of the sheet with the rows
    :param progress: called with the number of rows written so far, every few thousand
    """
    import xlsxwriter  # noqa: PLC0415  (as Odoo does: only those pay who export)

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with closing(xlsxwriter.Workbook(stream, options)) as book:
        book.set_properties({"title": table.title})
        styles = _Styles(book)
        sheet = book.add_worksheet(_sheet_name(rows_title))
        _write_rows(sheet, table, styles, progress)
        _write_summary(book.add_worksheet(_sheet_name(table.summary.title)), table, styles)


class _Styles:
    def __init__(self, book):
        top = {"valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#E7EDF3", "bottom": 1, "text_wrap": True, **top}
        )
        self.text = book.add_format(top)
        self.formula_like = book.add_format({"quote_prefix": True, **top})
        self.by_kind = {
            NUMBER: book.add_format({"num_format": "#,##0", **top}),
            DURATION: book.add_format({"num_format": _SECONDS_FORMAT, **top}),
            DATETIME: book.add_format({"num_format": _MOMENT_FORMAT, "align": "left", **top}),
        }
        bold = {"bold": True, "top": 1}
        self.total_text = book.add_format(bold)
        self.total_by_kind = {
            NUMBER: book.add_format({"num_format": "#,##0", **bold}),
            DURATION: book.add_format({"num_format": _SECONDS_FORMAT, **bold}),
        }


def _write_rows(sheet, table: Table, styles: _Styles, progress) -> None:
    sheet.freeze_panes(1, min(2, len(table.columns)))
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        _write_text(sheet, 0, index, column.label, styles.heading)
    writers = [_cell_writer(sheet, column, styles) for column in table.columns]
    number = 0
    for number, row in enumerate(table.rows, start=1):
        for index, write in enumerate(writers):
            value = row[index]
            if value is not None and value != "":
                write(number, index, value)
        if progress and not number % _STEP:
            progress(number)
    sheet.autofilter(0, 0, number, max(len(table.columns) - 1, 0))


def _cell_writer(sheet, column: Column, styles: _Styles):
    """Return a function (row, column, value) that writes one cell of this column."""
    style = styles.by_kind.get(column.kind)
    write_number, write_string = sheet.write_number, sheet.write_string
    if column.kind == DATETIME:
        return lambda row, col, value: write_number(
            row, col, (value - _EPOCH).total_seconds() / _DAY, style
        )
    if column.kind == DURATION:
        return lambda row, col, value: write_number(row, col, value / _DAY, style)
    if column.kind == NUMBER:
        return lambda row, col, value: write_number(row, col, value, style)
    text, formula_like = styles.text, styles.formula_like

    def write(row, col, value):
        style = formula_like if is_formula_like(value) else text
        write_string(row, col, sheet_text(value), style)

    return write


def _write_summary(sheet, table: Table, styles: _Styles) -> None:
    """Write what was asked for and what each performer's tickets add up to."""
    summary = table.summary
    for index, column in enumerate(summary.columns):
        sheet.set_column(index, index, column.width)
    _write_text(sheet, 0, 0, table.title, styles.title)
    line = 1
    for label, text in table.filters:
        _write_text(sheet, line, 0, label, styles.text)
        _write_text(sheet, line, 1, text, styles.text)
        line += 1
    line += 1
    for index, column in enumerate(summary.columns):
        _write_text(sheet, line, index, column.label, styles.heading)
    for row in summary.rows():
        line += 1
        for index, (column, value) in enumerate(zip(summary.columns, row, strict=True)):
            _cell_writer(sheet, column, styles)(line, index, value)
    line += 1
    for index, (column, value) in enumerate(zip(summary.columns, summary.total_row(), strict=True)):
        if index == 0:
            _write_text(sheet, line, index, value, styles.total_text)
            continue
        style = styles.total_by_kind[column.kind]
        sheet.write_number(line, index, value / _DAY if column.kind == DURATION else value, style)


def _write_text(sheet, row: int, column: int, text: str, style) -> None:
    sheet.write_string(row, column, sheet_text(text or ""), style)


def _sheet_name(text: str) -> str:
    """Return ``text`` without what Excel forbids in the name of a sheet."""
    return "".join(char for char in text if char not in "[]:*?/\\'")[:31] or "1"
