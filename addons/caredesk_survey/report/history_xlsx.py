"""The history of surveys as a workbook: one sheet of performed surveys, one of all answers."""

from contextlib import closing
from datetime import datetime

from odoo.addons.caredesk_ticket.domain.report_table import clean, is_formula_like, sheet_text

_EPOCH = datetime(1899, 12, 30)
_DAY = 86400
_WIDTH = 22


def write_history(stream, sheets) -> None:
    """Write ``sheets`` to the open binary file ``stream``, row by row.

    Text is stored as text, also what looks like a formula.

    :param sheets: list of (name, headings, iterable of rows); a cell is text, number, moment or
        None, moments in the reader's time zone
    """
    import xlsxwriter  # noqa: PLC0415  (as Odoo does: only those pay who export)

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with closing(xlsxwriter.Workbook(stream, options)) as book:
        heading = book.add_format({"bold": True, "bg_color": "#E7EDF3", "bottom": 1})
        styles = {
            "text": book.add_format({"valign": "top"}),
            "formula": book.add_format({"valign": "top", "quote_prefix": True}),
            "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
        }
        for name, headings, rows in sheets:
            sheet = book.add_worksheet(
                "".join(char for char in name if char not in "[]:*?/\\'")[:31]
            )
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(headings) - 1, _WIDTH)
            for column, text in enumerate(headings):
                sheet.write_string(0, column, sheet_text(text), heading)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write_cell(sheet, number, column, value, styles)


def _write_cell(sheet, row, column, value, styles) -> None:
    if value is None or value is False or value == "":
        return
    if isinstance(value, datetime):
        days = (value - _EPOCH).total_seconds() / _DAY
        sheet.write_number(row, column, days, styles["moment"])
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    else:
        text = clean(str(value))
        style = styles["formula" if is_formula_like(text) else "text"]
        sheet.write_string(row, column, sheet_text(text), style)
