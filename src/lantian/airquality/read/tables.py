"""Tables of measurements: long (a row a station and hour) and wide (a column a station), headers by the rulebook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.faults import AirError
from lantian.airquality.read.assemble import MOST_CELLS, Loaded, Measured, Piece, assemble
from lantian.airquality.read.cells import Cells
from lantian.airquality.read.factors import Known
from lantian.airquality.read.frames import LINE, frame_of
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.times import BAD, Interval, Named, looks_like, placed

LOCAL = "Asia/Shanghai"
LOOKED_AT = 5000  # different times that tell the interval of a table
NO_TIME: dict[Interval, tuple[str, str]] = {
    "1h": ("不是整点时间。请写成 2019-01-01 05:00。", "is no full hour; write 2019-01-01 05:00."),
    "1d": ("不是日期。请写成 2019-01-05。", "is no day; write 2019-01-05."),
    "1mo": ("不是月份。请写成 2019-01。", "is no month; write 2019-01."),
}


@dataclass(frozen=True)
class Layout:
    """How to read tables that headers alone do not tell.

    Attributes
    ----------
    columns : header by what it holds ('station', 'time', 'date', 'hour', 'type', or the code of a factor)
    units : by factor, as 'ug/m3', 'kPa'; default that in the header, else the factor's own: µg/m³, of CO mg/m³
    pollutant : factor of a wide table without a column of types
    named : whether an hour is named by its 'end', as the national platform does, or by its 'start'
    station : the code, of a table of one station
    interval : whether tables hold hours ('1h'), days ('1d') or months ('1mo'); None where their times tell
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    pollutant: str | None = None
    named: Named = "end"
    station: str | None = None
    interval: Interval | None = None


WIND = ("wind_direction", "wind_speed")

# The Beijing stations of the UCI repository (no. 501): CO in µg/m³, hours as the national platform publishes them; the
# weather beside them is read as it is headed.
PRSA = Layout(units={"co": "ug/m3"})


def read_hours(
    paths: Iterable[Path | str],
    *,
    layout: Layout | None = None,
    now: datetime | None = None,
    most: int = MOST_CELLS,
    factors: Sequence[str] | None = None,
) -> Loaded:
    """Hours from tables of measurements: the six pollutants, and beside them what else is measured.

    Parameters
    ----------
    paths : CSV (also .gz; UTF-8 or GB 18030), xlsx or Parquet files, which together make one series
    layout : what headers alone do not tell
    now : local time after which hours are taken for errors; None takes all
    most : stations × hours × columns that may be held in memory
    factors : codes that are wanted; None for all of the rule `series-factors`

    Returns
    -------
    Loaded : good values in their places, and a report that names every value left out with file, line, column, why
        and what to do. A wrong row never takes good ones with it.

    Raises
    ------
    AirError
        where nothing can be read at all, or no pollutant is there (see `read_values`).
    """
    chosen = replace(layout or Layout(), interval="1h")
    found = read_values(paths, layout=chosen, now=now, most=most, factors=factors)
    hours = found.hours
    if hours is None:
        raise AirError("没有六项污染物的数据列。", "No column of the six pollutants was found.")
    others = {name: array for name, array in found.values.items() if name not in POLLUTANTS}
    return Loaded(hours, found.report, found.published, others)


def read_values(
    paths: Iterable[Path | str],
    *,
    layout: Layout | None = None,
    now: datetime | None = None,
    most: int = MOST_CELLS,
    factors: Sequence[str] | None = None,
) -> Measured:
    """Values of hours, days or months from tables of measurements; parameters and errors as of `read_hours`.

    Which of them the tables hold follows from their times (2026-01-05 is a day, 2026-01 a month), unless the layout
    says so; all files of one call hold the same.
    """
    chosen = layout or Layout()
    report = ReadReport()
    codes: dict[str, int] = {}
    pieces: list[Piece] = []
    interval = chosen.interval
    for path in map(Path, paths):
        try:
            frame = frame_of(path)
            of_it = chosen.interval or interval_of(frame, chosen)
            interval = interval or of_it
            if of_it != interval:
                raise AirError(
                    f"{path.name}：与前面的文件间隔不同（{of_it}，{interval}）。请分开导入。",
                    f"{path.name}: of another interval than the files before ({of_it}, {interval}); read it apart.",
                )
            found = pieces_of(path.name, frame, chosen, codes, report, interval=interval, factors=factors)
        except AirError as error:
            report.skip(Skipped("unreadable-file", path.name, None, "", "", error.zh, error.en))
            continue
        report.files.append(path.name)
        report.rows += frame.height
        pieces += found
    if not pieces and report.skipped:
        first = report.skipped[0]
        raise AirError(first.zh, first.en)
    known = Known(interval or "1h").factors
    made = assemble(pieces, list(codes), report, factors=known, now=now, most=most, interval=interval or "1h")
    if not made.values:
        raise AirError("没有认得的监测因子的数据列。", "No column of a known factor was found.")
    return made


