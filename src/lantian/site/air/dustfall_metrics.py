"""What dustfall offers to targets and rankings: the mean of an area's months, what was approved taken off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.dustfall import mean_of_months
from lantian.site.air.models import DustfallEarlier, DustfallResult
from lantian.site.air.models.dustfall import UNIT
from lantian.site.air.queries.dustfall import AreaMonth, area_months, months_between
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import data_changes, metrics


def register() -> None:
    """Offer the metric, under the indicator's name."""
    data_changes.register("air.dustfall", changed)
    metrics.register("dustfall", Metric(_("降尘量"), UNIT, 1, "lower", _work_out, ("dustfall",), "mean", by="month"))


def changed() -> dt.datetime | None:
    """When a result that counts was last confirmed, corrected, or had its deduction decided."""
    confirmed = DustfallResult.objects.aggregate(at=Max("confirmed_at"))["at"]
    altered = DustfallEarlier.objects.aggregate(at=Max("at"))["at"]
    return max((at for at in (confirmed, altered) if at is not None), default=None)


def _work_out(areas: Sequence[Any], period: Period, edition: str) -> Mapping[int, Reading]:
    """Months that lie within the period and are over; a month without a confirmed result is missing."""
    months = [one for one in months_between(period.first, period.last) if one < clock.today().replace(day=1)]
    found = area_months(areas, months)
    return {area.pk: _reading(area, found[area.pk]) for area in areas}


def _reading(area: Any, months: Sequence[AreaMonth]) -> Reading:
    whole = mean_of_months([one.mean for one in months])
    url = reverse("air:dustfall")
    if not months:
        return Reading(None, 0, 0, _("时段内还没有整月"), url)
    if not any(one.points for one in months):
        return Reading(None, 0, len(months), _("没有降尘点位"), url)
    said: Text = format_lazy(
        _("{months} 个月的均值，每月 {points} 个点位有结果，应有 {of} 个月"),
        months=whole.of,
        points=_span([one.mean.of for one in months if one.mean.of]),
        of=len(months),
    )
    if whole.raw is not None and whole.raw != whole.value:
        said = format_lazy(_("{said}；扣除沙尘前 {raw}"), said=said, raw=f"{whole.raw:.1f}")
    return Reading(whole.value, whole.of, len(months), said, f"{url}?year={months[-1].month.year}")


def _span(numbers: Sequence[int]) -> str:
    if not numbers:
        return "0"
    least, most = min(numbers), max(numbers)
    return str(least) if least == most else f"{least}–{most}"
