"""Saved web pages: the text without the site's menus, tables with their spans. Nothing active is kept or run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from lantian.plandoc.document import Document
from lantian.plandoc.read.builder import UNSEEN, Builder, Draft, limits, refusal
from lantian.plandoc.read.encoding import text_of
from lantian.plandoc.read.furniture import main_text
from lantian.plandoc.read.guard import refuse_bombs_in_html
from lantian.plandoc.read.numbering import number_text

BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "legend", "li", "main",
    "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LIST_TYPES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
DECLARED = re.compile(rb"""<(?:meta[^>]*?|\?xml[^>]*?)(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
BLANKS = re.compile("[ \t\n\r\f\xa0]+")
WRAP = re.compile(
    "(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])[ \t\r\f]*\n\\s*(?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])"
)
MARGIN = "\u3000 \t\n\r\xa0"
DEEPEST = 200  # elements within elements; below that the text is taken as it comes
LAYOUT_SHARE = 0.8  # a cell that holds so much of a table's text is a frame around an article
ARTICLE = 300  # characters


def read(data: bytes, name: str, declared: str | None = None) -> Document:
    """Paragraphs as whole lines, h1 to h6 as styles, tables as cells.

    Parameters
    ----------
    declared : the encoding that an envelope (a web archive) names.

    Raises
    ------
    ReadError
        'encoding', 'bomb', 'empty' or 'broken'.
    """
    refuse_bombs_in_html(data, name)
    found = DECLARED.search(data[:8192])
    decoded = text_of(data, declared or (found[1].decode("ascii") if found else None))
    if not decoded:
        raise refusal(
            "encoding",
            name,
            "认不出网页的文字编码。请在浏览器中打开，另存为“网页，仅 HTML”（UTF-8）后再上传。",
            "the page's encoding is not recognised. Open it in a browser, save it as UTF-8 HTML and upload that.",
        )
    build = Builder(name, "html")
    text, encoding, errors = decoded
    if errors:
        build.warn(f"有 {errors} 处文字按 {encoding} 解码时已损坏。", f"{errors} characters are damaged in {encoding}.")
    root = _tree(text, name)
    if root is not None:
        _Reader(build).read(main_text(root))
    return build.document()


def _tree(text: str, name: str) -> etree._Element | None:
    """The parsed page, None when there is nothing in it; refuses one that the parser gave up."""
    text = UNSEEN.sub("", DECLARATION.sub("", text))
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise refusal(
            "bomb",
            name,
            "网页的标签嵌套过深或文字过大，可能是恶意文件，已拒绝读取。请把正文复制到 Word 文档后再上传。",
            "the page is nested too deeply or too big, as hostile files are; it was not read. Copy its text into a "
            "Word document and upload that.",
        )
    return root


@dataclass(slots=True)
class _Flow:
    """Text collected since the last block began or ended."""

    parts: list[str] = field(default_factory=list)
    number: str = ""  # of the list item that begins here

    def take(self) -> str:
        """The collected lines, white space as a browser shows it; empties the flow."""
        text = "".join(self.parts)
        self.parts.clear()
        lines = (BLANKS.sub(" ", WRAP.sub("", line)).strip(MARGIN) for line in text.split("\v"))
        shown = "\n".join(line for line in lines if line)
        if not shown:
            return ""
        number, self.number = self.number, ""
        return number + shown


class _Reader:
    """Walks a page in reading order; `\\v` in the flow stands for a line break that a browser shows."""

    def __init__(self, build: Builder) -> None:
        self.build, self.flow = build, _Flow()

    def read(self, root: etree._Element) -> None:
        self._element(root, "", 0)
        self._close("")

    def _close(self, style: str) -> None:
        text = self.flow.take()
        if text:
            self.build.paragraph(text, style=style)

    def _element(self, x: etree._Element, style: str, depth: int) -> None:
        tag = x.tag
        if tag == "br":
            self.flow.parts.append("\v")
        elif depth > DEEPEST:
            self.flow.parts.append("".join(str(t) for t in x.itertext()))
        elif tag == "table" and not is_layout(x):
            self._close(style)
            self._table(x, depth)
        elif tag == "pre":
            self._close(style)
            self._preformatted(x)
        elif tag in BLOCKS:
            self._close(style)
            own = tag if tag in HEADINGS else style
            self._inside(x, own, depth)
            self._close(own)
        else:
            self._inside(x, style, depth)

    def _inside(self, x: etree._Element, style: str, depth: int) -> None:
        numbers = _list_numbers(x) if x.tag == "ol" else iter(())
        self.flow.parts.append(x.text or "")
        for child in x:
            if child.tag == "li":
                self._close(style)
                self.flow.number = next(numbers, "")
            self._element(child, style, depth + 1)
            self.flow.parts.append(child.tail or "")

    def _preformatted(self, x: etree._Element) -> None:
        for line in "".join(str(t) for t in x.itertext()).strip("\n").split("\n"):
            self.build.line(line)

    def _table(self, table: etree._Element, depth: int) -> None:
        for caption in table.findall("caption"):
            self._element(caption, "", depth + 1)
        self.build.table(_drafts(table))


def is_layout(table: etree._Element) -> bool:
    """Whether a table only arranges a page: it frames another table, is a single cell, or one cell is the article."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return True
    lengths = [len("".join(c.itertext()).strip()) for c in table.iter("td", "th")]
    return len(lengths) < 2 or (sum(lengths) > ARTICLE and max(lengths) > LAYOUT_SHARE * sum(lengths))


def _drafts(table: etree._Element) -> Iterator[Draft]:
    """Cells at the places where a browser shows them."""
    bounds = limits().table
    taken: dict[int, int] = {}  # column → rows that a cell from above still covers
    for r, row in enumerate(_rows(table)):
        if r >= bounds.rows:
            return
        column = 0
        started: dict[int, int] = {}
        for cell in row.iterchildren("td", "th"):
            while taken.get(column, 0) > 0:
                column += 1
            if column >= bounds.columns:
                break
            colspan = min(max(_integer(cell.get("colspan"), 1), 1), bounds.columns - column)
            rowspan = _integer(cell.get("rowspan"), 1)
            rowspan = bounds.rows - r if rowspan == 0 else min(max(rowspan, 1), bounds.rows - r)
            yield Draft(r, column, _cell_text(cell), rowspan, colspan)
            for c in range(column, column + colspan):
                started[c] = rowspan
            column += colspan
        taken = {c: n - 1 for c, n in (taken | started).items() if n > 1}


def _rows(table: etree._Element) -> list[etree._Element]:
    """Rows in the order shown: the head first, the foot last, wherever they stand."""
    head = [r for part in table.iterchildren("thead") for r in part.iterchildren("tr")]
    foot = [r for part in table.iterchildren("tfoot") for r in part.iterchildren("tr")]
    body: list[etree._Element] = []
    for x in table:
        if x.tag == "tr":
            body.append(x)
        elif x.tag == "tbody":
            body += x.iterchildren("tr")
    return [*head, *body, *foot]


def _cell_text(cell: etree._Element) -> str:
    """Paragraphs and lines of a cell, one a line."""
    flow = _Flow()

    def walk(x: etree._Element, depth: int) -> None:
        apart = x.tag in BLOCKS or x.tag == "br"
        flow.parts.append("\v" if apart else "")
        if depth > DEEPEST:
            flow.parts.append("".join(str(t) for t in x.itertext()))
            return
        numbers = _list_numbers(x) if x.tag == "ol" else iter(())
        flow.parts.append(x.text or "")
        for child in x:
            if child.tag == "li":
                flow.parts.append("\v" + next(numbers, ""))
                flow.parts.append(child.text or "")
                for grandchild in child:
                    walk(grandchild, depth + 1)
                    flow.parts.append(grandchild.tail or "")
            else:
                walk(child, depth + 1)
            flow.parts.append(child.tail or "")
        flow.parts.append("\v" if apart else "")

    walk(cell, 0)
    return flow.take()


def _list_numbers(ol: etree._Element) -> Iterator[str]:
    """Numbers that a browser shows before the items of a list."""
    format = LIST_TYPES.get(ol.get("type") or "", "decimal")
    count = _integer(ol.get("start"), 1)
    for item in ol.iterchildren("li"):
        count = _integer(item.get("value"), count)
        yield number_text(count, format) + ". "
        count += 1


def _integer(text: str | None, default: int) -> int:
    found = re.match(r"\s*(-?\d{1,6})", text or "")
    return int(found[1]) if found else default
