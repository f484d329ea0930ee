"""Parts of sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from lantian.site.core.policy import Actor
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, Source, SourcePart

P = TypeVar("P", bound=SourcePart)


@dataclass(frozen=True)
class Parts:
    """What stands under a source; what runs comes first."""

    lines: list[ProductionLine]
    devices: list[ControlDevice]
    points: list[EmissionPoint]

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.lines or self.devices or self.points)


def parts(source: Source) -> Parts:
    """The parts of a source with what each goes with: six SQL queries."""
    return Parts(_running(ProductionLine, source), _running(ControlDevice, source), _running(EmissionPoint, source))


def _running(kind: type[P], source: Source) -> list[P]:
    rows: Any = of(kind).filter(source=source)
    return sorted(rows, key=lambda one: one.stopped is not None)


def part(person: Actor, kind: type[SourcePart], pk: int) -> SourcePart | None:
    """One part, with its source and what it goes with."""
    rows = of(kind).filter(source__in=Source.objects.visible_to(person).values("pk"))
    return rows.select_related("source__area", "source__unit", "made_by").filter(pk=pk).first()


def of(kind: type[SourcePart]) -> QuerySet[SourcePart]:
    """Parts of a kind with what each goes with."""
    return kind._default_manager.prefetch_related(*kind.links)
