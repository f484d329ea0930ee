"""A list that leaves the house as a Word document."""

from __future__ import annotations

import io
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lantian.site.air.ranking_file import BODY, DOCX, ILLEGAL, TITLE
from lantian.site.sources.models import Release

__all__ = ["DOCX", "document", "of_list"]

WIDE = 6  # columns from which the page lies on its side


def document(release: Release, heads: list[str], rows: list[list[Any]]) -> bytes:
    """A release as docx, with where and when it was made public; a draft says that it is one."""
    title = f"{release.town}{release.title.get('zh', release.name)}"
    return of_list(title, f"{release.area.name}　共 {len(rows)} 条", heads, rows, _signed(release))


def of_list(title: str, below: str, heads: list[str], rows: list[list[Any]], signed: str) -> bytes:
    """A list as docx, A4: title, the line below it, numbered rows, and at the end who tells it."""
    docx = Document()
    page = docx.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    if len(heads) >= WIDE:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    page.left_margin, page.right_margin = Cm(2.2), Cm(2.2)
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    heading = _clean(title)
    head = docx.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(heading)
    run.bold, run.font.size, run.font.name = True, Pt(18), TITLE
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE)
    docx.add_paragraph(_clean(below)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(docx, ["序号", *heads], [[k, *row] for k, row in enumerate(rows, 1)])
    docx.add_paragraph(_clean(signed)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    about = docx.core_properties
    about.title, about.author, about.comments = heading[:255], "", ""
    out = io.BytesIO()
    docx.save(out)
    return out.getvalue()


def _signed(release: Release) -> str:
    if release.released_at is None:
        return "（草稿，未公开）"
    day = timezone.localtime(release.released_at).date()
    return _clean(f"{release.medium}　{day.year}年{day.month}月{day.day}日")


def _clean(text: Any) -> str:
    return ILLEGAL.sub("", str(text))


def _table(docx: Any, heads: list[str], rows: list[list[Any]]) -> None:
    table = docx.add_table(rows=len(rows) + 1, cols=len(heads))
    table.style = "Table Grid"
    cells = table._cells  # one walk: asking a table for its rows one by one is quadratic
    for k, value in enumerate(value for row in (heads, *rows) for value in row):
        run = cells[k].paragraphs[0].add_run("—" if value == "" else _clean(value))
        run.font.size, run.bold = Pt(10), k < len(heads)
