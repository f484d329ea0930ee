"""Concentrations as whole thousandths of their unit: sums that do not depend on order, means that round once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.exact import Whole, divide_half_even

PER_UNIT = 1000
BOUND = 2.0e6  # no concentration is larger [µg/m³]; what is counts as missing, as NaN and infinity do
MISSING = np.int32(-(2**31))

Flags = NDArray[np.bool_]
Stored = NDArray[np.int32]


def thousandths(array: Floats) -> tuple[Whole, Flags]:
    """Whole thousandths (0 where missing), and which values are there."""
    with np.errstate(invalid="ignore"):
        there = np.abs(array) < BOUND
    scaled = np.floor(np.where(there, array, 0).astype(np.float64) * PER_UNIT + 0.5)
    return scaled.astype(np.int64), there


def step(decimals: int) -> int:
    """Thousandths in one unit of the last decimal.

    >>> step(0), step(1)
    (1000, 100)
    """
    if not 0 <= decimals <= 3:
        raise ValueError(f"decimals must be 0 to 3, not {decimals}")
    return int(PER_UNIT // 10**decimals)


def mean(sums: Whole, counts: Whole, decimals: int | None) -> Floats:
    """Means of sums of thousandths; NaN where nothing was counted. With decimals: rounded half to even, once."""
    by = np.maximum(counts, 1)
    if decimals is None:
        exact = sums / (by * float(PER_UNIT))
    else:
        exact = divide_half_even(sums, by * step(decimals)) / 10.0**decimals
    return np.where(counts > 0, exact, np.nan)


def stored(value: Whole, there: Any) -> Stored:
    """Thousandths with missing ones marked, to keep."""
    return np.where(there, value, MISSING).astype(np.int32)


def unstored(value: Stored) -> Floats:
    """Concentrations of stored thousandths [the unit of the pollutant]; NaN where missing."""
    return np.where(value == MISSING, np.nan, value / float(PER_UNIT))
