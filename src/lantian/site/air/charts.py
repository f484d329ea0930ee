"""Charts of the air, as `core.chart` draws them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lantian.airquality.editions import LABELS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.site.air import shades
from lantian.site.air.queries import DayRow
from lantian.site.core.chart import Chart, Limit, Series

UNITS = {"co": "mg/m³"}
DECIMALS = {"co": 1}


def series_of(name: str, values: Sequence[float | None]) -> Series:
    """Concentrations of a pollutant."""
    return Series(LABELS[name], values, unit=UNITS.get(name, "µg/m³"), decimals=DECIMALS.get(name, 0))


def month_index(days: Sequence[DayRow], wanted: str) -> Chart:
    """The index of each day of a month, in the colours of its categories."""
    words = [f"{shades.name(row.category)} {'、'.join(row.primary)}".strip() if row.category else "" for row in days]
    return Chart(
        "index",
        _("逐日 AQI"),
        "bar",
        [row.day for row in days],
        _("日期"),
        [Series("AQI", [row.aqi for row in days], words=words)],
        shades=shades.of_index(_of(days, wanted)),
    )


def month_days(days: Sequence[DayRow], name: str, wanted: str) -> Chart:
    """A pollutant's day values with the limit of the day."""
    rules = _of(days, wanted)
    limit = rules.limit(name, "day")
    title = _("O3 日最大 8 小时平均") if name == "o3" else _("{pollutant} 日均浓度").format(pollutant=LABELS[name])
    return Chart(
        f"days_{name}",
        title,
        "line",
        [row.day for row in days],
        _("日期"),
        [series_of(name, [row.values[name] for row in days])],
        limits=[Limit(limit, _("二级限值（{edition}）").format(edition=rules.name))] if limit else [],
    )


def _of(days: Sequence[DayRow], wanted: str) -> Edition:
    """The edition asked for, else that of the last day."""
    return find_edition(wanted, on=days[-1].day)
