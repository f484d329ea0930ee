"""Makes the documents that these tests read: Word files from XML, PDFs from reportlab."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as PdfTable

from lantian.plandoc.document import Document, Line, Table

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def word(body: str, *, numbering: str = "", styles: str = "", doctype: str = "", namespaces: str = NAMESPACES) -> bytes:
    """A docx with this body, numbering and styles (inner XML, `w:` and friends declared)."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f"{doctype}<w:document {namespaces}><w:body>{body}</w:body></w:document>",
    }
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>"
    if styles:
        parts["word/styles.xml"] = f"<w:styles {NAMESPACES}>{styles}</w:styles>"
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    return out.getvalue()


def para(text: str = "", *, list_id: int | None = None, level: int = 0, style: str = "", more: str = "") -> str:
    """A paragraph; `more` is XML of further runs."""
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_id is not None:
        about += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{about}</w:pPr>{run}{more}</w:p>"


def cell(text: str = "", about: str = "", inner: str | None = None) -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{para(text) if inner is None else inner}</w:tc>"


def table(*rows: Sequence[str], widths: Sequence[int] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    made = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"


def level(depth: int, format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def one_list(*levels: str) -> str:
    inner = "".join(levels)
    return (
        f'<w:abstractNum w:abstractNumId="7">{inner}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )


FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
RULED = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONTNAME", (0, 0), (-1, -1), FONT)]


def drawn(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    """A PDF of pages that functions draw."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for draw in pages:
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def ruled(rows: list[list[str]], *style: tuple[object, ...], repeat: int = 1) -> bytes:
    """A PDF with one ruled table over as many pages as it needs."""
    out = io.BytesIO()
    made = PdfTable(rows, repeatRows=repeat)
    made.setStyle(TableStyle([*RULED, *style]))
    SimpleDocTemplate(out, pagesize=A4).build([made])
    return out.getvalue()


def lines(document: Document) -> list[str]:
    return [b.text.text for b in document.blocks if isinstance(b, Line)]


def cells(document: Document, k: int = 0) -> list[list[str | None]]:
    """Texts of the k-th table; None where a merged cell covers the place."""
    tables = [b for b in document.blocks if isinstance(b, Table)]
    return [[c and c.text.text for c in row] for row in tables[k].rows]


def spans(document: Document, k: int = 0) -> dict[str, tuple[int, int]]:
    """Row and column span of every merged cell, by its text."""
    tables = [b for b in document.blocks if isinstance(b, Table)]
    return {
        c.text.text: (c.rowspan, c.colspan)
        for row in tables[k].rows
        for c in row
        if c and (c.rowspan, c.colspan) != (1, 1)
    }
