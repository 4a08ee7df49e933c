"""Reading exported files back, the way a person's programs do."""

import io
import re
from datetime import timedelta

import docx
import openpyxl

from odoo.tools.pdf import PdfFileReader

from .common import CareDeskMixin

_GUARD = "\u2060"


class ExportMixin(CareDeskMixin):
    """A manager, and what the three formats of one selection hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("chi", "manager", tz="Asia/Ho_Chi_Minh")
        cls.group_export = cls._group(
            "Export only", cls.an, cls.binh, auto_assign=False, dispatch_queue=False
        )
        cls.kind = cls._type(cls.group_export, name="Loại xuất")

    def _export(self, by=None, **vals):
        """Return the dialog of ``by``, by default about the tickets of these tests only."""
        values = {"group_ids": [self.group_export.id], **vals}
        return self.env["caredesk.ticket.export"].with_user(by or self.manager).create(values)

    def _sheet(self, content, index=0):
        """Return the rows of a sheet as tuples of values."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        return list(book.worksheets[index].iter_rows(values_only=True))

    def _word_table(self, content, index=1):
        """Return the rows of a table as lists of texts."""
        table = docx.Document(io.BytesIO(content)).tables[index]
        return [[cell.text for cell in row.cells] for row in table.rows]

    def _pdf_text(self, content):
        """Return all the text in one line, without what is invisible."""
        pages = PdfFileReader(io.BytesIO(content), strict=False).pages
        text = " ".join(page.extract_text() for page in pages)
        return re.sub(r"\s+", " ", text.replace(_GUARD, ""))

    @staticmethod
    def _seconds(value):
        """Return a duration of Excel in whole seconds; zero comes back as midnight."""
        if isinstance(value, timedelta):
            return round(value.total_seconds())
        return value.hour * 3600 + value.minute * 60 + value.second
