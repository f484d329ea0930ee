"""A ranking as a workbook and as a Word document of a bulletin."""

from __future__ import annotations

import io
import re
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from lantian.site.air import ranking as engine
from lantian.site.air.models import Ranking
from lantian.site.core import clock
from lantian.site.core.table import TITLE_SIGNS

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # what XML cannot hold
HEADS = ("名次", "镇街", "数值", "上年同期", "同比（%）", "较上年位次", "较上期位次", "有效数")
BODY, TITLE = "仿宋", "宋体"


def text_of(ranking: Ranking) -> list[str]:
    """The bulletin: as released, or as a draft would read today."""
    return ranking.text or engine.written(ranking, clock.today())


def cells(ranking: Ranking) -> list[list[Any]]:
    """The table as files show it: numbers rounded as the metric is published."""
    digits = engine.digits(ranking)
    return [
        [
            row["place"] if row["place"] is not None else "不参加排名",
            row["name"],
            row["value"] if row["value"] is None else round(row["value"], digits),
            row["before"] if row["before"] is None else round(row["before"], digits),
            row["change"],
            _moved(row["moved_year"]),
            _moved(row["moved"]),
            row["valid"],
        ]
        for row in ranking.rows
    ]


def _moved(places: int | None) -> str | None:
    if places is None:
        return None
    return "持平" if places == 0 else f"上升{places}位" if places > 0 else f"下降{-places}位"


def workbook(ranking: Ranking) -> bytes:
    """The table as xlsx."""
    book = Workbook(write_only=True)
    heading, *paragraphs = text_of(ranking)
    sheet = book.create_sheet(TITLE_SIGNS.sub(" ", ranking.title)[:31])
    sheet.column_dimensions["B"].width = 24
    sheet.append([_cell(sheet, heading, bold=True)])
    sheet.append([_cell(sheet, head, bold=True) for head in HEADS])
    for row in cells(ranking):
        sheet.append([_cell(sheet, value) for value in row])
    for text in paragraphs:
        sheet.append([_cell(sheet, text)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def document(ranking: Ranking) -> bytes:
    """The bulletin as docx, A4."""
    docx = Document()
    page = docx.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.6), Cm(2.4)
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(15)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    heading, opening, *others = text_of(ranking)
    title = docx.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(ILLEGAL.sub("", heading))
    run.bold, run.font.size, run.font.name = True, Pt(20), TITLE
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE)
    _prose(docx, opening)
    _table(docx, ranking)
    for text in others:
        _prose(docx, text)
    signed = docx.add_paragraph(_day(ranking))
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    about = docx.core_properties
    about.title, about.author, about.comments = ILLEGAL.sub("", heading)[:255], "", ""
    out = io.BytesIO()
    docx.save(out)
    return out.getvalue()


def _day(ranking: Ranking) -> str:
    if ranking.released_at is None:
        return "（草稿，未发布）"
    day = timezone.localtime(ranking.released_at).date()
    return f"{day.year}年{day.month}月{day.day}日"


def _prose(docx: Any, text: str) -> None:
    paragraph = docx.add_paragraph(ILLEGAL.sub("", text))
    paragraph.paragraph_format.first_line_indent = Pt(30)


def _table(docx: Any, ranking: Ranking) -> None:
    table = docx.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid"
    rows = [list(HEADS), *cells(ranking)]
    for at, row in enumerate(rows):
        places = table.rows[0].cells if at == 0 else table.add_row().cells
        for place, value in zip(places, row, strict=True):
            paragraph = place.paragraphs[0]
            run = paragraph.add_run("—" if value is None else ILLEGAL.sub("", str(value)))
            run.font.size, run.bold = Pt(10.5), at == 0
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
