"""Micro-stations against the nearest reference station: slope and fit of the last days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.arrays import Floats
from lantian.airquality.exact import Whole
from lantian.airquality.faults import AirError
from lantian.airquality.thousandths import Flags
from lantian.rulebook.schemas.air import AirSuspicions


@dataclass(frozen=True)
class Fit:
    """Regression of a micro-station on its reference over the days up to each day, one entry a day.

    Attributes
    ----------
    slope, intercept, r2 : NaN where too few hours are there, or the reference did not move
    hours : hours in which both measured
    calibrate : whether slope or fit lie outside the rule: the station needs a transfer calibration
    """

    slope: Floats
    intercept: Floats
    r2: Floats
    hours: Whole
    calibrate: Flags


def against_reference(micro: Floats, reference: Floats) -> Fit:
    """Hold the hours of a micro-station against those of the nearest reference station.

    Parameters
    ----------
    micro, reference : hours of whole days, of one pollutant in one unit; NaN where missing

    Notes
    -----
    Least squares micro = slope × reference + intercept over the hours of `micro.days` days (rule 'air-suspicions',
    assumed: no standard was found).
    """
    rule = rulebook.get("air-suspicions", as_=AirSuspicions).micro
    if micro.shape != reference.shape or micro.ndim != 1 or len(micro) % 24:
        raise AirError(
            "微站与标准站须是同样多的整日逐时数据。", "Micro-station and reference need the same whole days of hours."
        )
    both = np.isfinite(micro) & np.isfinite(reference)
    x, y = (np.where(both, part, 0).astype(float) for part in (reference, micro))
    n, sx, sy, sxx, syy, sxy = (_over(part, rule.days) for part in (both.astype(float), x, y, x * x, y * y, x * y))
    with np.errstate(invalid="ignore", divide="ignore"):
        xx, yy, xy = sxx - sx * sx / n, syy - sy * sy / n, sxy - sx * sy / n
        known = (n >= rule.least_hours) & (xx > 1e-9 * np.maximum(sxx, 1))
        slope = np.where(known, xy / xx, np.nan)
        r2 = np.where(known, np.where(yy > 0, xy * xy / (xx * yy), 0.0), np.nan)
        intercept = np.where(known, (sy - slope * sx) / n, np.nan)
        low, high = rule.slope
        calibrate = known & ((slope < low) | (slope > high) | (r2 < rule.r2))
    return Fit(slope, intercept, r2, n.astype(np.int64), calibrate)


def _over(hours: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Sums over the days up to each day."""
    total = np.concatenate(([0.0], np.cumsum(hours.reshape(-1, 24).sum(1))))
    end = np.arange(1, len(total))
    return np.asarray(total[end] - total[np.maximum(end - days, 0)])
