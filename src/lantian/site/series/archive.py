"""Blocks of old months in Parquet files, one a month and interval, below the site's directory.

What lies in the database always counts more than what lies in a file: so a month can be written to its file, and then
leave the database, without a moment in which it is in neither; and a block that late data bring back is a row again,
while the file keeps its earlier state until the month is archived anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.conf import settings

from lantian.site.series.grid import aware, local
from lantian.site.series.models import Block, Layout
from lantian.site.series.packing import Content

INTERVALS = ("1h", "1min", "5min", "10min")  # days and months are few, and stay
SCHEMA: dict[str, Any] = {
    "owner": pl.Int64,
    "start": pl.Int64,
    "factors": pl.String,
    "values": pl.Binary,
    "flags": pl.Binary,
    "stages": pl.Binary,
    "counts": pl.Binary,
}
Place = tuple[int, np.datetime64]


@dataclass(frozen=True)
class Kept:
    """A block as its file keeps it."""

    owner: int
    start: np.datetime64
    factors: str
    values: bytes
    flags: bytes
    stages: bytes
    counts: bytes | None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its factors."""
        return tuple(self.factors.split(","))

    @property
    def content(self) -> Content:
        """Its arrays."""
        return Content.unpack(self.values, self.flags, self.stages, self.counts, len(self.codes))

    @classmethod
    def of(cls, block: Block, factors: str) -> Kept:
        """A stored block."""
        counts = None if block.counts is None else bytes(block.counts)
        packed = (bytes(block.values), bytes(block.flags), bytes(block.stages), counts)
        return cls(block.owner_id, local(block.start), factors, *packed)

    def block(self, interval: str, layout: Layout) -> Block:
        """As a row that is not stored."""
        return Block(
            owner_id=self.owner, interval=interval, start=aware(self.start), layout=layout, values=self.values,
            flags=self.flags, stages=self.stages, counts=self.counts,
        )  # fmt: skip


def place(interval: str, month: dt.date) -> Path:
    """Where the file of a month lies."""
    return Path(settings.LANTIAN_SERIES_ARCHIVE) / interval / f"{month:%Y-%m}.parquet"


def kept(
    interval: str,
    since: np.datetime64,
    until: np.datetime64,
    *,
    owners: Collection[int] | None = None,
    but: Collection[Place] = (),
) -> Iterator[Kept]:
    """Archived blocks that start from `since` to `until`, of some owners, `but` those that are read already."""
    if interval not in INTERVALS or not (Path(settings.LANTIAN_SERIES_ARCHIVE) / interval).is_dir():
        return
    first, last = (int(one.astype("datetime64[s]").astype(np.int64)) for one in (since, until))
    for month in np.arange(since.astype("datetime64[M]"), until.astype("datetime64[M]") + 1):
        path = place(interval, month.astype("datetime64[D]").item())
        if not path.exists():
            continue
        asked = pl.scan_parquet(path).filter(pl.col("start").is_between(first, last))
        if owners is not None:
            asked = asked.filter(pl.col("owner").is_in(list(owners)))
        for owner, start, *rest in asked.select(*SCHEMA).collect().iter_rows():
            at = np.datetime64(start, "s")
            if (owner, at) not in but:
                yield Kept(owner, at, *rest)


def restore(interval: str, owners: Sequence[int], since: np.datetime64, until: np.datetime64) -> None:
    """Make rows of archived blocks again, for what works on rows; in the caller's transaction."""
    found = list(kept(interval, since, until, owners=owners))
    if not found:
        return
    layouts = {one.factors: one for one in Layout.objects.filter(factors__in={row.factors for row in found})}
    rows = [one.block(interval, layouts[one.factors]) for one in found]
    Block.objects.bulk_create(rows, ignore_conflicts=True, batch_size=800)


def write(path: Path, rows: Iterable[Kept]) -> str:
    """Put blocks into a file in one step: written aside, flushed to the disk, read back and compared, then moved.

    Returns
    -------
    The hash of the file.

    Raises
    ------
    OSError : what was read back is not what was written; the file that was there before stays
    """
    told = [[int(row.start.astype(np.int64)) if name == "start" else getattr(row, name) for name in SCHEMA]
            for row in rows]  # fmt: skip
    frame = pl.DataFrame(told, schema=SCHEMA, orient="row").sort("owner", "start")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{uuid.uuid4().hex}.tmp")  # two runs at once write the same, each for itself
    try:
        with aside.open("wb") as out:
            frame.write_parquet(out, compression="zstd")
            out.flush()
            os.fsync(out.fileno())
        if not pl.read_parquet(aside).equals(frame):
            raise OSError(f"{aside} does not hold what was written to it")
        with aside.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest
