"""Time grids: how often something is measured, and how its values are cut into stored blocks.

Times are local wall time (Asia/Shanghai) as numpy `datetime64[s]`, and name the END of the interval they tell of: the
hour from 23:00 to midnight is the last of its day and is written 00:00 of the next. A day or a month is named by its
first moment.

>>> starts, slots = GRIDS["1h"].place(np.array(["2017-01-01T01:00", "2017-01-02T00:00"], "datetime64[s]"))
>>> slots.tolist(), starts.astype("datetime64[D]").astype(str).tolist()
([0, 23], ['2017-01-01', '2017-01-01'])
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from lantian.site.core.faults import Text

LOCAL = ZoneInfo("Asia/Shanghai")
Times = NDArray[np.datetime64]
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Grid:
    """A regular grid: values every `step` seconds, stored in blocks of `span` seconds."""

    name: str
    label: Text
    step: int
    span: int

    @property
    def slots(self) -> int:
        """Values of one factor in a block."""
        return self.span // self.step

    def place(self, times: Times) -> tuple[Times, NDArray[np.int64]]:
        """The start of each time's block and the slot within it; times must lie on the grid (see `on_grid`)."""
        seconds = times.astype("datetime64[s]").astype(np.int64) - self.step
        starts = seconds // self.span * self.span
        return starts.astype("datetime64[s]"), (seconds - starts) // self.step

    def on_grid(self, times: Times) -> NDArray[np.bool_]:
        """Whether times are ends of intervals of this grid."""
        found: NDArray[np.bool_] = times.astype("datetime64[s]").astype(np.int64) % self.step == 0
        return found

    def times(self, first: np.datetime64, last: np.datetime64) -> Times:
        """All times of the grid from `first` to `last`, both included."""
        step = np.timedelta64(self.step, "s")
        return np.arange(first, last + step, step, dtype="datetime64[s]")

    def block_times(self, start: np.datetime64) -> Times:
        """The times of a block's slots."""
        return start + np.arange(1, self.slots + 1) * np.timedelta64(self.step, "s")

    def length(self, start: np.datetime64) -> int:
        """How many slots of a block are times of it."""
        return self.slots

    def steps(self, time: np.datetime64, start: np.datetime64) -> int:
        """How many steps lie from a time of the grid to the first slot of a block."""
        return int((start - time) / np.timedelta64(self.step, "s")) + 1


@dataclass(frozen=True)
class CalendarGrid(Grid):
    """Days in blocks of a year, or months in blocks of ten years; named by their first moment."""

    @property
    def slots(self) -> int:
        return 366 if self.name == "1d" else 120

    def place(self, times: Times) -> tuple[Times, NDArray[np.int64]]:
        if self.name == "1d":
            years = times.astype("datetime64[Y]")
            return years.astype("datetime64[s]"), (times.astype("datetime64[D]") - years).astype(np.int64)
        months = times.astype("datetime64[M]").astype(np.int64)
        first = months // 120 * 120
        return first.astype("datetime64[M]").astype("datetime64[s]"), months - first

    def on_grid(self, times: Times) -> NDArray[np.bool_]:
        unit = "datetime64[D]" if self.name == "1d" else "datetime64[M]"
        found: NDArray[np.bool_] = times.astype(unit).astype("datetime64[s]") == times
        return found

    def times(self, first: np.datetime64, last: np.datetime64) -> Times:
        unit = "datetime64[D]" if self.name == "1d" else "datetime64[M]"
        return np.arange(first.astype(unit), last.astype(unit) + 1).astype("datetime64[s]")

    def block_times(self, start: np.datetime64) -> Times:
        unit = "datetime64[D]" if self.name == "1d" else "datetime64[M]"
        return (start.astype(unit) + np.arange(self.slots)).astype("datetime64[s]")

    def length(self, start: np.datetime64) -> int:
        """A year that is no leap year has a day less than its block."""
        if self.name != "1d":
            return self.slots
        year = start.astype("datetime64[Y]")
        return int(((year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(int))

    def steps(self, time: np.datetime64, start: np.datetime64) -> int:
        unit = "datetime64[D]" if self.name == "1d" else "datetime64[M]"
        return int((start.astype(unit) - time.astype(unit)).astype(int))


# A block is what one write touches and one read unpacks: long enough for few rows, short enough for frequent writes.
GRIDS: dict[str, Grid] = {
    "1min": Grid("1min", _("1分钟"), MINUTE, HOUR),
    "5min": Grid("5min", _("5分钟"), 5 * MINUTE, 6 * HOUR),
    "10min": Grid("10min", _("10分钟"), 10 * MINUTE, 6 * HOUR),
    "1h": Grid("1h", _("逐小时"), HOUR, DAY),
    "1d": CalendarGrid("1d", _("逐日"), DAY, 0),
    "1mo": CalendarGrid("1mo", _("逐月"), 0, 0),
}


def aware(time: np.datetime64) -> dt.datetime:
    """A grid time as an aware datetime."""
    naive: Any = time.astype("datetime64[s]").item()
    found: dt.datetime = naive.replace(tzinfo=LOCAL)
    return found


def local(time: dt.datetime) -> np.datetime64:
    """An aware datetime as a grid time."""
    return np.datetime64(time.astimezone(LOCAL).replace(tzinfo=None), "s")


def day_of(time: np.datetime64) -> dt.date:
    """The calendar day of a grid time."""
    found: dt.date = time.astype("datetime64[D]").item()
    return found
