"""What a filing files of a ledger: the list as it stands, of the towns or departments that owe it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.org.models import Unit
from lantian.site.plans.models import FiledList, Filing, FilingParty
from lantian.site.sources import publishing, reading


@dataclass(frozen=True)
class Content:
    """A list as it would be filed."""

    ledger: Ledger
    heads: list[dict[str, str]]
    rows: list[publishing.Row]

    @property
    def count(self) -> int:
        return len(self.rows)

    @cached_property
    def sha256(self) -> str:
        return publishing.digest_of(self.rows)

    @cached_property
    def sums(self) -> list[dict[str, Any]]:
        return publishing.sums_of(self.ledger, self.heads, self.rows)


def content_of(filing: Filing) -> Content | None:
    """What a filing files now: of a whole what its parts have filed, else the ledger as it stands. None where it is of
    no ledger, or the district has taken its file away."""
    ledger = ledger_of(filing.deliverable.ledger)
    if ledger is None:
        return None
    if filing.shape != "whole":
        return standing(ledger, filing)
    heads = publishing.heads_of(ledger, publishing.whole_list(ledger))
    rows = [row for one in _of_parts(filing) for row in one.rows]
    return Content(ledger, heads, rows)


def standing(ledger: Ledger, filing: Filing) -> Content:
    """The ledger as it stands, as far as a filing owes it: one SQL query beside those for its owners."""
    asked = publishing.whole_list(ledger)
    return Content(ledger, publishing.heads_of(ledger, asked), publishing.rows_of(ledger, asked, within(filing)))


def within(filing: Filing) -> Q:
    """Which listings are a filing's: what lies in its owners' towns, or is kept by them where each department files its
    own; all of the district where departments file one together."""
    owed = _parts(filing) if filing.shape == "whole" else Filing.objects.filter(pk=filing.pk)
    first = filing.deliverable.rule.step[0].name
    named = FilingParty.objects.filter(filing__in=owed, step=first, unit__isnull=False)
    units = Unit.objects.filter(pk__in=named.values("unit")).order_by()
    towns = units.filter(kind=Unit.Kind.TOWN, area__isnull=False)
    in_towns = Q(source__area__in=towns.values("area")) | Q(source__area__parent__in=towns.values("area"))
    if filing.deliverable.each:
        return in_towns | Q(keeper__in=units.exclude(kind=Unit.Kind.TOWN).values("pk"))
    asked = units.aggregate(n=Count("pk"), towns=Count("area", filter=Q(kind=Unit.Kind.TOWN)))
    return in_towns if asked["n"] and asked["towns"] == asked["n"] else Q()


def ledger_of(name: str) -> Ledger | None:
    """A ledger by its name; None for none."""
    if not name:
        return None
    try:
        return reading.ledger_of(name)
    except RuleError:
        return None


def _parts(whole: Filing) -> QuerySet[Filing]:
    return Filing.objects.filter(deliverable=whole.deliverable_id, shape="part").exclude(state="cancelled")


def _of_parts(whole: Filing) -> list[FiledList]:
    """The latest list of each part that is still asked for, in the order of towns."""
    rows = FiledList.objects.filter(receipt__filing__in=_parts(whole)).order_by("receipt__filing", "pk")
    latest = {one.receipt.filing_id: one for one in rows.select_related("receipt")}
    return list(latest.values())
