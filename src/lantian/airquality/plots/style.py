"""What all figures have in common: where they are drawn, their words, units, colours and letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib.pyplot as plt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from lantian.airquality.colours import DARK
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import label, name_of
from lantian.airquality.plots import fonts

Lang = Literal["zh", "en"]

SMALL = 8.5  # points
QUIET, GRID = "#6b7886", "#e1e6eb"
LINES = ("#1f6fb2", "#d9731a", "#2b8a57", "#8a4fb0", "#b3261e", "#5c6773")
_SETTINGS = {
    "font.size": 9.5,
    "text.color": DARK,
    "axes.edgecolor": "#aab4be",
    "axes.labelcolor": DARK,
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": GRID,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": DARK,
    "ytick.labelcolor": DARK,
    "figure.constrained_layout.w_pad": 0.14,
    "figure.constrained_layout.h_pad": 0.1,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
}


@contextmanager
def drawing(ax: Axes | None, lang: Lang, size: tuple[float, float], *, polar: bool = False) -> Iterator[Axes]:
    """Where a figure is drawn, in our style; afterwards matplotlib is set as it was before.

    Raises
    ------
    AirError
        where `lang` is no language of ours, or a rose is to be drawn into Axes that are not polar.
    """
    if lang not in ("zh", "en"):
        raise AirError(f"lang 须为 zh 或 en，不是“{lang}”。", f"lang is 'zh' or 'en', not {lang!r}.")
    if ax is not None and polar and ax.name != "polar":
        raise AirError(
            "玫瑰图须画在极坐标轴上：plt.subplots(subplot_kw={'projection': 'polar'})。",
            "A rose needs polar Axes: plt.subplots(subplot_kw={'projection': 'polar'}).",
        )
    names = fonts.families(lang)
    settings: Any = {**_SETTINGS, "font.family": names}
    with rc_context(settings):
        if ax is None:
            kind = {"projection": "polar"} if polar else {}
            ax = plt.figure(figsize=size, layout="constrained").add_subplot(**kind)
        yield ax
        _dress(ax, names)
    figure = ax.get_figure(root=True)
    if isinstance(figure, Figure):
        fonts.warn_if_missing(figure, stacklevel=5)


def _dress(ax: Axes, families: list[str]) -> None:
    """What Axes of the caller were given before our settings held, and what they make when these are gone."""
    for text in ax.findobj(Text):
        text.set_fontfamily(families)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_tick_params(labelfontfamily=families)
    for side in ("top", "right"):
        if side in ax.spines:
            ax.spines[side].set_visible(False)


def inches(ax: Axes) -> tuple[float, float]:
    """About how wide and high Axes are, before they are laid out."""
    figure = ax.get_figure(root=True)
    wide, high = figure.get_size_inches() if isinstance(figure, Figure) else (6.4, 4.8)
    place = ax.get_position()
    return float(place.width * wide), float(place.height * high)


def legend(ax: Axes, *, each: float) -> None:
    """A legend in the upper right, in so many columns as have room, and room above the lines for it."""
    many = len(ax.get_legend_handles_labels()[0])
    columns = min(max(1, int(inches(ax)[0] / each)), many)
    ax.set_ylim(0, ax.get_ylim()[1] * (1.03 + 0.07 * -(-many // columns)))
    ax.legend(loc="upper right", ncols=columns)


def say(lang: Lang, zh: str, en: str) -> str:
    """The one of two texts that the reader understands."""
    return zh if lang == "zh" else en


def head(ax: Axes, title: str, beside: str = "", *, lift: float = 0) -> None:
    """The title, and under it in small letters what stands behind the figure, so many points above their place."""
    lines = _folded(beside, inches(ax)[0] * 72 / SMALL) if beside else []
    ax.set_title(title, pad=9 + 12.5 * len(lines) + lift)
    ax.annotate(
        "\n".join(lines), (0, 1), xycoords="axes fraction", xytext=(0, 7 + lift), textcoords="offset points",
        va="bottom", color=QUIET, fontsize=SMALL,
    )  # fmt: skip


def _folded(text: str, wide: float) -> list[str]:
    """Lines of at most so many ems, cut between clauses alone."""
    lines = [""]
    for part in re.findall(r".+?(?:；|; |$)", text):
        if lines[-1] and sum(1 if one > "ÿ" else 0.55 for one in lines[-1] + part) > wide:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def unit(pollutant: str) -> str:
    """The unit of a pollutant's concentrations, as figures write it."""
    return "mg/m³" if name_of(pollutant) == "co" else "µg/m³"


def decimals(pollutant: str) -> int:
    """Decimals that a concentration is shown with."""
    return 1 if name_of(pollutant) == "co" else 0


def called(pollutant: str) -> str:
    """How figures write a pollutant."""
    return label(name_of(pollutant))


def scale(colours: Sequence[str]) -> LinearSegmentedColormap:
    """A smooth scale through some colours."""
    return LinearSegmentedColormap.from_list("lantian", list(colours))


def shades(colours: Sequence[str], many: int) -> list[str]:
    """So many colours of a scale: its own where they suffice."""
    if many <= len(colours):
        return list(colours[:many])
    smooth = scale(colours)
    return [to_hex(smooth(k / (many - 1))) for k in range(many)]
