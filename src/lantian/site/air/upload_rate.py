"""The metric `upload_rate`: of the hours that an area's stations owe, the share that has come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.models import Station
from lantian.site.air.queries.completeness import NOTHING, shares
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree


def register() -> None:
    """Offer the metric."""
    title = _("监测数据上传率")
    metrics.register("upload_rate", Metric(title, "%", 1, "higher", work_out))


def work_out(areas: Sequence[Any], period: Period, edition: str) -> Mapping[int, Reading]:
    """Readings of areas by their key: five SQL queries for all of them. Every station in or below an area that owes
    something counts, micro-stations among them: it is their operation that is asked about, not the air."""
    open_then = (Q(valid_from=None) | Q(valid_from__lte=period.last)) & (
        Q(valid_to=None) | Q(valid_to__gte=period.first)
    )
    stations = list(Station.objects.filter(open_then).order_by("pk"))
    found = shares(stations, period.first, period.last) if stations else {}
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    readings = {}
    for area in areas:
        inside = subtree(parents, {area.pk})
        mine = [found[one.pk] for one in stations if one.area_id in inside and found[one.pk].owed]
        total = sum(mine, NOTHING)
        said = _("{n} 个站点应有 {owed} 个小时值，实有 {valid} 个")
        readings[area.pk] = Reading(
            total.percent,
            total.valid,
            total.owed,
            format_lazy(said, n=len(mine), owed=total.owed, valid=total.valid) if mine else _("没有应上传数据的站点"),
            f"{reverse('air:completeness')}?year={period.last.year}&area={area.pk}",
        )
    return readings
