"""Where the wind comes from and what it brings: roses, polar plots, CBPF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Circle
from matplotlib.projections.polar import PolarAxes
from matplotlib.ticker import MaxNLocator

from lantian.airquality.arrays import Floats
from lantian.airquality.colours import DARK, HEAT, WINDS
from lantian.airquality.faults import AirError
from lantian.airquality.plots.style import GRID, QUIET, Lang, called, decimals, drawing, head, say, scale, shades, unit
from lantian.airquality.roses import Polar, Rose

POINTS = {
    "zh": ("北", "东北", "东", "东南", "南", "西南", "西", "西北"),
    "en": ("N", "NE", "E", "SE", "S", "SW", "W", "NW"),
}
RINGS = (1, 2, 5, 10, 20)  # m/s between rings: the first that leaves at most five
GAP = 0.9  # of a sector that its bar fills


def rose(
    found: Rose,
    *,
    pollutant: str | None = None,
    ax: Axes | None = None,
    lang: Lang = "zh",
    title: str | None = None,
) -> Axes:
    """A wind rose, or a pollution rose: how often each sector blows, by class of speed or concentration.

    Parameters
    ----------
    found : of `roses.wind_rose`, or of `roses.pollution_rose` with its `pollutant`
    ax : polar Axes

    Returns
    -------
    Axes with a bar for each sector and class, as high as its share of the hours in per cent; north is up.
    """
    inks = shades(HEAT if pollutant else WINDS, len(found.edges))
    what = unit(pollutant) if pollutant else "m/s"
    named = say(lang, "风向玫瑰图", "Wind rose")
    if pollutant:
        named = say(lang, f"{called(pollutant)} 污染玫瑰图", f"Pollution rose of {called(pollutant)}")
    with drawing(ax, lang, (6.4, 6.0), polar=True) as ax:
        width = GAP * 2 * np.pi / len(found.angles)
        bottom = np.zeros(len(found.angles))
        for k, name in enumerate(_classes(found.edges)):
            share = found.share[:, k]
            ax.bar(
                np.deg2rad(found.angles), share, width=width, bottom=bottom, color=inks[k], edgecolor="white",
                linewidth=0.4, label=name, zorder=2,
            )  # fmt: skip
            bottom = bottom + share
        _compass(ax, bottom, lang)
        head(ax, title if title is not None else named, _hours_of_rose(found, pollutant, lang), lift=16)
        legend = say(lang, "风速", "Speed") if pollutant is None else called(pollutant)
        ax.legend(title=f"{legend} [{what}]", loc="lower left", bbox_to_anchor=(1.02, 0), alignment="left")
    return ax


def _classes(edges: Sequence[float]) -> list[str]:
    names = [f"{low:g}–{high:g}" for low, high in pairwise(edges)]
    return [*names, f"≥ {edges[-1]:g}"]


def _compass(ax: Axes, height: Floats, lang: Lang) -> None:
    """North up, east to the right; shares are written where the bars are lowest."""
    assert isinstance(ax, PolarAxes)
    ax.set_theta_zero_location("N")
    ax.set_theta_direction(-1)
    ax.set_xticks(np.deg2rad(np.arange(0, 360, 45)), labels=POINTS[lang])
    ax.grid(color=GRID)
    ax.spines["polar"].set_color(GRID)
    ax.yaxis.set_major_locator(_few())
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value else "")
    lowest = int(np.argmin(height + np.roll(height, 1)))
    ax.set_rlabel_position((lowest - 0.5) * 360 / len(height))
    ax.tick_params(axis="y", labelsize=8, labelcolor=QUIET)


def _few() -> MaxNLocator:
    return MaxNLocator(4, steps=[1, 2, 5, 10], min_n_ticks=2)


def _hours_of_rose(found: Rose, pollutant: str | None, lang: Lang) -> str:
    calm = say(lang, f"静风 {found.calm:.1f}%", f"calm {found.calm:.1f}%")
    if pollutant and np.isfinite(found.calm_mean):
        mean = f"{found.calm_mean:.{decimals(pollutant)}f} {unit(pollutant)}"
        calm = say(lang, f"{calm}，静风时平均 {mean}", f"{calm} (mean {mean})")
    return say(lang, f"{calm}；{_of(found, lang)}", f"{calm}; {_of(found, lang)}")


def _of(found: Rose | Polar, lang: Lang) -> str:
    return say(
        lang, f"有效 {found.valid} 小时，共 {found.of} 小时", f"{found.valid} of {found.of} hours are valid"
    )  # fmt: skip


def polar(found: Polar, *, pollutant: str, ax: Axes | None = None, lang: Lang = "zh", title: str | None = None) -> Axes:
    """Mean concentration by wind direction and speed: the smooth surface, or the bins where none was fitted.

    Parameters
    ----------
    found : of `roses.polar_plot`
    pollutant : names title and unit

    Returns
    -------
    Axes whose distance from the middle is the wind speed; directions without hours stay empty.
    """
    if found.above is not None:
        raise AirError("这是条件概率，请用 plots.cbpf。", "These are probabilities; plots.cbpf draws them.")
    named = say(
        lang, f"{called(pollutant)} 按风向和风速的平均浓度", f"Mean {called(pollutant)} by wind direction and speed"
    )
    with drawing(ax, lang, (6.4, 5.6)) as ax:
        _surface(ax, found, f"{called(pollutant)} [{unit(pollutant)}]", lang)
        head(ax, title if title is not None else named, _of(found, lang))
    return ax


def cbpf(found: Polar, *, pollutant: str, ax: Axes | None = None, lang: Lang = "zh", title: str | None = None) -> Axes:
    """How often a wind brings values within the interval of a CBPF.

    Parameters
    ----------
    found : of `roses.cbpf`
    pollutant : names title and unit
    """
    if found.above is None:
        raise AirError("这是平均浓度，请用 plots.polar。", "These are means; plots.polar draws them.")
    places = decimals(pollutant)
    low, high = f"{found.low:.{places}f}", f"{found.high:.{places}f}"
    within = f"> {low}" if np.isinf(found.high) else f"{low}–{high}"
    named = say(
        lang,
        f"{called(pollutant)} {within} {unit(pollutant)} 的条件概率",
        f"Probability of {called(pollutant)} {within} {unit(pollutant)}",
    )
    with drawing(ax, lang, (6.4, 5.6)) as ax:
        _surface(ax, found, say(lang, "概率", "Probability"), lang)
        head(ax, title if title is not None else named, _of(found, lang))
    return ax


def _surface(ax: Axes, found: Polar, what: str, lang: Lang) -> None:
    top = float(found.speeds[-1])
    values = found.value if found.surface is None else found.surface
    norm = Normalize(0, float(np.nanmax(values)))
    if found.surface is None:
        turn = np.deg2rad(np.append(found.angles, 360) - 180 / len(found.angles))[:, None]
        x, y = found.speeds * np.sin(turn), found.speeds * np.cos(turn)
        drawn: ScalarMappable = ax.pcolormesh(x, y, np.ma.masked_invalid(found.value), cmap=scale(HEAT), norm=norm)
    else:
        edge = top + float(found.grid[1] - found.grid[0]) / 2
        drawn = ax.imshow(
            found.surface.T, cmap=scale(HEAT), norm=norm, origin="lower", extent=(-edge, edge, -edge, edge),
            interpolation="bilinear", interpolation_stage="rgba",
        )  # fmt: skip
    _rings(ax, top, lang)
    if ax.figure is not None:
        ax.figure.colorbar(drawn, ax=ax, label=what, shrink=0.7, pad=0.02)


def _rings(ax: Axes, top: float, lang: Lang) -> None:
    step = next((one for one in RINGS if top / one <= 5), RINGS[-1])
    for speed in range(step, int(top) + 1, step):
        ax.add_patch(Circle((0, 0), speed, fill=False, edgecolor=QUIET, linewidth=0.6, linestyle=":", gid=f"{speed}"))
        at = speed * 0.5**0.5
        ax.text(at, at, f"{speed} m/s", color=DARK, fontsize=7, ha="left", va="bottom")
    ax.plot([-top, top], [0, 0], [0, 0], [-top, top], color=QUIET, linewidth=0.6)
    for k, (x, y) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0))):
        ax.text(x * top * 1.07, y * top * 1.07, POINTS[lang][2 * k], ha="center", va="center")
    ax.set(xlim=(-1.14 * top, 1.14 * top), ylim=(-1.14 * top, 1.14 * top), aspect="equal")
    ax.axis("off")
