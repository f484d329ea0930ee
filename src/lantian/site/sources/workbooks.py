"""One workbook over many ledgers: each of its sheets is a ledger, known by its name or its header."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.rulebook.schemas.series import Label
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.core.sheets import Book, Params, books
from lantian.site.sources import reading
from lantian.site.sources.sheets import HINT, sheet_of

FAMILY = "ledgers"
ALL = "all"


def book_name(group: str = ALL) -> str:
    """The book of a group of ledgers, or of all."""
    return f"{FAMILY}.{group}"


def book_of(group: str) -> Book | None:
    """The book of a group; None where there is no such group."""
    found = reading.all_ledgers()
    if group == ALL:
        return _book(ALL, None, found)
    label = next((one.label for one in ledgers.groups() if one.name == group), None)
    mine = tuple(one for one in found if one.group == group)
    return _book(group, label, mine) if label and mine else None


@lru_cache(maxsize=32)
def _book(group: str, label: Label | None, asked: tuple[Ledger, ...]) -> Book:
    title: Text = reading.said_later(label) if label else _("全部清单")
    return Book(
        book_name(group),
        title,
        sheets=tuple(map(sheet_of, asked)),
        see="sources.sheet.see",
        change="sources.sheet.change",
        home=lambda params: reverse("sources:ledgers"),
        hint=HINT,
        params=_params,
        title_of=lambda params: _title(title, params),
        cut=_cut,
    )


def _params(actor: Actor, asked: Mapping[str, str]) -> Params:
    """Which ledgers are asked for: `ledgers=coal_boiler,paint_shop`; all where none is named."""
    named = [one for one in asked.get("ledgers", "").split(",") if one]
    known = {one.name for one in reading.all_ledgers()}
    if unknown := set(named) - known:
        raise Http404(f"no such ledger: {sorted(unknown)}")
    return {"ledgers": ",".join(named)} if named else {}


def _cut(params: Params) -> Collection[str]:
    named = params.get("ledgers", "")
    return named.split(",") if named else [one.name for one in reading.all_ledgers()]


def _title(title: Text, params: Params) -> Text:
    named = params.get("ledgers", "")
    if not named:
        return title
    return format_lazy(_("{title}（选定 {n} 种）"), title=title, n=named.count(",") + 1)


def register() -> None:
    """Offer the books; called once from `ready()`."""
    books.family(FAMILY, book_of)
