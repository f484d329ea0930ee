"""How values go through the day and through the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from lantian.airquality.arrays import Floats
from lantian.airquality.colours import HEAT, MISSING
from lantian.airquality.cycles import Cycle
from lantian.airquality.faults import AirError
from lantian.airquality.plots.style import GRID, LINES, Lang, called, drawing, head, legend, say, scale, unit

WEEK = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
Cycles = Cycle | Mapping[str, Cycle]


def diurnal(
    cycle: Cycles, *, pollutant: str, ax: Axes | None = None, lang: Lang = "zh", title: str | None = None
) -> Axes:
    """Mean by hour of the day, with the band from the 25th to the 75th percentile.

    Parameters
    ----------
    cycle : of `cycles.diurnal`; or several by name (stations, seasons), each a line
    pollutant : names title and unit

    Returns
    -------
    Axes with a line for each cycle, which stops where an hour has no value.
    """
    named = say(lang, f"{called(pollutant)} 日变化", f"{called(pollutant)} through the day")
    axis = say(lang, "小时（以结束时刻命名）", "Hour, named by its end")
    with drawing(ax, lang, (7.2, 4.2)) as ax:
        _draw(ax, _several(cycle, 24, lang), pollutant, lang, title if title is not None else named)
        ax.set(xlabel=axis, xlim=(0.5, 24.5), xticks=range(0, 25, 3))
    return ax


def weekly(
    cycle: Cycles, *, pollutant: str, ax: Axes | None = None, lang: Lang = "zh", title: str | None = None
) -> Axes:
    """Mean by day of the week, with the band from the 25th to the 75th percentile.

    Parameters
    ----------
    cycle : of `cycles.weekly`; or several by name, each a line
    pollutant : names title and unit
    """
    named = say(lang, f"{called(pollutant)} 周变化", f"{called(pollutant)} through the week")
    with drawing(ax, lang, (7.2, 4.2)) as ax:
        _draw(ax, _several(cycle, 7, lang), pollutant, lang, title if title is not None else named)
        ax.set_xlim(0.7, 7.3)
        ax.set_xticks(range(1, 8), labels=WEEK[lang])
    return ax


def hours_of_week(
    means: Floats, *, pollutant: str, ax: Axes | None = None, lang: Lang = "zh", title: str | None = None
) -> Axes:
    """Mean by day of the week and hour of the day, as colours.

    Parameters
    ----------
    means : of `cycles.hours_of_week`, 7 days × 24 hours; places without a value stay grey
    pollutant : names title and unit
    """
    if np.shape(means) != (7, 24):
        raise AirError(
            "须为 7 天 × 24 小时，由 cycles.hours_of_week 给出。",
            "Means are 7 × 24, as cycles.hours_of_week gives them.",
        )
    named = say(lang, f"{called(pollutant)} 一周各小时", f"{called(pollutant)} by hour of the week")
    with drawing(ax, lang, (8.0, 3.2)) as ax:
        held = np.ma.masked_invalid(means)
        drawn = ax.pcolormesh(np.arange(25), np.arange(8), held, cmap=scale(HEAT), edgecolor="white", linewidth=0.6)
        ax.set_facecolor(MISSING)
        ax.set(xlabel=say(lang, "小时（以结束时刻命名）", "Hour, named by its end"), ylim=(7, 0))
        ax.set_xticks(np.arange(0, 24, 3) + 0.5, labels=[str(hour) for hour in range(1, 25, 3)])
        ax.set_yticks(np.arange(7) + 0.5, labels=WEEK[lang])
        ax.tick_params(length=0)
        ax.figure.colorbar(drawn, ax=ax, label=f"{called(pollutant)} [{unit(pollutant)}]", pad=0.02)
        head(ax, title if title is not None else named)
    return ax


def _several(cycle: Cycles, places: int, lang: Lang) -> Mapping[str, Cycle]:
    found = {say(lang, "平均值", "Mean"): cycle} if isinstance(cycle, Cycle) else cycle
    for name, one in found.items():
        if len(one.places) != places:
            raise AirError(
                f"“{name}”有 {len(one.places)} 个时段，应为 {places} 个：cycles.diurnal 给出 24 个，weekly 给出 7 个。",
                f"{name!r} has {len(one.places)} places, not {places}: cycles.diurnal gives 24, weekly 7.",
            )
    return found


def _draw(ax: Axes, cycles: Mapping[str, Cycle], pollutant: str, lang: Lang, title: str) -> None:
    alone = len(cycles) == 1
    for k, (name, one) in enumerate(cycles.items()):
        ink = LINES[k % len(LINES)]
        between = say(lang, "第 25–75 百分位数", "25th to 75th percentile") if alone else None
        ax.fill_between(
            one.places, one.lower, one.upper, color=ink, alpha=0.18 if alone else 0.08, linewidth=0, label=between
        )
        ax.plot(one.places, one.mean, color=ink, marker="o", markersize=3.2, linewidth=1.6, label=name)
        if alone:
            median = say(lang, "中位数", "Median")
            ax.plot(one.places, one.median, color=ink, linestyle="--", linewidth=1, label=median)
    head(ax, title, _behind(list(cycles.values()), lang))
    ax.set_ylabel(f"{called(pollutant)} [{unit(pollutant)}]")
    legend(ax, each=1.8)
    ax.grid(axis="y", color=GRID)


def _behind(cycles: Sequence[Cycle], lang: Lang) -> str:
    least, most = min(int(one.count.min()) for one in cycles), max(int(one.count.max()) for one in cycles)
    return say(lang, f"每点 {least} 至 {most} 个有效小时", f"{least} to {most} valid hours behind each point")
