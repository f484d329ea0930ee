"""How the values of a block lie in a database row: little-endian arrays of slot × factor.

NaN is missing and stays missing. Flags say what the value's source or a check noted about it, stages how far each
slot's values have been reviewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Flags = NDArray[np.uint16]
Stages = NDArray[np.uint8]
Counts = NDArray[np.uint16]


@dataclass
class Content:
    """A block unpacked.

    Attributes
    ----------
    values : float32, slot × factor, in each factor's unit; NaN where missing
    flags : uint16, slot × factor; bits of rule `series-flags`
    stages : uint8, slot; see `models.Stage`
    counts : uint16, slot × factor: how many values an aggregate rests on; None for what was measured
    """

    values: Values
    flags: Flags
    stages: Stages
    counts: Counts | None = None

    @classmethod
    def empty(cls, slots: int, factors: int, *, blocks: int | None = None, counted: bool = False) -> Self:
        """Nothing known yet; with `blocks`, of so many blocks, one above the other."""
        above = () if blocks is None else (blocks,)
        shape = (*above, slots, factors)
        return cls(
            np.full(shape, np.nan, "<f4"),
            np.zeros(shape, "<u2"),
            np.zeros((*above, slots), "u1"),
            np.zeros(shape, "<u2") if counted else None,
        )

    @classmethod
    def unpack(cls, values: bytes, flags: bytes, stages: bytes, counts: bytes | None, factors: int) -> Self:
        """From a row; read-only views of its bytes."""
        shape = (-1, factors)
        return cls(
            np.frombuffer(values, "<f4").reshape(shape),
            np.frombuffer(flags, "<u2").reshape(shape),
            np.frombuffer(stages, "u1"),
            np.frombuffer(counts, "<u2").reshape(shape) if counts else None,
        )
