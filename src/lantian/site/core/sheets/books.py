"""What can be brought in from Excel: a book of sheets, each a declaration of its columns. Rooms register theirs:

    books.register("org.people", Book("org.people", _("人员"), sheets=(PEOPLE,), see=…, change=…, home=…))

Template, import with preview, and export follow from the declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Fault, Text
from lantian.site.core.policy import Actor
from lantian.site.core.registries import Registry
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.problems import Problem
from lantian.site.core.sheets.scope import Params, Scope

Values = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A row as it is stored now; `ident` is its key as text."""

    ident: str
    values: Values


@dataclass(frozen=True)
class Change:
    """A row to write. `values` are whole: what the file does not have is as it was. `was` is None for a new row, and
    `place` is where in the file it stands.
    """

    ident: str
    values: Values
    was: Values | None
    place: str = ""


Store = Callable[[], Sequence[Fault | None]]  # stores the rows that were made ready: what each is refused for


def _all_well(scope: Scope, change: Change) -> Iterable[Problem]:
    return ()


def _as_read(values: Values, columns: Mapping[str, str]) -> Text | None:
    return None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book.

    Attributes
    ----------
    keys : fields by which a row is found again, in the order in which they are tried; of each the first must be filled
    rows : what is stored and the actor may see; under a lock where `scope.locked`
    write : writes one row by the room's actions, which ask the policy and say in a `Fault` what is wrong
    write_many : writes some hundred rows at once, for lists of tens of thousands; by the very rules of `write`. It is
        called before the transaction and makes ready what it can, so that others wait the less; what it gives is called
        within and stores them, and says for each row what it is refused for. Rows that the database refuses together
        (somebody removed what one refers to) are then written by `write` one by one. The rows of such a sheet refer
        to none that the same file brings
    check : what is wrong with a row beyond its cells
    settle : turns what was read of a row into what is kept, where one cell says how another is meant; gets the headers
        as written, by field, and gives what is to be said of the row
    called : field whose value names the row, also for others that refer to it; without it the first key does
    some : stored rows by their keys, of a sheet whose book is `long`
    below : field that refers to another row of the same sheet, which is then written first
    adds : whether rows that are not there may be added
    not_there : what to say where they may not
    """

    name: str
    title: Text
    fields: tuple[Field, ...]
    keys: Sequence[Sequence[str]]
    rows: Callable[[Scope], Iterable[Row]]
    write: Callable[[Scope, Change], Any]
    write_many: Callable[[Scope, Sequence[Change]], Store] | None = None
    check: Callable[[Scope, Change], Iterable[Problem]] = _all_well
    settle: Callable[[Values, Mapping[str, str]], Text | None] = _as_read
    some: Callable[[Scope, Collection[str]], Iterable[Row]] | None = None
    called: str = ""
    below: str = ""
    adds: bool = True
    not_there: Text = field(default=_("没有这一行，这里也不能新增。请使用下载的表格。"))

    def title_of(self, row: Mapping[str, Any]) -> str:
        """What a row is called."""
        shown = (self.field(name).shown(row.get(name)) for name in ([self.called] if self.called else self.keys[0]))
        return " ".join(filter(None, shown))

    def field(self, name: str) -> Field:
        """A column by its name."""
        return next(one for one in self.fields if one.name == name)

    @cached_property
    def header_words(self) -> frozenset[str]:
        """Every header that means one of its columns, for comparing."""
        return frozenset().union(*(one.called for one in self.fields))

    @property
    def written(self) -> list[Field]:
        """Columns that are read."""
        return [one for one in self.fields if not one.readonly]


def _as_asked(actor: Actor, asked: Mapping[str, str]) -> Params:
    return {}


@dataclass(frozen=True)
class Book:
    """A workbook that comes in and goes out.

    Attributes
    ----------
    see, change : actions of the policy table: who may take it out, who may bring it in
    home : address of the list that it belongs to
    params : what of the address counts, checked; raises `Refused` or Http404
    title_of : what an import is called, with its params
    tells_vanished : whether rows that the file does not have are worth a word
    long : its files may have hundreds of thousands of rows: read, compared, made ready and told of in pieces. Its
        sheets give `some` rows by their keys, and their rows refer to none that the same file brings
    cut : names of the sheets that the params ask for, of a book that may be taken in parts
    """

    name: str
    title: Text
    sheets: tuple[Sheet, ...]
    see: str
    change: str
    home: Callable[[Params], str]
    hint: Text = ""
    params: Callable[[Actor, Mapping[str, str]], Params] = _as_asked
    title_of: Callable[[Params], Text] | None = None
    tells_vanished: bool = True
    long: bool = False
    cut: Callable[[Params], Collection[str]] | None = None

    def of(self, params: Params) -> Book:
        """The book with those sheets that the params ask for."""
        if self.cut is None:
            return self
        asked = self.cut(params)
        return replace(self, sheets=tuple(sheet for sheet in self.sheets if sheet.name in asked))

    def called(self, params: Params) -> Text:
        """Its title, with what it is cut to."""
        return self.title_of(params) if self.title_of else self.title

    @property
    def is_form(self) -> bool:
        """Whether its template holds all rows already, as none can be added."""
        return not any(sheet.adds for sheet in self.sheets)

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name."""
        return next(one for one in self.sheets if one.name == name)


books: Registry[Book] = Registry("book of sheets")
