"""What the air offers to targets, rankings and scores: figures of areas over a period.

    "PM2.5_mean"        mean of the valid days of the area's counted stations
    "O3_P90", "CO_P95"  percentiles, as the standard of evaluation takes them
    "good_days", "good_share", "heavy_days", "composite_index"

Names are those of the plans' goal indicators, so that a goal finds its metric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.statistics import Statistics
from lantian.site.air.queries.areas import AreaFigures, area_figures
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics

# Of the statistics of all areas: values, valid days, and whether they are enough.
Take = Callable[[Statistics], tuple[Any, Any, Any]]


def register() -> None:
    """Offer the metrics."""
    gravimetric: list[tuple[str, str, Text]] = [
        ("PM2.5_mean", "pm25", _("PM2.5 平均浓度")),
        ("PM10_mean", "pm10", _("PM10 平均浓度")),
        ("NO2_mean", "no2", _("NO₂ 平均浓度")),
        ("SO2_mean", "so2", _("SO₂ 平均浓度")),
    ]
    for name, pollutant, title in gravimetric:
        _offer(name, title, "µg/m³", 1, "lower", partial(_figure, pollutant=pollutant, kind="mean"),
               adds="mean", pollutant=pollutant)  # fmt: skip
    _offer("O3_P90", _("O₃ 日最大 8 小时第 90 百分位数"), "µg/m³", 0, "lower",
           partial(_figure, pollutant="o3", kind="percentile"), pollutant="o3")  # fmt: skip
    _offer("CO_P95", _("CO 日均值第 95 百分位数"), "mg/m³", 1, "lower",
           partial(_figure, pollutant="co", kind="percentile"), pollutant="co")  # fmt: skip
    _offer("good_days", _("优良天数"), _("天"), 0, "higher", partial(_days, kind="good_days"), adds="count")
    _offer("good_share", _("优良天数比例"), "%", 1, "higher", partial(_days, kind="good_share"), ("good_days",),
           adds="mean")  # fmt: skip
    _offer("heavy_days", _("重度及以上污染天数"), _("天"), 0, "lower", partial(_days, kind="heavy_days"), adds="count")
    _offer("composite_index", _("环境空气质量综合指数"), "", 2, "lower", _composite)


def _offer(
    name: str,
    title: Text,
    unit: Text,
    decimals: int,
    better: str,
    take: Take,
    indicators: Sequence[str] = (),
    **more: Any,
) -> None:
    metric = Metric(title, unit, decimals, better, partial(work_out, take=take), indicators or (name,), **more)
    metrics.register(name, metric)


def work_out(areas: Sequence[Any], period: Period, edition: str, *, take: Take) -> Mapping[int, Reading]:
    """Readings of areas by their key."""
    found = area_figures(areas, period, edition)
    # Days to come cannot have been measured.
    passed = max((min(period.last, clock.today()) - period.first).days + 1, 0)
    values, valid, enough = take(found.statistics) if found.statistics else ((), (), ())
    readings = {}
    for area in areas:
        row = found.rows.get(area.pk)
        if row is None:
            readings[area.pk] = Reading(None, 0, passed, _("没有参与评价的站点"))
            continue
        value, days = float(values[row]), int(valid[row])
        readings[area.pk] = Reading(
            value if np.isfinite(value) else None,
            days,
            passed,
            _explained(found, area, days, bool(enough[row])),
            f"{reverse('air:stations')}?area={area.pk}",
        )
    return readings


def _explained(found: AreaFigures, area: Any, days: int, enough: bool) -> Text:
    said = format_lazy(
        _("{days} 个有效日、{stations} 个站点的均值，{edition} 版"),
        days=days,
        stations=found.stations[area.pk],
        edition=found.edition.name,
    )
    return said if enough else format_lazy(_("{said}；有效日数未达到评价要求"), said=said)


def _figure(found: Statistics, *, pollutant: str, kind: str) -> tuple[Any, Any, Any]:
    of = found.of[pollutant]
    return getattr(of, kind), of.valid_days, of.enough


def _days(found: Statistics, *, kind: str) -> tuple[Any, Any, Any]:
    """Days by category: none where no day has an index. All pollutants speak for whether there are enough."""
    counted = np.where(found.index_days > 0, getattr(found, kind), np.nan)
    return counted, found.index_days, _all_enough(found)


def _composite(found: Statistics) -> tuple[Any, Any, Any]:
    """The composite index, with the valid days of the pollutant that has fewest."""
    return found.composite.value, np.min([of.valid_days for of in found.of.values()], axis=0), _all_enough(found)


def _all_enough(found: Statistics) -> Any:
    return np.all([of.enough for of in found.of.values()], axis=0)
