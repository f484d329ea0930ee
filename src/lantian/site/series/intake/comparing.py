"""What is read from files, by owner and time, held against what is stored: the same sums as writing it would give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.series.batch import Batch
from lantian.site.series.grid import GRIDS, CalendarGrid, Times
from lantian.site.series.models import Owner, Stage
from lantian.site.series.queries import read
from lantian.site.series.storing import limits_of

CELLS = 6_000_000  # held in memory at once, of owners × hours × factors


@dataclass(frozen=True)
class Grids:
    """Values of owners as arrays, of hours, days or months.

    Attributes
    ----------
    interval : name of their grid
    owners : keys, one a row of the arrays that counts; `rows` are its places in the arrays
    values : by factor, station × time
    """

    interval: str
    owners: Sequence[int]
    rows: Sequence[int]
    times: Times
    values: Mapping[str, NDArray[np.float32]]

    @property
    def cells(self) -> int:
        """Places for values, whether there is one or not."""
        return len(self.owners) * len(self.times) * len(self.values)

    def between(self, first: np.datetime64, last: np.datetime64) -> Grids:
        """The hours that end after `first` and up to `last`."""
        low, high = np.searchsorted(self.times, [first, last], side="right")
        cut = {code: array[:, low:high] for code, array in self.values.items()}
        return Grids(self.interval, self.owners, self.rows, self.times[low:high], cut)

    def chunks(self) -> Iterator[tuple[list[int], list[int]]]:
        """Owners with their rows, some at a time."""
        step = max(CELLS // max(len(self.times) * len(self.values), 1), 1)
        for first in range(0, len(self.owners), step):
            yield list(self.owners[first : first + step]), list(self.rows[first : first + step])

    def batches(self) -> Iterator[Batch]:
        """As what is written: rows that hold a value."""
        codes = tuple(self.values)
        for owners, rows in self.chunks():
            stack = np.stack([self.values[code][rows] for code in codes], axis=-1).reshape(-1, len(codes))
            there = ~np.isnan(stack).all(1)
            keys = np.repeat(np.asarray(owners, np.int64), len(self.times))[there]
            yield Batch(self.interval, keys, np.tile(self.times, len(owners))[there], codes, stack[there])


@dataclass(frozen=True)
class Counts:
    """How many values are new, as stored, changed; kept as what is stored has been reviewed further, or is locked."""

    new: NDArray[np.int64]
    same: NDArray[np.int64]
    changed: NDArray[np.int64]
    kept: NDArray[np.int64]
    locked: NDArray[np.int64]


NAMES = ("new", "same", "changed", "kept", "locked")


def compare(grids: Grids, stage: Stage) -> dict[str, Counts]:
    """By factor, counts of each owner; two SQL queries for some owners at a time."""
    if not len(grids.owners) or not len(grids.times):
        return {}
    longer = isinstance(GRIDS[grids.interval], CalendarGrid)  # what was worked out becomes what is given
    as_given = np.uint16(rulebook.get("series-flags", as_=Flags).mask("given") if longer else 0)
    limits = limits_of(grids.owners) if stage < Stage.ABOVE else {}
    found: dict[str, list[list[NDArray[np.int64]]]] = {code: [[] for _name in NAMES] for code in grids.values}
    for owners, rows in grids.chunks():
        cube = read(owners, list(grids.values), grids.times[0], grids.times[-1], interval=grids.interval)
        locked = np.stack([grids.times <= limits.get(one, np.datetime64(0, "s")) for one in owners])
        for code, array in grids.values.items():
            new, old = array[rows], cube.raw[code]
            given, known = ~np.isnan(new), ~np.isnan(old)
            free = given & ~locked
            allowed = free & ((cube.stages <= stage) | ~known)
            equal = (old == new) & (cube.flags[code] & as_given == as_given)
            marks = (allowed & ~known, allowed & equal, allowed & known & ~equal, free & ~allowed, given & locked)
            for part, mark in zip(found[code], marks, strict=True):
                part.append(mark.sum(1))
    return {code: Counts(*(np.concatenate(part) for part in parts)) for code, parts in found.items()}


def known(names: Sequence[str], owners: Sequence[Owner]) -> dict[str, tuple[Owner, str]]:
    """Owners by the names that files give their stations: by code, else by a name that one of them alone has."""
    by_code = {one.code: one for one in owners}
    called: dict[str, list[Owner]] = {}
    for one in owners:
        called.setdefault(one.name, []).append(one)
    found = {}
    for name in names:
        if name in by_code:
            found[name] = (by_code[name], "code")
        elif len(called.get(name, ())) == 1:
            found[name] = (called[name][0], "name")
    return found
