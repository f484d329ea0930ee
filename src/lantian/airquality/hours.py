"""Hours of stations as whole days in memory: what evaluation works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import name_of

Single = NDArray[np.float32]


@dataclass(frozen=True)
class Hours:
    """Hourly concentrations of stations over whole days.

    Attributes
    ----------
    stations : codes, one a row
    start : the first day; hour 0 of the arrays ends at 01:00 of it
    values : by pollutant, float32 [station, hour] (µg/m³; CO mg/m³), NaN where missing
    """

    stations: tuple[str, ...]
    start: date
    values: dict[str, Single]

    @property
    def days(self) -> int:
        return int(next(iter(self.values.values())).shape[1]) // 24

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.days - 1)

    def between(self, first: date, last: date) -> Hours:
        """The days from first to last, both included, as far as they are there; views, no copies."""
        low = max((first - self.start).days, 0)
        high = max(min((last - self.start).days + 1, self.days), low)
        return Hours(
            self.stations,
            self.start + timedelta(days=low),
            {name: array[:, low * 24 : high * 24] for name, array in self.values.items()},
        )

    def only(self, rows: Sequence[int] | slice) -> Hours:
        """Some of the stations."""
        chosen = self.stations[rows] if isinstance(rows, slice) else tuple(self.stations[row] for row in rows)
        return Hours(chosen, self.start, {name: array[rows] for name, array in self.values.items()})


def hours_of(values: Any, *, stations: Sequence[str] | None = None, start: date | datetime | None = None) -> Hours:
    """Hours from arrays or from a Dataset with the dimensions `station` and `time`.

    Parameters
    ----------
    values : mapping from pollutant to array [station, hour] or [hour], or an xarray Dataset
    stations : their codes; of a Dataset its coordinate
    start : the first hour's end (01:00 when a day is given); of a Dataset its first time

    Returns
    -------
    Hours over whole days: hours before and after the data are missing.

    Raises
    ------
    AirError
        where times have gaps or do not rise by one hour.
    """
    if hasattr(values, "data_vars"):
        return _of_dataset(values)
    arrays = {_known(name): np.atleast_2d(np.asarray(array, dtype=np.float32)) for name, array in values.items()}
    if not arrays or len({array.shape for array in arrays.values()}) != 1:
        raise AirError(
            "各污染物的数组须同形（站点 × 小时），且至少一项。",
            "The arrays of all pollutants need one shape (stations × hours), and at least one.",
        )
    if start is None:
        raise AirError("请给出首个小时的时间 start。", "Give the time of the first hour as start.")
    first = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day, 1)
    count, length = next(iter(arrays.values())).shape
    codes = tuple(stations) if stations is not None else tuple(str(k + 1) for k in range(count))
    if len(codes) != count:
        raise AirError(
            f"站点编码 {len(codes)} 个，数据 {count} 行，须一致。", f"{len(codes)} station codes, {count} rows of data."
        )
    return Hours(codes, *_whole_days(first, length, arrays))


def _of_dataset(data: Any) -> Hours:
    written = data["time"].values
    times = written.astype("datetime64[h]")
    if not len(times) or (written != times).any() or (np.diff(times) != np.timedelta64(1, "h")).any():
        raise AirError(
            "时间须为整点，逐小时递增、无空缺。请先按小时补齐（缺测填空值）。",
            "Times must be full hours that rise one by one without gaps; fill in missing hours as NaN first.",
        )
    arrays = {
        _known(str(name)): np.asarray(column.transpose("station", "time").values, dtype=np.float32)
        for name, column in data.data_vars.items()
        if name_of(str(name)) in POLLUTANTS
    }
    codes = [str(code) for code in data["station"].values]
    return hours_of(arrays, stations=codes, start=times[0].astype(datetime))


def _known(name: str) -> str:
    pollutant = name_of(name)
    if pollutant not in POLLUTANTS:
        raise AirError(
            f"不认识污染物“{name}”。可用：{'、'.join(POLLUTANTS)}。",
            f"Unknown pollutant {name!r}; known are {', '.join(POLLUTANTS)}.",
        )
    return pollutant


def _whole_days(first: datetime, length: int, arrays: Mapping[str, Single]) -> tuple[date, dict[str, Single]]:
    """The first day, and the arrays with missing hours before and after so that days are whole."""
    begin = first - timedelta(hours=1)  # the hour that ends at 00:00 belongs to the day before
    before = begin.hour
    after = -(before + length) % 24
    if not before and not after:
        return begin.date(), {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    padded = {name: np.pad(array, ((0, 0), (before, after)), constant_values=np.nan) for name, array in arrays.items()}
    return begin.date(), padded
