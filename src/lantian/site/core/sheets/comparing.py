"""Rows of a file held against what is stored: new, changed, the same, vanished, or with something wrong."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.sheets.books import Book, Change, Row, Sheet, Values
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.layout import IDENT
from lantian.site.core.sheets.problems import Problem, quoted
from lantian.site.core.sheets.reading import Line, Reading
from lantian.site.core.sheets.scope import Scope
from lantian.site.core.sheets.values import narrow

GUESSES = 60  # names for which a likely one is looked up; beyond that a file is of another district
LIKE = 0.6
DIGITS = 1e-14


@dataclass
class Outcome:
    """What a row of the file means, or (vanished) a stored row that the file does not have."""

    sheet: str
    kind: str
    ident: str = ""
    title: str = ""
    values: Values = field(default_factory=dict)
    was: Values | None = None
    problems: list[Problem] = field(default_factory=list)
    line: Line | None = None

    @property
    def grid(self) -> int:
        """Number of the file's table that it stands in; 0 for none."""
        return self.line.grid if self.line else 0


def compare(reading: Reading, book: Book, scope: Scope) -> list[Outcome]:
    """Every row of the file, and every stored row that it lacks; in the order in which they can be written."""
    found: list[Outcome] = []
    for sheet in book.sheets:
        if sheet.name in reading.sheets:
            lines = [line for line in reading.lines if line.sheet == sheet.name]
            found += Comparison(book, sheet, scope).all(lines)
    return found


def key_of(sheet: Sheet, key: Iterable[str], values: Values) -> tuple[str, ...] | None:
    """What a row is known by; None where the first part is empty."""
    parts = tuple(str(values.get(name) or "") for name in key)
    return parts if parts[0] else None


