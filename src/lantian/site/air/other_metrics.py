"""What stations measure beside the six pollutants, as metrics of areas: TSP, VOCs, NOx, road dust load, bare land.

Which factors, and under which names, is data (`series-factors`). Days count where there are any; else the months that
somebody handed in as such (a drive along the roads, a picture from above) and that lie within the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.exact import gbt8170
from lantian.airquality.longer import mean_of, of_areas
from lantian.rulebook.schemas.series import Factor, Factors, Label
from lantian.site.air.models import Station
from lantian.site.air.queries.areas import stations_of
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.series.grid import Times
from lantian.site.series.queries import read


def register() -> None:
    """Offer a metric for each factor that names one."""
    for one in rulebook.get("series-factors", as_=Factors).factor:
        if (offered := one.metric) is not None:
            indicators = (offered.name,) if offered.answers else ()
            metrics.register(
                offered.name,
                Metric(_said(offered.title), one.unit, one.decimals, offered.better, partial(work_out, factor=one),
                       indicators, adds="mean"),
            )  # fmt: skip


def _in_language(zh: str, en: str) -> str:
    return en if translation.get_language() == "en" else zh


def _said(label: Label) -> Text:
    text: Text = lazy(_in_language, str)(label.zh, label.en)
    return text


@dataclass(frozen=True)
class _Means:
    """Means of areas over the values of one interval, in the order of the areas.

    `times` are those of the period that have passed or begun, `valid` counts those at which an area has a value.
    """

    mean: NDArray[np.floating]
    valid: NDArray[np.int64]
    times: int


def work_out(areas: Sequence[Any], period: Period, edition: str, *, factor: Factor) -> Mapping[int, Reading]:
    """Readings of areas by their key: six SQL queries for all of them, beside that of the clock.

    Days of an area are the mean of its stations where three in four of those that measure the factor have one (HJ 663's
    share, as for the pollutants); its figure is the mean of these days.
    """
    counted = stations_of(areas, period, (factor.code,))
    named = {pk: [one for one in found if factor.code in one.factors] for pk, found in counted.items()}
    named = {pk: found for pk, found in named.items() if found}
    if not named:
        return {area.pk: Reading(None, 0, None, _("没有测这项因子、参与评价的站点")) for area in areas}
    share = find_edition(edition, on=period.last).evaluation.area.share
    today = np.datetime64(clock.today(), "D")
    days = _means(named, _days(period, today), "1d", factor, share)
    months = _means(named, _months(period, today), "1mo", factor, share)
    place = {pk: row for row, pk in enumerate(named)}
    return {
        area.pk: _reading(area, named.get(area.pk, []), place.get(area.pk), days, months, factor.decimals)
        for area in areas
    }


def _days(period: Period, today: np.datetime64) -> Times:
    """Days of the period up to this one."""
    return np.arange(np.datetime64(period.first, "D"), min(np.datetime64(period.last, "D"), today) + 1).astype(
        "datetime64[s]"
    )


def _months(period: Period, today: np.datetime64) -> Times:
    """Months that lie within the period and have begun."""
    first, after = np.datetime64(period.first, "D"), np.datetime64(period.last, "D") + 1
    begin, end = first.astype("datetime64[M]"), after.astype("datetime64[M]")
    if begin.astype("datetime64[D]") < first:
        begin += 1
    return np.arange(begin, min(end, today.astype("datetime64[M]") + 1)).astype("datetime64[s]")


def _means(named: Mapping[int, Sequence[Station]], times: Times, interval: str, factor: Factor, share: float) -> _Means:
    if not len(times):
        return _Means(np.full(len(named), np.nan), np.zeros(len(named), np.int64), 0)
    used = list({one.pk: one for found in named.values() for one in found}.values())
    row = {one.pk: k for k, one in enumerate(used)}
    cube = read([one.owner_id for one in used], [factor.code], times[0], times[-1], interval=interval)
    unit = "D" if interval == "1d" else "M"
    owed = np.stack([_open(one, times.astype(f"datetime64[{unit}]")) for one in used])
    groups = [[row[one.pk] for one in found] for found in named.values()]
    values, _stations = of_areas(cube.values[factor.code], owed, groups, share=share)
    found, valid = mean_of(values)
    return _Means(found, valid, len(times))


def _open(station: Station, times: Times) -> NDArray[np.bool_]:
    """Whether a station was open on some days, or in some months."""
    found = np.ones(len(times), bool)
    if station.valid_from:
        found &= times >= np.datetime64(station.valid_from).astype(times.dtype)
    if station.valid_to:
        found &= times <= np.datetime64(station.valid_to).astype(times.dtype)
    return found


def _reading(
    area: Any, stations: Sequence[Station], row: int | None, days: _Means, months: _Means, decimals: int
) -> Reading:
    if row is None:
        return Reading(None, 0, None, _("没有测这项因子、参与评价的站点"))
    url = f"{reverse('air:stations')}?area={area.pk}"
    by_days = bool(days.valid[row]) or not months.valid[row]
    found = days if by_days else months
    count = int(found.valid[row])
    of_months = _("直接填报的 {n} 个月值、{stations} 个站点的均值")
    said: Text = _("{n} 个有效日、{stations} 个站点的均值") if by_days else of_months
    return Reading(
        float(gbt8170(found.mean[row], decimals)) if count else None,
        count,
        found.times,
        format_lazy(said, n=count, stations=len(stations)) if count else _("时段内没有有效数据"),
        url,
    )
