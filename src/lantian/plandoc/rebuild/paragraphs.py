"""Joins printed lines to paragraphs: hard wraps, and page breaks inside sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lantian.plandoc.document import Line
from lantian.plandoc.rebuild.marks import (
    Number,
    annex_line,
    begins_like_unit,
    ends_like_unit,
    is_section_name,
    is_title,
    number_of,
    opens_role_label,
    role_label,
)
from lantian.plandoc.rebuild.pieces import Paragraph
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

ENDS = re.compile(r"[。！？!?；;：:][”’\"'）)》]*\s*$")
DATE_LINE = re.compile(
    r"\s*(?:\d{4}|[〇零一二三四五六七八九]{4})\s?年\s?[\d〇一二三四五六七八九十]{1,3}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日\s*"
)
REST = re.compile(r"\s*(?:[,。、;:)》”]|\S{1,2}$)")  # how the rest of a sentence looks
REST_OF_HEADING = re.compile(r"\s*[^,。、;:!?\s]{1,12}。\s*\S")
HEADING = 30  # characters; a numbered line that is longer is no heading of its own
SHORT = 24  # columns; an unnumbered line that is shorter and has no stop is not half a sentence
SLACK = 5  # columns by which a full line may fall short of the margin
LONGEST_BRACKET = 160  # characters from an opening bracket within which its end is awaited
ALWAYS, SOMETIMES = 0.6, 0.3  # shares of the headings of a style that end with a stop


def width(text: str) -> int:
    """Columns that a text takes: wide characters count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text.strip())


def margin(widths: Sequence[int]) -> int | None:
    """The greatest width of lines when they are hard-wrapped, else None.

    Hard-wrapped text has many lines of nearly the greatest width and hardly any beyond.

    >>> margin([76, 75, 76, 30, 76, 74, 76, 76, 12, 76]), margin([300, 12, 80, 40, 500, 33, 90, 15])
    (76, None)
    """
    known = sorted(w for w in widths if w > 8)
    if len(known) < 8:
        return None
    top = known[max(0, int(len(known) * 0.97) - 1)]
    near = sum(top - SLACK <= w <= top + SLACK for w in known)
    beyond = sum(w > top + SLACK for w in known)
    return top if near >= 0.3 * len(known) and beyond <= 0.02 * len(known) and top <= 140 else None


class _Joiner:
    """Decides for each line whether it goes on with the paragraph before it.

    A printer wraps at a width, a converter often at a number of characters: both margins are looked for.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        texts = [line.text.text.strip() for line in lines if not line.whole]
        self.widest = margin([width(t) for t in texts])
        self.longest = margin([len(t) for t in texts])
        self.last_number: dict[str, int] = {}
        self.stops = _stops([line.text.text for line in lines])

    def full(self, line: str) -> bool:
        """Whether a line reaches the margin, so that it may go on below."""
        by_width = self.widest is not None and width(line) >= self.widest - SLACK
        return by_width or (self.longest is not None and len(line.strip()) >= self.longest - 1)

    @property
    def wrapped(self) -> bool:
        return self.widest is not None or self.longest is not None

    def starts(self, before: str, text: str) -> bool:
        """Whether a line opens something new: a number in sequence, a role word, a date, an annex."""
        shadow = plain(text).strip()
        if role_label().match(shadow) or DATE_LINE.fullmatch(shadow) or annex_line().fullmatch(shadow):
            return True
        number = number_of(text)
        if not number:
            return False
        expected = number.value in (1, self.last_number.get(number.style, 0) + 1)
        if not expected and not ENDS.search(before) and (self.full(before) or not self.wrapped):
            return False
        self.last_number[number.style] = number.value
        return True

    def goes_on(self, paragraph: str, before: str, text: str) -> bool:
        """Whether `text` continues a paragraph whose last line is `before`."""
        if _is_open(paragraph) or _ends_in_label(paragraph, text):
            return True
        if self.starts(before, text):
            return False
        if role_label().match(plain(paragraph).strip()):
            return _list_goes_on(paragraph, text, full=self.full(before))
        if REST.match(plain(text)):
            return True
        if ENDS.search(before):
            return False
        if self.full(before) or "。" in paragraph:
            return True
        number = number_of(paragraph)
        if not number and is_title(paragraph) and text[:1] not in "的》":
            return False
        if number and len(paragraph.strip()) <= HEADING:
            return self._heading_goes_on(number, paragraph, text)
        return width(before) >= SHORT

    def _heading_goes_on(self, number: Number, heading: str, text: str) -> bool:
        """Whether a heading without its stop was cut off: it makes a usual heading with the next line, or the
        document's other headings of the style have a stop."""
        if is_section_name(heading[number.end :] + text):
            return True
        share = self.stops.get(number.style, 0.0)
        return share >= ALWAYS or (share >= SOMETIMES and bool(REST_OF_HEADING.match(plain(text))))


def _stops(texts: Sequence[str]) -> dict[str, float]:
    """For each numbering style that the document uses, the share of its lines that have a stop or a colon."""
    seen: dict[str, list[bool]] = {}
    for text in texts:
        number = number_of(text)
        if number:
            seen.setdefault(number.style, []).append(bool(re.search("[。:：]", text)))
    return {style: sum(stops) / len(stops) for style, stops in seen.items() if len(stops) > 1}


def _is_open(paragraph: str) -> bool:
    """Whether a paragraph ends inside a bracket that began not long before."""
    tail = plain(paragraph)[-LONGEST_BRACKET:]
    return tail.rfind("(") > tail.rfind(")")


def _ends_in_label(paragraph: str, text: str) -> bool:
    """Whether a line break fell into a role word: '牵头单' and '位：…'."""
    return opens_role_label(paragraph) and bool(role_label().match(plain(paragraph + text).strip()))


def _list_goes_on(paragraph: str, text: str, *, full: bool) -> bool:
    """Whether a line continues a list of units: the line before ends inside a name or with a separator, or the line
    begins with the rest of a name (各镇 and 人民政府). `full` says that the line before reaches the margin."""
    head, tail = plain(text).strip(), plain(paragraph).strip()
    if head[:1] in "、,;)(" or tail[-1:] in "、,;(:":
        return True
    if "。" in head.rstrip("。") or tail.endswith("。") or opens_role_label(head):
        return False
    last, rest = re.split(r"[、,;:]", tail)[-1], re.split(r"[、,;。]", head)[0]
    if not ends_like_unit(last):
        return True
    return (full or ends_like_unit(last + rest)) and not begins_like_unit(rest)


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Paragraphs of a stretch of lines; lines that are whole paragraphs stay as they are."""
    out: list[Paragraph] = []
    parts: list[Traced] = []
    first: Line | None = None
    joiner = _Joiner(lines)

    def close() -> None:
        if parts and first:
            out.append(Paragraph(Traced.join("", parts), first.style, first.page))
        parts.clear()

    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if line.whole:
            close()
            out.append(Paragraph(text, line.style, line.page))
            continue
        so_far = "".join(p.text for p in parts)
        if parts and joiner.goes_on(so_far, parts[-1].text, text.text):
            parts.append(text)
            continue
        if not parts:
            joiner.starts("。", text.text)
        close()
        first = line
        parts.append(text)
    close()
    return out
