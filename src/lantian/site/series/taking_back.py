"""Taking a delivery back: what it brought goes, what it replaced returns, as far as nobody has touched it since.

Called by the action, inside its transaction.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.site.core import clock
from lantian.site.core.locks import locked
from lantian.site.series import archive
from lantian.site.series.grid import GRIDS, aware, local
from lantian.site.series.models import Block, Correction, Delivery, Owner
from lantian.site.series.packing import Content
from lantian.site.series.storing import CHUNK, CONTENT, Layouts, Why, limits_of

Place = tuple[int, np.datetime64]


@dataclass
class TakenBack:
    """Values that went or returned; values that others changed, reviewed or locked since stay. Keys of the blocks."""

    values: int = 0
    stays: int = 0
    blocks: list[int] = field(default_factory=list)


@dataclass
class _Cells:
    """Of one block: which of some factors' slots were empty, and what stood in those that were replaced."""

    fresh: list[tuple[tuple[str, ...], NDArray[np.bool_]]] = field(default_factory=list)
    before: dict[tuple[int, str], tuple[float, int, int]] = field(default_factory=dict)


def take_back(delivery: Delivery, why: Why, tell: Callable[[float], None]) -> TakenBack:
    """Undo what a delivery wrote; `tell` is told the share that is done."""
    done, layouts = TakenBack(), Layouts()
    wanted = _wanted(delivery, layouts)
    places = sorted(wanted, key=lambda place: (place[0], str(place[1])))
    for first in range(0, len(places), CHUNK):
        tell(first / len(places))
        _some(delivery, {place: wanted[place] for place in places[first : first + CHUNK]}, why, layouts, done)
    return done


def _wanted(delivery: Delivery, layouts: Layouts) -> dict[Place, _Cells]:
    """By block what the delivery wrote there."""
    found: dict[Place, _Cells] = defaultdict(_Cells)
    slots = GRIDS[delivery.interval].slots
    for part in delivery.cells.all():
        codes = layouts.codes(part.layout_id)
        owners = np.frombuffer(part.owners, "<i8")
        starts = np.frombuffer(part.starts, "<i8").astype("datetime64[s]")
        bits = np.unpackbits(np.frombuffer(zlib.decompress(part.bits), np.uint8))
        mask = bits[: len(owners) * slots * len(codes)].reshape(len(owners), slots, len(codes)).astype(bool)
        for at, owner in enumerate(owners.tolist()):
            found[owner, starts[at]].fresh.append((codes, mask[at]))
    for row in delivery.corrections.order_by("-pk").select_related("block").iterator(chunk_size=CHUNK):
        before = found[row.block.owner_id, local(row.block.start)].before
        for slot, code, value, flags, stage, _after in row.cells:
            before[slot, code] = (np.nan if value is None else value, flags, stage)
    return found


def _some(delivery: Delivery, wanted: dict[Place, _Cells], why: Why, layouts: Layouts, done: TakenBack) -> None:
    owners = sorted({owner for owner, _start in wanted})
    list(locked(Owner.objects.filter(pk__in=owners)).values_list("pk"))
    archived = [start for _owner, start in wanted]
    archive.restore(delivery.interval, owners, min(archived), max(archived))
    starts = [aware(start) for start in archived]
    rows = Block.objects.filter(
        owner__in=owners, interval=delivery.interval, start__gte=min(starts), start__lte=max(starts)
    )
    blocks = {place: row for row in rows if (place := (row.owner_id, local(row.start))) in wanted}
    later = _touched(delivery, blocks.values())
    limits, now = limits_of(owners), clock.now()
    changed, told = [], []
    for place, block in blocks.items():
        undone, stays, cells = _undone(delivery, block, wanted[place], later[block.pk], limits.get(place[0]), layouts)
        done.values, done.stays = done.values + undone, done.stays + stays
        if undone:
            block.changed_at = now
            changed.append(block)
        if cells:
            told.append(
                Correction(block=block, at=now, person=why.person, by=why.by, reason=why.reason[:500], cells=cells)
            )
    Block.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["owner", "interval", "start"], update_fields=CONTENT
    )
    Correction.objects.bulk_create(told)
    done.blocks += [block.pk for block in changed]


def _touched(delivery: Delivery, blocks: Iterable[Block]) -> dict[int, set[tuple[int, str]]]:
    """By block the places that somebody changed after the delivery."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    rows = Correction.objects.filter(block__in=[one.pk for one in blocks], at__gte=delivery.at)
    for row in rows.exclude(delivery=delivery):
        found[row.block_id] |= {(cell[0], cell[1]) for cell in row.cells}
    return found


def _undone(
    delivery: Delivery,
    block: Block,
    cells: _Cells,
    later: set[tuple[int, str]],
    limit: np.datetime64 | None,
    layouts: Layouts,
) -> tuple[int, int, list[list[Any]]]:
    """Put a block's values back; gives how many did, how many stay, and what changed as a correction keeps it.

    Of values that go, a correction tells only where the delivery has no files that hold them.
    """
    codes = layouts.codes(block.layout_id)
    packed = block.content(len(codes))
    content = Content(packed.values.copy(), packed.flags.copy(), packed.stages.copy(), packed.counts)
    fixed = content.stages > delivery.stage
    if limit is not None:
        fixed |= GRIDS[delivery.interval].block_times(local(block.start)) <= limit
    free = np.repeat(~fixed[:, None], len(codes), axis=1)
    for slot, code in later:
        free[slot, codes.index(code)] = False
    fresh = np.zeros(free.shape, bool)
    for names, mask in cells.fresh:
        fresh[:, [codes.index(code) for code in names]] |= mask
    gone, told = fresh & free, []
    for (slot, code), (value, flags, stage) in cells.before.items():
        at = (slot, codes.index(code))
        if not free[at] or fresh[at]:
            continue
        before = float(content.values[at]), int(content.flags[at]), int(content.stages[slot])
        told.append([slot, code, *before, None if np.isnan(value) else value])
        content.values[at], content.flags[at], content.stages[slot] = value, flags, stage
    undone, many = len(told) + int(gone.sum()), int(fresh.sum()) + len(cells.before)
    if delivery.intake_id is None:
        for slot, column in np.argwhere(gone).tolist():
            before = float(content.values[slot, column]), int(content.flags[slot, column]), int(content.stages[slot])
            told.append([slot, codes[column], *before, None])
    content.values[gone], content.flags[gone] = np.nan, 0
    content.stages[np.isnan(content.values).all(1)] = 0
    block.values, block.flags, block.stages = (
        content.values.tobytes(), content.flags.tobytes(), content.stages.tobytes(),
    )  # fmt: skip
    return undone, max(many - undone, 0), told
