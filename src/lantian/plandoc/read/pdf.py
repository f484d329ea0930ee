"""PDF with a text layer: printed lines, and ruled tables with their merged cells; one page in memory at a time."""

from __future__ import annotations

import ctypes
import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from lantian.plandoc.document import Document
from lantian.plandoc.read.builder import UNSEEN, Builder, Draft, limits, refusal
from lantian.plandoc.read.glyphs import Glyph, PrintedLine, laid_out, opens_table, printed_lines
from lantian.plandoc.read.guard import broken, locked
from lantian.plandoc.read.newspaper import in_columns
from lantian.plandoc.read.ruling import Rule, Ruling
from lantian.plandoc.rebuild.aligned import header_of, opens_header

_ONE_AT_A_TIME = threading.Lock()  # pdfium is not made for threads
END_WITHIN = 65_536  # bytes at the end of the file in which its end mark must stand
HYPHEN = 2  # what pdfium makes of a hyphen at the end of a line
THIN = 3.0  # points: a filled box this thin is a line
MOSTLY = 0.6  # of a page's characters run one way: then the page is read that way
SLANTED = 12  # degrees
PAGES_NAMED = 20  # in a message
Point = tuple[float, float]


def read(data: bytes, name: str, told: Callable[[float], None]) -> Document:
    """Printed lines with page and number on the page; ruled tables page by page, their cells `wrapped`.

    Running headers, page numbers and repeated table headers stay: they are told apart when all pages are known. `told`
    is given the share of pages that is done, after each.

    Raises
    ------
    ReadError
        'password', 'scanned' (no text, or none that can be made sense of: OCR is needed), 'broken', 'too-large'.
    """
    if b"%%EOF" not in data[-END_WITHIN:]:
        raise broken(name, "%%EOF")
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if error.err_code == pdf.FPDF_ERR_PASSWORD:
                raise locked(name) from error
            raise broken(name, "PDF") from error
        try:
            return _Reader(document, name).document(told)
        except pdfium.PdfiumError as error:
            raise broken(name, str(error)) from error
        finally:
            document.close()


