"""Evaluation of a Parquet lake in blocks of stations: on this machine, or on a Dask cluster, to the same bits.

A lake is one long table in many files (by month, say): station, time, pollutants. Each block reads its own stations
from all files, so that memory is bounded by the block and not by the lake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.evaluate import WORTH_COMPILING
from lantian.airquality.faults import AirError
from lantian.airquality.overview import evaluate_spans
from lantian.airquality.plan import Choices
from lantian.airquality.read.assemble import assemble
from lantian.airquality.read.frames import LINE, typed
from lantian.airquality.read.report import ReadReport
from lantian.airquality.read.tables import Layout, headers, pieces_of
from lantian.airquality.spans import Span
from lantian.airquality.statistics import Statistics, joined

BLOCK = 100  # stations a task takes
Areas = Mapping[str, Sequence[str]]
Work = Callable[["Block"], "Part"]
Mapper = Callable[[Work, Sequence["Block"]], Iterable["Part"]]


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
class Lake:
    """A lake: its files, how to read them, its stations, and its first and last day."""

    files: tuple[Path, ...]
    layout: Layout
    stations: tuple[str, ...]
    first: date
    last: date


def open_lake(files: Sequence[Path], *, layout: Layout | None = None) -> Lake:
    """Look at a lake without reading its numbers.

    Raises
    ------
    AirError
        where a file is no Parquet, or has no columns of stations and typed times.
    """
    chosen = layout or Layout()
    scanned = _scanned(files)
    schema = scanned.collect_schema()
    roles, _ = headers(schema.names(), chosen)
    if "station" not in roles or "time" not in roles or not schema[roles["time"]].is_temporal():
        raise AirError(
            "数据湖须是长表：站点列、时间类型的时间列和污染物列。",
            "A lake is a long table: a column of stations, one of times (typed), and pollutants.",
        )
    station = pl.col(roles["station"]).cast(pl.String)
    # The hour that ends at midnight belongs to the day before.
    time = pl.col(roles["time"]).dt.offset_by("-1h" if chosen.named == "end" else "0h").dt.date()
    codes = scanned.select(station.unique().sort()).collect().to_series().drop_nulls().to_list()
    first, last = scanned.select(time.min().alias("first"), time.max().alias("last")).collect().row(0)
    return Lake(tuple(files), chosen, tuple(codes), first, last)


def evaluate_lake(
    lake: Lake,
    spans: Sequence[Span],
    *,
    edition: str = "auto",
    areas: Areas | None = None,
    choices: Choices | None = None,
    block: int = BLOCK,
    mapper: Mapper = map,
) -> tuple[list[Statistics], ReadReport]:
    """Statistics of spans for all stations (or areas) of a lake.

    Parameters
    ----------
    block : stations a task takes
    mapper : as the builtin `map`; `on_cluster` gives one that spreads the tasks over a Dask cluster

    Returns
    -------
    What `evaluate_spans` gives for the whole lake, to the same bits, and a report of all that was read.
    """
    work = partial(_evaluated, lake, tuple(spans), edition, choices)
    parts = list(mapper(work, list(_blocks(lake, areas, block))))
    report = ReadReport(files=[file.name for file in lake.files])
    for part in parts:
        report.add(part.report)
    return [joined([part.found[k] for part in parts]) for k in range(len(spans))], report


def on_cluster(address: str) -> Mapper:
    """A mapper over the workers of a Dask cluster (tcp://host:port). Needs the extra `cluster`.

    Workers read the files themselves: every machine must see the lake under the same path.
    """
    from distributed import Client

    def mapped(work: Work, blocks: Sequence[Block]) -> Iterable[Part]:
        client: Any = Client(address, timeout=30)  # type: ignore[no-untyped-call]
        with client:
            found: Any = client.gather(client.map(work, blocks, pure=False))
        return list(found)

    return mapped


def _scanned(files: Sequence[Path]) -> pl.LazyFrame:
    try:
        return pl.scan_parquet([str(file) for file in files])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise AirError(f"数据湖无法读取：{error}", f"The lake cannot be read: {error}") from error


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
    scanned = _scanned(lake.files)
    roles, _ = headers(scanned.collect_schema().names(), lake.layout)
    frame = scanned.filter(_among(roles["station"], scanned.collect_schema(), block.stations)).collect()
    frame = typed(frame).with_row_index(LINE, offset=1)
    report = ReadReport(rows=frame.height)
    codes = {code: k for k, code in enumerate(block.stations)}
    pieces = pieces_of(lake.files[0].parent.name, frame, lake.layout, codes, report)
    loaded = assemble(pieces, list(codes), report, pollutants=POLLUTANTS, now=None)
    compiled = find_spec("numba") and len(lake.stations) * (lake.last - lake.first).days * 24 > WORTH_COMPILING
    found = evaluate_spans(
        loaded.hours, spans, edition=edition, areas=block.areas, choices=choices,
        engine="numba" if compiled else "auto", threads=1,
    )  # fmt: skip
    return Part(found, report)


def _among(column: str, schema: pl.Schema, stations: Sequence[str]) -> pl.Expr:
    """Rows of some stations; where codes are text their range lets whole parts of a sorted file be left out."""
    wanted = list(stations)
    if schema[column] != pl.String:
        return pl.col(column).cast(pl.String).is_in(wanted)
    return pl.col(column).is_between(pl.lit(min(wanted)), pl.lit(max(wanted))) & pl.col(column).is_in(wanted)
