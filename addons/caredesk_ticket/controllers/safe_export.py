"""Odoo's own exports of lists and pivots, kept from writing what customers typed as formulas."""

import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

from ..domain.report_table import is_formula_like, sheet_text

#: What Odoo itself puts the mark in front of.
_ODOO_MARKS = ("=", "-", "+")


class _TextStaysText:
    """Writes texts as texts; Odoo's writer makes a formula of each that begins with «=»."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            self.worksheet.write_string(row, column, sheet_text(cell_value), style)
        else:
            super().write(row, column, cell_value, style)


class _SafeWriter(_TextStaysText, ExportXlsxWriter):
    pass


class _SafeGroupWriter(_TextStaysText, GroupExportXlsxWriter):
    pass


class SafeExcelExport(ExcelExport):
    """Excel of any list: whatever is text stays text."""

    def from_group_data(self, fields, columns_headers, groups):
        with _SafeGroupWriter(fields, columns_headers, groups.count) as writer:
            x, y = 1, 0
            for name, group in groups.children.items():
                x, y = writer.write_group(x, y, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        with _SafeWriter(fields, columns_headers, len(rows)) as writer:
            for row_index, row in enumerate(rows, start=1):
                for cell_index, value in enumerate(row):
                    writer.write_cell(row_index, cell_index, value)
        return writer.value


class SafeCSVExport(CSVExport):
    """CSV of any list: also what begins with @, tab or a full-width sign gets Odoo's mark."""

    def from_data(self, fields, columns_headers, rows):
        safe = [[self._marked(value) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, safe)

    @staticmethod
    def _marked(value):
        if not isinstance(value, str) or value.startswith(_ODOO_MARKS):
            return value
        return f"'{value}" if is_formula_like(value) else value


class SafePivotExport(TableExporter):
    """Excel of a pivot: its headings are names that customers may have chosen."""

    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        headings = [*table.get("col_group_headers", ()), table.get("measure_headers", ())]
        for cell in (cell for row in headings for cell in row):
            cell["title"] = self._marked(cell.get("title"))
        for row in table.get("rows", ()):
            row["title"] = self._marked(row.get("title"))
        return super().export_xlsx(json.dumps(table), **kw)

    @staticmethod
    def _marked(title):
        if not isinstance(title, str):
            return title
        return f"'{title}" if is_formula_like(title) else sheet_text(title)
