import csv
import io
import json

import openpyxl

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .export_common import ExportMixin


@tagged("post_install", "-at_install")
class TestExportDownload(ExportMixin, HttpCase):
    """The addresses behind the buttons, and Odoo's own exports of our models."""

    def setUp(self):
        super().setUp()
        self.ticket = self._ticket(type_id=self.kind.id, name="=1+1")

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    @mute_logger("odoo.http")  # refusals
    def test_download(self):
        """S0-TKT-39: each button leads to a file with a name, for who opened the dialog only."""
        export = self._export()
        urls = {
            kind: getattr(export, f"action_export_{kind}")()["url"]
            for kind in ("xlsx", "docx", "pdf")
        }
        self._log_in(self.manager)
        for kind, start in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
            answer = self.url_open(urls[kind])
            self.assertEqual(answer.status_code, 200, answer.text[:300])
            self.assertTrue(answer.content.startswith(start))
            self.assertIn("attachment", answer.headers["Content-Disposition"])
            self.assertIn(f".{kind}", answer.headers["Content-Disposition"])
        self.assertEqual(self.url_open(f"/caredesk/ticket/export/{export.id}/exe").status_code, 404)
        self._log_in(self.an)
        self.assertEqual(self.url_open(urls["xlsx"]).status_code, 403)

    @mute_logger("odoo.http")  # refusals
    def test_nobody_from_outside(self):
        """IE-14: visitors are sent to the login, portal users get nothing."""
        url = self._export().action_export_xlsx()["url"]
        answer = self.url_open(url, allow_redirects=False)
        self.assertIn("/web/login", answer.headers.get("Location", ""))
        self._log_in(self._user("portal_p", "portal"))
        self.assertEqual(self.url_open(url).status_code, 403)

    # === ODOO'S OWN EXPORTS ===

    def _odoo_export(self, kind, groupby=()):
        self._log_in(self.env.ref("base.user_admin"))
        data = {
            "model": "caredesk.ticket",
            "fields": [
                {"name": name, "label": name, "type": "char", "store": True}
                for name in ("name", "number")
            ],
            "ids": self.ticket.ids,
            "domain": [],
            "groupby": list(groupby),
            "context": {},
            "import_compat": False,
        }
        body = {"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)}
        return self.url_open(f"/web/export/{kind}", data=body)

    def test_class_5_formulas_in_odoos_list_to_excel(self):
        """C-35, IE-14: the list's own export does not compute a title either, grouped or not."""
        for groupby in ((), ("name",)):
            answer = self._odoo_export("xlsx", groupby)
            self.assertEqual(answer.status_code, 200)
            sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            self.assertNotIn("f", kinds)
            texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
            self.assertIn("=1+1", texts)
        self.ticket.name = "<r></t></si></r>"  # mark-up of the library that writes the file
        sheet = openpyxl.load_workbook(io.BytesIO(self._odoo_export("xlsx").content)).worksheets[0]
        self.assertTrue(sheet.cell(2, 1).value.endswith("<r></t></si></r>"))

    def test_class_5_formulas_in_odoos_list_to_csv(self):
        """IE-14: every sign a spreadsheet computes gets Odoo's mark, not only three of them."""
        for title in ("=1", "@sum(1)", "＝1", "\t=1"):
            self.ticket.name = title
            rows = list(csv.reader(io.StringIO(self._odoo_export("csv").text)))
            self.assertEqual(rows[1][0], f"'{title}")
        self.ticket.name = "Máy in"
        self.assertEqual(
            list(csv.reader(io.StringIO(self._odoo_export("csv").text)))[1][0], "Máy in"
        )

    def test_class_5_formulas_in_odoos_pivot(self):
        """IE-14: names of customers as headings of a pivot stay text."""
        self._log_in(self.env.ref("base.user_admin"))
        table = {
            "title": "Tickets",
            "model": "caredesk.ticket",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[{"title": "=1+1", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "Count", "is_bold": False}],
            "origin_headers": [],
            "rows": [{"title": "=2+2", "indent": 0, "values": [{"is_bold": False, "value": 3}]}],
        }
        body = {"data": json.dumps(table), "csrf_token": http.Request.csrf_token(self)}
        answer = self.url_open("/web/pivot/export_xlsx", data=body)
        self.assertEqual(answer.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn(3, [cell.value for cell in cells])
