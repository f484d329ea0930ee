"""A column of a sheet: what it is called, what it takes, and how a cell becomes a value and back.

Values are kept as JSON keeps them: text '', number or None, day as text 'YYYY-MM-DD' or None (a moment
'YYYY-MM-DD HH:MM', or the day alone), names as a list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core.faults import Text
from lantian.site.core.sheets import values
from lantian.site.core.sheets.problems import EMPTY, BadCell, bad, both, listed
from lantian.site.core.sheets.scope import Scope

Kind = Literal["text", "number", "whole", "percent", "day", "moment", "choice", "names", "yes", "reference"]
Choices = Iterable[tuple[str, Text]]
YES = ("是", "有", "对", "√", "✓", "y", "yes", "true", "1")
NO = ("否", "无", "没有", "×", "x", "n", "no", "false", "0")
SAYS_NONE = ("number", "whole", "percent", "day", "moment", "reference")  # 无 in any other may be an answer
LINE = 300  # characters up to which a text is a line, whose breaks are those of a narrow column
MARKS = "*:：,，.。、_-"  # around a header: 容量（蒸吨/小时）*
LONGEST_CELL = 32_767  # what a spreadsheet takes


@dataclass(frozen=True)
class Field:
    """One column.

    Attributes
    ----------
    name : key of the value
    label : header in the reader's language; read in either
    type : text, number, whole, percent, day, moment, choice, names (several in one cell), yes,
        reference (name of a thing)
    headers : what other offices call the column
    required : may not be empty
    unit : shown in the header; may stand behind the number, as may those of `units`, each with its factor
    unit_shown : the unit as the header shows it, where the reader's language has another word
    plain : what a number with no unit behind it is multiplied by: the header of a file may name another unit
    choices : key and label of each choice; for text: what the drop-down offers beside free text
    also : other writings of choices
    least, most : bounds of a number
    writes : reads what is written otherwise than as a number (degrees and minutes); ValueError where it is not
    longest : characters of a text
    names : names that a reference may have, each with the one that is kept; read once for an import
    others : names that there are as well, but not for this person
    refers : sheet of the same book whose new rows may be referred to as well
    example : shown in the template's explanations
    help : what to write
    masked : a personal value as the actor may see it: itself, or masked; masked values that come back change nothing
    readonly : told in files for orientation, never read
    wide : a column of running text
    keeps : an empty cell leaves what is stored; without it it empties the field
    """

    name: str
    label: Text
    type: Kind = "text"
    headers: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    unit_shown: Text | None = None
    units: Mapping[str, float] = field(default_factory=dict)
    plain: float = 1.0
    choices: Choices | Callable[[Scope], Choices] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    writes: Callable[[str], float] | None = None
    longest: int = 4000
    names: Callable[[Scope], Mapping[str, str]] | None = None
    others: Callable[[Scope], Collection[str]] | None = None
    refers: str = ""
    example: Any = ""
    help: Text = ""
    masked: Callable[[Any, Scope], Any] | None = None
    readonly: bool = False
    wide: bool = False
    keeps: bool = False

    @property
    def empty(self) -> Any:
        """The value of an empty cell."""
        return {"names": [], "text": "", "choice": "", "reference": ""}.get(self.type)

    def header(self) -> str:
        """The header as written into files: with its unit, and a star where it must be filled."""
        shown = self.unit if self.unit_shown is None else str(self.unit_shown)
        unit = f"（{shown}）" if shown and self.type != "percent" else ""
        return f"{self.label}{unit}{'*' if self.required else ''}"

    @cached_property
    def called(self) -> frozenset[str]:
        """Every header that means this column, for comparing; with a unit behind it (投资万元, 吨位/t/h) or without."""
        names = {matched(name) for name in (*both(self.label).values(), *self.headers)}
        units = {values.narrow(unit).lower() for unit in self.factors}
        return frozenset(names | {f"{name}{sign}{unit}" for name in names for unit in units for sign in ("", "/")})

    @property
    def factors(self) -> dict[str, float]:
        """Units that a number may have, each with what it is multiplied by."""
        return dict(self.units) | ({self.unit: 1.0} if self.unit else {})

    @property
    def thousands(self) -> dict[str, float]:
        """万 and 亿 behind a number of whatever unit: 3万 are 30,000 of it, and 3 in a column of 万元."""
        if self.type not in ("number", "whole"):
            return {}
        myriad = 1.0 if self.unit.startswith("万") else 1e4 * (1.0 if self.plain in (1.0, 1e4) else self.plain)
        return {"万": myriad, "亿": myriad * 1e4}

    def offered(self, scope: Scope) -> list[tuple[str, Text]]:
        """Choices of the drop-down."""
        if self.type == "yes":
            return [("true", _("是")), ("false", _("否"))]
        return list(self.choices(scope) if callable(self.choices) else self.choices)

    @cached_property
    def writings(self) -> dict[str, str]:
        """Every writing of a choice with its key, where the choices are the same for everybody."""
        return {} if callable(self.choices) else _writings(self, self.choices)

    def read(self, raw: Any, scope: Scope) -> Any:
        """The value of a cell.

        Raises
        ------
        BadCell : the column cannot take it
        """
        nothing = self.type != "text" and (values.is_nothing(raw) or (self.type in SAYS_NONE and values.is_unsaid(raw)))
        value = self.empty if nothing else READERS[self.type](self, raw, scope)
        if self.required and value == self.empty:
            raise BadCell(EMPTY)
        return value

    def cell(self, value: Any, scope: Scope) -> Any:
        """The value as a file holds it."""
        if value is None or value in ("", []):
            return None
        if self.masked:
            return str(self.masked(value, scope))
        if self.type == "day":
            return dt.date.fromisoformat(value)
        if self.type == "whole":
            return int(value)
        if self.type in ("number", "percent"):
            return int(value) if float(value).is_integer() and abs(value) < values.EXACT else value
        return self.shown(value, scope)

    def shown(self, value: Any, scope: Scope | None = None) -> str:
        """The value as people read it."""
        if value is None or value in ("", []):
            return ""
        if self.masked and scope is not None:
            return str(self.masked(value, scope))
        if self.type == "names":
            return "、".join(value)
        if self.type == "yes":
            return _now("是") if value else _now("否")
        if self.type in ("number", "whole", "percent"):
            return number_text(float(value)) or ""
        if self.type == "choice":
            offered = () if callable(self.choices) and scope is None else self.offered(scope)  # type: ignore[arg-type]
            return next((str(label) for key, label in offered if key == value), str(value))
        return str(value)


def matched(header: Any) -> str:
    """A header made comparable: narrow signs, no unit in brackets, no star, no line breaks.

    >>> matched("容 量\\n（蒸吨/小时）*"), matched("姓名(必填)")
    ('容量', '姓名')
    """
    text = values.narrow(header).lower().strip(MARKS)
    while text.endswith((")", "]")) and (at := max(text.rfind("("), text.rfind("["))) > 0:
        text = text[:at].strip(MARKS)
    return text


def _text(column: Field, raw: Any, scope: Scope) -> str:
    found = values.text(raw)
    if column.longest <= LINE and not column.wide:
        found = values.one_line(found)
    if len(found) > column.longest:
        raise bad(_("有 {n} 个字，超过 {most} 个字。请缩短。"), n=len(found), most=column.longest)
    return found


def _number(column: Field, raw: Any, scope: Scope) -> float | None:
    units = column.factors | column.thousands | ({"%": 1.0} if column.type == "percent" else {})
    if column.type == "whole":
        units = dict.fromkeys(values.rules().counters, column.plain) | units
    value = _otherwise(column, raw)
    if value is None:
        value = values.number(raw, units=units, plain=column.plain, example=_example(column))
    if value is None:
        return None
    if column.type == "whole" and not value.is_integer():
        raise bad(_("“{raw}”不是整数。请填整数。"), raw)
    if column.least is not None and value < column.least:
        raise bad(_("“{raw}”小于 {least}。请核对。"), raw, least=number_text(column.least))
    if column.most is not None and value > column.most:
        raise bad(_("“{raw}”大于 {most}。请核对。"), raw, most=number_text(column.most))
    return value


def _otherwise(column: Field, raw: Any) -> float | None:
    """The number of a writing that is none, where the column reads such."""
    if column.writes is None or not isinstance(raw, str):
        return None
    try:
        return column.writes(raw)
    except ValueError:
        return None


def _example(column: Field) -> str:
    """A number to write, as people do: 4, not 4.0."""
    return (number_text(float(column.example)) or "10") if isinstance(column.example, int | float) else "10"


def _day(column: Field, raw: Any, scope: Scope) -> str | None:
    found = values.day(raw)
    return found.isoformat() if found else None


def _moment(column: Field, raw: Any, scope: Scope) -> str | None:
    found = values.moment(raw)
    if isinstance(found, dt.datetime):
        return f"{found:%Y-%m-%d %H:%M}"
    return found.isoformat() if found else None


def _choice(column: Field, raw: Any, scope: Scope) -> str:
    known = column.writings
    if type(raw) is str and raw in known:
        return known[raw]
    written = values.narrow(raw).lower()
    if callable(column.choices):
        known = scope.once(("choices", column.name, id(column)), lambda: _writings(column, column.offered(scope)))
    if written in known:
        return str(known[written])
    labels = listed(label for _key, label in column.offered(scope)[:12])
    raise bad(_("“{raw}”不在可选项里。请从下拉列表选择：{labels}。"), raw, labels=labels)


def _writings(column: Field, choices: Choices) -> dict[str, str]:
    known = {values.narrow(other).lower(): key for other, key in column.also.items()}
    for key, label in choices:
        known |= {values.narrow(one).lower(): key for one in (key, *both(label).values())}
    return known


def _names(column: Field, raw: Any, scope: Scope) -> list[str]:
    found = values.names(raw)
    if long := next((name for name in found if len(name) > column.longest), None):
        raise bad(_("“{raw}”超过 {most} 个字。请缩短。"), long, most=column.longest)
    return found


def _yes(column: Field, raw: Any, scope: Scope) -> bool:
    written = values.narrow(raw).lower()
    if written in YES or written in NO:
        return written in YES
    raise bad(_("“{raw}”不是“是”或“否”。请填是或否。"), raw)


READERS: dict[str, Callable[[Field, Any, Scope], Any]] = {
    "text": _text,
    "number": _number,
    "whole": _number,
    "percent": _number,
    "day": _day,
    "moment": _moment,
    "choice": _choice,
    "names": _names,
    "yes": _yes,
    "reference": _text,  # whether there is such a thing is known when all sheets are read: see `comparing`
}
