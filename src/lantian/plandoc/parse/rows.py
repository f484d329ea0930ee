"""Rows of a task table become tasks: columns by header, blanks by what the table shows of merged cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lantian.plandoc.parse.cells import roles_of_cell
from lantian.plandoc.parse.draft import Draft
from lantian.plandoc.parse.units import unwrap_list, unwrap_people
from lantian.plandoc.plan import ROLES, Part
from lantian.plandoc.rebuild.marks import compact, ends_like_unit, header_role, is_nothing, number_of
from lantian.plandoc.rebuild.paragraphs import ENDS
from lantian.plandoc.rebuild.pieces import EMPTY, Grid, Row
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

UPSTREAM = re.compile(r"\s*(\d{1,3}(?:-\d{1,2})?)\s?[.、](?!\d)\s*")
TOTALS = ("合计", "总计", "小计")
MOST_PHRASE = 12  # characters of a cell that can be a mere time phrase


@dataclass(frozen=True)
class Columns:
    """Which column holds what; `roles` may have several columns for one role."""

    text: int
    title: int | None
    number: int | None
    deadline: int | None
    categories: tuple[int, ...]
    roles: tuple[tuple[str, int], ...]


def columns_of(grid: Grid) -> Columns | None:
    """Columns by their headers; among columns of content the longest is the text, the one left of it the title, and
    those further left group the rows, as columns of category do."""
    kinds = [header_role(h) for h in grid.header]
    content = [c for c, k in enumerate(kinds) if k in ("content", None)]
    if not content:
        return None
    rows = [r for r in grid.rows if not r.across] or list(grid.rows)
    length = {c: sum(len(r.cells[c]) for r in rows if c not in r.merged) / max(1, len(rows)) for c in content}
    text = max(content, key=lambda c: length[c])
    named = [c for c in content if kinds[c] == "content" and c != text]
    left = [c for c in named if c < text]
    title = left[-1] if left else (named[0] if named else None)
    first = {k: kinds.index(k) for k in ("number", "deadline") if k in kinds}
    roles = tuple((k, c) for c, k in enumerate(kinds) if k in ROLES and k is not None)
    categories = tuple(c for c, k in enumerate(kinds) if k == "category" or (c in left and c != title))
    return Columns(text, title, first.get("number"), first.get("deadline"), categories, roles)


@dataclass(frozen=True)
class Blanks:
    """What a blank cell means in a table.

    `none_marked`: the table writes —— for 'none', so that a blank is a merged cell. `known`: merged cells were read
    from the file, so that a blank is empty, unless a page `cut` the merged cell. Otherwise a blank in a row that goes
    on with the item or, where the table merges cells at all (`grouped`), with the category above is merged for the
    columns that every item fills (lead, leaders, deadline), and empty for the others.
    """

    none_marked: bool
    known: bool
    grouped: bool

    def merged(self, field: str, *, same_item: bool, same_category: bool, cut: bool) -> bool:
        if self.known and not cut:
            return False
        if self.none_marked or field == "title":
            return True
        return field in ("lead", "leaders", "deadline") and (same_item or (self.grouped and same_category))


def _blanks(grid: Grid, columns: Columns) -> Blanks:
    fields = [c for _, c in columns.roles] + ([columns.deadline] if columns.deadline is not None else [])
    marked = any(r.cells[c] and is_nothing(r.cells[c].text) for r in grid.rows for c in fields)
    known = grid.sure_merges and any(r.merged for r in grid.rows)
    groups = [c for c in (*columns.categories, columns.title) if c is not None]
    return Blanks(marked, known, any(not r.cells[c] for r in grid.rows if not r.across for c in groups))


class _Reader:
    """Goes down the rows of one table."""

    def __init__(self, grid: Grid, columns: Columns, part: Part, prefix: str, is_time: Callable[[str], bool]) -> None:
        self.columns, self.part, self.prefix, self.is_time = columns, part, prefix, is_time
        self.blanks = _blanks(grid, columns)
        self.sections: list[tuple[int, str]] = []
        self.last: dict[str, Traced] = {}
        self.drafts: list[Draft] = []

    def read(self, row: Row) -> None:
        filled = [c for c in row.cells if c]
        if not filled:
            return
        if row.across or (len(filled) == 1 and row.cells[0] and not self._is_number(row.cells[0].text)):
            self._section(filled[0])
        elif compact(filled[0].text) not in TOTALS:
            self._task(row)

    def _is_number(self, text: str) -> bool:
        return self.columns.number == 0 and compact(text).rstrip(".、．").isdigit()

    def _section(self, text: Traced) -> None:
        number = number_of(text.text)
        level = number.level if number else 9
        self.sections = [s for s in self.sections if s[0] < level] + [(level, compact_line(text.text))]
        self.last.clear()

    def _take(self, row: Row, field: str, column: int | None, blank_is_merged: bool, inherited: list[str]) -> Traced:
        """The cell of a column, or the one above when it is merged; '——' is an explicit nothing."""
        if column is None:
            return EMPTY
        own = row.cells[column]
        if column in row.merged or (not own and blank_is_merged and self.last.get(field)):
            inherited.append(field)
            return own or self.last.get(field, EMPTY)
        self.last[field] = own
        return own

    def _categories(self, row: Row) -> bool:
        """Takes the categories of a row and says whether they go on; a new outer category ends the inner ones and
        the title."""
        same = True
        for k, c in enumerate(self.columns.categories):
            own, before = row.cells[c], self.last.get(f"category{k}", EMPTY)
            if own and compact(own.text) != compact(before.text):
                same = False
                for later in range(k, len(self.columns.categories)):
                    self.last.pop(f"category{later}", None)
                self.last.pop("title", None)
            self._take(row, f"category{k}", c, True, [])
        return same

    def _task(self, row: Row) -> None:
        columns, inherited = self.columns, list[str]()
        key = columns.number if columns.number is not None else columns.title
        goes_on = key is not None and (not row.cells[key] or key in row.merged)
        if self._continues(row, goes_on):
            last = self.drafts[-1]
            last.text = Traced.join("", [last.text, row.cells[columns.text]])
            return
        same_category = self._categories(row)
        cut = self._is_cut(row)

        def merged(field: str) -> bool:
            return self.blanks.merged(field, same_item=goes_on, same_category=same_category, cut=cut)

        number = self._take(row, "number", columns.number, True, inherited)
        title = self._take(row, "title", columns.title, merged("title"), inherited)
        deadline = self._take(row, "deadline", columns.deadline, merged("deadline"), inherited)
        text = row.cells[columns.text]
        if deadline and self.is_time(text.text) and not self.is_time(deadline.text):
            text, deadline = deadline, text  # a row whose cells slipped by one
            self.last["deadline"] = deadline
        draft = Draft(text or title, self.part, inherited=inherited, has_deadline_cell=columns.deadline is not None)
        draft.title, draft.upstream_number, draft.number = self._heading(title, number)
        draft.deadline = None if is_nothing(deadline.text) else deadline
        for k, (role, c) in enumerate(columns.roles):
            field = role if (role, c) == next(x for x in columns.roles if x[0] == role) else f"{role}{k}"
            own = self._take(row, field, c, merged(role), inherited)
            for said, names in roles_of_cell(role, own).items():
                draft.roles.setdefault(said, []).extend(names)
        draft.section = self._path()
        self.drafts.append(draft)

    def _is_cut(self, row: Row) -> bool:
        """Whether a page cut a merged cell above this row: what groups the rows is blank, and not by merging."""
        groups = (*self.columns.categories, self.columns.number, self.columns.title)
        return any(c is not None and not row.cells[c] and c not in row.merged for c in groups)

    def _continues(self, row: Row, goes_on: bool) -> bool:
        """Whether a row is the rest of the row above, cut by a page: nothing but text, after an unfinished sentence."""
        if not (goes_on and self.drafts and row.cells[self.columns.text]):
            return False
        before = self.drafts[-1].text.text
        alone = all(not row.cells[c] for c in range(len(row.cells)) if c != self.columns.text)
        return alone and not ENDS.search(before) and not number_of(row.cells[self.columns.text].text)

    def _heading(self, title: Traced, number: Traced) -> tuple[Traced | None, str | None, str | None]:
        """Title without the number that stands before it: the upper-level plan's when the table has its own column."""
        own = compact(plain(number.text)).rstrip(".、") or None
        m = UPSTREAM.match(plain(title.text))
        if not m:
            return title or None, None, own
        bare = title[m.end() :]
        return bare or None, (m.group(1) if own else None), own or m.group(1)

    def _path(self) -> str | None:
        pieces = [self.prefix] if self.prefix else []
        pieces += [s for _, s in self.sections]
        pieces += [
            compact_line(self.last[f"category{k}"].text)
            for k in range(len(self.columns.categories))
            if self.last.get(f"category{k}")
        ]
        return "/".join(pieces) or None


