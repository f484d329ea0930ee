"""Production lines, control devices and emission points of a source over the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Named, Out, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.sources import actions, part_words
from lantian.site.sources.api import READ, room
from lantian.site.sources.api import sources as of_sources
from lantian.site.sources.api.writing import Reason, write
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, SourcePart
from lantian.site.sources.models.parts import KINDS
from lantian.site.sources.queries import parts as queries

Kind = Literal["lines", "devices", "points"]
Keys = Annotated[list[Key], Field(max_length=200)]
Capacity = Annotated[float | None, Field(ge=0, le=1e12)]


class PartOut(Out):
    """What all parts of a source have."""

    id: int
    name: str
    started: dt.date | None
    stopped: dt.date | None = Field(description="runs no more since; null: it runs")
    why_stopped: str
    note: str


class LineOut(PartOut):
    """生产线."""

    product: str
    process: str
    fuel: str = Field(description="a key of the rule source-parts; so are units, kinds and pollutants")
    capacity: float | None
    capacity_unit: str


class DeviceOut(PartOut):
    """治理设施."""

    kind: str = Field(description="what it is for and which it is, such as dust.bag")
    obsolete: bool = Field(description="plans want such devices gone")
    air_flow: float | None = Field(description="m³/h, as designed")
    efficiency: float | None = Field(description="percent removed, as designed")
    lines: list[Named]


class PointOut(PartOut):
    """排放口."""

    code: str = Field(description="of the permit, such as DA001")
    kind: str
    height: float | None = Field(description="m")
    diameter: float | None = Field(description="m")
    pollutants: list[str]
    monitor: str = Field(description="code of its automatic monitor; '' for none")
    lines: list[Named]
    devices: list[Named]


class PartsOut(Out):
    """What stands under a source; what runs comes first."""

    lines: list[LineOut]
    devices: list[DeviceOut]
    points: list[PointOut]
    location: str = Field("", exclude=True)


class PartIn(In):
    """What is known of a part; when it is changed, what is left out stays."""

    name: Annotated[Word, Field(min_length=1, max_length=100)] = ""
    started: dt.date | None = None
    note: Line = ""


class LineIn(PartIn):
    product: Annotated[Word, Field(max_length=100)] = ""
    process: Word = ""
    fuel: Word = ""
    capacity: Capacity = None
    capacity_unit: Word = ""


class DeviceIn(PartIn):
    kind: Word = ""
    air_flow: Annotated[float | None, Field(ge=0, le=1e8)] = None
    efficiency: Annotated[float | None, Field(ge=0, le=100)] = None
    lines: Keys = Field(default_factory=list)


class PointIn(PartIn):
    code: Annotated[Word, Field(max_length=40)] = ""
    kind: Word = ""
    height: Annotated[float | None, Field(ge=0, le=500)] = None
    diameter: Annotated[float | None, Field(ge=0, le=50)] = None
    pollutants: Annotated[list[Word], Field(max_length=50)] = Field(default_factory=list)
    monitor: Annotated[Word, Field(max_length=40)] = ""
    lines: Keys = Field(default_factory=list)
    devices: Keys = Field(default_factory=list)


class StopIn(Reason):
    on: dt.date


@room.get("/{int:pk}/parts", "parts", summary=_("污染源的生产线、治理设施、排放口"), returns=PartsOut, **READ)
def parts(request: Request, pk: int) -> PartsOut:
    """What stands under a source, with what each goes with."""
    return _told(request, pk)


@room.post("/{int:pk}/lines", "line_add", summary=_("新增生产线"), returns=PartsOut, status=201, **write("part.add"))
def line_add(request: Request, pk: int, payload: LineIn) -> PartsOut:
    """Enter a production line."""
    return _added(request, pk, ProductionLine, payload)


@room.post("/{int:pk}/devices", "device_add", summary=_("新增治理设施"), returns=PartsOut, status=201,
           **write("part.add"))  # fmt: skip
def device_add(request: Request, pk: int, payload: DeviceIn) -> PartsOut:
    """Enter a control device."""
    return _added(request, pk, ControlDevice, payload)


@room.post("/{int:pk}/points", "point_add", summary=_("新增排放口"), returns=PartsOut, status=201, **write("part.add"))
def point_add(request: Request, pk: int, payload: PointIn) -> PartsOut:
    """Enter an emission point."""
    return _added(request, pk, EmissionPoint, payload)


@room.put("/lines/{int:pk}", "line_change", summary=_("修改生产线"), returns=PartsOut, **write("part.change"))
def line_change(request: Request, pk: int, payload: LineIn) -> PartsOut:
    """Change what is known of a production line."""
    return _changed(request, "lines", pk, payload)


@room.put("/devices/{int:pk}", "device_change", summary=_("修改治理设施"), returns=PartsOut, **write("part.change"))
def device_change(request: Request, pk: int, payload: DeviceIn) -> PartsOut:
    """Change what is known of a control device."""
    return _changed(request, "devices", pk, payload)


@room.put("/points/{int:pk}", "point_change", summary=_("修改排放口"), returns=PartsOut, **write("part.change"))
def point_change(request: Request, pk: int, payload: PointIn) -> PartsOut:
    """Change what is known of an emission point."""
    return _changed(request, "points", pk, payload)


@room.post("/{str:kind}/{int:pk}/stop", "part_stop", summary=_("停用生产线、治理设施、排放口"), returns=PartsOut,
           **write("part.stop"))  # fmt: skip
def part_stop(request: Request, kind: Kind, pk: int, payload: StopIn) -> PartsOut:
    """It runs no more; it stays known."""
    part = _found(request, kind, pk)
    actions.stop_part(request.person, part, on=payload.on, reason=payload.reason)
    return _told(request, part.source_id)


@room.post("/{str:kind}/{int:pk}/resume", "part_resume", summary=_("恢复生产线、治理设施、排放口"), returns=PartsOut,
           **write("part.resume"))  # fmt: skip
def part_resume(request: Request, kind: Kind, pk: int, payload: Reason) -> PartsOut:
    """It runs again, or was stopped by mistake."""
    part = _found(request, kind, pk)
    actions.resume_part(request.person, part, reason=payload.reason)
    return _told(request, part.source_id)


def _added(request: Request, pk: int, kind: type[SourcePart], payload: PartIn) -> PartsOut:
    source = of_sources.found(request, pk)
    actions.add_part(request.person, kind, source, **_given(source.pk, payload))
    return _told(request, pk)


def _changed(request: Request, kind: Kind, pk: int, payload: PartIn) -> PartsOut:
    part = _found(request, kind, pk)
    actions.change_part(request.person, part, **_given(part.source_id, payload))
    return _told(request, part.source_id)


def _given(source: int, payload: PartIn) -> dict[str, Any]:
    given = payload.model_dump(exclude_unset=True)
    for name in ("lines", "devices"):
        if name in given:
            rows = list(KINDS[name]._default_manager.filter(source=source, pk__in=given[name]))
            if len(rows) != len(set(given[name])):
                raise Invalid(_("没有这个对象。"), fields={name: _("请选择同一污染源的。")})
            given[name] = rows
    return given


def _found(request: Request, kind: str, pk: int) -> SourcePart:
    part = queries.part(request.person, KINDS[kind], pk)
    if part is None:
        raise Http404
    return part


def _told(request: Request, source: int) -> PartsOut:
    found = queries.parts(of_sources.found(request, source))
    return PartsOut(
        lines=[LineOut(**_facts(one, LineOut)) for one in found.lines],
        devices=[
            DeviceOut(
                **_facts(one, DeviceOut), obsolete=part_words.is_obsolete(one.kind), lines=_named(one.lines.all())
            )
            for one in found.devices
        ],
        points=[
            PointOut(**_facts(one, PointOut), lines=_named(one.lines.all()), devices=_named(one.devices.all()))
            for one in found.points
        ],
        location=reverse("api:sources_parts", args=[source]),
    )


def _facts(one: SourcePart, shape: type[PartOut]) -> dict[str, Any]:
    """The columns that the model and the answer have alike."""
    beside = {"id", "obsolete", "lines", "devices"}
    return {"id": one.pk} | {name: getattr(one, name) for name in shape.model_fields if name not in beside}


def _named(rows: Iterable[SourcePart]) -> list[Named]:
    return [Named(id=one.pk, name=one.name) for one in rows]
