"""Values with their station and time, put in their places: duplicates and times to come are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.exact import Whole
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours, Single
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.times import BAD, EPOCH, Instants, Interval, shown

MOST_CELLS = 1_500_000_000  # 6 GB of float32
UNITS: dict[Interval, Literal["h", "D", "M"]] = {"1h": "h", "1d": "D", "1mo": "M"}


@dataclass(frozen=True)
class Measured:
    """Values read from files and the report about it.

    Attributes
    ----------
    times : local; ends of hours over whole days, or the first moments of days or months, without a gap
    values : by factor, float32 [station, time] in the factor's unit, NaN where missing
    published : what came with them and is no factor (an index, running means), by its name, of the same shape
    """

    interval: Interval
    stations: tuple[str, ...]
    times: NDArray[np.datetime64]
    values: dict[str, Single]
    report: ReadReport
    published: dict[str, Single]

    @property
    def hours(self) -> Hours | None:
        """The hours of the six pollutants; None where the values are not of hours, or of none of them."""
        pollutants = {name: self.values[name] for name in POLLUTANTS if name in self.values}
        if self.interval != "1h" or not pollutants:
            return None
        return Hours(self.stations, (self.times[0] - 1).astype("datetime64[D]").item(), pollutants)


@dataclass(frozen=True)
class Loaded:
    """Hours read from files and the report about it.

    `others` holds what is measured beside the six pollutants (TSP, VOCs, weather), by factor; `published` what came
    with them and is no hour of a factor (an index, running means), by its name: arrays of the same shape.
    """

    hours: Hours
    report: ReadReport
    published: dict[str, Single]
    others: dict[str, Single] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """Rows of one file: for each its line, station and time, and one or several columns of values."""

    file: str
    lines: NDArray[np.int64]
    stations: NDArray[np.int64]
    times: Instants
    columns: Mapping[str, Single]

    def where(self, keep: NDArray[np.bool_]) -> Piece:
        """Some of the rows."""
        columns = {name: column[keep] for name, column in self.columns.items()}
        return Piece(self.file, self.lines[keep], self.stations[keep], self.times[keep], columns)


def assemble(
    pieces: Sequence[Piece],
    stations: Sequence[str],
    report: ReadReport,
    *,
    factors: Collection[str],
    now: datetime | None,
    most: int = MOST_CELLS,
    interval: Interval = "1h",
) -> Measured:
    """Values of all stations from pieces, of hours over whole days; the first of two values for one time stays.

    Raises
    ------
    AirError
        where no value is left.
    """
    pieces = [_in_time(piece, report, now, interval) for piece in pieces]
    known = [piece.times for piece in pieces if len(piece.times)]
    if not known:
        raise AirError(
            "没有读到任何小时数据。请检查时间列和文件内容。",
            "No hour was read; check the column of times and the files.",
        )
    first, last = min(int(t.min()) for t in known), max(int(t.max()) for t in known)
    if interval == "1h":  # whole days, each from 01:00 to midnight
        first, last = (first - 1) // 24 * 24 + 1, (last - 1) // 24 * 24 + 24
    length = last - first + 1
    _bounded(len(stations) * length * len({name for piece in pieces for name in piece.columns}), most)
    places = Places(stations, first, length, report, interval)
    for piece in pieces:
        places.add(piece)
    return Measured(
        interval,
        places.stations,
        (np.datetime64(0, UNITS[interval]) + np.arange(first, first + length)).astype("datetime64[s]"),
        {name: array for name, array in places.arrays.items() if name in factors},
        report,
        {name: array for name, array in places.arrays.items() if name not in factors},
    )


class Places:
    """Times of stations that pieces are put into; of two values for one time the first stays."""

    def __init__(
        self, stations: Sequence[str], first: int, length: int, report: ReadReport, interval: Interval = "1h"
    ) -> None:
        self.stations, self.report, self.interval = tuple(stations), report, interval
        self.arrays: dict[str, Single] = {}
        self._shape, self._offset = (len(stations), length), first

    def add(self, piece: Piece) -> None:
        """Put rows of known stations into their times; those outside are left."""
        hour = piece.times - self._offset
        inside = (hour >= 0) & (hour < self._shape[1])
        if not inside.all():
            piece, hour = piece.where(inside), hour[inside]
        if not len(hour):
            return
        place = piece.stations * self._shape[1] + hour
        repeats = not _distinct(place)
        for name, column in piece.columns.items():
            if name not in self.arrays:
                self.arrays[name] = np.full(self._shape, np.nan, np.float32)
            self._place(piece, place, name, column, repeats)

    def _place(self, piece: Piece, place: Whole, name: str, column: Single, repeats: bool) -> None:
        cells = self.arrays[name].reshape(-1)
        there, held = np.isfinite(column), cells[place]
        good = there & np.isnan(held)
        if repeats:
            rows = np.flatnonzero(there)
            good[rows[~_first_of_each(place[rows])]] = False
            cells[place[good]] = column[good]
        else:
            cells[place] = np.where(good, column, held)
        count = int(good.sum())
        self.report.values += count
        self.report.by_factor[name] += count

        def tell(k: int) -> Skipped:
            when = shown(int(piece.times[k]), self.interval)
            code, kept, value = self.stations[piece.stations[k]], float(cells[place[k]]), float(column[k])
            return Skipped(
                "duplicate", piece.file, int(piece.lines[k]), name, f"{value:g}",
                f"{code} 站 {when} 已有数值 {kept:g}，本行 {value:g} 未采用。请删去其一，或检查站点编码是否重复。",
                f"{code} has {kept:g} at {when} already, {value:g} was left out; remove one, or see whether two"
                " stations share a code.",
            )  # fmt: skip

        self.report.skip_each("duplicate", piece.file, np.flatnonzero(there & ~good), tell)


class Grid(Places):
    """Hours of whole days."""

    def __init__(self, stations: Sequence[str], begin: date, days: int, report: ReadReport) -> None:
        super().__init__(stations, (begin - EPOCH.date()).days * 24 + 1, days * 24, report)
        self.begin = begin

    def hours(self, pollutants: Sequence[str]) -> Hours:
        """The pollutants that came; where none did, all hours of the first are missing."""
        there = {name: self.arrays[name] for name in pollutants if name in self.arrays}
        return Hours(self.stations, self.begin, there or {pollutants[0]: np.full(self._shape, np.nan, np.float32)})


def _distinct(place: Whole) -> bool:
    """Whether no place is named twice."""
    low = int(place.min())
    seen = np.zeros(int(place.max()) - low + 1, bool)
    seen[place - low] = True
    return int(np.count_nonzero(seen)) == len(place)


def _first_of_each(place: Whole) -> NDArray[np.bool_]:
    """Which of some places are the first of their kind."""
    _, first = np.unique(place, return_index=True)
    found = np.zeros(len(place), bool)
    found[first] = True
    return found


def _bounded(cells: int, most: int) -> None:
    if cells > most:
        raise AirError(
            f"站点数 × 小时数 × 项目数为 {cells:,}，超过 {most:,}。请分批读入，或检查是否有写错年份的行。",
            f"Stations × hours × columns are {cells:,}, above {most:,}; read fewer files at a time, or look for"
            " rows with a wrong year.",
        )


def _in_time(piece: Piece, report: ReadReport, now: datetime | None, interval: Interval) -> Piece:
    """Without rows whose time is none or lies ahead; a day that is not over has no value yet, a month may have."""
    bad = piece.times == BAD
    ahead = np.zeros(len(bad), bool)
    if now is not None:
        limit = int(np.datetime64(now, UNITS[interval]).astype(np.int64)) - (interval == "1d")
        ahead = ~bad & (piece.times > limit)

    def tell(k: int) -> Skipped:
        when = shown(int(piece.times[k]), interval)
        zh, en = "还没有到。请核对时间或时区。", "is still to come; check times and time zone."
        return Skipped("future", piece.file, int(piece.lines[k]), "", when, f"{when} {zh}", f"{when} {en}")

    report.skip_each("future", piece.file, np.flatnonzero(ahead), tell)
    keep = ~bad & ~ahead
    if keep.all():
        return piece
    return piece.where(keep)
