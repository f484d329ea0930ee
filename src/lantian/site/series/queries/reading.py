"""Values as arrays of owner × time, whatever they are stored in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.series import archive
from lantian.site.series.grid import GRIDS, Grid, Times, aware, local
from lantian.site.series.models import Block, Layout
from lantian.site.series.packing import Content

MANY = 900  # owners named one by one; more are cheaper read by time alone


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
    """Values of owners from `since` to `until`, both included: two SQL queries, whatever the size.

    Who may see the owners is for the caller to ask.
    """
    grid = GRIDS[interval]
    since, until = since.astype("datetime64[s]"), until.astype("datetime64[s]")
    times = grid.times(since, until)
    cube = _empty(list(owners), interval, times, factors)
    layouts = {row.pk: row.codes for row in Layout.objects.all()}
    row_of = {pk: row for row, pk in enumerate(cube.owners)}
    seen: set[tuple[int, np.datetime64]] = set()
    for block in _blocks(grid, cube.owners, since, until):
        row = row_of.get(block.owner_id)
        if row is not None:
            codes, start = layouts[block.layout_id], local(block.start)
            seen.add((block.owner_id, start))
            _put(cube, row, grid, start, codes, block.content(len(codes)))
    first, last = grid.place(np.array([since, until]))[0]
    for one in archive.kept(grid.name, first, last, owners=cube.owners, but=seen):
        _put(cube, row_of[one.owner], grid, one.start, one.codes, one.content)
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


def _blocks(grid: Grid, owners: list[int], since: np.datetime64, until: np.datetime64) -> Sequence[Block]:
    first, last = grid.place(np.array([since, until]))[0]
    rows = Block.objects.filter(interval=grid.name, start__gte=aware(first), start__lte=aware(last))
    if len(owners) <= MANY:
        rows = rows.filter(owner__in=owners)
    found: Sequence[Block] = rows.only("owner", "start", "layout", "values", "flags", "stages", "counts").iterator()  # type: ignore[assignment]
    return found


def _put(cube: Cube, row: int, grid: Grid, start: np.datetime64, codes: tuple[str, ...], content: Content) -> None:
    """A block's values into their place; blocks reach over both ends of what is asked for."""
    times = grid.block_times(start)
    at = np.searchsorted(cube.times, times)
    inside = (at < len(cube.times)) & (cube.times[np.minimum(at, len(cube.times) - 1)] == times)
    at, slots = at[inside], np.flatnonzero(inside)
    cube.stages[row, at] = content.stages[slots]
    for code, raw in cube.raw.items():
        if code not in codes:
            continue
        column = codes.index(code)
        raw[row, at] = content.values[slots, column]
        cube.flags[code][row, at] = content.flags[slots, column]
        if content.counts is not None:
            cube.counts[code][row, at] = content.counts[slots, column]
