"""Values and indices of days, as an evaluation leaves them and statistics take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.editions import Edition
from lantian.airquality.thousandths import MISSING, unstored


@dataclass(frozen=True)
class Days:
    """Days of stations (or areas) under one edition.

    Attributes
    ----------
    start : the first day
    value : by pollutant (and 'o3_1h', the largest hour), int32 thousandths [station, day], MISSING where not valid;
        rounded as the edition rounds values of days; of ozone the MDA8
    count : by the same names, valid hours behind each (of ozone valid eight-hour windows)
    index : index of each day, int16, -1 where not available
    primary : its primary pollutants, a bit for each item of the edition's day report
    """

    stations: tuple[str, ...]
    start: date
    edition: Edition
    value: dict[str, NDArray[np.int32]]
    count: dict[str, NDArray[np.uint8]]
    index: NDArray[np.int16]
    primary: NDArray[np.uint8]

    @property
    def length(self) -> int:
        return int(self.index.shape[1])

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.length - 1)

    @property
    def items(self) -> tuple[str, ...]:
        """What the bits of `primary` stand for."""
        return self.edition.index.reports["day"]

    def concentration(self, pollutant: str) -> Floats:
        """Concentrations of days [µg/m³; CO mg/m³]; NaN where the day is not valid."""
        return unstored(self.value[pollutant])

    def aqi(self) -> Floats:
        """Index of each day as numbers, NaN where not available."""
        return np.where(self.index < 0, np.nan, self.index)

    def valid(self, pollutant: str) -> NDArray[np.bool_]:
        """Which days are valid."""
        return np.asarray(self.value[pollutant] != MISSING)

    def primary_at(self, station: int, day: int) -> tuple[str, ...]:
        """The primary pollutants of a day, as items of the day report."""
        bits = int(self.primary[station, day])
        return tuple(item for k, item in enumerate(self.items) if bits >> k & 1)
