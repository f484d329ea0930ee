"""Paragraph and character styles of Word, as far as they matter to reading: headings, lists, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from lantian.plandoc.read.ooxml import attribute, child, children, integer, on, value

if TYPE_CHECKING:
    from lantian.plandoc.read.numbering import Numbering

HEADING = re.compile(r"(?:heading [1-9]|title|subtitle)$")
DEPTH = 20  # styles a style may be based on; a circle ends here


class Styles:
    """Styles by id, with what they inherit."""

    def __init__(self, part: etree._Element | None) -> None:
        styles = children(part, "style") if part is not None else []
        self._by_id = {attribute(s, "styleId"): s for s in styles}
        self._default = next(
            (
                attribute(s, "styleId")
                for s in styles
                if attribute(s, "type") == "paragraph" and attribute(s, "default") in ("1", "true")
            ),
            "",
        )

    def of(self, p: etree._Element) -> str:
        """Name of a paragraph's style in lower case; '' without one."""
        style = self._by_id.get(self._style_id(p))
        return value(style, "name").lower() if style is not None else ""

    def heading(self, p: etree._Element) -> str:
        """'heading 1' … 'heading 9', 'title', 'subtitle', by name or by outline level; '' for body text."""
        outlined = ""
        for properties, style in self._paragraph_chain(p):
            name = value(style, "name").lower() if style is not None else ""
            if HEADING.match(name):
                return name
            if not outlined and properties is not None and (level := value(properties, "outlineLvl")):
                outlined = level
        level_number = integer(outlined, 9)
        return f"heading {level_number + 1}" if 0 <= level_number < 9 else ""

    def list_of(self, style_id: str) -> str | None:
        """List of a style (for numbering styles that other lists refer to)."""
        for style in self._chain(style_id):
            properties = child(style, "pPr")
            numbers = child(properties, "numPr") if properties is not None else None
            if numbers is not None:
                return value(numbers, "numId") or None
        return None

    def list_and_level(self, p: etree._Element, numbering: Numbering) -> tuple[str, int]:
        """List id and level (from 0) of a paragraph, from itself or its style; ('', 0) without a list."""
        depth = ""
        for properties, style in self._paragraph_chain(p):
            numbers = child(properties, "numPr") if properties is not None else None
            if numbers is None:
                continue
            depth = depth or value(numbers, "ilvl")
            list_id = value(numbers, "numId")
            if list_id == "0":
                return "", 0
            if list_id:
                tied = numbering.level_of_style(list_id, attribute(style, "styleId")) if style is not None else None
                return list_id, tied if tied is not None and not depth else integer(depth, 0)
        return "", 0

    def hidden(self, run_properties: etree._Element | None) -> bool:
        """Whether a run is hidden text, by itself or by its character style."""
        direct = on(run_properties, "vanish")
        if direct is not None or run_properties is None:
            return bool(direct)
        for style in self._chain(value(run_properties, "rStyle")):
            inherited = on(child(style, "rPr"), "vanish")
            if inherited is not None:
                return inherited
        return False

    def _style_id(self, p: etree._Element) -> str:
        properties = child(p, "pPr")
        return (value(properties, "pStyle") if properties is not None else "") or self._default

    def _paragraph_chain(self, p: etree._Element) -> Iterator[tuple[etree._Element | None, etree._Element | None]]:
        """(properties, style) from the paragraph itself up to the style that all are based on."""
        yield child(p, "pPr"), None
        for style in self._chain(self._style_id(p)):
            yield child(style, "pPr"), style

    def _chain(self, style_id: str) -> Iterator[etree._Element]:
        for _ in range(DEPTH):
            style = self._by_id.get(style_id)
            if style is None:
                return
            yield style
            style_id = value(style, "basedOn")
