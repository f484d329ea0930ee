"""Tables of measurements: long (a row a station and hour) and wide (a column a station), headers by the rulebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from lantian import rulebook
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Single
from lantian.airquality.read.assemble import MOST_CELLS, Loaded, Piece, assemble
from lantian.airquality.read.frames import LINE, frame_of
from lantian.airquality.read.report import Code, ReadReport, Skipped
from lantian.airquality.read.times import BAD, Named, instant
from lantian.rulebook.schemas.air import AirColumns

LOCAL = "Asia/Shanghai"


@dataclass(frozen=True)
class Layout:
    """How to read tables that headers alone do not tell.

    Attributes
    ----------
    columns : header by what it holds ('station', 'time', 'date', 'hour', 'type', or a pollutant)
    units : 'ug/m3' or 'mg/m3' by pollutant; default that in the header, else µg/m³ and CO mg/m³
    pollutant : of a wide table without a column of types
    named : whether an hour is named by its 'end', as the national platform does, or by its 'start'
    station : the code, of a table of one station
    wind : whether long tables are read for `WIND` too, into `Loaded.published`
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    pollutant: str | None = None
    named: Named = "end"
    station: str | None = None
    wind: bool = False


WIND = ("wind_direction", "wind_speed")  # degrees from which it blows, m/s

# The Beijing stations of the UCI repository (no. 501): CO in µg/m³, hours as the national platform publishes them.
PRSA = Layout(units={"co": "ug/m3"})


def read_hours(
    paths: Iterable[Path | str],
    *,
    layout: Layout | None = None,
    now: datetime | None = None,
    most: int = MOST_CELLS,
) -> Loaded:
    """Hours from tables of measurements.

    Parameters
    ----------
    paths : CSV (also .gz; UTF-8 or GB 18030), xlsx or Parquet files, which together make one series
    layout : what headers alone do not tell
    now : local time after which hours are taken for errors; None takes all
    most : stations × hours × columns that may be held in memory

    Returns
    -------
    Loaded : good values in their places, and a report that names every value left out with file, line, column, why
        and what to do. A wrong row never takes good ones with it.

    Raises
    ------
    AirError
        where nothing can be read at all.
    """
    chosen = layout or Layout()
    report = ReadReport()
    codes: dict[str, int] = {}
    pieces: list[Piece] = []
    for path in map(Path, paths):
        try:
            frame = frame_of(path)
            found = pieces_of(path.name, frame, chosen, codes, report)
        except AirError as error:
            report.skip(Skipped("unreadable-file", path.name, None, "", "", error.zh, error.en))
            continue
        report.files.append(path.name)
        report.rows += frame.height
        pieces += found
    if not pieces and report.skipped:
        first = report.skipped[0]
        raise AirError(first.zh, first.en)
    return assemble(pieces, list(codes), report, pollutants=POLLUTANTS, now=now, most=most)


def _rules() -> AirColumns:
    return rulebook.get("air-columns", as_=AirColumns)


def pieces_of(file: str, frame: pl.DataFrame, layout: Layout, codes: dict[str, int], report: ReadReport) -> list[Piece]:
    """Rows of one file, with their stations and hours; `codes` grows by the stations that are new."""
    roles, units = headers([name for name in frame.columns if name != LINE], layout)
    times = _times(file, frame, roles, layout, report)
    lines = frame[LINE].to_numpy().astype(np.int64)
    pollutants = {p: roles[p] for p in POLLUTANTS if p in roles}
    if pollutants:
        stations = _stations(file, frame, roles, layout, codes, report)
        cells = _Cells(file, lines, report)
        columns = {
            p: cells.in_unit(cells.numbers(frame, [name]), [name], p, units.get(p, _default(p)))[:, 0]
            for p, name in pollutants.items()
        }
        columns |= {role: cells.wind(frame, roles[role], role) for role in WIND if role in roles}
        keep = stations >= 0
        kept = {name: column[keep] for name, column in columns.items()}
        _unknown(file, frame, roles, report)
        return [Piece(file, lines[keep], stations[keep], times[keep], kept)]
    return _wide(file, frame, roles, layout, times, lines, codes, report)


