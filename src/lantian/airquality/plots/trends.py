"""The trend over years: monthly means, the seasons taken out, the Theil-Sen line and how sure it is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, YearLocator

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError
from lantian.airquality.plots.style import GRID, LINES, QUIET, Lang, called, drawing, head, legend, say, unit
from lantian.airquality.trends import Months, Trend

YEARS = 24  # months from which on the axis names years alone


def trend(
    months: Months,
    found: Trend,
    *,
    pollutant: str,
    ax: Axes | None = None,
    lang: Lang = "zh",
    title: str | None = None,
) -> Axes:
    """Months and the line through them.

    Parameters
    ----------
    months : of `trends.monthly_means`
    found : of `trends.theil_sen` on these months
    pollutant : names title and unit

    Returns
    -------
    Axes with the monthly means (grey), what the line was fitted to (dots), the line, and the band that the slopes at
    the ends of the confidence interval span, turned about the middle of the line. Missing months stay gaps.
    """
    if len(found.line) != len(months.months):
        raise AirError(
            f"月份 {len(months.months)} 个，趋势 {len(found.line)} 个，须是同一批月份。",
            f"There are {len(months.months)} months and a trend over {len(found.line)}; both must be of the same.",
        )
    at = months.months.astype("datetime64[D]")
    low, high = _band(months, found)
    with drawing(ax, lang, (8.0, 4.4)) as ax:
        ax.plot(at, months.mean, color=QUIET, alpha=0.55, linewidth=1, label=say(lang, "月均值", "Monthly mean"))
        seasons = say(lang, "去除季节后", "Without its seasons")
        ax.plot(at, found.adjusted, color=LINES[0], linestyle="", marker="o", markersize=3.4, label=seasons)
        sure = say(lang, f"斜率的 {found.level:.0%} 置信区间", f"{found.level:.0%} interval of the slope")
        ax.fill_between(at, low, high, color=LINES[1], alpha=0.22, linewidth=0, label=sure)
        ax.plot(at, found.line, color=LINES[1], linewidth=1.8, label=say(lang, "Theil–Sen 趋势线", "Theil–Sen line"))
        ax.set_ylabel(f"{called(pollutant)} [{unit(pollutant)}]")
        legend(ax, each=1.5)
        _years(ax, len(at))
        ax.grid(axis="y", color=GRID)
        named = say(lang, f"{called(pollutant)} 趋势", f"Trend of {called(pollutant)}")
        head(ax, title if title is not None else named, in_words(found, pollutant, lang))
    return ax


def in_words(found: Trend, pollutant: str, lang: Lang) -> str:
    """The slope with its interval, in one line."""
    clear = say(lang, "明显" if found.is_clear else "不明显", "clear" if found.is_clear else "not clear")
    slope, low, high = (f"{value:+.2f}".replace("-", "−") for value in (found.slope, found.low, found.high))
    share = "" if np.isnan(found.share) else f"{found.share:+.1f}%".replace("-", "−")
    return say(
        lang,
        f"每年 {slope} {unit(pollutant)}（{found.level:.0%} 区间 {low} 至 {high}）"
        f"{f'，{share}' if share else ''}；{clear}；{found.months} 个有效月",
        f"{slope} {unit(pollutant)} a year ({found.level:.0%} interval {low} to {high})"
        f"{f', {share}' if share else ''}; {clear}; {found.months} valid months",
    )


def _band(months: Months, found: Trend) -> tuple[Floats, Floats]:
    """The lines of the interval's ends, through the middle of the fitted one."""
    years = (months.months - months.months[0]).astype(float) / 12
    beside = years - years.mean()
    ends = np.stack([found.line + (slope - found.slope) * beside for slope in (found.low, found.high)])
    return ends.min(0), ends.max(0)


def _years(ax: Axes, many: int) -> None:
    ax.xaxis.set_major_locator(YearLocator() if many > YEARS else MonthLocator(interval=max(1, many // 8)))
    ax.xaxis.set_major_formatter(DateFormatter("%Y" if many > YEARS else "%Y-%m"))
