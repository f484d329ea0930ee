"""Values that rest on others: days on hours, months on days. Registered by the room that knows how, run here.

    rollups.register("station.days", Rollup(kind="station", source="1h", target="1d", work_out=days_of))

A write marks its stretch as stale for every roll-up of its owner's kind. A few stale stretches are worked out within
the write, so that a page shows the day that was just corrected; many are left to the job `series.roll_up`. Either way
late data come to count without anybody asking for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from lantian.site.core import jobs
from lantian.site.core.locks import locked, unclaimed
from lantian.site.core.policy import Actor
from lantian.site.core.registries import Registry
from lantian.site.series.batch import Batch, Written
from lantian.site.series.grid import GRIDS, CalendarGrid, aware, local
from lantian.site.series.models import Block, Owner, Stage, Stale
from lantian.site.series.storing import Why, merge

JOB = "series.roll_up"
AT_ONCE = 48  # stale stretches worked out within a write
MANY = 2000  # at a time in the job

# Owners, and the first and the last moment of what changed: gives the values of the target grid that rest on it.
WorkOut = Callable[[Sequence[int], np.datetime64, np.datetime64], Batch]


@dataclass(frozen=True)
class Rollup:
    """How values of `target` follow from those of `source`, for owners of a kind."""

    kind: str
    source: str
    target: str
    work_out: WorkOut


rollups: Registry[Rollup] = Registry("roll-up")
WHY = Why(by="汇总")
FINEST_FIRST = list(GRIDS)


def mark(keys: Iterable[int]) -> int:
    """Mark the stretches of changed blocks as stale; how many are stale now. In the transaction of the write."""
    known = {(one.kind, one.source) for one in rollups}
    if not known:
        return 0
    rows = []
    wanted = list(keys)
    for first in range(0, len(wanted), MANY):
        blocks = Block.objects.filter(pk__in=wanted[first : first + MANY])
        for owner, kind, interval, start in blocks.values_list("owner", "owner__kind", "interval", "start"):
            if (kind, interval) in known:
                rows.append(Stale(owner_id=owner, interval=interval, start=start))
    Stale.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mark_sources(keys: Iterable[int]) -> int:
    """Mark what blocks of days or months rest on, where values that were given went: those worked out return. How many
    are stale now."""
    rows = []
    for owner, kind, interval, start in Block.objects.filter(pk__in=list(keys)).values_list(
        "owner", "owner__kind", "interval", "start"
    ):
        for one in rollups:
            if (kind, interval) == (one.kind, one.target):
                source = GRIDS[one.source]
                ends = GRIDS[interval].block_times(local(start))
                if not isinstance(source, CalendarGrid):
                    ends = ends + np.timedelta64(source.step, "s")
                starts = np.unique(source.place(ends)[0])
                rows += [Stale(owner_id=owner, interval=one.source, start=aware(at)) for at in starts]
    Stale.objects.bulk_create(rows, ignore_conflicts=True, batch_size=MANY)
    return len(rows)


def work_off(limit: int = MANY, *, owners: Collection[int] | None = None) -> int:
    """Work out the oldest stale stretches (of some owners); how many were done.

    Their owners are locked before anything is read, so that what is worked out never misses a value. A stretch that
    another worker has in hand is left to it: it waits for us if we hold its owner, and then reads what we wrote.
    """
    with transaction.atomic():
        wanted = Stale.objects.select_related("owner")
        rows = list(unclaimed(wanted if owners is None else wanted.filter(owner__in=owners))[:limit])
        list(locked(Owner.objects.filter(pk__in={row.owner_id for row in rows})).values_list("pk"))
        for one in sorted(rollups, key=lambda one: FINEST_FIRST.index(one.source)):  # months rest on these days
            _work_out(one, [row for row in rows if (row.owner.kind, row.interval) == (one.kind, one.source)])
        Stale.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _work_out(one: Rollup, rows: list[Stale]) -> None:
    if not rows:
        return
    grid = GRIDS[one.source]
    starts = [local(row.start) for row in rows]
    last = max(grid.block_times(start)[-1] for start in starts)
    batch = one.work_out(sorted({row.owner_id for row in rows}), min(starts), last)
    mark(merge(batch, stage=Stage.REALTIME, why=WHY).blocks)  # months rest on days


def settle(written: Written, *, actor: Actor, marked: int = 0) -> None:
    """After a write: mark what is stale beside what was `marked`, and work it out now or leave it to a job."""
    marked += mark(written.blocks)
    if 0 < marked <= AT_ONCE:
        owners = Block.objects.filter(pk__in=written.blocks).values_list("owner", flat=True)
        while work_off(AT_ONCE, owners=set(owners)):
            pass
    elif marked:
        jobs.enqueue(JOB, actor)