def _whole_rows(rows: Sequence[Row], columns: Columns) -> list[Row]:
    """Rows of ruled pages, the two halves of a row that a page cut put together cell by cell.

    The second half has no number of its own, nor is it merged; it goes on with an unfinished sentence, or holds no
    text at all but the rests of other cells, or nothing but text at the top of a page, or the rest of a unit's name.
    """
    key = columns.number if columns.number is not None else columns.title
    out: list[Row] = []
    for row in rows:
        before = out[-1] if out else None
        if before and key is not None and row.wrapped and before.wrapped and not (row.across or before.across):
            text = row.cells[columns.text]
            nameless = not row.cells[key] and key not in row.merged and any(row.cells)
            alone = row.opens_page and all(c is text or not c for c in row.cells)
            unfinished = not ENDS.search(before.cells[columns.text].text) and not number_of(text.text)
            rest = not text or unfinished or alone or _name_is_cut(before, row, columns)
            if nameless and rest and before.cells[columns.text]:
                cells = (
                    Traced.join("\n", [c for c in pair if c]) for pair in zip(before.cells, row.cells, strict=True)
                )
                out[-1] = replace(before, cells=tuple(cells))
                continue
        out.append(row)
    return out


def _name_is_cut(before: Row, row: Row, columns: Columns) -> bool:
    """Whether a row at the top of a page goes on with a name that the row above it left unfinished."""
    pairs = [(before.cells[c].text, row.cells[c].text) for role, c in columns.roles if role != "leaders"]
    return row.opens_page and any(a and b and not ends_like_unit(re.split(r"[、,，;；]", a)[-1]) for a, b in pairs)