def interval_of(frame: pl.DataFrame, layout: Layout) -> Interval:
    """Whether a table holds hours, days or months, by how its times are written."""
    roles, _units = headers([name for name in frame.columns if name != LINE], layout)
    if "hour" in roles:
        return "1h"
    if name := _time_column(roles):
        return looks_like(str(one) for one in frame[name].drop_nulls().unique().head(LOOKED_AT).to_list())
    if {"year", "month"} <= set(roles):
        return "1d" if "day" in roles else "1mo"
    return "1h"


def pieces_of(
    file: str,
    frame: pl.DataFrame,
    layout: Layout,
    codes: dict[str, int],
    report: ReadReport,
    *,
    interval: Interval = "1h",
    factors: Sequence[str] | None = None,
) -> list[Piece]:
    """Rows of one file, with their stations and times; `codes` grows by the stations that are new."""
    known = Known(interval)
    roles, units = headers([name for name in frame.columns if name != LINE], layout, interval)
    times = _times(file, frame, roles, layout, interval, report)
    lines = frame[LINE].to_numpy().astype(np.int64)
    cells = Cells(file, lines, known, report)
    measured = {code: roles[code] for code in known.factors if code in roles and (factors is None or code in factors)}
    if not measured:
        return _wide(frame, roles, layout, times, codes, cells)
    stations = _stations(file, frame, roles, layout, codes, report)
    columns = {
        code: cells.in_unit(
            cells.numbers(frame, [name], words=known.factors[code].words), [name], code, units.get(code, "")
        )[:, 0]
        for code, name in measured.items()
    }
    keep = stations >= 0
    used = {name for role, name in roles.items() if role not in known.factors or role in measured}
    _unknown(file, frame, used, report)
    return [Piece(file, lines, stations, times, columns).where(keep)]


def headers(names: Sequence[str], layout: Layout, interval: Interval = "1h") -> tuple[dict[str, str], dict[str, str]]:
    """Which header holds what, and the units that headers state, as they are written.

    >>> headers(["站点编码", "时间", "PM2.5(μg/m³)", "气温（℃）", "O3(1小时)"], Layout())[1]
    {'pm25': 'μg/m³', 'temperature': '℃'}
    """
    known = Known(interval)
    roles: dict[str, str] = {}
    units: dict[str, str] = dict(layout.units)
    for given, name in layout.columns.items():
        if name not in names:
            raise AirError(
                f"没有“{name}”这一列。文件的列：{'、'.join(names[:12])}。",
                f"There is no column {name!r}; there are {', '.join(names[:12])}.",
            )
        roles[given] = name
    for name in names:
        role, remark = known.read(name)
        if role and role not in roles and name not in roles.values():
            roles[role] = name
            if role in known.factors and known.is_unit(remark):
                units.setdefault(role, remark)
    return roles, units


def _times(
    file: str,
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    layout: Layout,
    interval: Interval,
    report: ReadReport,
) -> np.ndarray:
    text = _written(file, frame, roles, interval)
    found = _ends(text, layout.named, interval)
    column = _time_column(roles) or ""
    zh, en = NO_TIME[interval]

    def tell(k: int) -> Skipped:
        value = str(text[k] or "")
        return Skipped("bad-time", file, int(frame[LINE][k]), column, value, f"“{value}”{zh}", f"{value!r} {en}")

    report.skip_each("bad-time", file, np.flatnonzero(found == BAD), tell)
    return found


def _written(file: str, frame: pl.DataFrame, roles: Mapping[str, str], interval: Interval) -> pl.Series:
    """The times of a table, put together where they stand in several columns."""
    if (name := _time_column(roles)) and name != roles.get("date"):
        return frame[name]
    if "date" in roles and (interval != "1h" or "hour" in roles):
        date = pl.col(roles["date"]).cast(pl.String).str.replace(r"[ T]00:00:00$", "")
        return frame.select(date + _hour(roles) if interval == "1h" else date).to_series()
    parts = {"1h": ("year", "month", "day"), "1d": ("year", "month", "day"), "1mo": ("year", "month")}[interval]
    if set(parts) <= set(roles) and (interval != "1h" or "hour" in roles):
        date = pl.concat_str([pl.col(roles[part]).cast(pl.String).str.strip_chars() for part in parts], separator="-")
        return frame.select(date + _hour(roles) if interval == "1h" else date).to_series()
    raise AirError(
        f"{file}：找不到时间列。请用列名“时间”，或“日期”加“小时”，或指明 --column time=列名。",
        f"{file}: no column of times; name it 'time', or 'date' and 'hour', or say --column time=NAME.",
    )


def _time_column(roles: Mapping[str, str]) -> str | None:
    """The column that tells times alone, or days beside hours; a month beside no year has its year in it."""
    return roles.get("time") or roles.get("date") or (None if "year" in roles else roles.get("month"))


def _hour(roles: Mapping[str, str]) -> pl.Expr:
    hour = pl.col(roles["hour"]).cast(pl.String).str.strip_chars().str.replace(r"[时:：].*$", "").str.zfill(2)
    return pl.lit(" ") + hour


