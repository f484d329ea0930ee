"""Where the wind comes from and what it brings: wind rose, pollution rose, polar plot, CBPF. Arrays in, figures out.

Directions are degrees clockwise from north, from which the wind blows; speeds m/s. An hour counts where direction,
speed and (for pollution) value are there; in calm air the direction says nothing, so calm hours are counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError
from lantian.airquality.smoothing import thin_plate

CALM = 0.3  # m/s: below lies force 0 of the scale of GB/T 28591
FORCES = (CALM, 1.6, 3.4, 5.5, 8.0)  # m/s at which forces 1 to 5 begin
POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
STEPS = 30  # of speed in a polar plot
WEIGHTS = {1: 0.25, 2: 0.5, 3: 0.75}  # of bins with few hours, as openair's polarPlot weighs them
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Rose:
    """A wind or pollution rose.

    Attributes
    ----------
    angles : middle of each sector [°]
    edges : lower ends of the classes, the last open above: speeds [m/s], or values of the pollutant
    share : sector × class, of the hours that count [%]; with `calm` all add to 100
    hours : by sector
    mean : by sector, mean speed or mean value; NaN where no hour fell
    calm : share of calm hours [%]
    calm_mean : mean value of the calm hours; NaN in a wind rose
    valid, of : hours that count, of all
    """

    angles: Floats
    edges: tuple[float, ...]
    share: Floats
    hours: Counts
    mean: Floats
    calm: float
    calm_mean: float
    valid: int
    of: int


def wind_rose(
    direction: Floats, speed: Floats, *, sectors: int = 16, edges: Sequence[float] = FORCES, calm: float = CALM
) -> Rose:
    """How often the wind blows from each sector, by speed.

    Raises
    ------
    AirError
        where no hour has direction and speed, or the arrays differ in shape.
    """
    _same(direction, speed)
    valid = np.isfinite(speed) & (np.isfinite(direction) | (speed < calm))
    return _rose(direction, speed, speed, valid, sectors, (*edges,), calm, calm_mean=False)


def pollution_rose(
    values: Floats,
    direction: Floats,
    speed: Floats,
    *,
    sectors: int = 16,
    edges: Sequence[float] | None = None,
    calm: float = CALM,
) -> Rose:
    """How often each sector brings which concentrations, and the mean of each sector.

    Parameters
    ----------
    values : of a pollutant, in its unit
    edges : lower ends of the classes; default 0 and the 20th, 40th, 60th and 80th percentiles, rounded

    Raises
    ------
    AirError
        where no hour has all three, or the arrays differ in shape.
    """
    _same(values, direction, speed)
    valid = np.isfinite(values) & np.isfinite(speed) & (np.isfinite(direction) | (speed < calm))
    if edges is None:
        edges = _fifths(values[valid])
    return _rose(direction, speed, values, valid, sectors, (*edges,), calm, calm_mean=True)


def _rose(
    direction: Floats,
    speed: Floats,
    what: Floats,
    valid: NDArray[np.bool_],
    sectors: int,
    edges: tuple[float, ...],
    calm: float,
    *,
    calm_mean: bool,
) -> Rose:
    total = int(valid.sum())
    if not total:
        raise AirError("没有同时有风向、风速和数值的小时。", "No hour has wind direction, wind speed and a value.")
    still = valid & (speed < calm)
    moving = valid & ~still
    sector, kind = sector_of(direction[moving], sectors), np.searchsorted(edges, what[moving], side="right") - 1
    kind = np.clip(kind, 0, len(edges) - 1)
    counts = np.bincount(sector * len(edges) + kind, minlength=sectors * len(edges)).reshape(sectors, len(edges))
    hours = counts.sum(1)
    sums = np.bincount(sector, weights=what[moving], minlength=sectors)
    return Rose(
        np.arange(sectors) * 360 / sectors,
        edges,
        counts * 100 / total,
        hours,
        np.where(hours > 0, sums / np.maximum(hours, 1), np.nan),
        float(still.sum()) * 100 / total,
        float(what[still].mean()) if calm_mean and still.any() else float("nan"),
        total,
        int(np.size(what)),
    )


@dataclass(frozen=True)
class Polar:
    """Values by wind direction and speed.

    Attributes
    ----------
    angles : middle of each sector [°]
    speeds : edges of the speed steps [m/s], one more than steps
    count : sector × step, hours
    value : sector × step: mean of the values, or the conditional probability [0 to 1]; NaN where `count` is too small
    above : of a conditional probability sector × step, hours within the interval; else None
    low, high : the interval of the values (low, high]; NaN of a mean
    grid : points of the smooth surface along each axis [m/s], east and north being where the wind comes from
    surface : east × north, NaN where no wind was; None where nothing was smoothed
    valid, of : hours that count, of all
    """

    angles: Floats
    speeds: Floats
    count: Counts
    value: Floats
    above: Counts | None
    low: float
    high: float
    grid: Floats
    surface: Floats | None
    valid: int
    of: int


def polar_plot(
    values: Floats,
    direction: Floats,
    speed: Floats,
    *,
    sectors: int | None = None,
    steps: int = STEPS,
    least: int = 1,
    rank: int = 100,
    grid: int = 61,
) -> Polar:
    """Mean value by wind direction and speed, and a smooth surface through it (the bivariate polar plot).

    Parameters
    ----------
    sectors : default 36, and 16 where all directions are given on 16 points
    steps : of speed, up to the largest
    least : hours that a bin needs
    rank : how finely the surface can bend; 0 smooths nothing
    grid : points of the surface along each axis

    Raises
    ------
    AirError
        where no hour has all three, or the arrays differ in shape.

    Notes
    -----
    A thin plate spline of (u, v) on the square root of the bins' means, squared again, after Carslaw and Beevers
    (2013), Environ. Model. Softw. 40, 325-329; bins of one, two or three hours weigh 0.25, 0.5 and 0.75. The surface
    is shown in bins with hours and next to them only.
    """
    bins = _bins(values, direction, speed, sectors, steps)
    sums = np.bincount(bins.where, weights=bins.values, minlength=bins.count.size).reshape(bins.count.shape)
    mean = np.where(bins.count >= least, sums / np.maximum(bins.count, 1), np.nan)
    axis, surface = _smooth(bins, mean, rank, grid)
    nothing = float("nan")
    return Polar(
        bins.angles,
        bins.speeds,
        bins.count,
        mean,
        None,
        nothing,
        nothing,
        axis,
        surface,
        len(bins.values),
        np.size(values),
    )


def cbpf(
    values: Floats,
    direction: Floats,
    speed: Floats,
    *,
    percentile: float | tuple[float, float] = 90,
    sectors: int | None = None,
    steps: int = STEPS,
    least: int = 1,
    rank: int = 100,
    grid: int = 61,
) -> Polar:
    """Conditional bivariate probability function: how often a wind brings values within an interval.

    Parameters
    ----------
    percentile : of all values: m are the hours above it; or two, between which the hours lie

    Notes
    -----
    CBPF = m/n of each bin of direction and speed, m = hours with low < x ≤ high, after Uria-Tellaetxe and Carslaw
    (2014), Environ. Model. Softw. 59, 1-9. With 10 of 40 hours above the threshold a bin has 0.25.
    """
    bins = _bins(values, direction, speed, sectors, steps)
    ends = (percentile, 100.0) if isinstance(percentile, int | float) else percentile
    if not 0 <= ends[0] < ends[1] <= 100:
        raise AirError(
            "百分位数须在 0 和 100 之间，下限小于上限。",
            "Percentiles lie between 0 and 100, the lower below the upper one.",
        )
    low = float(np.percentile(bins.values, ends[0]))
    high = float("inf") if ends[1] == 100 else float(np.percentile(bins.values, ends[1]))
    inside = (bins.values > low) & (bins.values <= high)
    above = np.bincount(bins.where[inside], minlength=bins.count.size).reshape(bins.count.shape)
    ratio = np.where(bins.count >= least, above / np.maximum(bins.count, 1), np.nan)
    axis, surface = _smooth(bins, ratio, rank, grid)
    if surface is not None:
        surface = np.minimum(surface, 1.0)
    return Polar(
        bins.angles, bins.speeds, bins.count, ratio, above, low, high, axis, surface, len(bins.values), np.size(values)
    )


def sector_of(direction: Floats, sectors: int) -> Counts:
    """Number of the sector that a direction lies in; the first is north, half of it to either side."""
    width = 360 / sectors
    found: Counts = (np.floor(np.mod(direction, 360) / width + 0.5) % sectors).astype(np.int64)
    return found


@dataclass(frozen=True)
class _Bins:
    angles: Floats
    speeds: Floats
    count: Counts
    where: Counts
    values: Floats
    middle: Floats  # sector × step: mean speed of the bin's hours


def _bins(values: Floats, direction: Floats, speed: Floats, sectors: int | None, steps: int) -> _Bins:
    _same(values, direction, speed)
    valid = np.isfinite(values) & np.isfinite(direction) & np.isfinite(speed)
    if not valid.any():
        raise AirError("没有同时有风向、风速和数值的小时。", "No hour has wind direction, wind speed and a value.")
    values, direction, speed = (np.asarray(one[valid], float) for one in (values, direction, speed))
    if sectors is None:
        sectors = 16 if (np.mod(direction, 22.5) == 0).all() else 36
    top = max(float(speed.max()), 1e-9)
    step = np.minimum((speed / top * steps).astype(np.int64), steps - 1)
    where = sector_of(direction, sectors) * steps + step
    count = np.bincount(where, minlength=sectors * steps).reshape(sectors, steps)
    sums = np.bincount(where, weights=speed, minlength=sectors * steps).reshape(sectors, steps)
    speeds = np.linspace(0, top, steps + 1)
    middle = np.where(count > 0, sums / np.maximum(count, 1), (speeds[1:] + speeds[:-1]) / 2)
    return _Bins(np.arange(sectors) * 360 / sectors, speeds, count, where, values, middle)


def _smooth(bins: _Bins, value: Floats, rank: int, grid: int) -> tuple[Floats, Floats | None]:
    top = float(bins.speeds[-1])
    axis = np.linspace(-top, top, grid)
    there = np.isfinite(value)
    if not rank or there.sum() < 12 or top <= 0:
        return axis, None
    turn = np.deg2rad(bins.angles)[:, None]
    east, north = bins.middle * np.sin(turn), bins.middle * np.cos(turn)
    weights = np.ones(value.shape)
    for many, weight in WEIGHTS.items():
        weights[bins.count == many] = weight
    fitted = thin_plate(east[there] / top, north[there] / top, np.sqrt(value[there]), weights=weights[there], rank=rank)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    surface = np.clip(fitted.at(x / top, y / top), 0, None) ** 2
    return axis, np.where(_near(bins.count > 0, x, y, top), surface, np.nan)


def _near(occupied: NDArray[np.bool_], x: Floats, y: Floats, top: float) -> NDArray[np.bool_]:
    """Whether a point lies in a bin with hours, or next to one."""
    sectors, steps = occupied.shape
    wide = occupied | np.roll(occupied, 1, 0) | np.roll(occupied, -1, 0)
    wide[:, 1:] |= occupied[:, :-1]
    wide[:, :-1] |= occupied[:, 1:]
    speed = np.hypot(x, y)
    step = np.minimum((speed / top * steps).astype(np.int64), steps - 1)
    near: NDArray[np.bool_] = wide[sector_of(np.rad2deg(np.arctan2(x, y)), sectors), step] & (speed <= top)
    return near


def _fifths(values: Floats) -> tuple[float, ...]:
    """Classes of about equal number, at numbers that can be read."""
    if not len(values):
        return (0.0,)
    cuts = np.percentile(values, [20, 40, 60, 80])
    digits = 0 if cuts[-1] >= 10 else 1
    return tuple(sorted({0.0, *(round(float(cut), digits) for cut in cuts)}))


def _same(*arrays: Floats) -> None:
    if len({np.shape(one) for one in arrays}) > 1:
        raise AirError("数值、风向、风速的小时数不同。", "Values, wind directions and speeds differ in length.")