def _unwrapped(row: Row, columns: Columns, starts: tuple[str, ...]) -> Row:
    """A row of a ruled page without the line breaks that its narrow cells made."""
    role = {c: r for r, c in columns.roles}
    cells = list(row.cells)
    for c, cell in enumerate(cells):
        if c not in role:
            cells[c] = _unwrap(cell)
        elif role[c] != "leaders" or "、" in cell.text:  # names of people on lines of their own stay apart
            cells[c] = unwrap_list(cell, starts)
        else:
            cells[c] = unwrap_people(cell)
    return replace(row, cells=tuple(cells))


def _unwrap(text: Traced) -> Traced:
    """Lines put together; behind the end of a sentence a line break stays, it may be a paragraph's."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    out = lines[0] if lines else text
    for before, line in pairwise(lines):
        out = Traced.join("\n" if ENDS.search(before.text) else "", [out, line])
    return out


def compact_line(text: str) -> str:
    """One line: line breaks out, blanks kept, no stop at the end."""
    return re.sub(r"\s*\n\s*", "", text).strip().rstrip("。")


def read_grid(
    grid: Grid, *, part: Part, prefix: str, is_time: Callable[[str], bool], starts: tuple[str, ...] = ()
) -> list[Draft]:
    """Tasks of a table, in order; empty when its header shows no column of content.

    `prefix` opens the section path ('附件' for an annex, '' for the plan's own table); `is_time` tells whether a
    text is nothing but a time phrase; `starts` are beginnings of full names of units beside the usual ones. Rows of
    one item are numbered N-1, N-2 ….
    """
    columns = columns_of(grid)
    if columns is None:
        return []
    reader = _Reader(grid, columns, part, prefix, lambda t: len(compact(t)) <= MOST_PHRASE and is_time(t))
    for row in _whole_rows(grid.rows, columns):
        reader.read(_unwrapped(row, columns, starts) if row.wrapped else row)
    runs = Counter(d.number for d in reader.drafts)
    seen: Counter[str | None] = Counter()
    for draft in reader.drafts:
        if draft.number and runs[draft.number] > 1 and "number" in _shared(reader.drafts, draft.number):
            seen[draft.number] += 1
            draft.number = f"{draft.number}-{seen[draft.number]}"
    return reader.drafts


def _shared(drafts: list[Draft], number: str) -> set[str]:
    """Fields that some row of an item took from the row above."""
    return {f for d in drafts if d.number == number for f in d.inherited}
