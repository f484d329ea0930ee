"""Places as bars, the best on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from lantian.airquality.faults import AirError
from lantian.airquality.plots.style import GRID, LINES, QUIET, Lang, drawing, head, say
from lantian.airquality.rank import Ranked


def ranking(
    rows: Sequence[Ranked],
    *,
    metric: str,
    unit: str = "",
    decimals: int = 0,
    ax: Axes | None = None,
    lang: Lang = "zh",
    title: str | None = None,
) -> Axes:
    """A bar for each row that has a place; rows without a value are named below, without a bar.

    Parameters
    ----------
    rows : of `rank.rank`
    metric, unit : what the axis says
    decimals : of the values beside the bars

    Returns
    -------
    Axes with the first place on top. The value before stands as a line across its bar, places gained (↑) or lost (↓)
    beside the value.
    """
    if not rows:
        raise AirError("没有可画的名次。", "There are no places to draw.")
    with drawing(ax, lang, (7.2, 1.3 + 0.32 * len(rows))) as ax:
        for k, row in enumerate(rows):
            if row.value is None:
                ax.annotate(say(lang, "无数据", "no value"), (0, k), xytext=(6, 0), color=QUIET, **_BESIDE)
                continue
            ax.barh(k, row.value, height=0.66, color=LINES[0], alpha=0.85)
            reach = max(row.value, row.before or 0)
            ax.annotate(_beside(row, decimals), (reach, k), xytext=(6, 0), **_BESIDE)
            if row.before is not None:
                ax.plot([row.before] * 2, [k - 0.4, k + 0.4], color=LINES[1], linewidth=2, gid=row.name)
        ax.set_yticks(range(len(rows)), labels=[_name(row) for row in rows])
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.margins(x=0.15)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color=GRID)
        ax.set_xlabel(f"{metric} [{unit}]" if unit else metric)
        head(
            ax, title if title is not None else say(lang, f"{metric} 排名", f"Ranking by {metric}"), _before(rows, lang)
        )
    return ax


_BESIDE: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 8.5}


def _name(row: Ranked) -> str:
    return row.name if row.place is None else f"{row.place}{'=' if row.tied else ''}  {row.name}"


def _beside(row: Ranked, decimals: int) -> str:
    value = f"{row.value:.{decimals}f}"
    if not row.moved:
        return value
    return f"{value}  {'↑' if row.moved > 0 else '↓'}{abs(row.moved)}"


def _before(rows: Sequence[Ranked], lang: Lang) -> str:
    placed = sum(row.place is not None for row in rows)
    there = say(lang, f"{placed} 个有名次，共 {len(rows)} 个", f"{placed} of {len(rows)} have a place")
    if any(row.before is not None for row in rows):
        return say(lang, f"{there}；短线为此前数值", f"{there}; the short line is the value before")
    return there
