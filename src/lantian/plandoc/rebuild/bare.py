"""Rebuilds tables that lost all their marks: one line a cell or a part of one, no tabs, merged cells gone.

What is left is order and kind: a row opens with the next number, and its lines go to the columns from left to right,
each to the column that holds what the line looks like (a time, units, a short heading, a text).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lantian import rulebook
from lantian.plandoc.document import Line
from lantian.plandoc.rebuild.clean import clean_text
from lantian.plandoc.rebuild.marks import compact, ends_like_unit, header_role, is_nothing, number_of
from lantian.plandoc.rebuild.pieces import EMPTY, Grid, Row
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.rebuild.tables import HEADER_CELL, MOST_COLUMNS, Found, is_header
from lantian.plandoc.traced import Traced
from lantian.rulebook.schemas.deadlines import DeadlineWords

ROLES = ("lead", "responsible", "assist", "leaders")
PEOPLE = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[、,;/][\u4e00-\u9fff]{2,4})*")
FEWEST_ROWS = 2
HEADER_LINES = 3 * MOST_COLUMNS  # blank ones included
LONGEST_TIME = 20  # characters
LONGEST_TITLE = 24
MOST_IN_ROW = 120  # lines of one row that are looked at
NEVER = -99.0
# what a line gains by standing in a column of its kind, and loses by standing in another
FITS, MISFITS, BLANK_COLUMN, NEW_ROW = 3.0, -3.0, -1.0, -4.0


@dataclass(frozen=True, slots=True)
class _Token:
    """A line of the table that is not blank."""

    text: Traced
    at: int  # index among the lines

    @property
    def word(self) -> str:
        return compact(plain(self.text.text))


def bare_table(lines: Sequence[Line], first: int) -> Found | None:
    """The table without marks whose first header cell (序号) stands alone at line `first`, None when none does."""
    header = _header(_tokens(lines, first, first + HEADER_LINES))
    if not header:
        return None
    tokens = _tokens(lines, first, len(lines))
    if any("\t" in t.text.text for t in tokens[: len(header) * 2]):
        return None
    groups, last = _groups(tokens, header)
    rows: list[Row] = []
    for group in groups:
        if group.section:
            rows.append(Row((group.section.text, *[EMPTY] * (len(header) - 1)), across=True))
        else:
            rows += _rows(group, header)
    if sum(not r.across for r in rows) < FEWEST_ROWS:
        return None
    return Found(Grid(tuple(header), tuple(rows), lines[first].page), first, last)


def opens_bare_table(line: Line) -> bool:
    """Whether a line is the number column's header alone."""
    text = line.text.text
    return len(text) <= HEADER_CELL and "\t" not in text and header_role(text) == "number"


def _tokens(lines: Sequence[Line], first: int, last: int) -> list[_Token]:
    rest = enumerate(lines[first:last], first)
    return [_Token(clean_text(x.text).strip(), k) for k, x in rest if x.text.text.strip()]


def _header(tokens: Sequence[_Token]) -> list[str] | None:
    """The header cells: a run of short lines up to the number of the first row, nearly all of them known words."""
    words: list[str] = []
    for token in tokens[:MOST_COLUMNS]:
        if token.word.isdigit():
            break
        if len(token.word) > HEADER_CELL or number_of(token.text.text):
            if header_role(words[-1]) is None:
                return None
            break
        words.append(token.word)
    known = {header_role(w) for w in words}
    fits = is_header(words) and "content" in known and known & {"deadline", *ROLES} and None not in known
    return words if fits else None


@dataclass(frozen=True, slots=True)
class _Group:
    """The lines of one numbered row (and of the rows merged to it), or a section heading between rows."""

    number: _Token | None = None
    tokens: tuple[_Token, ...] = ()
    section: _Token | None = None
    closing: bool = False  # the last of the table: running text may follow


def _groups(tokens: Sequence[_Token], header: Sequence[str]) -> tuple[list[_Group], int]:
    """Numbered groups of lines, and the index of the line behind the table's last one that is surely its own."""
    out: list[_Group] = []
    number: _Token | None = None
    inside: list[_Token] = []
    due, k = 1, len(header)

    def close(*, closing: bool = False) -> None:
        if number is not None:
            out.append(_Group(number, tuple(inside), closing=closing))
        inside.clear()

    while k < len(tokens):
        token = tokens[k]
        if [t.word for t in tokens[k : k + len(header)]] == list(header):
            k += len(header)
            continue
        opened = number_of(token.text.text)
        if token.word.rstrip(".、").isdigit():
            value = int(token.word.rstrip(".、"))
            if value == due or (number and value == due - 1 and _comes_again(tokens, k, inside)):
                close()
                number, due = token, value + 1
            k += 1  # any other number is a page's
        elif opened and opened.level <= 3 and _number_follows(tokens, k + 1, due):
            close()
            number = None
            out.append(_Group(section=token))
            k += 1
        elif opened and opened.level <= 3:
            break
        else:
            inside.append(token)
            k += 1
    end = tokens[k].at if k < len(tokens) else tokens[-1].at + 1
    close(closing=True)
    if out and out[-1].closing:
        kept = _closed(out[-1], header)
        if len(kept.tokens) < len(out[-1].tokens):
            end = out[-1].tokens[len(kept.tokens)].at
        out[-1] = kept
    return out, end


