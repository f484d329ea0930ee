"""Values on their way in or out: rows of owner, time and factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lantian.site.series.grid import Times


@dataclass
class Batch:
    """Rows to be written.

    Attributes
    ----------
    interval : name of the grid
    owners : keys of the owners, one a row
    times : ends of the rows' intervals (see `grid`), one a row
    factors : codes, one a column
    values : row × factor, in each factor's unit; NaN where nothing is known
    flags : row × factor, or None
    counts : row × factor for aggregates, or None
    """

    interval: str
    owners: NDArray[np.int64]
    times: Times
    factors: Sequence[str]
    values: NDArray[np.floating]
    flags: NDArray[np.uint16] | None = None
    counts: NDArray[np.uint16] | None = None

    def __post_init__(self) -> None:
        rows, columns = self.values.shape
        if not (len(self.owners) == len(self.times) == rows and columns == len(self.factors)):
            raise ValueError("owners, times and values of a batch must have the same rows, factors its columns")
        if len(set(self.factors)) != columns or not all(self.factors):
            raise ValueError("a batch names each factor once")

    @classmethod
    def of_owner(
        cls, owner: int, interval: str, times: Times, factors: Sequence[str], values: NDArray[np.floating]
    ) -> Batch:
        """Rows of one owner."""
        return cls(interval, np.full(len(times), owner, np.int64), times, factors, values)


@dataclass
class Written:
    """What writing a batch did, in values (not rows): every value of the batch is counted once."""

    new: int = 0
    same: int = 0
    replaced: int = 0
    kept: int = 0  # refused: what is there has been reviewed further
    locked: int = 0  # refused: the owner's values up to that time are locked
    missing: int = 0  # NaN in the batch
    blocks: list[int] = field(default_factory=list)  # keys of blocks that changed

    @property
    def changed(self) -> int:
        """Values that are different now."""
        return self.new + self.replaced
