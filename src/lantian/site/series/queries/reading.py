"""Values as arrays of owner × time, whatever they are stored in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import CharField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.series import archive
from lantian.site.series.grid import GRIDS, Grid, Times, aware, local
from lantian.site.series.models import Block, Layout

MANY = 900  # owners named one by one; more are cheaper read by time alone
AT_ONCE = 2000  # blocks unpacked together


@dataclass
class Cube:
    """Values of several owners on one grid.

    Attributes
    ----------
    owners : keys, in the order asked for
    times : local wall time, the end of each interval
    values : by factor, owner × time as float32; NaN where missing or invalid
    flags : by factor, owner × time
    raw : by factor, owner × time, with what is invalid still in it
    stages : owner × time
    counts : by factor, owner × time, of aggregates; zero of what was measured
    """

    owners: list[int]
    interval: str
    times: Times
    values: dict[str, NDArray[np.float32]]
    flags: dict[str, NDArray[np.uint16]]
    raw: dict[str, NDArray[np.float32]]
    stages: NDArray[np.uint8]
    counts: dict[str, NDArray[np.uint16]]

    @property
    def valid(self) -> dict[str, NDArray[np.int64]]:
        """By factor, how many values of each owner are there and valid."""
        return {code: (~np.isnan(array)).sum(1) for code, array in self.values.items()}


def read(
    owners: Sequence[int],
    factors: Sequence[str],
    since: np.datetime64,
    until: np.datetime64,
    *,
    interval: str = "1h",
) -> Cube:
    """Values of owners from `since` to `until`, both included: one SQL query, whatever the size.

    Who may see the owners is for the caller to ask.
    """
    grid = GRIDS[interval]
    since, until = since.astype("datetime64[s]"), until.astype("datetime64[s]")
    times = grid.times(since, until)
    cube = _empty(list(owners), interval, times, factors)
    row_of = {pk: row for row, pk in enumerate(cube.owners)}
    filling = _Filling(cube, grid)
    seen: set[tuple[int, np.datetime64]] = set()
    starts: dict[str, np.datetime64] = {}
    codes: dict[str, tuple[str, ...]] = {}
    for owner, begins, factors_of, *content in _blocks(grid, cube.owners, since, until, filling.fields):
        if owner in row_of:
            start = starts.get(begins)
            if start is None:
                start = starts[begins] = _start(begins)
            if factors_of not in codes:
                codes[factors_of] = tuple(factors_of.split(","))
            seen.add((owner, start))
            filling.add(row_of[owner], start, codes[factors_of], content)
    first, last = grid.place(np.array([since, until]))[0]
    for one in archive.kept(grid.name, first, last, owners=cube.owners, but=seen):
        filling.add(row_of[one.owner], one.start, one.codes, [getattr(one, name) for name in filling.fields])
    filling.finish()
    invalid = rulebook.get("series-flags", as_=Flags).invalid
    for code, flags in cube.flags.items():
        cube.values[code] = np.where(flags & invalid != 0, np.float32(np.nan), cube.raw[code])
    return cube


def stored_factors() -> set[str]:
    """Codes of all factors of which a value was ever stored."""
    return {code for row in Layout.objects.all() for code in row.codes}


def _empty(owners: list[int], interval: str, times: Times, factors: Sequence[str]) -> Cube:
    shape = (len(owners), len(times))
    return Cube(
        owners,
        interval,
        times,
        values={},
        flags={code: np.zeros(shape, np.uint16) for code in factors},
        raw={code: np.full(shape, np.nan, np.float32) for code in factors},
        stages=np.zeros(shape, np.uint8),
        counts={code: np.zeros(shape, np.uint16) for code in factors},
    )


def _blocks(
    grid: Grid, owners: list[int], since: np.datetime64, until: np.datetime64, fields: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Owner, start, factors and some content of blocks, as plain rows: pages read thousands of them.

    Starts come as text, for few are different: making each a time would take a third of the whole.
    """
    first, last = grid.place(np.array([since, until]))[0]
    rows = Block.objects.filter(interval=grid.name, start__gte=aware(first), start__lte=aware(last))
    if len(owners) <= MANY:
        rows = rows.filter(owner__in=owners)
    rows = rows.annotate(begins=Cast("start", CharField()))
    return rows.values_list("owner_id", "begins", "layout__factors", *fields).iterator()


def _start(written: str) -> np.datetime64:
    """A block's start as the database writes it: in UTC, where no zone is named."""
    time = dt.datetime.fromisoformat(written)
    return local(time if time.tzinfo else time.replace(tzinfo=dt.UTC))


class _Filling:
    """Blocks on their way into a cube: those of one layout are unpacked and put in place together."""

    def __init__(self, cube: Cube, grid: Grid) -> None:
        self.cube, self.grid = cube, grid
        self.fields = ("stages", "values", "flags", "counts") if cube.raw else ("stages",)
        self._held: dict[tuple[tuple[str, ...], bool], list[tuple[int, int, int, list[Any]]]] = defaultdict(list)
        self._places: dict[np.datetime64, tuple[int, int]] = {}

    def add(self, row: int, start: np.datetime64, codes: tuple[str, ...], content: list[Any]) -> None:
        """A block of the owner in a row; `content` by `fields`."""
        place = self._places.get(start)
        if place is None:
            place = self._places[start] = self.grid.steps(self.cube.times[0], start), self.grid.length(start)
        kind = (codes, content[-1] is None)
        self._held[kind].append((row, *place, content))
        if len(self._held[kind]) >= AT_ONCE:
            self._put(codes, self._held.pop(kind))

    def finish(self) -> None:
        """Put what is left."""
        for (codes, _), blocks in self._held.items():
            self._put(codes, blocks)
        self._held.clear()

    def _put(self, codes: tuple[str, ...], blocks: list[tuple[int, int, int, list[Any]]]) -> None:
        rows, begins, lengths = (np.array([block[k] for block in blocks])[:, None] for k in range(3))
        slot, many = np.arange(self.grid.slots), len(self.cube.times)
        at = begins + slot
        inside = (at >= 0) & (at < many) & (slot < lengths)  # blocks reach over both ends of what is asked for
        place = (rows * many + at)[inside]

        def whole(name: str, kind: str) -> np.ndarray:
            joined = b"".join(block[3][self.fields.index(name)] for block in blocks)
            return np.frombuffer(joined, kind).reshape(len(blocks), self.grid.slots, -1)

        self.cube.stages.reshape(-1)[place] = whole("stages", "u1")[..., 0][inside]
        wanted = [(code, codes.index(code)) for code in self.cube.raw if code in codes]
        if not wanted:
            return
        values, flags = whole("values", "<f4"), whole("flags", "<u2")
        counts = None if blocks[0][3][-1] is None else whole("counts", "<u2")
        for code, column in wanted:
            self.cube.raw[code].reshape(-1)[place] = values[..., column][inside]
            self.cube.flags[code].reshape(-1)[place] = flags[..., column][inside]
            if counts is not None:
                self.cube.counts[code].reshape(-1)[place] = counts[..., column][inside]