def _comes_again(tokens: Sequence[_Token], k: int, inside: Sequence[_Token]) -> bool:
    """Whether the row before is printed again here: its first line follows its number."""
    return bool(inside) and k + 1 < len(tokens) and tokens[k + 1].word == inside[0].word


def _number_follows(tokens: Sequence[_Token], k: int, due: int) -> bool:
    return any(t.word.rstrip(".、") == str(due) for t in tokens[k : k + 2])


def _closed(group: _Group, header: Sequence[str]) -> _Group:
    """The last row ends where no unit follows units any more, when units stand in the last columns."""
    if header_role(header[-1]) not in ROLES:
        return group
    seen = False
    for k, token in enumerate(group.tokens):
        units = _is_units(token) or is_nothing(token.text.text)
        if seen and not units and not _is_time(token):
            return _Group(group.number, group.tokens[:k], closing=True)
        seen = seen or units
    return group


def _rows(group: _Group, header: Sequence[str]) -> list[Row]:
    """The rows of a group: its lines dealt out to the columns so that the sum of what fits is greatest."""
    number, tokens = group.number, group.tokens[:MOST_IN_ROW]
    if number is None:
        return []
    kinds = _kinds(header)
    columns = range(1, len(header))
    best = [{c: (_gain(tokens[0], kinds[c]) + BLANK_COLUMN * (c - 1), 0) for c in columns}] if tokens else []
    for before, token in pairwise(tokens):
        best.append({c: max((best[-1][p][0] + _step(before, token, p, c, kinds), p) for p in columns) for c in columns})
    dealt: list[int] = []
    column = max(columns, key=lambda c: best[-1][c][0]) if tokens else 0
    for k in reversed(range(len(tokens))):
        dealt.append(column)
        column = best[k][column][1]
    rows: list[list[list[Traced]]] = [[[] for _ in header]]
    rows[0][0].append(number.text)
    last = 0
    for token, c in zip(tokens, reversed(dealt), strict=True):
        if c < last:
            rows.append([[] for _ in header])
        rows[-1][c].append(token.text)
        last = c
    return [Row(tuple(Traced.join("\n", cell) if cell else EMPTY for cell in row), wrapped=True) for row in rows]


def _kinds(header: Sequence[str]) -> list[str]:
    """What each column holds; of columns of content the last is the text, those before it are headings."""
    known = [header_role(h) or "" for h in header]
    texts = [k for k, kind in enumerate(known) if kind == "content"]
    return ["text" if k == texts[-1] else "title" if k in texts else kind for k, kind in enumerate(known)]


def _step(before: _Token, token: _Token, left: int, column: int, kinds: Sequence[str]) -> float:
    """The gain of a line in a column when the line before it stands in column `left`."""
    if column < left:
        return _gain(token, kinds[column]) + NEW_ROW
    if column > left:
        return _gain(token, kinds[column]) + BLANK_COLUMN * (column - left - 1)
    if is_nothing(before.text.text) or is_nothing(token.text.text):
        return NEVER
    if kinds[column] == "text":
        return max(0.0, _gain(token, "text"))
    if kinds[column] == "title":
        return 0.5 if len(before.word) + len(token.word) <= LONGEST_TITLE and len(before.word) > 3 else MISFITS
    if kinds[column] in ROLES and not before.word.endswith(("、", ",")):
        return _gain(token, kinds[column]) - 1.0 if ends_like_unit(before.text.text) else 1.0
    return max(1.0, _gain(token, kinds[column]) - 1.0)


def _gain(token: _Token, kind: str) -> float:
    """How well a line fits a column by itself."""
    word = token.word
    if is_nothing(token.text.text):
        return MISFITS if kind in ("text", "title") else 1.0
    if kind == "deadline":
        return FITS if _is_time(token) else MISFITS
    if kind == "leaders":
        return FITS if PEOPLE.fullmatch(word) and not _is_units(token) else MISFITS
    if kind in ROLES:
        return FITS if _is_units(token) else MISFITS
    if kind == "text":
        return FITS if len(word) > LONGEST_TITLE or word.endswith(("。", ";")) else 1.0
    if kind == "title":
        return 2.0 if len(word) <= LONGEST_TITLE and not word.endswith("。") else MISFITS
    return 0.0


def _is_units(token: _Token) -> bool:
    names = [n for n in re.split(r"[、,;\s]", plain(token.text.text)) if n]
    return bool(names) and all(len(n) < LONGEST_TITLE and ends_like_unit(n) for n in names)


@lru_cache
def _time() -> re.Pattern[str]:
    words = rulebook.get("deadline-words", as_=DeadlineWords)
    said = [*words.long_term, *words.at_once, *words.heating, *(w for e in words.every for w in e.words)]
    return re.compile(
        r"(?:20\d\d|\d{1,2}月|[一二三四五六七八九十]{1,3}月|[本每]?年|第?[一二三四1-4]季|[上下]半年|按|"
        + "|".join(map(re.escape, said))
        + ")"
    )


def _is_time(token: _Token) -> bool:
    return len(token.word) <= LONGEST_TIME and bool(_time().match(token.word)) and not token.word.endswith("。")