class _Reader:
    def __init__(self, source: pdfium.PdfDocument, name: str) -> None:
        self.source, self.name = source, name
        self.build = Builder(name, "pdf")
        self.few = limits().pdf.few
        self.pictures: list[int] = []  # pages that show a picture and hardly any text
        self.without_text: list[int] = []  # those of them without any
        self.aligned = False  # whether a table without ruling lines began on this page or before
        self.gutter: float | None = None  # of the page before, when it was set in two columns
        self.readable = False  # whether any page has text worth reading
        self.characters = self.unreadable = 0

    def document(self, told: Callable[[float], None]) -> Document:
        pages, most = len(self.source), limits().pdf.pages
        if pages > most:
            raise refusal(
                "too-large",
                self.name,
                f"有 {pages} 页，超过上限 {most} 页。请只上传方案正文和附表。",
                f"{pages} pages are over the limit of {most}. Upload only the plan and its annexes.",
            )
        for number in range(1, pages + 1):
            page = self.source[number - 1]
            try:
                self._page(page, number)
            finally:
                page.close()
            told(number / pages)
        self._judge(pages)
        return self.build.document(pages=pages)

    def _page(self, page: pdfium.PdfPage, number: int) -> None:
        turn, glyphs = self._glyphs(page, page.get_rotation() // 90)
        if len(glyphs) > self.few:
            self.readable = True
        elif next(page.get_objects(filter=[pdf.FPDF_PAGEOBJ_IMAGE]), None) is not None:
            self.pictures.append(number)
            if not glyphs:
                self.without_text.append(number)
        elif glyphs:
            self.readable = True
        if not glyphs:
            return
        ruling = Ruling(self._rules(page, turn, number))
        inside: dict[int, list[Glyph]] = defaultdict(list)
        for g in glyphs:
            inside[ruling.cell_at((g.left + g.right) / 2, g.middle)].append(g)
        tables = [t for t in ruling.tables if any(k in inside for k in t)]
        if tables:
            blocks: list[PrintedLine | list[int]] = [*printed_lines(inside[0]), *tables]
            blocks.sort(key=lambda b: -(b.base if isinstance(b, PrintedLine) else ruling.top(b)))
        elif self.aligned or opens_table(inside[0], _is_header):
            self.aligned = True
            blocks = [*laid_out(inside[0])]
        else:
            groups, self.gutter = in_columns(inside[0], self.gutter)
            blocks = [line for group in groups for line in printed_lines(group)]
        printed = 0
        for block in blocks:
            if isinstance(block, PrintedLine):
                printed += 1
                self.build.line(block.text, page=number, number=printed)
                continue
            boxes = ((ruling.boxes[k], printed_lines(inside.get(k, []))) for k in block)
            drafts = [
                Draft(b.row, b.column, "\n".join(x.text for x in lines), b.rowspan, b.colspan) for b, lines in boxes
            ]
            self.build.table(drafts, page=number, wrapped=True)

    def _glyphs(self, page: pdfium.PdfPage, turn: int) -> tuple[int, list[Glyph]]:
        """Characters of a page turned upright, and how it was turned: as most of its text runs, or else as the page
        says. Blanks that pdfium made up and slanted text (a watermark) are left out."""
        text = page.get_textpage()
        try:
            angles = [round(math.degrees(pdf.FPDFText_GetCharAngle(text, k))) % 360 for k in range(text.count_chars())]
            upright = max((0, 90, 180, 270), key=angles.count)
            if angles.count(upright) > MOSTLY * len(angles):
                turn = -upright // 90 % 4  # pdfium counts clockwise
            box, x, y = pdf.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
            out: list[Glyph] = []
            for k, angle in enumerate(angles):
                code = pdf.FPDFText_GetUnicode(text, k)
                if pdf.FPDFText_IsGenerated(text, k) == 1 or not code or SLANTED < angle % 90 < 90 - SLANTED:
                    continue
                shown = "-" if code == HYPHEN else " " if code in (9, 0xA0) else _shown(code)
                if shown != " " and (UNSEEN.match(shown) or (shown.isspace() and shown != "\u3000")):
                    continue
                if not pdf.FPDFText_GetLooseCharBox(text, k, box) or not pdf.FPDFText_GetCharOrigin(text, k, x, y):
                    continue
                left, low = _turned((box.left, box.bottom), turn)
                right, high = _turned((box.right, box.top), turn)
                left, right, low, high = min(left, right), max(left, right), min(low, high), max(low, high)
                if not all(map(math.isfinite, (left, right, low, high, x.value, y.value))):
                    continue
                base = _turned((x.value, y.value), turn)[1]
                out.append(Glyph(left, right, base, max(high - low, 1.0), (low + high) / 2, shown))
                self.unreadable += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
            self.characters += len(out)
            return turn, out if any(g.text.strip() for g in out) else []
        finally:
            text.close()

    def _rules(self, page: pdfium.PdfPage, turn: int, number: int) -> list[Rule]:
        """Level and upright lines drawn on a page."""
        most = limits().table.rules
        out: list[Rule] = []
        for thing in page.get_objects(filter=[pdf.FPDF_PAGEOBJ_PATH]):
            for a, b in _strokes(thing):
                rule = _rule(_turned(a, turn), _turned(b, turn))
                if rule:
                    out.append(rule)
            if len(out) > most:
                self.build.warn(
                    f"第 {number} 页的线条超过 {most} 条，没有按表格读取。",
                    f"Page {number} has more than {most} drawn lines; its tables were read as text.",
                )
                return []
        return out

    def _judge(self, pages: int) -> None:
        """Refuse a scan; tell of single pages without text."""
        if self.pictures and not self.readable:
            zh, en = _named(self.pictures)
            raise refusal(
                "scanned",
                self.name,
                f"这是扫描件，{pages} 页中第 {zh} 页只有图片、没有文字层。请先做文字识别（OCR），再上传文字版。",
                f"this is a scan: of {pages} pages, {en} are pictures without a text layer. Run OCR on it and upload "
                "the text.",
            )
        if self.unreadable > limits().pdf.unreadable_share * max(self.characters, 1):
            raise refusal(
                "scanned",
                self.name,
                "文字层是乱码（字体没有编码表），无法读取。请先做文字识别（OCR），或改用 Word 版本。",
                "the text layer is gibberish (its fonts carry no code table). Run OCR on it, or use the Word version.",
            )
        if self.without_text:
            zh, en = _named(self.without_text)
            self.build.warn(
                f"第 {zh} 页只有图片、没有文字，没有读取；需要先做文字识别（OCR）。",
                f"Pages {en} are pictures without text and were not read; they need OCR first.",
            )


def _is_header(lines: list[list[tuple[float, float, str]]]) -> bool:
    return opens_header([text for _, _, text in lines[0]]) and bool(header_of(lines)[0])


def _named(pages: list[int]) -> tuple[str, str]:
    """Page numbers for a message in Chinese and in English."""
    named = [str(p) for p in pages[:PAGES_NAMED]] + ["…"] * (len(pages) > PAGES_NAMED)
    return "、".join(named), ", ".join(named)


def _shown(code: int) -> str:
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _turned(point: Point, turn: int) -> Point:
    """A point as it lies when the page is shown, turned clockwise by quarter turns (but for a shift)."""
    x, y = point
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn % 4]


