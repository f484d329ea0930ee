"""Evaluation of a Parquet lake in blocks of stations: on this machine, or on a Dask cluster, to the same bits.

A lake is one long table in many files (by month, say): station, time, pollutants. Each block reads its own stations
from all files, so that memory is bounded by the block and not by the lake.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import polars as pl

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.evaluate import WORTH_COMPILING
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours
from lantian.airquality.overview import evaluate_spans
from lantian.airquality.plan import Choices
from lantian.airquality.read.assemble import Grid
from lantian.airquality.read.frames import LINE, typed
from lantian.airquality.read.report import ReadReport
from lantian.airquality.read.tables import LOCAL, Layout, headers, pieces_of
from lantian.airquality.spans import Span
from lantian.airquality.statistics import Statistics, joined

MOST_STATIONS = 100  # that a task takes,
MOST_HOURS = 5_000_000  # and station-hours: 120 MB of float32
LOOKED_AT = 12  # files that a task looks into when a lake is opened
Areas = Mapping[str, Sequence[str]]
Given = TypeVar("Given")
Got = TypeVar("Got")


class Mapper(Protocol):
    """Something that is called as the builtin `map`."""

    def __call__(self, work: Callable[[Given], Got], given: Sequence[Given], /) -> Iterable[Got]: ...


@dataclass(frozen=True)
class Block:
    """Stations of one task, and their areas where results are asked for areas."""

    stations: tuple[str, ...]
    areas: dict[str, list[str]] | None = None


@dataclass(frozen=True)
class Part:
    """Results of one task."""

    found: list[Statistics]
    report: ReadReport


@dataclass(frozen=True)
class File:
    """A file of a lake, with its first and last day."""

    path: Path
    first: date
    last: date


@dataclass(frozen=True)
class Lake:
    """A lake: its files, how to read them, and its stations."""

    files: tuple[File, ...]
    layout: Layout
    stations: tuple[str, ...]

    @property
    def first(self) -> date:
        """The first day."""
        return min(file.first for file in self.files)

    @property
    def last(self) -> date:
        """The last day."""
        return max(file.last for file in self.files)


def open_lake(files: Sequence[Path], *, layout: Layout | None = None, mapper: Mapper = map) -> Lake:
    """Look at the stations and times of a lake without reading its numbers.

    Parameters
    ----------
    mapper : as of `evaluate_lake`

    Raises
    ------
    AirError
        where a file is no Parquet, or has no columns of stations and typed times, or nothing is there.
    """
    chosen = layout or Layout()
    parts = [tuple(files[low : low + LOOKED_AT]) for low in range(0, len(files), LOOKED_AT)]
    seen = list(mapper(partial(_looked_at, layout=chosen), parts))
    codes = {code for stations, _ in seen for code in stations}
    held = tuple(file for _, found in seen for file in found)
    if not held:
        raise AirError("数据湖里没有数据。", "There is nothing in the lake.")
    return Lake(held, chosen, tuple(sorted(codes)))


def _looked_at(files: Sequence[Path], *, layout: Layout) -> tuple[set[str], list[File]]:
    """Stations of some files, and those files that have rows."""
    codes: set[str] = set()
    found = []
    for file in files:
        rows = _scanned(file)
        schema = rows.collect_schema()
        roles, _ = headers(schema.names(), layout)
        if not {"station", "time"} <= roles.keys() or not schema[roles["time"]].is_temporal():
            raise AirError(
                f"{file.name}：数据湖须是长表：站点列、时间类型的时间列和污染物列。",
                f"{file.name}: a lake is a long table: a column of stations, one of times (typed), and pollutants.",
            )
        time = pl.col(roles["time"])
        stations, first, last = rows.select(
            pl.col(roles["station"]).unique().implode(), time.min().alias("first"), time.max().alias("last")
        ).collect().row(0)  # fmt: skip
        if first is not None:
            codes.update(str(code) for code in stations if code is not None)
            found.append(File(file, _day(first, layout), _day(last, layout)))
    return codes, found


def _day(time: datetime, layout: Layout) -> date:
    """The day of an hour; the one that ends at midnight belongs to the day before."""
    local = time.astimezone(ZoneInfo(LOCAL)) if time.tzinfo else time
    return (local - timedelta(hours=1) if layout.named == "end" else local).date()


def evaluate_lake(
    lake: Lake,
    spans: Sequence[Span],
    *,
    edition: str = "auto",
    areas: Areas | None = None,
    choices: Choices | None = None,
    block: int | None = None,
    mapper: Mapper = map,
) -> tuple[list[Statistics], ReadReport]:
    """Statistics of spans for all stations (or areas) of a lake.

    Parameters
    ----------
    block : stations a task takes; None takes so many that their hours of all spans need some 120 MB
    mapper : as the builtin `map`; `on_cluster` gives one that spreads the tasks over a Dask cluster

    Returns
    -------
    What `evaluate_spans` gives for the whole lake, to the same bits, and a report of all that was read.
    """
    first, last = _needed(lake, spans)
    days = max((last - first).days + 1, 1)
    size = block or max(1, min(MOST_STATIONS, MOST_HOURS // (days * 24)))
    blocks = list(_blocks(lake, areas, size))
    parts = list(mapper(partial(_evaluated, lake, tuple(spans), edition, choices), blocks))
    report = ReadReport(files=[file.path.name for file in lake.files])
    for part in parts:
        report.add(part.report)
    return [joined([part.found[k] for part in parts]) for k in range(len(spans))], report


def on_cluster(address: str) -> Mapper:
    """A mapper over the workers of a Dask cluster (tcp://host:port). Needs the extra `cluster`.

    Workers read the files themselves: every machine must see the lake under the same path.
    """
    from distributed import Client, as_completed

    def mapped(work: Callable[[Given], Got], given: Sequence[Given], /) -> Iterable[Got]:
        client: Any = Client(address, timeout=30)  # type: ignore[no-untyped-call]
        with client:
            keys = [f"lantian-{uuid4().hex}-{k}" for k in range(len(given))]
            found: dict[str, Got] = {}
            # Fetched as they come, so that workers hold no results.
            done: Any = as_completed(client.map(work, given, key=keys), with_results=True)  # type: ignore[no-untyped-call]
            for future, result in done:
                found[future.key] = result
        return [found[key] for key in keys]

    return mapped


def _scanned(file: Path, **told: Any) -> pl.LazyFrame:
    try:
        return pl.scan_parquet(str(file), **told)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise AirError(f"{file.name} 无法读取：{error}", f"{file.name} cannot be read: {error}") from error


def _needed(lake: Lake, spans: Sequence[Span]) -> tuple[date, date]:
    """First and last day of the lake that spans look at: running means look into the day before."""
    first = min(span.first for span in spans) - timedelta(days=1)
    return max(lake.first, first), min(lake.last, max(span.last for span in spans))


def _blocks(lake: Lake, areas: Areas | None, size: int) -> Iterator[Block]:
    """Stations in blocks; an area is never cut."""
    if areas is None:
        for low in range(0, len(lake.stations), size):
            yield Block(lake.stations[low : low + size])
        return
    held: dict[str, list[str]] = {}
    for area, codes in areas.items():
        held[area] = list(codes)
        if sum(map(len, held.values())) >= size:
            yield _of_areas(held)
            held = {}
    if held:
        yield _of_areas(held)


def _of_areas(held: dict[str, list[str]]) -> Block:
    return Block(tuple(dict.fromkeys(code for codes in held.values() for code in codes)), held)


def _evaluated(lake: Lake, spans: tuple[Span, ...], edition: str, choices: Choices | None, block: Block) -> Part:
    """Read and evaluate the stations of one block."""
    report = ReadReport()
    hours = _hours(lake, block.stations, spans, report)
    compiled = find_spec("numba") and len(lake.stations) * (lake.last - lake.first).days * 24 > WORTH_COMPILING
    found = evaluate_spans(
        hours, spans, edition=edition, areas=block.areas, choices=choices,
        engine="numba" if compiled else "auto", threads=1,
    )  # fmt: skip
    return Part(found, report)


def _hours(lake: Lake, stations: tuple[str, ...], spans: Sequence[Span], report: ReadReport) -> Hours:
    """Hours of some stations, file by file: beside them no more than the rows of one file are held."""
    first, last = _needed(lake, spans)
    grid = Grid(stations, first, max((last - first).days + 1, 0), report)
    codes = {code: k for k, code in enumerate(stations)}
    for file in lake.files:
        if file.last < first or file.first > last:
            continue
        rows = _scanned(file.path, row_index_name=LINE, row_index_offset=1)
        schema = rows.collect_schema()
        roles, _ = headers(schema.names(), lake.layout)
        frame = typed(rows.filter(_among(roles["station"], schema, stations, lake)).collect())
        report.rows += frame.height
        for piece in pieces_of(file.path.name, frame, lake.layout, codes, report, factors=POLLUTANTS):
            grid.add(piece)
    return grid.hours(POLLUTANTS)


def _among(column: str, schema: pl.Schema, stations: Sequence[str], lake: Lake) -> pl.Expr:
    """Rows of some stations; where codes are text their range lets whole parts of a sorted file be left out."""
    low, high = min(stations), max(stations)
    listed = pl.col(column).cast(pl.String).is_in(list(stations))
    if schema[column] != pl.String:
        return listed
    inside = pl.col(column).is_between(pl.lit(low), pl.lit(high))
    between = bisect_right(lake.stations, high) - bisect_left(lake.stations, low)
    return inside if between == len(stations) else inside & listed  # looking each up costs more than reading
