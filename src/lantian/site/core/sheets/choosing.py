"""Which sheet of a book each table of a file is: by its name, by the title above its header, by its columns.

Where two are as likely, nobody guesses: the table waits until a person says which. Hidden tables wait too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from lantian.site.core.sheets.books import Sheet
from lantian.site.core.sheets.layout import Heads, Layout, find, safe
from lantian.site.core.sheets.opening import Grid
from lantian.site.core.sheets.problems import both
from lantian.site.core.sheets.values import narrow, rules

Why = Literal["name", "header", "picked", "unsure", "unknown", "hidden", "left_out"]
Picks = Mapping[str, str]  # number of a table → name of a sheet, or '' to leave it out
LOOSE = re.compile(r"[\W\d_]+")
SURE = 2  # columns that the header of one sheet must fit better than that of any other, where no name helps
MOST_FITS = 8


@dataclass
class Meant:
    """What a table of the file is taken for.

    `sheet` is '' for one that is not read; `fits` are sheets whose header fits, the likeliest first.
    """

    number: int
    title: str
    why: Why
    sheet: str = ""
    fits: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person must say what it is."""
        return self.why == "unsure"


def core(title: Any) -> str:
    """A title without what all lists are called.

    >>> core("2026年燃煤锅炉清单（新）"), core("燃煤锅炉台账")
    ('年燃煤锅炉新', '燃煤锅炉')
    """
    told = narrow(title).lower()
    for word in rules().list_words:
        told = told.replace(word, "")
    return LOOSE.sub("", told)


def choose(grid: Grid, sheets: tuple[Sheet, ...], picks: Picks) -> tuple[Meant, Layout | None]:
    """What a table is, with its header; None where it is not to be read."""
    picked = picks.get(str(grid.number))
    if picked == "":
        return Meant(grid.number, grid.title, "left_out"), None
    if picked is not None:
        layout = next((find(grid, sheet) for sheet in sheets if sheet.name == picked), None)
        why: Why = "picked" if layout else "unknown"
        return Meant(grid.number, grid.title, why, layout.sheet.name if layout else ""), layout
    heads = Heads(grid)
    found = [layout for sheet in sheets if (layout := find(grid, sheet, heads)) is not None]
    ranked = sorted(((_named(grid, one), one.score, one) for one in found), key=lambda one: one[:2], reverse=True)
    fits = tuple(one.sheet.name for _name, _score, one in ranked[:MOST_FITS])
    if not ranked:
        return Meant(grid.number, grid.title, "unknown"), None
    name, score, first = ranked[0]
    others = [other for other in ranked[1:] if other[0] == name]
    margin = 1 if name[0] else SURE
    if any(score - other[1] < margin for other in others):
        return Meant(grid.number, grid.title, "unsure", fits=fits), None
    return Meant(grid.number, grid.title, "name" if name[0] else "header", first.sheet.name, fits), first


def _named(grid: Grid, layout: Layout) -> tuple[int, int]:
    """How well the table's name, or else a title above its header, names the sheet: whether at all, and in how many
    signs, so that 保留燃煤锅炉 goes before 燃煤锅炉 where both would do."""
    titles = both(layout.sheet.title).values()
    labels = [label for one in titles if (label := core(one))]
    tab = core(grid.title)
    if tab in labels or narrow(grid.title) in {narrow(one)[:31] for one in titles}:
        return 3, 0
    if shared := max((_shared(tab, label) for label in labels), default=0):
        return 2, shared
    above = {core(safe(cell)) for row, cells in grid.rows if row < layout.first for cell in cells}
    shared = max((_shared(told, label) for told in above for label in labels), default=0)
    return (1, shared) if shared else (0, 0)


def _shared(told: str, label: str) -> int:
    """Signs that a title shares with a label, in runs of two and more; 0 where that is less than half of the label,
    unless it is all that the title says."""
    blocks = SequenceMatcher(None, told, label, autojunk=False).get_matching_blocks()
    shared = sum(block.size for block in blocks if block.size > 1)
    return shared if shared and (2 * shared >= len(label) or shared == len(told)) else 0