def loosely(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The same however wide the signs are and wherever spaces stand: 甲厂(二期) is 甲厂 （二期）."""
    return tuple(map(narrow, parts))


class Stored:
    """What is stored, by key."""

    def __init__(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        self.sheet = sheet
        self.rows = {row.ident: row for row in rows}
        self.by_key: list[dict[tuple[str, ...], str]] = [{} for _key in sheet.keys]
        self.by_loose_key: list[dict[tuple[str, ...], str]] = [{} for _key in sheet.keys]
        for row in self.rows.values():
            for known, loose, key in zip(self.by_key, self.by_loose_key, sheet.keys, strict=True):
                if parts := key_of(sheet, key, row.values):
                    known.setdefault(parts, row.ident)
                    loose.setdefault(loosely(parts), row.ident)

    def find(self, values: Values) -> str:
        """The stored row of such values: by the first key that it has, to the letter before loosely; '' for none."""
        keys = [key_of(self.sheet, key, values) for key in self.sheet.keys]
        for known, parts in zip(self.by_key, keys, strict=True):
            if parts and parts in known:
                return known[parts]
        for known, parts in zip(self.by_loose_key, keys, strict=True):
            if parts and (ident := known.get(loosely(parts))):
                return ident
        return ""


class Comparison:
    """Rows of a file held against what is stored of their sheet, one after the other."""

    def __init__(self, book: Book, sheet: Sheet, scope: Scope, stored: Stored | None = None) -> None:
        self.book, self.sheet, self.scope = book, sheet, scope
        self.stored = stored or Stored(sheet, sheet.rows(scope))
        self.seen: dict[int, tuple[int, int]] = {}  # by what marks a row: where it stands
        self.guesses = GUESSES

    def all(self, lines: list[Line]) -> list[Outcome]:
        outcomes = [self.one(line) for line in self._in_order(lines)]
        if self.book.tells_vanished:
            named = {one.ident for one in outcomes}
            outcomes += [
                Outcome(self.sheet.name, "vanished", row.ident, self.sheet.title_of(row.values), {}, row.values)
                for row in self.stored.rows.values()
                if row.ident not in named
            ]
        return outcomes

    def _in_order(self, lines: list[Line]) -> list[Line]:
        """Rows with those that they refer to before them."""
        if not (self.sheet.below and self.sheet.called):
            return lines
        by_name = {line.values.get(self.sheet.called): line for line in lines}
        ordered: dict[int, Line] = {}
        for line in lines:
            chain = [line]
            while (above := by_name.get(chain[-1].values.get(self.sheet.below))) and above not in chain:
                if id(above) in ordered:
                    break
                chain.append(above)
            ordered |= {id(one): one for one in reversed(chain) if id(one) not in ordered}
        return list(ordered.values())

    def one(self, line: Line) -> Outcome:
        """What a row means."""
        outcome = Outcome(self.sheet.name, "bad", line.ident, "", line.values, None, list(line.problems), line)
        self._refer(outcome)
        stored = self._find(outcome)
        outcome.title = self.sheet.title_of((stored.values if stored else {}) | outcome.values)
        self._once(outcome)
        if stored is not None:
            outcome.was = stored.values
            self._kept(outcome, stored.values)
        elif not outcome.problems:
            self._whole(outcome)
        if outcome.problems:
            return outcome
        outcome.kind = self._kind(outcome)
        if outcome.kind != "same":
            change = Change(outcome.ident, (outcome.was or {}) | outcome.values, outcome.was)
            outcome.problems += self.sheet.check(self.scope, change)
            if outcome.problems:
                outcome.kind = "bad"
                return outcome
        if self.sheet.called:
            self.scope.incoming.setdefault(self.sheet.name, set()).add(str(outcome.values.get(self.sheet.called, "")))
        return outcome

    def _kind(self, outcome: Outcome) -> str:
        if outcome.was is None:
            return "new"
        kept = {
            name: outcome.was.get(name) for name, value in outcome.values.items() if same(outcome.was.get(name), value)
        }
        outcome.values |= kept
        return "changed" if len(kept) < len(outcome.values) else "same"

    def _refer(self, outcome: Outcome) -> None:
        """Turn names of things into those that they go by; name what there is not."""
        for column in self.sheet.written:
            written = outcome.values.get(column.name)
            if column.type != "reference" or not written:
                continue
            known = self._names(column)
            if written in self.scope.incoming.get(column.refers, ()):
                continue
            if written in known:
                outcome.values[column.name] = known[written]
            else:
                outcome.problems.append(Problem(self._unknown(written, known, column), column.name))

    def _names(self, column: Field) -> dict[str, str]:
        def read() -> dict[str, str]:
            return dict(column.names(self.scope)) if column.names else {}

        return self.scope.once(("names", self.sheet.name, column.name), read)

    def _unknown(self, written: str, known: dict[str, str], column: Field) -> Text:
        if column.others and written in column.others(self.scope):
            return format_lazy(_("“{name}”不归您办理。请只留下归您办理的行，或请大气办导入。"), name=quoted(written))
        self.guesses -= 1
        near = difflib.get_close_matches(written, known, n=1, cutoff=LIKE) if self.guesses > 0 else []
        if near:
            return format_lazy(_("没有叫“{name}”的。是不是“{near}”？"), name=quoted(written), near=known[near[0]])
        return format_lazy(_("没有叫“{name}”的。请核对名称，或先新增。"), name=quoted(written))

    def _find(self, outcome: Outcome) -> Row | None:
        rows = self.stored.rows
        if outcome.ident and outcome.ident not in rows:
            text = _("系统编号“{ident}”不存在，或不归您办理。新增的行请把系统编号留空。")
            outcome.problems.append(Problem(format_lazy(text, ident=quoted(outcome.ident)), IDENT.name))
            outcome.ident = ""
            return None
        outcome.ident = outcome.ident or self.stored.find(outcome.values)
        if not outcome.ident and not self.sheet.adds and not outcome.problems:
            outcome.problems.append(Problem(self.sheet.not_there))
        return rows.get(outcome.ident)

    def _once(self, outcome: Outcome) -> None:
        """Name a row that is there twice."""
        assert outcome.line is not None
        marks: list[Any] = [("ident", outcome.ident)] if outcome.ident else []
        for key in self.sheet.keys[:1]:
            if parts := key_of(self.sheet, key, outcome.values):
                marks += [(key, parts)] if outcome.ident else [(key, parts), ("new", loosely(parts))]
        known = [hash(mark) for mark in marks]  # of hundreds of thousands of rows: 64 bits tell them apart
        for mark in known:
            if (first := self.seen.get(mark)) is not None:
                text = _("与第 {n} 张表第 {row} 行重复。请只留一行。")
                outcome.problems.append(Problem(format_lazy(text, n=first[0], row=first[1])))
                return
        self.seen |= dict.fromkeys(known, (outcome.line.grid, outcome.line.row))

    def _kept(self, outcome: Outcome, was: Values) -> None:
        """What means that nothing changes: a masked value that comes back, an empty cell where that leaves it."""
        for column in self.sheet.written:
            value, kept = outcome.values.get(column.name, column.empty), was.get(column.name, column.empty)
            masked = column.masked is not None and kept and value == column.masked(kept, self.scope)
            if column.name in outcome.values and (masked or (column.keeps and value == column.empty)):
                outcome.values[column.name] = kept

    def _whole(self, outcome: Outcome) -> None:
        """A new row has every column that must be filled."""
        for column in self.sheet.written:
            if column.required and column.name not in outcome.values:
                text = _("文件里没有“{column}”列，新增的行须有这一列。")
                outcome.problems.append(Problem(format_lazy(text, column=column.label), column.name))


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; of a number a spreadsheet keeps fifteen digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=DIGITS)
    return bool(one == other)
