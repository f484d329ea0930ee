"""How good lists are: complete, located, fresh, proven, by ledger and town."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape

from lantian import rulebook
from lantian.rulebook.schemas.list_quality import ListQuality
from lantian.site.core import clock
from lantian.site.org.models import Area, AreaOutline
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, ProofShown, Source, StepTaken

# What a listing may lack, as the filter of the list of offenders says it.
LACKS = [
    ("incomplete", _("内容不全")),
    ("unlocated", _("没有坐标")),
    ("outside", _("坐标不在本镇街")),
    ("stale", _("久未更新")),
    ("unproven", _("材料不实")),
]
MEASURES = [
    ("complete", _("完整"), "incomplete"),
    ("located", _("有位置"), "unlocated"),
    ("fresh", _("及时更新"), "stale"),
    ("proven", _("材料齐实"), "unproven"),
]


def rules() -> ListQuality:
    """The rule as it holds here."""
    return rulebook.get("list-quality", as_=ListQuality)


def lies_outside(source: Source) -> bool:
    """Whether the source's point lies outside the outline of its town: two SQL queries. Not where nobody drew one."""
    if source.place is None:
        return False
    parents, chain = dict(Area.objects.values_list("pk", "parent")), []
    at: int | None = source.area_id
    while at is not None:
        chain.append(at)
        at = parents.get(at)
    outlines = {one.area_id: one for one in AreaOutline.objects.filter(area__in=chain)}
    first = next((outlines[pk] for pk in chain if pk in outlines), None)
    return first is not None and not shapely.intersects_xy(shape(first.geometry), *source.place)


@dataclass
class Counted:
    """Listings of a ledger or a town: all, those that are good by each measure, those that had anything to prove."""

    kept: int = 0
    complete: int = 0
    located: int = 0
    fresh: int = 0
    stepped: int = 0
    proven: int = 0

    def add(self, row: dict[str, Any]) -> None:
        """Count a row of `counted` in."""
        for name in ("kept", "complete", "located", "fresh", "stepped", "proven"):
            setattr(self, name, getattr(self, name) + row[name])

    def of(self, measure: str) -> int:
        """How many a measure is asked of."""
        return self.stepped if measure == "proven" else self.kept

    def share(self, measure: str) -> float | None:
        """Share of the good ones in percent; None where there is nothing to ask of."""
        of = self.of(measure)
        return 100 * getattr(self, measure) / of if of else None


class Quality:
    """The measures as conditions on listings. What lies outside its town is found once, by vectors."""

    def __init__(self) -> None:
        self.rule, self.today = rules(), clock.today()

    @cached_property
    def outside(self) -> list[int]:
        """Sources whose point lies outside the outline of their town: two SQL queries and one on areas.

        A town without an outline is not asked; a village without one is asked for the outline above it.
        """
        outlines = {one.area_id: shape(one.geometry) for one in AreaOutline.objects.all()}
        if not outlines:
            return []
        places = Source.objects.exclude(longitude=None).order_by()
        rows = np.array(list(places.values_list("pk", "area", "longitude", "latitude")), dtype=float).reshape(-1, 4)
        found: list[int] = []
        for area_id, ground in _grounds(outlines, set(rows[:, 1].astype(int).tolist())).items():
            mine = rows[rows[:, 1] == area_id]
            shapely.prepare(ground)
            off = ~shapely.intersects_xy(ground, mine[:, 2], mine[:, 3])
            found += [int(pk) for pk in mine[off, 0]]
        return found

    @property
    def fresh(self) -> Q:
        """Changed or worked on within the days that its meaning allows."""
        found = Q()
        for means in ("open", "stopped", "done"):
            since = clock.now() - dt.timedelta(days=getattr(self.rule.fresh, means))
            found |= Q(means=means) & (Q(changed_at__gte=since) | Q(since__gte=since))
        return found

    @property
    def stepped(self) -> Q:
        """Has taken a step for which its ledger asks for proof."""
        return Q(pk__in=self._asking.values("listing"))

    @property
    def unproven(self) -> Q:
        """A step that asks for proof has none, or a photo whose time somebody typed, or that was taken elsewhere."""
        shown = ProofShown.objects.filter(taken__in=self._asking.values("pk"))
        weak = shown.filter(Q(told=True) | Q(distance__gt=self.rule.proof_metres))
        empty = self._asking.exclude(pk__in=shown.values("taken"))
        return Q(pk__in=weak.values("taken__listing")) | Q(pk__in=empty.values("listing"))

    @property
    def _asking(self) -> QuerySet[StepTaken]:
        keys = {f"{ledger.name}.{one.step}" for ledger in reading.all_ledgers() for one in ledger.proof}
        taken = StepTaken.objects.filter(state=StepTaken.State.TAKEN).order_by()
        return taken.annotate(key=Concat("listing__ledger", Value("."), F("step"))).filter(key__in=keys)

    def lacking(self, name: str) -> Q:
        """Listings that lack what one of `LACKS` names."""
        made: dict[str, Callable[[], Q]] = {
            "incomplete": lambda: Q(gaps__gt=0),
            "unlocated": lambda: Q(source__longitude=None),
            "outside": lambda: Q(source__in=self.outside),
            "stale": lambda: ~self.fresh,
            "unproven": lambda: self.unproven,
        }
        return made[name]()


def with_lacks(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    """Listings, each with what it lacks: `lacks_unlocated` and so on for every one of `LACKS`."""
    asked = Quality()
    told = {
        f"lacks_{name}": Case(When(asked.lacking(name), then=True), default=False, output_field=BooleanField())
        for name, _label in LACKS
    }
    return rows.annotate(**told)


def counted(rows: QuerySet[Listing]) -> list[dict[str, Any]]:
    """Listings by ledger and area, with how many are good by each measure: four SQL queries, whatever the size."""
    asked = Quality()
    located = Q(source__longitude__isnull=False) & ~asked.lacking("outside")
    stepped = asked.stepped
    found: Any = (
        rows.exclude(means="gone")
        .order_by()
        .values("ledger", "source__area")
        .annotate(
            kept=Count("pk"),
            complete=Count("pk", filter=Q(gaps=0)),
            located=Count("pk", filter=located),
            fresh=Count("pk", filter=asked.fresh),
            stepped=Count("pk", filter=stepped),
            proven=Count("pk", filter=stepped & ~asked.unproven),
        )
    )
    return list(found)


def totals(found: Iterable[dict[str, Any]]) -> Counted:
    """All rows of `counted` in one."""
    whole = Counted()
    for row in found:
        whole.add(row)
    return whole


def _grounds(outlines: dict[int, Any], areas: set[int]) -> dict[int, Any]:
    """For each area the outline that its sources must lie in: its own, or the first above it."""
    parents = dict(Area.objects.values_list("pk", "parent"))
    found = {}
    for area in areas:
        at: int | None = area
        while at is not None and at not in outlines:
            at = parents.get(at)
        if at is not None:
            found[area] = outlines[at]
    return found