def _rule(a: Point, b: Point) -> Rule | None:
    """The ruling line between two points, None for a slanted or tiny one."""
    (ax, ay), (bx, by) = a, b
    if abs(ax - bx) <= 1 and abs(ay - by) > 1:
        return Rule(True, (ax + bx) / 2, min(ay, by), max(ay, by))
    if abs(ay - by) <= 1 and abs(ax - bx) > 1:
        return Rule(False, (ay + by) / 2, min(ax, bx), max(ax, bx))
    return None


def _strokes(thing: pdfium.PdfObject) -> Iterator[tuple[Point, Point]]:
    """Straight strokes of a path on the page: as drawn, or the edges of what is filled; thin boxes are one line."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdf.FPDFPath_GetDrawMode(thing, fill, stroke)
    if not fill.value and not stroke.value:
        return
    if not stroke.value and _white(thing):
        return
    for outline in _outlines(thing):
        xs, ys = [p[0] for p in outline], [p[1] for p in outline]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if not stroke.value and min(wide, high) <= THIN:
            x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
            yield ((min(xs), y), (max(xs), y)) if wide >= high else ((x, min(ys)), (x, max(ys)))
            continue
        closed = outline if stroke.value else [*outline, outline[0]]
        yield from pairwise(closed)


def _outlines(thing: pdfium.PdfObject) -> Iterator[list[Point]]:
    """Corners of each part of a path, in page coordinates; curves end a part."""
    matrix = thing.get_matrix()
    container = thing.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    x, y = ctypes.c_float(), ctypes.c_float()
    part: list[Point] = []
    for k in range(max(0, pdf.FPDFPath_CountSegments(thing))):
        segment = pdf.FPDFPath_GetPathSegment(thing, k)
        kind = pdf.FPDFPathSegment_GetType(segment)
        pdf.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind != pdf.FPDF_SEGMENT_LINETO:
            if len(part) > 1:
                yield part
            part = []
        if all(map(math.isfinite, point)):
            part.append(point)
        if pdf.FPDFPathSegment_GetClose(segment) and part:
            part.append(part[0])
    if len(part) > 1:
        yield part


def _white(thing: pdfium.PdfObject) -> bool:
    """Whether a filled box is as white as the page: a background, no table."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdf.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250
