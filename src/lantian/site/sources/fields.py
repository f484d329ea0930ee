"""A ledger's fields as columns of the house: one shape for form, import, API and what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import ledgers as library
from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.policy import System
from lantian.site.core.sheets import Field, Scope
from lantian.site.core.sheets.problems import BadCell
from lantian.site.sources.reading import said_later, unit_later, unit_said

Values = dict[str, Any]
MASK = "＊"


@lru_cache(maxsize=2048)
def column(field: LedgerField) -> Field:
    """The field as a column of a sheet."""
    return Field(
        field.name,
        said_later(field.label),
        field.type,
        headers=field.headers,
        required=field.required,
        unit=field.unit,
        unit_shown=unit_later(field.unit),
        units=_units(field),
        choices=tuple((one.key, said_later(one.label)) for one in field.choices),
        also={other: one.key for one in field.choices for other in one.also},
        least=field.range[0] if field.range else None,
        most=field.range[1] if field.range else None,
        longest=2000 if field.wide else 200,
        example=field.example,
        help=said_later(field.help) if field.help else "",
        wide=field.wide,
    )


def _units(field: LedgerField) -> dict[str, float]:
    """What may stand behind a number; the English of the field's own unit as well, as English files write it."""
    english = library.unit_label(field.unit).en if field.unit else ""
    return ({english: 1.0} if english else {}) | dict(field.units)


def columns(ledger: Ledger) -> list[Field]:
    """All fields that are filled in: not those of each year, nor what the platform works out."""
    return [column(one) for one in ledger.field if not (one.yearly or one.worked_out)]


def yearly(ledger: Ledger) -> list[Field]:
    """Fields that have a value for each year."""
    return [column(one) for one in ledger.field if one.yearly]


def cleaned(fields: list[Field], given: Mapping[str, Any]) -> Values:
    """Values as they are kept, of cells, form fields or JSON alike; what is not given is left out.

    Raises
    ------
    Invalid : a value that its field cannot take, each named; a name that is no field
    """
    known = {one.name: one for one in fields}
    wrong: dict[str, Text] = {name: _("这个清单没有这一项。") for name in given if name not in known}
    found: Values = {}
    scope = Scope(System())  # whose columns these are: they ask nothing of the actor
    for name, raw in given.items():
        if name not in known:
            continue
        try:
            found[name] = known[name].read("、".join(raw) if isinstance(raw, list) else raw, scope)
        except BadCell as problem:
            wrong[name] = problem.text
    if wrong:
        raise Invalid(_("有的内容不能保存。"), fields=wrong)
    return found


def missing(fields: list[Field], values: Mapping[str, Any]) -> list[Field]:
    """Required fields without a value."""
    return [one for one in fields if one.required and values.get(one.name) in (None, "", [])]


def masked(value: Any) -> str:
    """A personal value as it may be shown: its first sign, and how long it is no more.

    >>> masked("赵某某"), masked("")
    ('赵＊＊', '')
    """
    text = str(value or "")
    return f"{text[0]}{MASK * 2}" if text else ""


def shown(ledger: Ledger, values: Mapping[str, Any], *, unmasked: bool) -> list[tuple[LedgerField, str]]:
    """Every field with its value in words; personal ones masked unless the reader may see them."""
    told = []
    for field in ledger.field:
        if field.yearly:
            continue
        value = value_of(field, values)
        if field.personal and not unmasked:
            told.append((field, masked(value)))
        else:
            text = column(field).shown(value)
            told.append((field, f"{text} {unit_said(field.unit)}".strip() if text else ""))
    return told


def told(ledger: Ledger, values: Mapping[str, Any], *, unmasked: bool | None) -> Values:
    """Every field that has a value, for programs; personal ones masked unless the reader may see them, or left out
    (None), as in lists."""
    found: Values = {}
    for field in ledger.field:
        value = value_of(field, values)
        if field.yearly or value in (None, "", []) or (field.personal and unmasked is None):
            continue
        found[field.name] = masked(value) if field.personal and not unmasked else value
    return found


def strange(ledger: Ledger, values: Mapping[str, Any], *, unmasked: bool) -> list[tuple[str, Any]]:
    """Values of fields that this edition does not know: kept, and shown as they are. What an edition that is there
    calls personal stays masked."""
    known = {name for one in ledger.field for name in (one.name, *one.was)}
    personal = frozenset() if unmasked else library.personal_once(ledger)
    return [(name, masked(value) if name in personal else value) for name, value in values.items() if name not in known]


def value_of(field: LedgerField, values: Mapping[str, Any]) -> Any:
    """The value of a field, also under a name that it had in an earlier edition."""
    return next((values[name] for name in (field.name, *field.was) if name in values), None)


def renamed(ledger: Ledger, values: Mapping[str, Any]) -> Values:
    """Values under the names that the fields have in this edition."""
    now = dict(values)
    for field in ledger.field:
        for was in field.was:
            if was in now and field.name not in now:
                now[field.name] = now.pop(was)
    return now
