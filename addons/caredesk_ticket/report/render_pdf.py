"""The neutral table as PDF, by Odoo's QWeb and wkhtmltopdf."""

import io

from odoo.exceptions import UserError

from ..domain.report_table import Table, cell_text

_PAPER = {
    "data-report-margin-top": 10,
    "data-report-margin-bottom": 14,
    "data-report-dpi": 96,
}


def html_of(env, table: Table, template: str, **values) -> str:
    """Return ``table`` laid out by a QWeb template; its rows are read here."""
    rows = list(table.rows)
    return env["ir.qweb"]._render(
        template, {"table": table, "rows": rows, "cell_text": cell_text, **values}
    )


def pdf_of(env, table: Table, **values) -> bytes:
    """Return ``table`` as a PDF file.

    The page needs nothing from the server, neither styles nor pictures: it also comes out right
    in a cron, and with no address that the server itself can reach.

    :raise UserError: the server has no program that makes PDF
    """
    # sudo: the program and the format of the paper, no data
    reports_sudo = env["ir.actions.report"].sudo()
    if reports_sudo.get_wkhtmltopdf_state() in ("install", "broken"):
        raise UserError(
            env._("This server cannot make PDF: wkhtmltopdf is missing. Choose Word or Excel.")
        )
    page = html_of(env, table, "caredesk_ticket.report_tickets", **values)
    content = reports_sudo._run_wkhtmltopdf(
        [str(page)],
        report_ref="caredesk_ticket.caredesk_ticket_report",
        landscape=True,
        specific_paperformat_args=_PAPER,
    )
    return _numbered(content)


def _numbered(content: bytes) -> bytes:
    """Print the page numbers: Debian's wkhtmltopdf ignores footers."""
    from odoo.tools.pdf import PdfFileReader, PdfFileWriter  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    source = PdfFileReader(io.BytesIO(content), strict=False)
    count = source.getNumPages()
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number in range(count):
        box = source.getPage(number).mediaBox
        width, height = float(box.getWidth()), float(box.getHeight())
        canvas.setPageSize((width, height))
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(width - 28, 20, f"{number + 1} / {count}")
        canvas.showPage()
    canvas.save()
    stamps, writer = PdfFileReader(stream), PdfFileWriter()
    for number in range(count):
        page = source.getPage(number)
        page.mergePage(stamps.getPage(number))
        writer.addPage(page)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()
