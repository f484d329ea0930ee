"""What each row under a header is: one of the list, a total, a remark, or once more a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from lantian.site.core.sheets.fields import matched
from lantian.site.core.sheets.layout import Heads, Layout, header_at, safe
from lantian.site.core.sheets.opening import Grid
from lantian.site.core.sheets.units import NUMBERS
from lantian.site.core.sheets.values import narrow, rules

COUNTED = re.compile(r"\d[\d.,]*\D{0,6}$")  # behind the word of a total: 共计12家, 合计763蒸吨
SENTENCE = re.compile(r"[。：:；;]|.{20}")  # below a table one such cell is a remark, not a row that lacks the rest
HEADING = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)、.]")  # 一、松溪镇
STEMS = "甲乙丙丁戊己庚辛壬癸"
INDEX = re.compile(rf"[{STEMS}]|[a-z]|[(]?(\d{{1,2}})[)]?(?:=[\d+\-*/()=]+)?")  # a form's own number of a column
LEADING = 4  # cells before the first number in which the word of a total is looked for
Sort = Literal["row", "total", "subtotal", "remark", "header", "empty"]
Total = Literal["total", "subtotal"]


@dataclass
class Sorted:
    """The rows under a header, each with what it is. `anew` are headers further down that order the columns
    otherwise, by their first row."""

    grid: Grid
    layout: Layout
    rows: list[tuple[int, Sort]] = field(default_factory=list)
    anew: dict[int, Layout] = field(default_factory=dict)


def sort_all(grid: Grid, layout: Layout) -> Sorted:
    """Every row under the header."""
    found, heads = Sorted(grid, layout), Heads(grid)
    rows = [(row, cells) for row, cells in grid.rows if row > layout.last]
    current = layout
    for row, cells in rows:
        if row <= current.last:
            found.rows.append((row, "header"))
            continue
        sort = sort_of(grid, current, row, cells)
        if sort == "row" and (again := _another_header(grid, current, row, cells, heads)):
            current = found.anew[row] = again
            sort = "header"
        found.rows.append((row, sort))
    _remarks(found, dict(rows))
    return found


def _remarks(found: Sorted, cells: dict[int, list[Any]]) -> None:
    """Take for remarks what only its neighbours tell: a sentence below the last row, a title above a header."""
    end = max((row for row, sort in found.rows if sort == "row" and not _alone(cells[row], SENTENCE)), default=0)
    for k, (row, sort) in enumerate(found.rows):
        if sort != "row":
            continue
        below = found.rows[k + 1][1] if k + 1 < len(found.rows) else ""
        title = below == "header" and len(_filled(cells[row])) == 1
        if title or (row > end and _alone(cells[row], SENTENCE)) or _alone(cells[row], HEADING, whole=False):
            found.rows[k] = (row, "remark")


def _filled(cells: list[Any]) -> list[int]:
    return list(_each_filled(cells))


def _each_filled(cells: list[Any]) -> Iterator[int]:
    return (col for col, cell in enumerate(cells) if cell is not None and safe(cell) != "")


def _alone(cells: list[Any], pattern: re.Pattern[str], *, whole: bool = True) -> bool:
    """Whether a row is a single cell of such words."""
    filled = list(islice(_each_filled(cells), 2))
    if len(filled) != 1:
        return False
    return bool(pattern.search(safe(cells[filled[0]])) if whole else pattern.match(narrow(cells[filled[0]])))


def sort_of(grid: Grid, layout: Layout, row: int, cells: list[Any]) -> Sort:
    """What a row is by itself."""
    filled = _filled(cells)
    ours = set(layout.places.values())
    first = safe(cells[filled[0]]) if filled else ""
    total = _total(layout, cells, filled)
    if not filled or not (set(filled) & ours or re.match(rules().notes, first) or total):
        return "empty" if not filled or len(filled) == 1 else "remark"
    if _repeats(grid, layout, row, filled) or (row == layout.last + 1 and _counts_columns(layout, cells, filled)):
        return "header"
    if total:
        return total
    if re.match(rules().notes, first):
        told = sum(bool(re.match(rules().notes, safe(cells[col]))) for col in filled)
        if len(filled) <= 2 or 2 * told >= len(filled):
            return "remark"
    if len(filled) == 1 and (area := grid.area(row, filled[0])) is not None and area[3] > area[1]:
        return "remark"
    return "row"


def _repeats(grid: Grid, layout: Layout, row: int, filled: list[int]) -> bool:
    """Whether a row says what a line of the header says, as where every printed page has it."""
    if all(matched(safe(grid.seen(row, col))) == matched(layout.written[name]) for name, col in layout.places.items()):
        return True

    def says(line: int, col: int) -> bool:
        words = matched(safe(grid.cell(row, col)))
        return words != "" and words == matched(safe(grid.cell(line, col)))

    return any(all(says(line, col) for col in filled) for line in range(layout.first, layout.last + 1))


def _counts_columns(layout: Layout, cells: list[Any], filled: list[int]) -> bool:
    """Whether the line below a header numbers the columns, as statistical forms do: 甲 乙 1 2 3."""
    if len(filled) < max(3, len(layout.places)):
        return False
    marks = [INDEX.fullmatch(narrow(safe(cells[col])).lower()) for col in filled]
    if not all(marks):
        return False
    numbers = [int(mark[1]) for mark in marks if mark and mark[1]]
    return numbers == list(range(1, len(numbers) + 1))


def _total(layout: Layout, cells: list[Any], filled: list[int]) -> Total | None:
    """Whether a row is one of totals: 合计, 共计12家, 松溪镇小计; also behind the row's number or a town."""
    numbers = {
        layout.places[one.name] for one in layout.sheet.written if one.type in NUMBERS and one.name in layout.places
    }
    names = {layout.places.get(key[0]) for key in layout.sheet.keys}
    before = ""
    for k, col in enumerate(_leading(filled, numbers)):
        words = safe(cells[col])
        if found := _says_total(words, ending=k == 0 or col in names):
            return "subtotal" if before and found == "total" and not _whole(before) else found
        before = "" if narrow(words).isdigit() else words
    return None


def _leading(filled: list[int], numbers: set[int]) -> Iterator[int]:
    for k, col in enumerate(filled[:LEADING]):
        if k and col in numbers:
            return
        yield col


def _says_total(words: str, *, ending: bool) -> Total | None:
    said = COUNTED.sub("", matched(words))
    if said in rules().totals:
        return "total"
    parts = rules().part_totals
    return "subtotal" if said in parts or (ending and len(said) <= 12 and said.endswith(parts)) else None


def _whole(before: str) -> bool:
    """Whether a word before that of a total says that it is of everything: 全区 合计."""
    return any(f"{matched(before)}{word}" in rules().totals for word in rules().totals)


def _another_header(grid: Grid, layout: Layout, row: int, cells: list[Any], heads: Heads) -> Layout | None:
    """The header that a row begins, where a table goes on in another order of columns; None for a row of the list."""
    called = layout.sheet.header_words
    names = [col for key in layout.sheet.keys if (col := layout.places.get(key[0])) is not None]
    if not any(col < len(cells) and matched(safe(cells[col])) in called for col in names):
        return None
    if sum(matched(safe(cells[col])) in called for col in _filled(cells)) < 2:
        return None
    return header_at(grid, layout.sheet, row, heads)