def headers(names: Sequence[str], layout: Layout) -> tuple[dict[str, str], dict[str, str]]:
    """Which header holds what, and the units that headers state.

    >>> headers(["站点编码", "时间", "PM2.5(μg/m³)", "CO（mg/m3）"], Layout())[1]
    {'pm25': 'ug/m3', 'co': 'mg/m3'}
    """
    rules = _rules()
    by_word: dict[str, str] = {
        word: role for role, words in rules.columns.items() if layout.wind or role not in WIND for word in words
    }
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
        plain = name.strip().lower().replace("₂", "2").replace("₃", "3").replace("．", ".")
        found = re.fullmatch(r"([^(（\[]+?)\s*(?:[(（\[]\s*(.{0,20}?)\s*[)）\]])?", plain)
        role = by_word.get(re.sub(r"\s", "", found[1])) if found else None
        if role and role not in roles and name not in roles.values():
            roles[role] = name
            unit = _unit(found[2]) if found and found[2] else None
            if unit and role in POLLUTANTS:
                units.setdefault(role, unit)
    return roles, units


def _unit(text: str) -> str | None:
    plain = text.replace("μ", "u").replace("µ", "u").replace("³", "3").replace("微克", "ug").replace("毫克", "mg")
    plain = plain.replace("立方米", "m3").replace("^", "").replace(" ", "")
    return plain if plain in _rules().units else None


def _default(pollutant: str) -> str:
    return "mg/m3" if pollutant == "co" else "ug/m3"


def _factor(unit: str, pollutant: str) -> float:
    known = _rules().units
    if unit not in known:
        raise AirError(
            f"不认识单位“{unit}”。可用：{'、'.join(known)}。", f"Unknown unit {unit!r}; known are {', '.join(known)}."
        )
    return known[unit] / known[_default(pollutant)]


def _times(file: str, frame: pl.DataFrame, roles: Mapping[str, str], layout: Layout, report: ReadReport) -> np.ndarray:
    hour = pl.col(roles.get("hour", LINE)).cast(pl.String).str.strip_chars().str.replace(r"[时:：].*$", "").str.zfill(2)
    if "time" in roles:
        text = frame[roles["time"]]
    elif "date" in roles and "hour" in roles:
        text = frame.select(
            pl.col(roles["date"]).cast(pl.String).str.replace(r"[ T]00:00:00$", "") + " " + hour
        ).to_series()
    elif {"year", "month", "day", "hour"} <= set(roles):
        date = pl.concat_str(
            [pl.col(roles[part]).cast(pl.String).str.strip_chars() for part in ("year", "month", "day")], separator="-"
        )
        text = frame.select(date + " " + hour).to_series()
    else:
        raise AirError(
            f"{file}：找不到时间列。请用列名“时间”，或“日期”加“小时”，或指明 --column time=列名。",
            f"{file}: no column of times; name it 'time', or 'date' and 'hour', or say --column time=NAME.",
        )
    found = _ends(text, layout.named)
    column = roles.get("time", roles.get("date", ""))

    def tell(k: int) -> Skipped:
        value = str(text[k] or "")
        zh, en = "不是整点时间。请写成 2019-01-01 05:00。", "is no full hour; write 2019-01-01 05:00."
        return Skipped("bad-time", file, int(frame[LINE][k]), column, value, f"“{value}”{zh}", f"{value!r} {en}")

    report.skip_each("bad-time", file, np.flatnonzero(found == BAD), tell)
    return found


