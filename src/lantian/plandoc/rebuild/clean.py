"""Takes out what converters and pages leave in a text: markup, page numbers, running headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lantian.plandoc.document import Block, Line
from lantian.plandoc.rebuild.marks import compact, layout
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

RUNNING = 3  # a line that stands at the edge of at least so many pages is a running header or footer


@lru_cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = layout()
    return (
        re.compile(words.markup, re.IGNORECASE),
        re.compile(words.page_line, re.IGNORECASE),
        re.compile(words.page_inline),
    )


def cut_where(text: Traced, pattern: re.Pattern[str]) -> Traced:
    """Text without the stretches whose shadow matches `pattern`."""
    shadow, keep, start = plain(text.text), [], 0
    for m in pattern.finditer(shadow):
        keep.append(text[start : m.start()])
        start = m.end()
    return Traced.join("", [*keep, text[start:]]) if start else text


def clean_text(text: Traced) -> Traced:
    """Text without markup left by converters and page numbers left inside sentences."""
    markup, _, inline = _patterns()
    if "[" in text.text or "<" in text.text:
        text = text.cut(markup)
    if "-" in plain(text.text):
        text = cut_where(text, inline)
    return text


def _is_page_number(line: Line) -> bool:
    shadow = plain(line.text.text).strip()
    return bool(shadow) and bool(_patterns()[1].fullmatch(shadow)) and not line.text.text.startswith("\t")


def _mark(line: Line) -> str:
    return re.sub(r"\d+", "0", compact(plain(line.text.text)))


def _running(lines: list[Line]) -> set[str]:
    """Texts (digits made alike) that stand first or last on several pages."""
    pages: dict[int, list[str]] = {}
    for line in lines:
        if line.page and line.text.text.strip():
            pages.setdefault(line.page, []).append(_mark(line))
    if len(pages) < RUNNING:
        return set()
    edges = Counter(t for texts in pages.values() for t in {*texts[:2], *texts[-2:]})
    return {t for t, n in edges.items() if n >= max(RUNNING, len(pages) // 2) and len(t) <= 60}


def clean_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks whose lines lost page numbers, running headers and markup; blank lines stay (they part cells).

    A running header keeps its first appearance: a title may be printed again on every page.
    """
    running, seen = _running([b for b in blocks if isinstance(b, Line)]), set[str]()
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Line):
            if not block.whole and _is_page_number(block):
                continue
            if running and block.page:
                mark = _mark(block)
                if mark in running and mark in seen:
                    continue
                seen.add(mark)
            text = clean_text(block.text)
            block = block if text is block.text else replace(block, text=text)
        out.append(block)
    return out
