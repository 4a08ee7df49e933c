"""The neutral table as a Word document: A4 across, the headings on every page."""

import io
from xml.sax.saxutils import escape

from ..domain.report_table import TEXT, Column, Table, cell_text

#: On every Windows and Mac, with all Vietnamese letters; Linux has one of the same widths.
_FONT = "Arial"
_PAGE = (297, 210)  # millimetres
_MARGIN = 10
_TWIPS_PER_MM = 56.7
_HEADING_FILL = "E7EDF3"


def docx_of(table: Table, details_title: str, texts: tuple[str, ...] = ()) -> bytes:
    """Return ``table`` as a .docx file; all its rows are in memory.

    :param details_title: heading above the rows
    :param texts: what stands under the title, e.g. when the report was made
    """
    from docx import Document  # noqa: PLC0415  (only those pay who export to Word)
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    rows = list(table.rows)
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(_PAGE[0]), Mm(_PAGE[1])
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN))
    _set_fonts(document, Pt)
    _add_page_numbers(section)
    document.core_properties.title = table.title[:255]  # more is no title to Word
    document.core_properties.author = ""
    document.add_heading(table.title, level=1)
    for label, text in table.filters:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(text)
    for text in texts:
        document.add_paragraph(text)
    summary = table.summary
    document.add_heading(summary.title, level=2)
    _add_table(
        document, summary.columns, [*summary.rows(), summary.total_row()], 16, has_total=True
    )
    document.add_heading(details_title, level=2)
    _add_table(document, table.columns, rows, 11 if len(table.columns) > 14 else 14)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_fonts(document, points) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415

    for name, size in (("Normal", 9), ("Heading 1", 16), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name = _FONT
        style.font.size = points(size)
        style.font.no_proof = True  # in whatever language customers wrote: no word is underlined
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), _FONT)
        style.paragraph_format.space_after = points(3)


def _add_page_numbers(section) -> None:
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 2  # right
    for number, instruction in enumerate(("PAGE", "NUMPAGES")):
        if number:
            paragraph.add_run(" / ")
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r>'
                "</w:fldSimple>"
            )
        )


def _add_table(document, columns: list[Column], rows, half_points: int, has_total=False) -> None:
    """Append a table as XML in one piece: python-docx takes minutes for a thousand rows."""
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    widths = _widths(columns, (_PAGE[0] - 2 * _MARGIN) * _TWIPS_PER_MM)
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="BFC7CF"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margin = "".join(f'<w:{side} w:w="40" w:type="dxa"/>' for side in ("left", "right"))
    head = _row([column.label for column in columns], widths, half_points, is_heading=True)
    body = []
    for number, row in enumerate(rows, start=1):
        texts = [cell_text(column, value) for column, value in zip(columns, row, strict=True)]
        is_total = has_total and number == len(rows)
        body.append(_row(texts, widths, half_points, is_bold=is_total))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{border}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margin}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{head}{''.join(body)}</w:tbl>"
    )
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def _widths(columns: list[Column], width: float) -> list[int]:
    """Share the width of the page out; a wide column is allowed less than it asks for."""
    shares = [column.width ** (0.75 if column.kind == TEXT else 0.8) for column in columns]
    return [int(width * share / sum(shares)) for share in shares]


def _row(texts, widths, half_points, is_heading=False, is_bold=False) -> str:
    style = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    if is_heading or is_bold:
        style = f"<w:b/>{style}"
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEADING_FILL}"/>' if is_heading else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>'
        f"<w:r><w:rPr>{style}</w:rPr>{_lines(text)}</w:r></w:p></w:tc>"
        for text, width in zip(texts, widths, strict=True)
    )
    heading = "<w:tblHeader/>" if is_heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{heading}</w:trPr>{cells}</w:tr>"


def _lines(text: str) -> str:
    """Return runs of plain text with breaks: what a customer wrote never becomes a field."""
    return "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")
    )
