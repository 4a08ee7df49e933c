"""The neutral table as PDF, by Odoo's QWeb and wkhtmltopdf.

Debian's wkhtmltopdf knows neither footers nor headings that are repeated on each page. So both
are drawn into the pages afterwards.
"""

import io

from odoo.exceptions import UserError

from ..domain.report_table import Table, cell_text

_TEMPLATE = "caredesk_ticket.report_tickets"
_PAPER = "caredesk_ticket.caredesk_ticket_report"
#: Room above the rows, and where the headings begin in it; millimetres.
_SUMMARY_TOP = 10
_ROWS_TOP = 15
_HEADINGS_TOP = 5
_POINTS_PER_MM = 72 / 25.4


def pdf_of(env, table: Table, **values) -> bytes:
    """Return ``table`` as a PDF file: subtotals first, then the rows.

    The pages need nothing from the server, neither styles nor pictures: they also come out right
    in a cron, and with no address that the server itself can reach.

    :raise UserError: the server has no program that makes PDF
    """
    # sudo: the program and the format of the paper, no data
    reports_sudo = env["ir.actions.report"].sudo()
    if reports_sudo.get_wkhtmltopdf_state() in ("install", "broken"):
        raise UserError(
            env._("This server cannot make PDF: wkhtmltopdf is missing. Choose Word or Excel.")
        )
    rows = list(table.rows)
    shared = {"table": table, "rows": rows, "cell_text": cell_text, **values}

    def pages(part, top):
        page = env["ir.qweb"]._render(_TEMPLATE, {**shared, "part": part})
        return reports_sudo._run_wkhtmltopdf(
            [str(page)],
            report_ref=_PAPER,
            landscape=True,
            specific_paperformat_args={"data-report-margin-top": top, "data-report-dpi": 96},
        )

    return _bound(pages("summary", _SUMMARY_TOP), pages("rows", _ROWS_TOP))


def _bound(summary: bytes, rows: bytes) -> bytes:
    """Return one file: the summary, then the rows with headings above, all pages numbered.

    The first page of ``rows`` holds the headings and nothing else: what it draws is drawn on
    each of the other pages too, further up. Nothing is unpacked: merging pages would take seconds
    for each of them.
    """
    from odoo.tools.pdf import PdfFileReader, PdfFileWriter  # noqa: PLC0415

    first, second = (PdfFileReader(io.BytesIO(part), strict=False) for part in (summary, rows))
    headings = second.getPage(0)
    pages = [first.getPage(number) for number in range(first.getNumPages())]
    row_pages = [second.getPage(number) for number in range(1, second.getNumPages())]
    for page in row_pages:
        _draw_below(page, headings)
    writer = PdfFileWriter()
    for number, source in enumerate([*pages, *row_pages], start=1):
        writer.addPage(source)
        page = writer.getPage(number - 1)
        moved = number > len(pages)
        _finish(writer, page, f"{number} / {len(pages) + len(row_pages)}", moved)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def _draw_below(page, headings) -> None:
    """Have ``page`` draw first what ``headings``, a page of the same file, draws."""
    from odoo.tools.pdf import ArrayObject, NameObject  # noqa: PLC0415

    fonts = page["/Resources"]["/Font"]
    for name, font in headings["/Resources"]["/Font"].items():
        fonts[NameObject(name)] = font
    streams = ArrayObject([headings.raw_get("/Contents"), page.raw_get("/Contents")])
    page[NameObject("/Contents")] = streams


def _finish(writer, page, number: str, moved: bool) -> None:
    """Print the number of the page; move the headings, its first stream, into the margin."""
    from odoo.tools.pdf import (  # noqa: PLC0415
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
    )

    def stream(text):
        content = DecodedStreamObject()
        content.setData(text.encode())
        return writer._addObject(content)

    contents = page.raw_get("/Contents")
    contents = list(page["/Contents"]) if isinstance(page["/Contents"], list) else [contents]
    if moved:
        lift = (_ROWS_TOP - _HEADINGS_TOP) * _POINTS_PER_MM
        up, back = stream(f"q 1 0 0 1 0 {lift:.2f} cm\n"), stream("\nQ\n")
        contents = [up, contents[0], back, *contents[1:]]
    right = float(page.mediaBox.getWidth()) - 28
    width = 4.4 * len(number)  # of digits in 8 point Helvetica
    # First: what the page itself draws leaves its own transformations behind.
    contents.insert(
        0, stream(f"q BT 0.3 g /CareDesk 8 Tf {right - width:.2f} 18 Td ({number}) Tj ET Q\n")
    )
    page[NameObject("/Contents")] = ArrayObject(contents)
    fonts = page["/Resources"]["/Font"]
    fonts[NameObject("/CareDesk")] = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