def _ends(written: pl.Series, named: Named) -> np.ndarray:
    """Ends of hours since 1970; BAD where a time is no full hour."""
    if isinstance(written.dtype, pl.Datetime):
        if written.dtype.time_zone:
            written = written.dt.convert_time_zone(LOCAL).dt.replace_time_zone(None)
        seconds = written.dt.epoch("s").fill_null(1).to_numpy()
        return np.where(seconds % 3600 == 0, seconds // 3600 + (named == "start"), BAD)
    text = written.cast(pl.String)
    known = {one: instant(one or "", named=named) for one in text.unique().to_list()}
    return _mapped(text, {one: BAD if end is None else end for one, end in known.items()}, BAD)


def _stations(
    file: str, frame: pl.DataFrame, roles: Mapping[str, str], layout: Layout, codes: dict[str, int], report: ReadReport
) -> np.ndarray:
    """Row numbers of the stations; -1 where a row names none."""
    if "station" not in roles:
        code = layout.station or Path(file).name.split(".")[0]
        if not layout.station:
            report.note(
                f"{file}：没有站点列，以文件名为站点。", f"{file}: no column of stations; its name stands for one."
            )
        return np.full(frame.height, codes.setdefault(code, len(codes)), np.int64)
    column = frame[roles["station"]].cast(pl.String).str.strip_chars()
    numbers = {
        code: codes.setdefault(code, len(codes)) for code in column.drop_nulls().unique(maintain_order=True) if code
    }
    found = _mapped(column, dict(numbers), -1)
    zh, en = "这一行没有站点。请补上站点编码。", "This row names no station; fill in its code."
    report.skip_each(
        "no-station", file, np.flatnonzero(found < 0),
        lambda k: Skipped("no-station", file, int(frame[LINE][k]), roles["station"], "", zh, en),
    )  # fmt: skip
    return found


def _mapped(column: pl.Series, known: Mapping[str | None, int], other: int) -> np.ndarray:
    """Each text of a column as the number that stands for it: every different text is looked at once."""
    pairs = {text: number for text, number in known.items() if text is not None}
    found = column.replace_strict(list(pairs), list(pairs.values()), default=other, return_dtype=pl.Int64)
    return found.fill_null(known.get(None, other)).to_numpy()


class _Cells:
    """Cells of one file as numbers; what is none, or cannot be, is told with its line and column."""

    def __init__(self, file: str, lines: np.ndarray, report: ReadReport) -> None:
        self.file, self.lines, self.report = file, lines, report
        self.rules = _rules()

    def numbers(self, frame: pl.DataFrame, names: Sequence[str]) -> np.ndarray:
        """Some columns as numbers [row, column]; NaN where a cell is missing or no number."""
        kinds = {frame.schema[name] for name in names}
        if all(kind.is_numeric() for kind in kinds):
            width = pl.Float32 if kinds == {pl.Float32} else pl.Float64
            return np.stack([frame[name].cast(width).to_numpy() for name in names], axis=1)
        text = frame.select(pl.col(names)).cast(pl.String)
        found = text.select(pl.all().cast(pl.Float64, strict=False))
        counts = zip(names, text.null_count().row(0), found.null_count().row(0), strict=True)
        again = [name for name, before, after in counts if before != after]
        return found.with_columns(self._look_again(text[name], name) for name in again).to_numpy(allow_copy=True)

    def _look_again(self, text: pl.Series, name: str) -> pl.Series:
        """A column with cells that are no plain numbers: blanks around them are taken off, the rest is told."""
        plain = text.str.strip_chars()
        found = plain.cast(pl.Float64, strict=False)
        wrong = found.is_null() & text.is_not_null() & ~plain.str.to_lowercase().is_in(list(self.rules.missing))

        def tell(k: int) -> Skipped:
            zh, en = "不是数字。请填数字，缺测留空。", "is no number; leave missing ones empty."
            return self._skipped("not-a-number", k, name, str(text[k]), f"“{text[k]}”{zh}", f"{text[k]!r} {en}")

        self.report.skip_each("not-a-number", self.file, np.flatnonzero(wrong.to_numpy()), tell)
        return found.alias(name)

    def in_unit(
        self, values: np.ndarray, names: Sequence[str], pollutant: str, unit: str, rows: np.ndarray | None = None
    ) -> Single:
        """Numbers in the unit of the pollutant, without those too high to be one; `rows` are their rows in the file."""
        if pollutant not in POLLUTANTS:
            return values.astype(np.float32)
        factor = _factor(unit, pollutant)
        if factor != 1.0:
            values = values.astype(np.float64) * factor
            self.report.note(
                f"{self.file}：{pollutant} 由 {unit} 换算为 {_default(pollutant)}。",
                f"{self.file}: {pollutant} was converted from {unit} to {_default(pollutant)}.",
            )
        highest = self.rules.highest[pollutant]  # type: ignore[index]
        with np.errstate(invalid="ignore"):
            high = values > highest
        if high.any():
            values = np.where(high, np.nan, values)
            zh, en = ("请核对单位和仪器。", "check unit and instrument.")
            if pollutant == "co":
                zh, en = ("可能是 µg/m³：请指明单位 co=ug/m3。", "maybe µg/m³: say --unit co=ug/m3.")
            zh, en = f"高于可信上限 {highest:g}；{zh}", f"above {highest:g}, which no instrument shows; {en}"
            places = np.argwhere(high)

            def tell(k: int) -> Skipped:
                row, column = (int(part) for part in places[k])
                return self._skipped("too-high", row if rows is None else int(rows[row]), names[column], "", zh, en)

            self.report.skip_each("too-high", self.file, range(len(places)), tell)
        return values.astype(np.float32, copy=False)

    def wind(self, frame: pl.DataFrame, name: str, role: str) -> Single:
        """A column of wind; words for a direction are degrees, and a calm has no direction."""
        if role == "wind_direction" and frame[name].dtype == pl.String:
            words = {word: str(degrees) for degrees, known in self.rules.directions.items() for word in known}
            words |= dict.fromkeys(self.rules.calm, "")
            plain = frame[name].str.strip_chars().str.to_lowercase()
            frame = frame.with_columns(plain.replace(words).alias(name))
        values = self.numbers(frame, [name])[:, 0]
        highest = self.rules.highest[role]  # type: ignore[index]
        with np.errstate(invalid="ignore"):
            wrong = (values < 0) | (values > highest)
        zh, en = f"不在 0 至 {highest:g} 之间。请核对单位。", f"is not within 0 and {highest:g}; check the unit."

        def tell(k: int) -> Skipped:
            return self._skipped("too-high", k, name, f"{values[k]:g}", f"{values[k]:g} {zh}", f"{values[k]:g} {en}")

        self.report.skip_each("too-high", self.file, np.flatnonzero(wrong), tell)
        return np.where(wrong, np.nan, values).astype(np.float32)

    def _skipped(self, code: Code, row: int, name: str, value: str, zh: str, en: str) -> Skipped:
        return Skipped(code, self.file, int(self.lines[row]), name, value, zh, en)


def _unknown(file: str, frame: pl.DataFrame, roles: Mapping[str, str], report: ReadReport) -> None:
    left = [name for name in frame.columns if name not in roles.values() and name != LINE]
    if left:
        shown = "、".join(left[:12])
        report.note(f"{file}：未使用的列：{shown}。", f"{file}: columns not used: {', '.join(left[:12])}.")


def _wide(
    file: str,
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    layout: Layout,
    times: np.ndarray,
    lines: np.ndarray,
    codes: dict[str, int],
    report: ReadReport,
) -> list[Piece]:
    """A column a station; the type of each row, or the layout, says what was measured."""
    names = [name for name in frame.columns if name != LINE and name not in roles.values()]
    if "type" in roles:
        written = frame[roles["type"]].cast(pl.String).to_numpy()
    elif layout.pollutant:
        written = np.full(frame.height, layout.pollutant, object)
    else:
        raise AirError(
            f"{file}：既没有污染物列，也没有“指标”列。请指明 --column pm25=列名，或 --pollutant。",
            f"{file}: neither columns of pollutants nor one of types; say --column pm25=NAME, or --pollutant.",
        )
    rows = np.array([codes.setdefault(name.strip(), len(codes)) for name in names], np.int64)
    cells = _Cells(file, lines, report)
    values = cells.numbers(frame, names)
    pieces = []
    for kind in dict.fromkeys(written.tolist()):
        of_it = np.flatnonzero(written == kind)
        name = _kind(kind)
        block = cells.in_unit(values[of_it], names, name, layout.units.get(name, _default(name)), of_it)
        pieces.append(
            Piece(
                file,
                np.repeat(lines[of_it], len(names)),
                np.tile(rows, len(of_it)),
                np.repeat(times[of_it], len(names)),
                {name: block.reshape(-1)},
            )
        )
    return pieces


def _kind(written: str | None) -> str:
    """The pollutant of a type, or the type as it is written where it is something else (an index, a running mean)."""
    text = (written or "").strip()
    words = _rules().columns
    plain = text.lower()
    return next((p for p in POLLUTANTS if plain in words[p]), text)  # type: ignore[index]
