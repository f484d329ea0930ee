"""Values as tables for others: long (a row a value) and wide (a row a station and time)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.series.models import Owner
from lantian.site.series.queries.reading import Cube

ROWS = 100_000  # of a table held in memory at once


@dataclass(frozen=True)
class Table:
    """What was read, as tables tell it; slots reviewed less than `stage` are left out."""

    owners: Sequence[Owner]
    cube: Cube
    factors: Sequence[str]
    stage: int

    @property
    def aggregates(self) -> bool:
        """Whether values rest on others, and say on how many."""
        return self.cube.interval in ("1d", "1mo")

    def _seen(self) -> np.ndarray:
        return self.cube.stages >= self.stage

    def long(self) -> Iterator[dict[str, Any]]:
        """A row a value; one that is judged invalid is told with its flags, and `valid` false."""
        rule, seen = rulebook.get("series-flags", as_=Flags), self._seen()
        names: dict[int, list[str]] = {}
        for row, owner in enumerate(self.owners):
            for code in self.factors:
                raw, flags = self.cube.raw[code][row], self.cube.flags[code][row]
                for at in np.flatnonzero(~np.isnan(raw) & seen[row]).tolist():
                    bits = int(flags[at])
                    yield {
                        "station": owner.code,
                        "time": f"{self.cube.times[at]}",
                        "factor": code,
                        "value": round(float(raw[at]), 4),
                        "valid": not np.isnan(self.cube.values[code][row, at]),
                        "flags": names.setdefault(bits, list(rule.names(bits))),
                        "stage": int(self.cube.stages[row, at]),
                        "count": int(self.cube.counts[code][row, at]) if self.aggregates else None,
                    }

    def wide(self) -> Iterator[pl.DataFrame]:
        """Frames of a row a station and time, some stations at a time; what is invalid is empty, its flags say why."""
        count = len(self.cube.times)
        step = max(ROWS // max(count, 1), 1)
        seen = self._seen()
        for first in range(0, max(len(self.owners), 1), step):
            part = slice(first, first + step)
            owners = self.owners[part]
            columns: dict[str, Any] = {
                "station": np.repeat([one.code for one in owners], count) if owners else np.array([], str),
                "time": np.tile(self.cube.times.astype("datetime64[ms]"), len(owners)),
                "stage": self.cube.stages[part].reshape(-1),
            }
            for code in self.factors:
                columns[code] = np.where(seen[part], self.cube.values[code][part], np.nan).reshape(-1)
                columns[f"{code}_flags"] = np.where(seen[part], self.cube.flags[code][part], 0).reshape(-1)
                if self.aggregates:
                    columns[f"{code}_count"] = np.where(seen[part], self.cube.counts[code][part], 0).reshape(-1)
            frame = pl.DataFrame(columns).with_columns(pl.col(list(self.factors)).cast(pl.Float32).fill_nan(None))
            known = pl.any_horizontal(*(pl.col(c).is_not_null() | (pl.col(f"{c}_flags") > 0) for c in self.factors))
            yield frame.filter(known)
