"""Charts of the air, as `core.chart` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from lantian.airquality.aqi import category_of
from lantian.airquality.editions import LABELS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.site.air import decimals, shades
from lantian.site.air.days import stretches
from lantian.site.air.queries import DayRow
from lantian.site.air.queries.hours import HourSpan
from lantian.site.core.chart import Chart, Limit, Series


def series_of(name: str, values: Sequence[float | None], digits: int) -> Series:
    """Concentrations of a pollutant."""
    return Series(LABELS[name], values, unit=decimals.unit(name), decimals=digits)


def month_index(days: Sequence[DayRow], wanted: str) -> Chart:
    """The index of each day of a month, in the colours of its categories."""
    words = [f"{shades.name(row.category)} {', '.join(row.primary)}".strip() if row.category else "" for row in days]
    return Chart(
        "index",
        _("逐日 AQI"),
        "bar",
        [row.day for row in days],
        _("日期"),
        [Series("AQI", [row.aqi for row in days], words=words)],
        shades=shades.of_index(_of(days, wanted)),
        note=_("按{editions}评价。").format(editions=_judged(days, wanted)),
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
        [series_of(name, [row.values[name] for row in days], decimals.of_day(name, rules))],
        limits=[Limit(limit, _("二级限值（{edition}）").format(edition=rules.name))] if limit else [],
    )


def hours_index(found: HourSpan, *, latest: int | None = None) -> Chart:
    """Real-time index by hour; of a thinned span the largest of each step."""
    part = slice(-latest if latest else 0, None)
    words = [
        shades.name(one) if (one := category_of(value, found.edition.index)) else "" for value in found.index[part]
    ]
    return Chart(
        "hours_index",
        _("逐时 AQI") if found.step == 1 else _("逐时 AQI（时段最大）"),
        "bar",
        found.times[part],
        _("时间"),
        [Series("AQI", found.index[part].tolist(), words=words)],
        shades=shades.of_index(found.edition),
        note=_("{edition} 版，按各污染物 1 小时平均。").format(edition=found.edition.name),
    )


def hours_values(found: HourSpan, factors: Sequence[str], *, latest: int | None = None) -> Chart:
    """Concentrations by hour; of a thinned span mean and largest of each step."""
    part = slice(-latest if latest else 0, None)
    lines = []
    for name in factors:
        lines.append(series_of(name, found.mean[name][part].tolist(), decimals.of_hour(name)))
        if found.step > 1:
            largest = series_of(name, found.largest[name][part].tolist(), decimals.of_hour(name))
            lines.append(replace(largest, name=_("{pollutant} 最大").format(pollutant=LABELS[name]), quiet=True))
    return Chart("hours", _("小时浓度"), "line", found.times[part], _("时间"), lines, note=_thinned(found))


def daily_cycle(found: HourSpan, factors: Sequence[str]) -> Chart:
    """How concentrations go over the day."""
    fewest = min(found.cycle_days[name] for name in factors)
    return Chart(
        "cycle",
        _("日变化"),
        "line",
        [f"{hour:02d}:00" for hour in range(1, 25)],
        _("时刻（小时末）"),
        [series_of(name, found.cycle[name].tolist(), decimals.of_hour(name)) for name in factors],
        note=_("{first} 至 {last} 各时刻有效值的均值，每个时刻至少 {n} 个值。").format(
            first=found.first, last=found.last, n=fewest
        ),
    )


def calendar(days: Sequence[DayRow], wanted: str) -> Chart:
    """The index of each day of a year in the colours of its categories."""
    rules = _of(days, wanted)
    words = [f"{shades.name(row.category)} {', '.join(row.primary)}".strip() if row.category else "" for row in days]
    return Chart(
        "calendar",
        _("AQI 日历"),
        "calendar",
        [row.day for row in days],
        _("日期"),
        [
            Series(
                "AQI",
                [row.aqi for row in days],
                marks=[shades.letter(row.category, rules) if row.category else "" for row in days],
                words=words,
            )
        ],
        shades=shades.of_index(rules),
        note=_("格内数字为级别，1 优至 6 严重污染；空格为缺测或未到的日子。按{editions}评价。").format(
            editions=_judged(days, wanted)
        ),
    )


def months(now: Sequence[DayRow], before: Sequence[DayRow], pollutant: str, wanted: str) -> Chart:
    """A pollutant's month means beside those of the year before."""
    year = now[0].day.year
    digits = decimals.of_span(pollutant, _of(now, wanted))
    title = (
        _("O3 日最大 8 小时的月均值")
        if pollutant == "o3"
        else _("{pollutant} 月均浓度").format(pollutant=LABELS[pollutant])
    )
    return Chart(
        "months",
        title,
        "bar",
        [str(MONTHS_3[number]).capitalize() for number in range(1, 13)],
        _("月份"),
        [
            replace(series_of(pollutant, _month_means(days, pollutant), digits), name=_("{year} 年").format(year=of))
            for of, days in ((year - 1, before), (year, now))
        ],
        note=_("有效日的算术平均，所有有效日都计入。"),
    )


def categories_by_month(days: Sequence[DayRow], wanted: str) -> Chart:
    """Days of each category by month."""
    rules = _of(days, wanted)
    return Chart(
        "categories",
        _("各月的级别天数"),
        "stack",
        [str(MONTHS_3[number]).capitalize() for number in range(1, 13)],
        _("月份"),
        [
            Series(
                shades.name(one),
                [sum(d.category == one for d in days if d.day.month == number) for number in range(1, 13)],
                unit=_("天"),
                colour=shades.colour(one),
            )
            for one in shades.categories(rules)
        ],
        note=_("按{editions}评价。").format(editions=_judged(days, wanted)),
    )


def _month_means(days: Sequence[DayRow], pollutant: str) -> list[float | None]:
    means: list[float | None] = []
    for number in range(1, 13):
        there = [v for d in days if d.day.month == number and (v := d.values[pollutant]) is not None]
        means.append(sum(there) / len(there) if there else None)
    return means


def _thinned(found: HourSpan) -> str:
    if found.step == 1:
        return ""
    said = _("时段较长，每 {n} 小时一点：粗线为均值（有效小时不足一半的留空），细线为最大值；CSV 为逐小时。")
    return said.format(n=found.step)


def _of(days: Sequence[DayRow], wanted: str) -> Edition:
    """The edition asked for, else that of the last day."""
    return find_edition(wanted, on=days[-1].day)


def _judged(days: Sequence[DayRow], wanted: str) -> str:
    """Which editions judge the days."""
    return shades.editions(list(stretches(days[0].day, days[-1].day, wanted)))
