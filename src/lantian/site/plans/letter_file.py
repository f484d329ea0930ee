"""A letter as a Word document, and several of them as one zip file."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from lantian.site.plans.models import Letter

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What offices have on their machines (GB/T 9704: title in 小标宋, text in 仿宋, headings in 黑体).
TITLE, BODY, HEADING = "宋体", "仿宋", "黑体"
SIZE, SMALL = Pt(15), Pt(10.5)
NUMERALS = "〇一二三四五六七八九十"
COLUMNS = (("编号", Cm(1.6)), ("任务", Cm(5.8)), ("职责", Cm(1.5)), ("数量", Cm(3.9)), ("完成时限", Cm(3.3)))
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # what XML cannot hold
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # what names of files cannot


def document(content: dict[str, Any]) -> bytes:
    """The letter as docx."""
    docx = Document()
    _page_and_font(docx)
    _properties(docx, content)
    _line(docx, content["heading"], font=TITLE, size=Pt(22), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=Pt(6))
    _line(docx, content["number"], align=WD_ALIGN_PARAGRAPH.CENTER, after=Pt(14))
    for text in content["parties"]:
        _line(docx, text)
    for text in content["opening"]:
        _prose(docx, text)
    part = 0
    if content["tasks"]:
        part += 1
        _heading(docx, part, content["tasks_heading"])
        _tasks(docx, content["tasks"])
    for section in content["sections"]:
        part += 1
        _heading(docx, part, section["heading"])
        for number, text in enumerate(section["entries"], 1):
            _prose(docx, f"{number}. {text}")
    for text in content["closing"]:
        _prose(docx, text)
    _signatures(docx, content["signatures"])
    _footer(docx, content["number"])
    out = io.BytesIO()
    docx.save(out)
    return out.getvalue()


def file_name(letter: Letter) -> str:
    """A name that says who is to sign what: 目标责任书（北桥街道办事处）青河区气责〔2026〕3号.docx"""
    return f"{UNFIT.sub('', f'{letter.title}（{letter.place}）{letter.number}')[:150]}.docx"


def archive(letters: Iterable[Letter]) -> bytes:
    """All of them in one zip file, each under a name of its own."""
    out = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for letter in letters:
            name = file_name(letter)
            if name in used:
                name = f"{name.removesuffix('.docx')}-{letter.pk}.docx"
            used.add(name)
            packed.writestr(name, document(letter.content))
    return out.getvalue()


def numeral(n: int) -> str:
    """Chinese numeral of a part, 1 to 99.

    >>> [numeral(n) for n in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(n, 10)
    head = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones else "")


def _page_and_font(docx: DocxDocument) -> None:
    page = docx.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.6), Cm(2.4)
    page.top_margin, page.bottom_margin = Cm(3.2), Cm(2.6)
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = BODY, SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.line_spacing = Pt(26)
    normal.paragraph_format.space_after = Pt(0)


def _properties(docx: DocxDocument, content: dict[str, Any]) -> None:
    about = docx.core_properties
    about.title, about.author, about.subject = (_clean(content[k]) for k in ("heading", "issuer", "number"))
    about.last_modified_by, about.comments, about.language = about.author, "", "zh-CN"
    about.created = about.modified = dt.datetime.combine(dt.date.fromisoformat(content["day"]), dt.time())


def _clean(text: str) -> str:
    return ILLEGAL.sub("", text)


def _run(paragraph: Paragraph, text: str, *, font: str = "", size: Any = None, bold: bool = False) -> Run:
    run = paragraph.add_run(_clean(text))
    run.bold = bold
    if size is not None:
        run.font.size = size
    if font:
        run.font.name = font
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _line(
    docx: DocxDocument,
    text: str,
    *,
    font: str = "",
    size: Any = None,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    after: Any = None,
) -> Paragraph:
    paragraph = docx.add_paragraph()
    paragraph.alignment = align
    if size is not None:
        paragraph.paragraph_format.line_spacing = 1.2  # a fixed one would cut large letters off
    if after is not None:
        paragraph.paragraph_format.space_after = after
    _run(paragraph, text, font=font, size=size, bold=bold)
    return paragraph


def _prose(docx: DocxDocument, text: str) -> Paragraph:
    paragraph = _line(docx, text)
    paragraph.paragraph_format.first_line_indent = SIZE * 2
    return paragraph


def _heading(docx: DocxDocument, part: int, text: str) -> None:
    paragraph = _line(docx, f"{numeral(part)}、{text}", font=HEADING)
    paragraph.paragraph_format.first_line_indent = SIZE * 2
    paragraph.paragraph_format.keep_with_next = True


def _tasks(docx: DocxDocument, tasks: Sequence[dict[str, str]]) -> None:
    table = docx.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for cell, (label, _width) in zip(table.rows[0].cells, COLUMNS, strict=True):
        _fill(cell, label, bold=True, centre=True)
    # the header is printed again on every page
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for task in tasks:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, name in zip(row.cells, ("number", "task", "role", "amount", "due"), strict=True):
            _fill(cell, task[name], centre=name not in ("task", "amount"))
    for column, (_label, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _fill(cell: _Cell, text: str, *, bold: bool = False, centre: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.LEFT
    _run(paragraph, text, size=SMALL, bold=bold)


def _signatures(docx: DocxDocument, blocks: Sequence[dict[str, Any]]) -> None:
    """Blocks to sign, each in one piece: none is parted by the end of a page."""
    for block in blocks:
        first = _line(docx, block["party"])
        first.paragraph_format.space_before = Pt(26)
        first.paragraph_format.keep_with_next = True
        for number, text in enumerate(block["lines"], 1):
            paragraph = _line(docx, text)
            paragraph.paragraph_format.keep_with_next = number < len(block["lines"])


def _footer(docx: DocxDocument, number: str) -> None:
    paragraph = docx.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, f"{number}　第 ", size=SMALL)
    page = OxmlElement("w:fldSimple")
    page.set(qn("w:instr"), "PAGE")
    page.append(_run(paragraph, "1", size=SMALL)._r)  # moved into the field, so that its number has the same size
    paragraph._p.append(page)
    _run(paragraph, " 页", size=SMALL)