def _ends(written: pl.Series, named: Named, interval: Interval) -> np.ndarray:
    """Ends of hours (or days, months) since 1970; BAD where a time is none."""
    if isinstance(written.dtype, pl.Datetime) and interval == "1h":
        if written.dtype.time_zone:
            written = written.dt.convert_time_zone(LOCAL).dt.replace_time_zone(None)
        seconds = written.dt.epoch("s").fill_null(1).to_numpy()
        return np.where(seconds % 3600 == 0, seconds // 3600 + (named == "start"), BAD)
    text = written.cast(pl.String)
    known = {one: placed(one or "", interval, named=named) for one in text.unique().to_list()}
    return _mapped(text, {one: BAD if end is None else end for one, end in known.items()}, BAD)


def _stations(
    file: str, frame: pl.DataFrame, roles: Mapping[str, str], layout: Layout, codes: dict[str, int], report: ReadReport
) -> np.ndarray:
    """Row numbers of the stations; -1 where a row names none."""
    named = roles.get("station") or roles.get("town")
    if named is None:
        code = layout.station or Path(file).name.split(".")[0]
        if not layout.station:
            report.note(
                f"{file}：没有站点列，以文件名为站点。", f"{file}: no column of stations; its name stands for one."
            )
        return np.full(frame.height, codes.setdefault(code, len(codes)), np.int64)
    column = frame[named].cast(pl.String).str.strip_chars()
    numbers = {
        code: codes.setdefault(code, len(codes)) for code in column.drop_nulls().unique(maintain_order=True) if code
    }
    found = _mapped(column, dict(numbers), -1)
    zh, en = "这一行没有站点。请补上站点编码。", "This row names no station; fill in its code."
    report.skip_each(
        "no-station", file, np.flatnonzero(found < 0),
        lambda k: Skipped("no-station", file, int(frame[LINE][k]), named, "", zh, en),
    )  # fmt: skip
    return found


def _mapped(column: pl.Series, known: Mapping[str | None, int], other: int) -> np.ndarray:
    """Each text of a column as the number that stands for it: every different text is looked at once."""
    pairs = {text: number for text, number in known.items() if text is not None}
    found = column.replace_strict(list(pairs), list(pairs.values()), default=other, return_dtype=pl.Int64)
    return found.fill_null(known.get(None, other)).to_numpy()


def _unknown(file: str, frame: pl.DataFrame, used: Collection[str], report: ReadReport) -> None:
    left = [name for name in frame.columns if name not in used and name != LINE]
    if left:
        shown = "、".join(left[:12])
        report.note(f"{file}：未使用的列：{shown}。", f"{file}: columns not used: {', '.join(left[:12])}.")


def _wide(
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    layout: Layout,
    times: np.ndarray,
    codes: dict[str, int],
    cells: Cells,
) -> list[Piece]:
    """A column a station; the type of each row, or the layout, says what was measured."""
    names = [name for name in frame.columns if name != LINE and name not in roles.values()]
    if "type" in roles:
        written = frame[roles["type"]].cast(pl.String).to_numpy()
    elif layout.pollutant:
        written = np.full(frame.height, layout.pollutant, object)
    else:
        raise AirError(
            f"{cells.file}：既没有污染物列，也没有“指标”列。请指明 --column pm25=列名，或 --pollutant。",
            f"{cells.file}: neither columns of pollutants nor one of types; say --column pm25=NAME, or --pollutant.",
        )
    kinds = {kind: _kind(kind, cells.known) for kind in dict.fromkeys(written.tolist())}
    worded = {kind: words for kind, (code, _unit) in kinds.items() if (words := _words(code, cells.known))}
    plain = np.flatnonzero(~np.isin(written.astype(str), [str(kind) for kind in worded]))
    values = np.full((frame.height, len(names)), np.nan)
    values[plain] = cells.numbers(frame[plain] if worded else frame, names, rows=plain)
    rows = np.array([codes.setdefault(name.strip(), len(codes)) for name in names], np.int64)
    pieces = []
    for kind, (code, unit) in kinds.items():
        of_it = np.flatnonzero(written == kind)
        numbers = values[of_it]
        if kind in worded:
            numbers = cells.numbers(frame[of_it], names, words=worded[kind], rows=of_it)
        block = cells.in_unit(numbers, names, code, layout.units.get(code, unit), of_it)
        pieces.append(
            Piece(
                cells.file,
                np.repeat(cells.lines[of_it], len(names)),
                np.tile(rows, len(of_it)),
                np.repeat(times[of_it], len(names)),
                {code: block.reshape(-1)},
            )
        )
    return pieces


def _words(code: str, known: Known) -> Mapping[str, float]:
    return known.factors[code].words if code in known.factors else {}


def _kind(written: str | None, known: Known) -> tuple[str, str]:
    """The factor of a type with its unit, or the type as it is written where it is something else (an index, a running
    mean)."""
    text = (written or "").strip()
    role, remark = known.read(text)
    if role in known.factors:
        return str(role), remark if known.is_unit(remark) else ""
    return text, ""
