"""Charts of a station's wind, cycles and trend, from what the library works out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from lantian.airquality.arrays import Floats
from lantian.airquality.colours import HEAT, WINDS
from lantian.airquality.cycles import Cycle
from lantian.airquality.roses import Polar, Rose
from lantian.airquality.trends import Months, Trend
from lantian.site.core.chart import Chart, Series, Shade

CHANCES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5)
POINTS = [
    pgettext_lazy("wind", "北"),
    pgettext_lazy("wind", "北东北"),
    pgettext_lazy("wind", "东北"),
    pgettext_lazy("wind", "东东北"),
    pgettext_lazy("wind", "东"),
    pgettext_lazy("wind", "东东南"),
    pgettext_lazy("wind", "东南"),
    pgettext_lazy("wind", "南东南"),
    pgettext_lazy("wind", "南"),
    pgettext_lazy("wind", "南西南"),
    pgettext_lazy("wind", "西南"),
    pgettext_lazy("wind", "西西南"),
    pgettext_lazy("wind", "西"),
    pgettext_lazy("wind", "西西北"),
    pgettext_lazy("wind", "西北"),
    pgettext_lazy("wind", "北西北"),
]


def wind(rose: Rose) -> Chart:
    """How often the wind blows from each direction, by speed."""
    note = _("静风（低于 0.3 m/s）占 {calm:.1f}%；{valid} 个有效小时，共 {of} 小时。").format(
        calm=rose.calm, valid=rose.valid, of=rose.of
    )
    return _rose("wind", _("风向玫瑰图"), rose, "m/s", WINDS, note)


def pollution(rose: Rose, name: str, unit: str, decimals: int) -> Chart:
    """Which concentrations each direction brings."""
    note = _("按小时数计的频率；静风时均值 {mean}。{valid} 个有效小时，共 {of} 小时。").format(
        mean="—" if np.isnan(rose.calm_mean) else f"{rose.calm_mean:.{decimals}f} {unit}", valid=rose.valid, of=rose.of
    )
    return _rose("pollution", _("{name} 污染玫瑰图").format(name=name), rose, unit, HEAT, note)


def _rose(name: str, title: str, rose: Rose, unit: str, colours: Sequence[str], note: str) -> Chart:
    names = [*(f"{low:g}–{high:g}" for low, high in zip(rose.edges, rose.edges[1:], strict=False))]
    names.append(f"≥ {rose.edges[-1]:g}")
    shades = [Shade(low, colours[k], f"{names[k]} {unit}") for k, low in enumerate(rose.edges)]
    series = [
        Series(names[k], rose.share[:, k].tolist(), unit="%", decimals=1, colour=colours[k]) for k in range(len(names))
    ]
    return Chart(name, title, "rose", [str(point) for point in POINTS], _("风向"), series, shades=shades, note=note)


def sector_means(rose: Rose, name: str, unit: str, decimals: int) -> Chart:
    """The mean that each direction brings, with its hours."""
    means = Series(name, rose.mean.tolist(), unit=unit, decimals=decimals)
    hours = Series(_("小时数"), rose.hours.tolist(), kind="line", quiet=True)
    return Chart("sectors", _("各风向的平均浓度"), "bar", [str(point) for point in POINTS], _("风向"), [means, hours])


def polar(found: Polar, name: str, unit: str, decimals: int) -> Chart:
    """Mean by direction and speed: the values behind the smooth drawing."""
    note = _("格内为小时均值，图中曲面由薄板样条平滑。{valid} 个有效小时。").format(valid=found.valid)
    title = _("{name} 按风向和风速的平均浓度").format(name=name)
    return _grid("polar", title, found, unit, decimals, of_means(found, decimals), note)


def chance(found: Polar, name: str, unit: str, decimals: int) -> Chart:
    """How often each wind brings high values."""
    note = _("各格中高于 {low} {unit}（全部小时的第 90 百分位数）的小时所占比例。").format(
        low=f"{found.low:.{decimals}f}", unit=unit
    )
    title = _("{name} 高浓度的条件概率（CBPF）").format(name=name)
    return _grid("cbpf", title, found, "", 2, of_chances(), note)


def of_means(found: Polar, decimals: int) -> list[Shade]:
    """Classes of about equal number of bins."""
    values = found.value[np.isfinite(found.value)]
    cuts = np.percentile(values, [0, 20, 40, 60, 80, 95]) if len(values) else np.zeros(1)
    edges = sorted({0.0, *(round(float(cut), decimals) for cut in cuts[1:])})
    return [Shade(edge, HEAT[k], f"≥ {edge:g}") for k, edge in enumerate(edges)]


def of_chances() -> list[Shade]:
    """Classes of a probability."""
    return [Shade(edge, HEAT[k], f"≥ {edge:g}") for k, edge in enumerate(CHANCES)]


def _grid(name: str, title: str, found: Polar, unit: str, decimals: int, shades: list[Shade], note: str) -> Chart:
    steps = list(zip(found.speeds, found.speeds[1:], strict=False))
    series = [
        Series(f"{low:.1f}–{high:.1f} m/s", found.value[:, k].tolist(), unit=unit, decimals=decimals)
        for k, (low, high) in reversed(list(enumerate(steps)))
    ]
    at = [str(point) for point in POINTS]
    return Chart(name, title, "heat", at, _("风向"), series, shades=shades, note=note)


def diurnal(cycle: Cycle, name: str, unit: str, decimals: int) -> Chart:
    """Values through the day."""
    return _cycle(
        "diurnal", _("{name} 日变化").format(name=name), cycle, cycle.places.tolist(), _("小时"), unit, decimals
    )


def weekly(cycle: Cycle, name: str, unit: str, decimals: int) -> Chart:
    """Values through the week."""
    places = [str(WEEKDAYS[day]) for day in range(7)]  # Django's week begins on Monday too
    return _cycle("weekly", _("{name} 周变化").format(name=name), cycle, places, _("星期"), unit, decimals)


def _cycle(name: str, title: str, cycle: Cycle, at: Sequence[object], axis: str, unit: str, decimals: int) -> Chart:
    def line(label: str, values: Floats, *, quiet: bool = False) -> Series:
        return Series(label, values.tolist(), unit=unit, decimals=decimals, quiet=quiet)

    series = [
        line(_("平均值"), cycle.mean),
        line(_("中位数"), cycle.median),
        line(_("第 25 百分位数"), cycle.lower, quiet=True),
        line(_("第 75 百分位数"), cycle.upper, quiet=True),
    ]
    least, most = int(cycle.count.min()), int(cycle.count.max())
    note = _("每点 {least} 至 {most} 个有效小时；小时以其结束时刻命名。").format(least=least, most=most)
    return Chart(name, title, "line", at, axis, series, note=note)


def trend(months: Months, found: Trend | None, name: str, unit: str, decimals: int) -> Chart:
    """Monthly means, without their seasons, and the line through them."""
    series = [Series(_("月均值"), months.mean.tolist(), unit=unit, decimals=decimals, quiet=found is not None)]
    if found is not None:
        series.append(Series(_("去除季节后"), found.adjusted.tolist(), unit=unit, decimals=decimals))
        series.append(Series(_("趋势线"), found.line.tolist(), unit=unit, decimals=decimals))
    at = [str(month) for month in months.months.astype("datetime64[M]")]
    return Chart("trend", _("{name} 趋势").format(name=name), "line", at, _("月份"), series)
