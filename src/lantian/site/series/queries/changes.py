"""What values were before they were replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lantian.site.series.grid import GRIDS, aware, local
from lantian.site.series.models import Correction, Stage


@dataclass(frozen=True)
class Change:
    """One value that was replaced: what it was, with notes and stage, and what it became; who, when and why."""

    at: dt.datetime
    who: str
    reason: str
    time: dt.datetime
    factor: str
    before: float
    flags: int
    stage: Stage
    after: float


def changes(
    owner: int, interval: str, since: dt.datetime, until: dt.datetime, *, factors: Collection[str] = ()
) -> list[Change]:
    """Values of an owner from `since` to `until`, both included, that were replaced: the latest first, one SQL query.

    Who may see the owner is for the caller to ask.
    """
    grid = GRIDS[interval]
    first, last = grid.place(np.array([local(since), local(until)]))[0]
    rows = Correction.objects.filter(
        block__owner=owner, block__interval=interval, block__start__gte=aware(first), block__start__lte=aware(last)
    ).select_related("block", "person")
    found = []
    for row in rows.defer("block__values", "block__flags", "block__stages", "block__counts"):
        times = grid.block_times(local(row.block.start))
        for slot, factor, before, flags, stage, after in row.cells:
            time = aware(times[slot])
            if since <= time <= until and (not factors or factor in factors):
                who = row.person.title if row.person else row.by
                found.append(Change(row.at, who, row.reason, time, factor, before, flags, Stage(stage), after))
    return found
