"""Text of a Word paragraph as printed: field results, symbols, breaks; without what is deleted or hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from lantian.plandoc.read.builder import LINE_ENDS, limits
from lantian.plandoc.read.numbering import CIRCLED
from lantian.plandoc.read.ooxml import attribute, child, local
from lantian.plandoc.read.styles import Styles

SKIPPED = {
    "pPr", "rPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "annotationRef", "sdtPr", "sdtEndPr",
    "oMathParaPr", "ctrlPr", "commentReference", "proofErr", "bookmarkStart", "bookmarkEnd",
}  # fmt: skip
NOTES = {"footnoteReference", "endnoteReference"}
LITERAL = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
PRIVATE = 0xF000  # symbol fonts' codes are shown here
# Word writes a ringed number as a field without a result: eq \o\ac(○,3)
RINGED = re.compile(r"eq\s*\\o\s*\\ac\s*\(\s*[○〇]\s*[,，]\s*(\d{1,2})\s*\)", re.IGNORECASE)


@dataclass(slots=True)
class Shown:
    """What a paragraph shows, and the page breaks inside and before its first character."""

    text: str = ""
    breaks: int = 0
    breaks_before_text: int = 0


@dataclass(slots=True)
class _Field:
    """An open field: its instruction, and whether its result has begun."""

    instruction: str = ""
    result: bool = False


@dataclass(slots=True)
class _State:
    parts: list[str] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    breaks: int = 0
    before: int = 0

    def add(self, text: str) -> None:
        if any(not f.result for f in self.fields):
            return
        if text.strip() and not any(p.strip() for p in self.parts):
            self.before = self.breaks
        self.parts.append(text)


class Runs:
    """Reads paragraphs; keeps count of pictures and notes, and the text boxes met on the way.

    Fields may begin in one paragraph and end in a later one.
    """

    def __init__(self, styles: Styles, page_break: str) -> None:
        """`page_break` is the element that stands for a new page: 'lastRenderedPageBreak' or 'br'."""
        self.styles, self.page_break = styles, page_break
        self.pictures = self.notes = 0
        self._boxes: list[etree._Element] = []
        self._fields: list[_Field] = []

    def text(self, p: etree._Element) -> Shown:
        """Text of a paragraph without its automatic number."""
        state = _State(fields=self._fields)
        self._inside(p, state)
        # An instruction ends with its paragraph; a result may run over several.
        self._fields = [f for f in state.fields if f.result]
        text = "".join(state.parts)
        return Shown(text, state.breaks, state.before if text.strip() else state.breaks)

    def take_boxes(self) -> list[etree._Element]:
        """Text boxes met since the last call."""
        boxes, self._boxes = self._boxes, []
        return boxes

    def _inside(self, parent: etree._Element, state: _State) -> None:
        for x in parent:
            name = local(x)
            if name == "r" and self.styles.hidden(child(x, "rPr")):
                continue
            if name == "t":
                state.add(LINE_ENDS.sub(" ", x.text or ""))
            elif name in LITERAL:
                state.add(LITERAL[name])
            elif name == "instrText":
                if state.fields:
                    state.fields[-1].instruction += x.text or ""
            elif name in SKIPPED:
                continue
            else:
                self._special(name, x, state)

    def _special(self, name: str, x: etree._Element, state: _State) -> None:
        if name == "br":
            self._break(attribute(x, "type"), state)
        elif name == "lastRenderedPageBreak":
            state.breaks += self.page_break == name
        elif name == "fldChar":
            self._field(attribute(x, "fldCharType"), state)
        elif name == "sym":
            state.add(symbol(attribute(x, "font"), attribute(x, "char")))
        elif name in NOTES:
            self.notes += 1
        elif name == "AlternateContent":
            for choice in list(x)[:1]:  # the choice and its fallback show the same
                self._inside(choice, state)
        elif name == "txbxContent":
            self._boxes.append(x)
        else:
            self.pictures += name in ("blip", "imagedata")
            self._inside(x, state)

    def _break(self, type: str, state: _State) -> None:
        if type == "page":
            state.breaks += self.page_break == "br"
        elif type != "column":
            state.add("\n")

    def _field(self, type: str, state: _State) -> None:
        if type == "begin":
            state.fields.append(_Field())
        elif type == "separate" and state.fields:
            state.fields[-1].result = True
        elif type == "end" and state.fields:
            closed = state.fields.pop()
            ringed = RINGED.search(closed.instruction)
            if ringed and not closed.result and 1 <= int(ringed[1]) <= len(CIRCLED):
                state.add(CIRCLED[int(ringed[1]) - 1])


def symbol(font: str, code: str) -> str:
    """The character that a symbol font shows for a code (hexadecimal); '' for no code.

    >>> symbol("Symbol", "F0B3")
    '≥'
    """
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    low = number - PRIVATE if PRIVATE <= number < PRIVATE + 256 else number
    known = limits().symbols.get(f"{font.lower()}:{low:02x}")
    if known:
        return known
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000 else ""
