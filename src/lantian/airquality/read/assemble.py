"""Values with their station and hour, put in their places: duplicates and future hours are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.exact import Whole
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours, Single
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.times import BAD, EPOCH, Instants, moment

MOST_CELLS = 1_500_000_000  # 6 GB of float32


@dataclass(frozen=True)
class Loaded:
    """Hours read from files and the report about it.

    `published` holds what came with them and is no hour of a pollutant (an index, running means), by its name, as
    arrays of the same shape.
    """

    hours: Hours
    report: ReadReport
    published: dict[str, Single]


@dataclass(frozen=True)
class Piece:
    """Rows of one file: for each its line, station and hour, and one or several columns of values."""

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
    pollutants: Sequence[str],
    now: datetime | None,
    most: int = MOST_CELLS,
) -> Loaded:
    """Whole days of all stations from pieces; the first of two values for one hour stays.

    Raises
    ------
    AirError
        where no value is left.
    """
    pieces = [_in_time(piece, report, now) for piece in pieces]
    known = [piece.times for piece in pieces if len(piece.times)]
    if not known:
        raise AirError(
            "没有读到任何小时数据。请检查时间列和文件内容。",
            "No hour was read; check the column of times and the files.",
        )
    first, last = min(int(t.min()) for t in known), max(int(t.max()) for t in known)
    begin = moment(first - 1).date()
    days = (moment(last - 1).date() - begin).days + 1
    _bounded(len(stations) * days * 24 * len({name for piece in pieces for name in piece.columns}), most)
    grid = Grid(stations, begin, days, report)
    for piece in pieces:
        grid.add(piece)
    if not any(name in grid.arrays for name in pollutants):
        raise AirError("没有六项污染物的数据列。", "No column of the six pollutants was found.")
    published = {name: array for name, array in grid.arrays.items() if name not in pollutants}
    return Loaded(grid.hours(pollutants), report, published)


class Grid:
    """Whole days of stations that pieces are put into; of two values for one hour the first stays."""

    def __init__(self, stations: Sequence[str], begin: date, days: int, report: ReadReport) -> None:
        self.stations, self.begin, self.report = tuple(stations), begin, report
        self.arrays: dict[str, Single] = {}
        self._shape = len(stations), days * 24
        self._offset = (begin - EPOCH.date()).days * 24 + 1  # the end of the first hour

    def add(self, piece: Piece) -> None:
        """Put rows of known stations into their hours; hours outside the grid are left."""
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

    def hours(self, pollutants: Sequence[str]) -> Hours:
        """The pollutants that came; where none did, all hours of the first are missing."""
        there = {name: self.arrays[name] for name in pollutants if name in self.arrays}
        return Hours(self.stations, self.begin, there or {pollutants[0]: np.full(self._shape, np.nan, np.float32)})

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
        self.report.values += int(good.sum())

        def tell(k: int) -> Skipped:
            when = f"{moment(int(piece.times[k])):%Y-%m-%d %H:%M}"
            code, kept, value = self.stations[piece.stations[k]], float(cells[place[k]]), float(column[k])
            return Skipped(
                "duplicate", piece.file, int(piece.lines[k]), name, f"{value:g}",
                f"{code} 站 {when} 已有数值 {kept:g}，本行 {value:g} 未采用。请删去其一，或检查站点编码是否重复。",
                f"{code} has {kept:g} at {when} already, {value:g} was left out; remove one, or see whether two"
                " stations share a code.",
            )  # fmt: skip

        self.report.skip_each("duplicate", piece.file, np.flatnonzero(there & ~good), tell)


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


def _in_time(piece: Piece, report: ReadReport, now: datetime | None) -> Piece:
    """Without rows whose time is no hour or lies ahead."""
    bad = piece.times == BAD
    ahead = np.zeros(len(bad), bool)
    if now is not None:
        limit = int((now - datetime(1970, 1, 1)) / timedelta(hours=1))
        ahead = ~bad & (piece.times > limit)

    def tell(k: int) -> Skipped:
        when = f"{moment(int(piece.times[k])):%Y-%m-%d %H:%M}"
        zh, en = "还没有到。请核对时间或时区。", "is still to come; check times and time zone."
        return Skipped("future", piece.file, int(piece.lines[k]), "", when, f"{when} {zh}", f"{when} {en}")

    report.skip_each("future", piece.file, np.flatnonzero(ahead), tell)
    keep = ~bad & ~ahead
    if keep.all():
        return piece
    return piece.where(keep)
