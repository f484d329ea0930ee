"""Builds the demo plans as Word documents: red head, notice, automatic numbering, a task table with merged cells."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from lantian.site.demo.script import Annex, Row, Script, script

RED = RGBColor(0xC0, 0x10, 0x10)
FONT = "仿宋"
NUMBERING = 77  # of our own list; python-docx's template uses low numbers
CHAPTER, SECTION, ITEM = 0, 1, 2
CHINESE = "chineseCountingThousand"
LEVELS = ((CHINESE, "%1、"), (CHINESE, "（%2）"), ("decimal", "%3."))
ROLE_LABELS = (("牵头部门", "lead"), ("责任单位", "responsible"), ("协办单位", "assist"))
COLUMNS = {
    "完成时限": "deadline",
    "牵头领导": "leaders",
    "牵头部门": "lead",
    "责任单位": "responsible",
    "协办单位": "assist",
}
TEXT_COLUMNS = ("重点任务", "主要任务")  # the last of these in the header holds the measure


def build(directory: Path, name: str, *, year: int) -> Path:
    """Write the demo plan `name` as docx into `directory`; the file's path."""
    plan = script(name, year=year)
    docx = Document()
    _page_and_font(docx)
    _numbering(docx)
    _red_head(docx, plan)
    _notice(docx, plan)
    _body(docx, plan)
    _annex(docx, plan.annex)
    path = directory / plan.file_name
    docx.save(str(path))
    return path


def _page_and_font(docx: DocxDocument) -> None:
    page = docx.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _numbering(docx: DocxDocument) -> None:
    """One list of three levels: 一、（一） 1. The third runs on through the chapters, as offices number their tasks."""
    levels = "".join(
        f'<w:lvl w:ilvl="{k}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        + ('<w:lvlRestart w:val="0"/>' if k == ITEM else "")
        + f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
        for k, (form, text) in enumerate(LEVELS)
    )
    root = docx.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{NUMBERING}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first_num = root.find(qn("w:num"))
    if first_num is None:
        root.append(abstract)
    else:  # the schema wants every abstractNum before the first num
        first_num.addprevious(abstract)
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{NUMBERING}"><w:abstractNumId w:val="{NUMBERING}"/></w:num>')
    )


def _numbered(paragraph: Paragraph, level: int) -> Paragraph:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{NUMBERING}"/></w:numPr>')
    )
    return paragraph


def _line(docx: DocxDocument, text: str, *, align: WD_ALIGN_PARAGRAPH, size: float, bold: bool = False) -> Paragraph:
    paragraph = docx.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    return paragraph


def _prose(docx: DocxDocument, text: str) -> Paragraph:
    paragraph = docx.add_paragraph(text)
    paragraph.paragraph_format.first_line_indent = Pt(28)
    return paragraph


def _red_head(docx: DocxDocument, plan: Script) -> None:
    head = _line(docx, f"{plan.authority}文件", align=WD_ALIGN_PARAGRAPH.CENTER, size=26, bold=True)
    head.runs[0].font.color.rgb = RED
    number = _line(docx, plan.doc_number, align=WD_ALIGN_PARAGRAPH.CENTER, size=14)
    rule = OxmlElement("w:pBdr")
    rule.append(parse_xml(f'<w:bottom {nsdecls("w")} w:val="single" w:sz="18" w:space="4" w:color="C01010"/>'))
    number._p.get_or_add_pPr().find(qn("w:jc")).addprevious(rule)  # the schema orders a paragraph's properties


def _notice(docx: DocxDocument, plan: Script) -> None:
    _line(docx, plan.notice_title, align=WD_ALIGN_PARAGRAPH.CENTER, size=20, bold=True)
    docx.add_paragraph(plan.addressees)
    for text in plan.notice:
        _prose(docx, text)
    _line(docx, plan.signed_by, align=WD_ALIGN_PARAGRAPH.RIGHT, size=14)
    _line(docx, plan.issued_on, align=WD_ALIGN_PARAGRAPH.RIGHT, size=14)
    _prose(docx, plan.remark)
    docx.add_page_break()


def _body(docx: DocxDocument, plan: Script) -> None:
    _line(docx, plan.title, align=WD_ALIGN_PARAGRAPH.CENTER, size=20, bold=True)
    for chapter in plan.chapter:
        _numbered(docx.add_paragraph(chapter.heading, style="Heading 1"), CHAPTER)
        for text in chapter.paragraphs:
            _prose(docx, text)
        for section in chapter.section:
            _numbered(docx.add_paragraph(section.heading, style="Heading 2"), SECTION)
            for item in section.item:
                paragraph = docx.add_paragraph()
                paragraph.add_run(item.title).bold = True
                paragraph.add_run(item.text)
                _numbered(paragraph, ITEM)
                roles = [(label, "、".join(getattr(item, role))) for label, role in ROLE_LABELS]
                said = [f"{label}：{names}" for label, names in roles if names]
                _prose(docx, f"（{'；'.join([*said, f'完成时限：{item.deadline}'])}）")


def _annex(docx: DocxDocument, annex: Annex) -> None:
    page = docx.add_section()
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    docx.add_paragraph(annex.label)
    _line(docx, annex.title, align=WD_ALIGN_PARAGRAPH.CENTER, size=18, bold=True)
    table = docx.add_table(rows=1, cols=len(annex.headers), style="Table Grid")
    for cell, header in zip(table.rows[0].cells, annex.headers, strict=True):
        _fill(cell, [header])
    # the header is printed again on every page
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _annex_rows(table, annex)


def _annex_rows(table: Table, annex: Annex) -> None:
    """Rows of the annex: a section is a row merged across or, with a column 类别, a cell merged down."""
    category = annex.headers.index("类别") if "类别" in annex.headers else None
    measure = max(k for k, header in enumerate(annex.headers) if any(word in header for word in TEXT_COLUMNS))
    number = 0
    for section in annex.section:
        if category is None:
            cells = table.add_row().cells
            _fill(cells[0].merge(cells[-1]), [section.heading])
        first_of_section = len(table.rows)
        for item in section.item:
            number += 1
            first_of_item = len(table.rows)
            for row in item.row:
                _fill_row(table.add_row().cells, annex.headers, measure, row)
            upstream = measure - 1
            for column, text in ((0, str(number)), (upstream, item.upstream)):
                _merge_down(table, column, first_of_item, text)
        if category is not None:
            _merge_down(table, category, first_of_section, section.heading)


def _fill_row(cells: tuple[_Cell, ...], headers: list[str], measure: int, row: Row) -> None:
    _fill(cells[measure], [row.text])
    for cell, header in zip(cells, headers, strict=True):
        if field := COLUMNS.get(header):
            value = getattr(row, field)
            _fill(cell, [value] if isinstance(value, str) else value)


def _merge_down(table: Table, column: int, first: int, text: str) -> None:
    last = len(table.rows) - 1
    cell = table.cell(first, column)
    if last > first:
        cell = cell.merge(table.cell(last, column))
    _fill(cell, [text])


def _fill(cell: _Cell, lines: list[str]) -> None:
    """Lines as paragraphs of a cell, in the small type of annex tables."""
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    for k, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if k == 0 else cell.add_paragraph()
        paragraph.add_run(line).font.size = Pt(9)
