"""Rounding by GB/T 8170 and work in whole units: what a pocket calculator gives, and floats do not.

CO 2.2 mg/m³ has an index of 55; in floats 2.2 lies a hair above, and rounding up makes it 56. So concentrations become
whole numbers of their last digit first, and all that follows is whole-number arithmetic.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantian.airquality.arrays import Floats, unwrap

Whole = NDArray[np.int64]

# How far a float may lie from the decimal number it stands for, as a share of it: float32 by half its last bit, float64
# by what a sum over a year of hours may gather.
_SLACK = {4: 2.0**-23, 8: 2.0**-40}


def gbt8170(value: Any, decimals: int = 0) -> Any:
    """Round to a number of decimals, half to even (四舍六入五成双), in one step.

    Parameters
    ----------
    value : number, text or Decimal; array or DataArray [any unit]. Text and Decimal are taken digit by digit; a float
        as the decimal number it stands for (1.15 is a tie, although its float lies below).

    Returns
    -------
    The same kind; NaN stays NaN.

    Notes
    -----
    GB/T 8170-2008, 3.2 and 3.3: never in two steps, so 15.4546 gives 15.

    Examples
    --------
    >>> gbt8170(2.5), gbt8170(3.5), gbt8170("15.4546"), gbt8170(1.15, 1)
    (2.0, 4.0, Decimal('15'), 1.2)
    """
    if isinstance(value, str | Decimal):
        return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    array, rewrap = unwrap(value)
    units = nearest(array, decimals)
    return rewrap((units / 10.0**decimals).astype(array.dtype))


def nearest(array: Floats, decimals: int) -> Floats:
    """Numbers in units of the last decimal, rounded half to even; still floats, so that NaN can stay."""
    slack = _SLACK[array.dtype.itemsize]
    scaled = array.astype(np.float64) * 10.0**decimals
    low = np.floor(scaled)
    with np.errstate(invalid="ignore"):
        tie = np.abs(scaled - low - 0.5) <= np.maximum(np.abs(scaled), 1.0) * slack
        rounded: Floats = np.where(tie, low + low % 2, np.floor(scaled + 0.5))
    return rounded


def units(value: ArrayLike, decimals: int) -> tuple[Whole, NDArray[np.bool_]]:
    """Whole units of the last decimal, and which of them are there (0 where not)."""
    rounded = nearest(unwrap(value)[0], decimals)
    there = np.isfinite(rounded)
    return np.where(there, rounded, 0).astype(np.int64), there


def divide_half_even(sums: Whole, by: Whole | int) -> Whole:
    """Whole quotient of whole numbers, rounded half to even; `by` must be positive.

    >>> divide_half_even(np.array([5, 15, -5]), 10)
    array([0, 2, 0])
    """
    quotient, rest = np.divmod(sums, by)
    twice = rest * 2
    up = (twice > by) | ((twice == by) & (quotient % 2 == 1))
    return np.asarray(quotient + up)


def divide_up(sums: Whole, by: Whole | int) -> Whole:
    """Whole quotient of whole numbers, rounded up."""
    return np.asarray(-((-sums) // by))
