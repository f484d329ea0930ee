"""Takes out what converters and pages leave in a text: markup, page numbers, running headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lantian.plandoc.document import Block, Line
from lantian.plandoc.rebuild.marks import compact, layout, role_label
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

EDGE = 2  # lines at the top and at the bottom of a page among which running headers and footers are looked for
LONGEST_RUNNING = 60  # characters
BARE = re.compile(r"\s*[0-9\uff10-\uff19]{1,3}\s*")


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


def without_numbers(lines: Sequence[Line]) -> list[Line]:
    """Lines without those that are a bare number: outside of tables it is a page's."""
    return [x for x in lines if x.whole or x.text.text.startswith("\t") or not BARE.fullmatch(x.text.text)]


def _mark(line: Line) -> str:
    return re.sub(r"\d+", "0", compact(plain(line.text.text)))


def _running(lines: list[Line]) -> dict[str, bool]:
    """Texts (digits made alike) that stand in the same place at the edge of most pages, and whether at the top.

    Role lines and cells of flattened tables stand at the end of many pages by chance: they are never running.
    """
    pages: dict[int, list[str]] = {}
    tabbed = {line.page for line in lines if line.text.text.startswith("\t")}
    for line in lines:
        if line.page and line.page not in tabbed and line.text.text.strip():
            pages.setdefault(line.page, []).append(_mark(line))
    if len(pages) < 2:
        return {}
    edges = Counter(
        edge
        for texts in pages.values()
        for edge in [*enumerate(texts[:EDGE]), *((~k, text) for k, text in enumerate(texts[: -EDGE - 1 : -1]))]
    )
    least = 2 if len(pages) == 2 else max(3, len(pages) // 2)
    found = [(k, text) for (k, text), n in edges.items() if n >= least and len(text) <= LONGEST_RUNNING]
    return {text: any(k >= 0 for k, t in found if t == text) for _, text in found if not role_label().match(text)}


def clean_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks whose lines lost page numbers, running headers and markup; blank lines stay (they part cells).

    A running header keeps its first appearance: a title may be printed again on every page; a footer is none. A bare
    number stays: it may be a row's (see `without_numbers`).
    """
    running, seen = _running([b for b in blocks if isinstance(b, Line)]), set[str]()
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Line):
            if not block.whole and _is_page_number(block):
                continue
            if running and block.page:
                mark = _mark(block)
                if mark in running and (mark in seen or not running[mark]):
                    continue
                seen.add(mark)
            text = clean_text(block.text)
            block = block if text is block.text else replace(block, text=text)
        out.append(block)
    return out
