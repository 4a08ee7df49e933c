import io
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..models.mail_job import number_of
from ..report.caredesk_report_reader import PAPER_TEXT, SHEET_TEXT
from ..report.render_docx import docx_of
from ..report.render_pdf import pdf_of
from ..report.render_xlsx import write_xlsx

#: Most tickets in Word and PDF; more of them in Excel come in the background.
_PAPER_ROWS = 2000
_BACKGROUND_ROWS = 5000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class CaredeskTicketExport(models.TransientModel):
    """Export tickets: first which, then one button for each format (S0-TKT-35 … 39).

    Everything is read with the rights of the user: a file never holds more than his screens.
    """

    _name = "caredesk.ticket.export"
    _description = "Export Report"
    _inherit = ["caredesk.report.scope"]

    ticket_ids = fields.Many2many("caredesk.ticket", string="Chosen Tickets")
    chosen_domain = fields.Char(
        export_string_translation=False,
        help="Filter of the list, when more tickets were chosen in it than the browser sends.",
    )
    company_ids = fields.Many2many("res.company", default=lambda self: self.env.companies)
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    count = fields.Integer("Tickets", compute="_compute_count")
    is_too_long = fields.Boolean(compute="_compute_count", export_string_translation=False)
    is_in_background = fields.Boolean(compute="_compute_count", export_string_translation=False)
    count_text = fields.Char(compute="_compute_count", export_string_translation=False)

    @api.model
    def default_get(self, fields):
        """Begin with the tickets chosen in the list, if it was opened from there."""
        values = super().default_get(fields)
        context = self.env.context
        if "ticket_ids" in fields and context.get("active_model") == "caredesk.ticket":
            ids = context.get("active_ids") or [context.get("active_id")]
            shown = context.get("active_domain")
            # An empty domain is a list without filters: all there is.
            if len(ids) >= self._most_named() and isinstance(shown, list):
                values["chosen_domain"] = repr(shown)
            else:
                values["ticket_ids"] = [Command.set(ids)]
        return values

    @api.model
    def _most_named(self):
        """Return how many records a list names at most of all that were chosen in it."""
        # sudo: a setting of the web client, no secret
        value = self.env["ir.config_parameter"].sudo().get_param("web.active_ids_limit") or ""
        return int(value) if value.isdecimal() and int(value) else 20_000  # as the client does

    # === COMPUTE ===

    @api.depends(
        "ticket_ids",
        "chosen_domain",
        "with_unassigned",
        "with_todo",
        "with_in_progress",
        "with_waiting",
        "with_done",
        "with_cancelled",
        "type_ids",
        "group_ids",
        "user_ids",
        "partner_ids",
        "date_field",
        "date_from",
        "date_to",
    )
    def _compute_count(self):
        """Say beforehand how many there are and which formats hold them."""
        paper_rows, background_rows = self._paper_rows(), self._background_rows()
        for export in self:
            limit = max(paper_rows, background_rows) + 1
            domain = export._ticket_domain()
            # Counted as far as a decision needs: a million tickets would keep the dialog waiting.
            count = self.env["caredesk.ticket"].search_count(domain, limit=limit)
            export.count = count
            export.is_too_long = count > paper_rows
            export.is_in_background = count > background_rows
            export.count_text = export._count_in_words(paper_rows)

    # === CONSTRAINTS ===

    @api.constrains("date_from", "date_to")
    def _check_days(self):
        for export in self:
            if export.date_from and export.date_to and export.date_from > export.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    # === ACTIONS ===

    def action_export_xlsx(self):
        """Download the tickets as Excel; very many are prepared in the background."""
        self.ensure_one()
        if self.is_in_background:
            return self.env["caredesk.export.job"]._enqueue(self)
        return self._download("xlsx")

    def action_export_docx(self):
        """Download the tickets as Word."""
        return self._download("docx")

    def action_export_pdf(self):
        """Download the tickets as PDF."""
        return self._download("pdf")

    def _download(self, extension):
        self.ensure_one()
        if extension != "xlsx":
            self._check_fits_on_paper()
        return {
            "type": "ir.actions.act_url",
            "url": f"/caredesk/ticket/export/{self.id}/{extension}",
            "target": "self",
        }

    def _count_in_words(self, paper_rows):
        if self.is_in_background:
            return self.env._(
                "%(count)s tickets or more: too many for Word and PDF. The Excel file is prepared "
                "in the background; you get a notification with the download.",
                count=self.count,
            )
        if self.is_too_long:
            return self.env._(
                "%(count)s tickets or more: too many for Word and PDF, which hold %(limit)s. "
                "Choose Excel, or a shorter period.",
                count=self.count,
                limit=paper_rows,
            )
        return self.env._("%(count)s tickets of those you may see.", count=self.count)

    def _check_fits_on_paper(self):
        if self.is_too_long:
            raise UserError(
                self.env._(
                    "Word and PDF hold at most %(limit)s tickets, and these are more. Choose a "
                    "shorter period or fewer states, or export to Excel.",
                    limit=self._paper_rows(),
                )
            )

    # === BUSINESS ===

    @api.model
    def _paper_rows(self):
        return number_of(self.env, "export_paper_rows", _PAPER_ROWS)

    @api.model
    def _background_rows(self):
        return number_of(self.env, "export_background_rows", _BACKGROUND_ROWS)

    def _ticket_domain(self):
        """Return the domain of the tickets asked for."""
        self.ensure_one()
        domain = self._scope_domain() & self._days_domain(self.date_from, self.date_to)
        if self.ticket_ids:
            domain &= Domain("id", "in", self.ticket_ids.ids)
            domain &= Domain("active", "in", [True, False])
        if self.chosen_domain:
            domain &= Domain(literal_eval(self.chosen_domain))
        return domain

    def _export_filters(self):
        """Return what was asked for in words."""
        lines = self._filter_lines(self.date_from, self.date_to)
        if self.ticket_ids:
            chosen = self.env._("%(count)s chosen in the list", count=len(self.ticket_ids))
            lines.insert(0, (self.env._("Tickets"), chosen))
        if self.chosen_domain:
            lines.insert(0, (self.env._("Tickets"), self.env._("All that the list shows")))
        return lines

    def _in_its_companies(self):
        """Return the dialog in the companies that were chosen when it was opened."""
        return self.with_context(allowed_company_ids=self.company_ids.ids or self.env.companies.ids)

    def _report_table(self, text_limit=PAPER_TEXT):
        """Return what the user asked for as one neutral table."""
        self.ensure_one()
        reader = self.env["caredesk.report.reader"]
        title = self.env._("Ticket Report")
        columns = self.column_ids
        return reader._read_table(
            self._ticket_domain(), columns, title, self._export_filters(), text_limit
        )

    @api.model
    def _write_xlsx(self, stream, domain, progress=None):
        """Write the tickets in ``domain`` with the usual columns to a binary file.

        :param stream: open binary file
        :param progress: called with the number of rows written so far
        :return: how many tickets were written
        """
        columns = self.env["caredesk.report.column"].search([("is_default", "=", True)])
        table = self.env["caredesk.report.reader"]._read_table(
            domain, columns, self.env._("Ticket Report"), text_limit=SHEET_TEXT
        )
        write_xlsx(table, stream, self.env._("Tickets"), progress)
        return table.count

    def _render(self, extension):
        """Return the file in the format of ``extension``: its content and its media type.

        :raise UserError: the format does not hold so many tickets
        """
        self.ensure_one()
        if extension == "xlsx":
            stream = io.BytesIO()
            write_xlsx(self._report_table(SHEET_TEXT), stream, self.env._("Tickets"))
            return stream.getvalue(), XLSX_TYPE
        self._check_fits_on_paper()
        return self._on_paper(self._report_table(), extension)

    @api.model
    def _on_paper(self, table, extension):
        """Return a table as Word or PDF: content and media type."""
        made = self.env._("Made on %(moment)s", moment=table.made)
        if extension == "docx":
            return docx_of(table, self.env._("Tickets"), (made,)), DOCX_TYPE
        return pdf_of(self.env, table, made=made), "application/pdf"

    @api.model
    def _file_name(self, extension, title=None):
        day = fields.Date.context_today(self)
        return f"{title or self.env._('Ticket Report')} {day:%Y-%m-%d}.{extension}"
