"""A ledger by towns: how many stand where, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.org.models import Area
from lantian.site.sources.models import Listing, ListingValue
from lantian.site.sources.models.listings import MEANS
from lantian.site.sources.queries.listings import added

KEPT = [(means, label) for means, label in MEANS if means != "gone"]


@dataclass
class Line:
    """Counts by meaning; `sums` by field as (all, done)."""

    counts: dict[str, int]
    sums: dict[str, tuple[float, float]]

    @property
    def kept(self) -> int:
        """Listings that are not gone."""
        return sum(self.counts.get(means, 0) for means, _label in KEPT)

    @property
    def share(self) -> int | None:
        """Share done, in percent; None where nothing is listed."""
        return round(100 * self.counts.get("done", 0) / self.kept) if self.kept else None


@dataclass
class TownLine(Line):
    """The line of a town."""

    area: Area


@dataclass
class Board:
    """Lines by town, in the order of their codes, and the whole."""

    states: list[tuple[str, Any]]
    fields: list[LedgerField]
    lines: list[TownLine]
    whole: Line


def board(rows: QuerySet[Listing], ledger: Ledger) -> Board:
    """Listings by town and meaning, sum fields by town: three SQL queries."""
    asked = [one for one in ledger.field if one.sum and not one.yearly]
    towns = towns_of()
    lines: dict[int, TownLine] = {}

    def line(area_id: int) -> TownLine:
        town = towns[area_id]
        return lines.setdefault(town.pk, TownLine({}, {one.name: (0.0, 0.0) for one in asked}, town))

    for row in rows.order_by().values("source__area", "means").annotate(n=Count("pk")):
        counts = line(row["source__area"]).counts
        counts[row["means"]] = counts.get(row["means"], 0) + row["n"]
    values = ListingValue.objects.filter(ledger=ledger.name, field__in=[one.name for one in asked])
    kept = values.filter(listing__in=rows.exclude(means="gone").order_by().values("pk"))
    done = Sum("number", filter=Q(listing__means="done"), default=0.0)
    for area_id, name, total, part in (
        kept.values("listing__source__area", "field")
        .annotate(total=Sum("number"), done=done)
        .values_list("listing__source__area", "field", "total", "done")
    ):
        sums = line(area_id).sums
        sums[name] = (added(sums[name][0] + (total or 0)), added(sums[name][1] + part))
    ordered = sorted(
        lines.values(), key=lambda one: (one.area is None, one.area.code if one.area else "", str(one.area))
    )
    return Board(KEPT, asked, ordered, _whole(ordered, asked))


def _whole(lines: list[TownLine], asked: list[LedgerField]) -> Line:
    counts: dict[str, int] = {}
    for one in lines:
        for means, n in one.counts.items():
            counts[means] = counts.get(means, 0) + n
    sums = {
        f.name: (added(sum(one.sums[f.name][0] for one in lines)), added(sum(one.sums[f.name][1] for one in lines)))
        for f in asked
    }
    return Line(counts, sums)


def towns_of() -> dict[int, Area]:
    """Every area with the town that it lies in (a town itself, else the area)."""
    areas = {one.pk: one for one in Area.objects.all()}
    found = {}
    for pk, area in areas.items():
        top = area
        while top.kind == Area.Kind.VILLAGE and top.parent_id in areas:
            top = areas[top.parent_id]
        found[pk] = top
    return found
