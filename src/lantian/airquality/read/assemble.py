"""Values with their station and hour, put in their places: duplicates and future hours are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours, Single, hours_of
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.times import BAD, Instants, moment

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
    begin = moment(first - 1).replace(hour=0) + timedelta(hours=1)  # the end of the first day's first hour
    offset = int((begin - datetime(1970, 1, 1)) / timedelta(hours=1))
    length = -(-(last - offset + 1) // 24) * 24
    _bounded(len(stations) * length * len({name for piece in pieces for name in piece.columns}), most)
    names = list(dict.fromkeys(name for piece in pieces for name in piece.columns))
    arrays = {name: np.full((len(stations), length), np.nan, np.float32) for name in names}
    for piece in pieces:
        for name, column in piece.columns.items():
            _place(arrays[name], piece, name, column, offset, stations, report)
    measured = {name: arrays[name] for name in pollutants if name in arrays}
    if not measured:
        raise AirError("没有六项污染物的数据列。", "No column of the six pollutants was found.")
    hours = hours_of(measured, stations=stations, start=begin)
    return Loaded(hours, report, {name: array for name, array in arrays.items() if name not in pollutants})


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
    columns = {name: column[keep] for name, column in piece.columns.items()}
    return Piece(piece.file, piece.lines[keep], piece.stations[keep], piece.times[keep], columns)


def _place(
    array: Single, piece: Piece, name: str, column: Single, offset: int, stations: Sequence[str], report: ReadReport
) -> None:
    there = np.flatnonzero(np.isfinite(column))
    row, hour = piece.stations[there], piece.times[there] - offset
    good = _first_of_each(row, hour) & np.isnan(array[row, hour])
    array[row[good], hour[good]] = column[there[good]]
    report.values += int(good.sum())

    def tell(k: int) -> Skipped:
        when = f"{moment(int(piece.times[there[k]])):%Y-%m-%d %H:%M}"
        code, kept, value = stations[row[k]], float(array[row[k], hour[k]]), float(column[there[k]])
        return Skipped(
            "duplicate", piece.file, int(piece.lines[there[k]]), name, f"{value:g}",
            f"{code} 站 {when} 已有数值 {kept:g}，本行 {value:g} 未采用。请删去其一，或检查站点编码是否重复。",
            f"{code} has {kept:g} at {when} already, {value:g} was left out; remove one, or see whether two stations"
            " share a code.",
        )  # fmt: skip

    report.skip_each("duplicate", piece.file, np.flatnonzero(~good), tell)


def _first_of_each(row: NDArray[np.int64], hour: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of some places are the first of their kind."""
    if not len(row):
        return np.zeros(0, bool)
    low = hour.min()
    width = int(hour.max() - low) + 1
    place = row * width + (hour - low)
    owner = np.empty((int(row.max()) + 1) * width, np.int64)
    order = np.arange(len(row))
    owner[place[::-1]] = order[::-1]
    return np.asarray(owner[place] == order)
