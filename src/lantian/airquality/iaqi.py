"""The individual index of one pollutant (空气质量分指数)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from lantian.airquality.arrays import Floats, unwrap, whole
from lantian.airquality.editions import LABELS, Edition, Scale
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.exact import nearest


def iaqi(
    pollutant: str,
    concentration: Any,
    averaging: str = "24h",
    *,
    edition: str | Edition = "auto",
    on: date | None = None,
) -> Any:
    """Individual air quality index (IAQI).

    Parameters
    ----------
    pollutant : 'so2', 'no2', 'co', 'o3', 'pm10', 'pm25', or as written in reports ('PM2.5')
    concentration : scalar, array or DataArray of any shape [µg/m³; CO mg/m³]. NaN is missing and stays missing.
    averaging : '1h', '8h' or '24h'
    edition, on : name of the set of standards; 'auto' takes the one in force on the day `on`

    Returns
    -------
    The same kind: whole numbers 0 to 500; NaN where missing or where the edition defines none (2012: SO2 1 h and
    O3 8 h above 800).

    Notes
    -----
    Linear between breakpoints, rounded up (HJ 633-2026 4.2.6, formula 1; HJ 633-2012 4.2, 6.2). The concentration is
    first rounded by GB/T 8170 to whole µg/m³, CO to 0.1 mg/m³. Worked in whole numbers, because floats lift CO
    2.2 mg/m³ from 55 to 56. A slightly negative reading counts as 0, one above the table as its last index.

    Examples
    --------
    >>> iaqi("co", 2.2, "24h", edition="2026")
    55
    >>> iaqi("PM2.5", [35, 60.5, 75], edition="2026")
    array([ 50., 100., 114.])
    """
    scale = find_edition(edition, on=on).scale(f"{name_of(pollutant)}_{averaging}")
    array, rewrap = unwrap(concentration)
    return rewrap(whole(by_scale(scale, array)))


def by_scale(scale: Scale, concentration: Floats) -> Floats:
    """Index of concentrations by a table; NaN where missing or not defined."""
    units = nearest(concentration, scale.decimals)
    there = np.isfinite(units)
    found = scale.table[np.clip(np.where(there, units, 0), 0, scale.top).astype(np.int64)]
    return np.where(there & (found >= 0), found, np.nan)


def name_of(pollutant: str) -> str:
    """The name used in code for a pollutant as people write it.

    >>> name_of("PM2.5"), name_of("O₃"), name_of("臭氧")
    ('pm25', 'o3', 'o3')
    """
    plain = pollutant.strip().translate(_SUBSCRIPTS).lower().replace(".", "").replace("_", "").replace(" ", "")
    return _WORDS.get(plain, plain)


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_WORDS = {
    "二氧化硫": "so2",
    "二氧化氮": "no2",
    "一氧化碳": "co",
    "臭氧": "o3",
    "可吸入颗粒物": "pm10",
    "细颗粒物": "pm25",
    "总悬浮颗粒物": "tsp",
    "氮氧化物": "nox",
}


def label(item: str) -> str:
    """How a report writes a pollutant or item.

    >>> label("pm25_24h"), label("o3_8h"), label("o3")
    ('PM2.5', 'O3_8h', 'O3')
    """
    pollutant, _, averaging = item.partition("_")
    plain = LABELS.get(pollutant, pollutant)
    return f"{plain}_{averaging}" if pollutant == "o3" and averaging else plain
