import io
from dataclasses import replace
from datetime import datetime

import docx
import openpyxl
from docx.oxml.ns import qn

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..domain.report_table import hours_text
from ..report import caredesk_report_reader
from ..report.render_docx import docx_of
from .common import MONDAY, CareDeskCase
from .export_common import ExportMixin

HEADINGS = [
    "Number",
    "Title",
    "Content",
    "Ticket Type",
    "Support Group",
    "Ticket Creator",
    "Performer",
    "Customer",
    "State",
    "Priority",
    "Created on",
    "Started on",
    "Completed on",
    "Queue Time",
    "Work Time",
    "Waiting Time",
    "Cause",
    "Support Result",
]


@tagged("post_install", "-at_install")
class TestExport(ExportMixin, CareDeskCase):
    """Three files of one selection."""

    def _worked_on(self, clock):
        """Make three tickets: one done after 90 s of work, one waiting, one in the queue."""
        customer = self.env["res.partner"].create({"name": "Công ty Hoa Sen"})
        done = self._ticket(
            type_id=self.kind.id, name="Máy in hỏng", partner_id=customer.id, user_id=self.an.id
        )
        waiting = self._ticket(type_id=self.kind.id, name="Hỏi giá", user_id=self.binh.id)
        queued = self._ticket(type_id=self.kind.id, name="Chờ việc")
        done.with_user(self.an).action_start()
        waiting.with_user(self.binh).action_wait("customer")
        clock.tick(90)
        done.with_user(self.an).action_complete(result="Đã sửa", cause="Cáp lỏng")
        self._set_created(done + waiting + queued, MONDAY)
        return done, waiting, queued

    def test_the_three_files_carry_the_same(self):
        """S0-TKT-35, S0-TKT-37, S0-TKT-38: rows, columns and subtotals agree in all formats."""
        done, waiting, queued = self._worked_on(self._freeze(MONDAY))
        export = self._export()
        xlsx, docx_file, pdf = (export._render(kind)[0] for kind in ("xlsx", "docx", "pdf"))

        rows = self._sheet(xlsx)
        self.assertEqual(list(rows[0]), HEADINGS)
        self.assertEqual([row[0] for row in rows[1:]], (done + waiting + queued).mapped("number"))
        first = dict(zip(HEADINGS, rows[1], strict=True))
        self.assertEqual(first["Title"], "Máy in hỏng")
        self.assertEqual(first["Content"], "The printer is silent.")
        self.assertEqual(first["Ticket Type"], "Loại xuất")
        self.assertEqual(first["Support Group"], "Export only")
        self.assertEqual(first["Performer"], "An")
        self.assertEqual(first["Customer"], "Công ty Hoa Sen")
        self.assertEqual((first["State"], first["Priority"]), ("Done", "Normal"))
        self.assertEqual((first["Cause"], first["Support Result"]), ("Cáp lỏng", "Đã sửa"))
        self.assertEqual(first["Created on"], datetime(2026, 3, 2, 17))
        self.assertEqual(first["Completed on"], datetime(2026, 3, 2, 17, 1, 30))
        self.assertEqual(self._seconds(first["Work Time"]), 90)
        self.assertEqual(self._seconds(rows[2][HEADINGS.index("Waiting Time")]), 90)

        printed = self._pdf_text(pdf)
        self._assert_same_rows(rows, self._word_table(docx_file), printed)
        self._assert_same_totals(self._sheet(xlsx, 1), self._word_table(docx_file, 0), printed)

    def _assert_same_rows(self, rows, words, printed):
        """Check that the sheet's rows stand in the Word table and in the PDF's text too."""
        self.assertEqual(words[0], HEADINGS)
        self.assertEqual(len(words), len(rows))
        for sheet_row, word_row in zip(rows[1:], words[1:], strict=True):
            for heading, value, text in zip(HEADINGS, sheet_row, word_row, strict=True):
                if heading in ("Queue Time", "Work Time", "Waiting Time"):
                    value = hours_text(self._seconds(value))
                elif isinstance(value, datetime):
                    value = value.strftime("%d/%m/%Y %H:%M")
                self.assertEqual(text, value or "", heading)
                self.assertIn(text, printed, heading)

    def _assert_same_totals(self, sheet, words, printed):
        """Check the subtotals by performer in all three formats."""
        wanted = [
            ("An", 1, 1, 90, 0, 90),
            ("Binh", 1, 0, 0, 90, 0),
            ("No performer", 1, 0, 0, 0, 0),
            ("Total", 3, 1, 90, 90, 30),
        ]
        totals = sheet[-4:]
        found = [(*row[:3], *(self._seconds(value) for value in row[3:])) for row in totals]
        self.assertEqual(found, wanted)
        texts = [
            [str(value) for value in row[:3]] + [hours_text(v) for v in row[3:]] for row in wanted
        ]
        self.assertEqual(words[1:], texts)
        for row in texts:
            self.assertIn(" ".join(row), printed)

    def test_typed_cells_headings_and_filter(self):
        """S0-TKT-35: durations can be added up in Excel; headings stay in sight in both."""
        self._worked_on(self._freeze(MONDAY))
        export = self._export()
        sheet = openpyxl.load_workbook(io.BytesIO(export._render("xlsx")[0])).worksheets[0]
        work = sheet.cell(2, HEADINGS.index("Work Time") + 1)
        self.assertEqual((work.number_format, work.is_date), ("[h]:mm:ss", True))
        self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("C2", "A1:R4"))
        document = docx.Document(io.BytesIO(export._render("docx")[0]))
        head = document.tables[1].rows[0]._tr
        self.assertTrue(head.findall(f".//{qn('w:tblHeader')}"))
        section = document.sections[0]
        self.assertGreater(section.page_width, section.page_height)
        self.assertTrue(document.styles["Normal"].font.no_proof, "Vietnamese in an English Word")

    def test_filters(self):
        """S0-TKT-36, C-11: states, types, performers, customers and days narrow down together."""
        clock = self._freeze(MONDAY)
        done, waiting, queued = self._worked_on(clock)
        cases = [
            ({}, done + waiting + queued),
            ({"with_done": True}, done),
            ({"with_done": True, "with_waiting": True}, done + waiting),
            ({"with_done": True, "user_ids": [self.binh.id]}, done.browse()),
            ({"type_ids": [self.kind.id], "user_ids": [self.an.id]}, done),
            ({"partner_ids": [done.partner_id.id]}, done),
            ({"ticket_ids": [waiting.id]}, waiting),
            ({"chosen_domain": "[['state', '=', 'waiting']]"}, waiting),
            ({"chosen_domain": "[]", "type_ids": [self.kind.id]}, done + waiting + queued),
            ({"date_field": "done_at", "date_from": "2026-03-02", "date_to": "2026-03-02"}, done),
            ({"date_from": "2026-03-03"}, done.browse()),
        ]
        for vals, tickets in cases:
            with self.subTest(vals):
                export = self._export(**vals)
                self.assertEqual(export.count, len(tickets))
                numbers = [row[0] for row in export._report_table().rows]
                self.assertEqual(numbers, tickets.mapped("number"))

    def test_all_that_a_list_shows(self):
        """S0-TKT-36: of more tickets than a browser names, all are exported and not the first."""
        self.env["ir.config_parameter"].set_param("web.active_ids_limit", 2)
        tickets = self._tickets(3, type_id=self.kind.id)
        context = {
            "active_model": "caredesk.ticket",
            "active_domain": [["type_id", "=", self.kind.id]],
        }
        for chosen, exported in ((tickets[:2], tickets), (tickets[1], tickets[1])):
            exports = self.env["caredesk.ticket.export"].with_user(self.manager)
            export = exports.with_context(**context, active_ids=chosen.ids).create({})
            numbers = [row[0] for row in export._report_table().rows]
            self.assertEqual(numbers, exported.mapped("number"))
            self.assertEqual(export._export_filters()[0][0], "Tickets")

        exports = self.env["caredesk.ticket.export"].with_user(self.manager)
        whole = exports.with_context(**context | {"active_domain": []}, active_ids=tickets[:2].ids)
        export = whole.create({"type_ids": [Command.set(self.kind.ids)]})
        self.assertEqual(export.count, 3, "a list without filters")

    def test_a_name_with_odd_characters_breaks_no_file(self):
        """S0-TKT-39: what the database takes and a file does not is left out of it."""
        customer = self.env["res.partner"].create({"name": "Bình\x0b\x1f"})
        self._ticket(type_id=self.kind.id, partner_id=customer.id)
        export = self._export(partner_ids=[customer.id])
        table = export._report_table()
        self.assertIn("Bình", str(table.filters))
        self.assertTrue(docx_of(replace(table, title="x" * 300), "Details"))

    def test_days_are_those_of_the_user(self):
        """C-11: an evening in Vietnam belongs to its day, though it is another one in UTC."""
        self._freeze("2026-03-02 18:30:00")  # 01:30 of 3 March in Vietnam
        ticket = self._ticket(type_id=self.kind.id)
        self._set_created(ticket, "2026-03-02 18:30:00")
        export = self._export().with_context(tz="Asia/Ho_Chi_Minh")
        export.write({"date_from": "2026-03-03", "date_to": "2026-03-03"})
        self.assertEqual([row[0] for row in export._report_table().rows], [ticket.number])
        export.write({"date_from": "2026-03-02", "date_to": "2026-03-02"})
        self.assertEqual(list(export._report_table().rows), [])

    def test_class_5_formulas_stay_text(self):
        """IE-14, C-35: what customers type is never computed, in none of the formats."""
        titles = ["=1+1", "+84 901", "-2+3", "@sum(1)", "＝1+1"]
        for title in titles:
            self._ticket(type_id=self.kind.id, name=title)
        export = self._export()
        content = export._render("xlsx")[0]
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        for row, title in enumerate(titles, start=2):
            cell = sheet.cell(row, 2)
            self.assertEqual((cell.data_type, cell.value, cell.quotePrefix), ("s", title, True))
        word = export._render("docx")[0]
        for row, title in zip(self._word_table(word)[1:], titles, strict=True):
            self.assertTrue(row[1].endswith(title))
            self.assertFalse(row[1].startswith(title), "pasted into a sheet it would be computed")
        body = docx.Document(io.BytesIO(word)).element.body
        self.assertFalse(list(body.iter(qn("w:instrText"), qn("w:fldSimple"))))
        self.assertIn("=1+1", self._pdf_text(export._render("pdf")[0]))

    def test_class_5_markup_of_workbooks_stays_text(self):
        """IE-14, C-35: no title spoils the file for everybody else's tickets."""
        hostile = "<r></t></is></c><c r='A1'><v>7</v></c></r>"
        self._ticket(type_id=self.kind.id, name=hostile)
        content = self._export()._render("xlsx")[0]
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual(sheet.cell(2, 2).value.lstrip("\u2060"), hostile)

    def test_vietnamese_in_all_formats(self):
        """C-35, IE-14: accents, labels of states and headings are right in Vietnamese."""
        self.env["res.lang"]._activate_lang("vi_VN")
        title = "Đặng Thị Ngọc Ánh: phần mềm lỗi ở Huế, Đà Nẵng, cơ sở Mỹ Đình"
        self._ticket(type_id=self.kind.id, name=title)
        export = self._export().with_context(lang="vi_VN")
        state = dict(
            self.env["caredesk.ticket"]._fields["state"]._description_selection(export.env)
        )["unassigned"]
        self.assertEqual(self._sheet(export._render("xlsx")[0])[1][1], title)
        row = self._word_table(export._render("docx")[0])[1]
        self.assertEqual((row[1], row[8]), (title, state))
        self.assertIn(title, self._pdf_text(export._render("pdf")[0]))

    def test_nothing_found(self):
        """IE-14: an empty selection gives files with headings, not an error."""
        export = self._export(with_cancelled=True)
        self.assertEqual(self._sheet(export._render("xlsx")[0]), [tuple(HEADINGS)])
        self.assertEqual(self._word_table(export._render("docx")[0]), [HEADINGS])
        printed = self._pdf_text(export._render("pdf")[0])
        self.assertIn("No tickets in this selection.", printed)
        self.assertIn("Support Result", printed)

    def test_only_what_the_user_may_see(self):
        """S0-TKT-36, IE-14: files hold what the user's own rights show, however he asks."""
        stranger = self._user("dung", "agent")
        elsewhere = self._group("Elsewhere", stranger)
        mine = self._ticket(type_id=self.kind.id)
        other = self._ticket(group_id=elsewhere.id)
        everything = {"group_ids": [], "ticket_ids": (mine + other).ids}
        self.assertEqual(self._export(**everything).count, 2)
        export = self._export(by=self.an, **{**everything, "ticket_ids": []})
        numbers = [row[0] for row in export._report_table().rows]
        self.assertIn(mine.number, numbers)
        self.assertNotIn(other.number, numbers)
        with self.assertRaises(AccessError):
            self._export(by=self._user("em", "user"))
        with self.assertRaises(AccessError):  # somebody else's dialog
            export.with_user(self.binh).read(["count"])

    def test_other_companies_stay_out(self):
        """IE-47: only the companies the user works in."""
        second = self._company("Second")
        group = self._group("Second", company_id=second.id)
        self._ticket(group_id=group.id, name="Of the second company")
        self.manager.company_ids = [Command.link(second.id)]
        export = self._export(group_ids=[])
        here = export.with_context(allowed_company_ids=self.company.ids)
        both = export.with_context(allowed_company_ids=(self.company + second).ids)
        for found, tickets in ((False, here), (True, both)):
            titles = [row[1] for row in tickets._report_table().rows]
            self.assertEqual("Of the second company" in titles, found)

    def test_columns_are_chosen(self):
        """S1-EML-02: the same choice of columns for exports and scheduled reports."""
        columns = self.env["caredesk.report.column"].search([])
        self._ticket(type_id=self.kind.id)
        everything = self._export(column_ids=columns.ids)
        self.assertEqual(len(self._sheet(everything._render("xlsx")[0])[1]), len(columns))
        two = self._export(column_ids=columns.filtered(lambda c: c.key in ("name", "state")).ids)
        self.assertEqual(self._word_table(two._render("docx")[0])[0], ["Title", "State"])
        with self.assertRaises(ValidationError):
            self._export(column_ids=[])

    def test_days_in_order(self):
        """C-11: a period that ends before it begins is refused."""
        with self.assertRaises(ValidationError):
            self._export(date_from="2026-03-03", date_to="2026-03-02")

    def test_too_many_for_paper(self):
        """C-35: Word and PDF say how many they hold, and that Excel holds more."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.export_paper_rows", "1")
        self._tickets(2, type_id=self.kind.id)
        export = self._export()
        self.assertTrue(export.is_too_long)
        for action in (export.action_export_docx, export.action_export_pdf):
            with self.assertRaisesRegex(UserError, "at most 1 tickets.*Excel"):
                action()
        self.assertEqual(export.action_export_xlsx()["type"], "ir.actions.act_url")

    def test_reading_costs_the_same_for_each_chunk(self):
        """IE-14, IE-51: queries grow with the chunks, not with the tickets."""
        self._tickets(40, type_id=self.kind.id)
        self.env.flush_all()

        def queries(chunk):
            self.patch(caredesk_report_reader, "CHUNK", chunk)
            self.env.invalidate_all()
            table = self._export()._report_table()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(list(table.rows)), 40)
            return self.env.cr.sql_log_count - before

        queries(40)
        one, two, four = queries(40), queries(20), queries(10)
        self.assertEqual(four - two, 2 * (two - one))
        self.assertLessEqual(two - one, 2)

    def test_memory_does_not_hold_the_tickets(self):
        """IE-14: rows are handed on as they are read, no ticket stays in the cache."""
        self._tickets(30, type_id=self.kind.id)
        self.env.flush_all()
        self.env.invalidate_all()
        rows = iter(self._export()._report_table().rows)
        next(rows)
        field = self.env["caredesk.ticket"]._fields["description"]
        self.assertFalse(field._get_cache(self.env))

    def test_write_xlsx_by_domain(self):
        """S0-TKT-35: one call writes a domain to a file, as the benchmark and others use it."""
        ticket = self._ticket(type_id=self.kind.id)
        stream, seen = io.BytesIO(), []
        export = self.env["caredesk.ticket.export"].with_user(self.manager)
        count = export._write_xlsx(stream, [("type_id", "=", self.kind.id)], seen.append)
        self.assertEqual((count, seen), (1, []))
        self.assertEqual(self._sheet(stream.getvalue())[1][0], ticket.number)
