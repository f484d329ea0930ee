"""The composite index of a span (环境空气质量综合指数): what cities and towns are ranked by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np

from lantian.airquality.arrays import unwrap
from lantian.airquality.editions import Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.exact import Whole, divide_half_even
from lantian.airquality.faults import AirError
from lantian.airquality.thousandths import PER_UNIT, thousandths


@dataclass(frozen=True)
class Composite:
    """The index, its terms by pollutant (concentration ÷ limit), and where each term is the largest."""

    value: Any
    terms: dict[str, Any]
    largest: dict[str, Any]


def composite_index(
    values: Mapping[str, Any],
    *,
    edition: str | Edition,
    weights: Mapping[str, float] | None = None,
    decimals: int | None = None,
) -> Composite:
    """Sum of concentrations over their limits of level 2; smaller is better.

    Parameters
    ----------
    values : by pollutant scalars or arrays [µg/m³; CO mg/m³]: means of SO2, NO2, PM10 and PM2.5, percentile 95 of CO,
        percentile 90 of the MDA8 of ozone, as published (rounded)
    edition : the set whose limits count
    weights : by pollutant, default those of the edition (1); no document for others was found
    decimals : default those of the edition (2)

    Returns
    -------
    NaN where a pollutant is missing.

    Notes
    -----
    环办〔2014〕64号; 环办监测〔2018〕19号. Worked in whole numbers and rounded once.

    Examples
    --------
    >>> january = {"so2": 4, "no2": 31, "pm10": 68, "pm25": 38, "co": 1.4, "o3": 181}
    >>> composite_index(january, edition="2018").value, composite_index(january, edition="2026").value
    (4.38, 4.72)
    """
    found = find_edition(edition)
    digits = found.evaluation.rounding.index if decimals is None else decimals
    rule = found.evaluation.index
    if missing := [term.pollutant for term in rule if term.pollutant not in values]:
        raise AirError(f"综合指数缺少：{'、'.join(missing)}。", f"The composite index needs {', '.join(missing)} too.")
    limits: dict[str, int] = {
        term.pollutant: round(_limit(found, term.pollutant, term.limit) * PER_UNIT) for term in rule
    }
    given: dict[str, Any] = {term.pollutant: unwrap(values[term.pollutant]) for term in rule}
    weighed: dict[str, int] = {t.pollutant: round((weights or {}).get(t.pollutant, t.weight) * PER_UNIT) for t in rule}
    common = lcm(*limits.values())
    total: Whole = np.int64(0)  # type: ignore[assignment]
    there: Any = True
    terms: dict[str, Any] = {}
    for pollutant, (array, rewrap) in given.items():
        amount, here = thousandths(array)
        total = total + amount * (common // limits[pollutant]) * weighed[pollutant]
        there = there & here
        terms[pollutant] = rewrap(np.where(here, amount / limits[pollutant], np.nan))
    value = np.where(there, divide_half_even(total * 10**digits, common * PER_UNIT) / 10.0**digits, np.nan)
    rewrap = max(given.values(), key=lambda pair: pair[0].ndim)[1]
    top = np.max(np.stack(np.broadcast_arrays(*(np.asarray(term) for term in terms.values()))), axis=0)
    largest: dict[str, Any] = {
        pollutant: rewrap(np.asarray(np.asarray(term) == top)) for pollutant, term in terms.items()
    }
    return Composite(rewrap(value), terms, largest)


def _limit(edition: Edition, pollutant: str, kind: str) -> float:
    limit = edition.limit(pollutant, kind)
    if limit is None:
        raise AirError(
            f"{edition.name} 版没有 {pollutant} 的限值。", f"Edition {edition.name} has no limit of {pollutant}."
        )
    return limit
