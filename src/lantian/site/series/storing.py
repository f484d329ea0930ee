"""Merging a batch into stored blocks. Called by actions, inside their transaction; nothing else writes blocks.

Blocks are read and written some hundreds at a time, each time under locks on their owners, in the order of their
keys, so that two writers of the same blocks wait for each other and lose nothing.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.core import clock
from lantian.site.core.locks import locked
from lantian.site.org.models import Person
from lantian.site.series import archive
from lantian.site.series.batch import Batch, Written
from lantian.site.series.grid import GRIDS, CalendarGrid, Grid, aware, local
from lantian.site.series.models import Block, Correction, Delivery, DeliveryCells, Layout, Owner, Stage
from lantian.site.series.packing import Content

CONTENT = ["layout", "values", "flags", "stages", "counts", "changed_at"]
CHUNK = 800  # blocks merged at once: some megabytes of arrays, and well below the databases' limits on parameters
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Why:
    """Who replaces values, and for what reason; of a delivery it is also kept which values were new."""

    by: str
    person: Person | None = None
    reason: str = ""
    delivery: Delivery | None = None


class Layouts:
    """Layouts by factors and by key, each read or made once."""

    def __init__(self) -> None:
        self._known = {row.factors: row for row in Layout.objects.all()}
        self._by_key = {row.pk: row for row in self._known.values()}

    def of(self, codes: Sequence[str]) -> Layout:
        """The layout of exactly these factors in this order."""
        name = ",".join(codes)
        if name not in self._known:
            row, _made = Layout.objects.get_or_create(factors=name)
            self._known[name], self._by_key[row.pk] = row, row
        return self._known[name]

    def codes(self, key: int) -> tuple[str, ...]:
        """Factors of a stored layout."""
        if key not in self._by_key:
            row = Layout.objects.get(pk=key)
            self._known[row.factors], self._by_key[key] = row, row
        return self._by_key[key].codes


def merge(batch: Batch, *, stage: Stage, why: Why) -> Written:
    """Write a batch; gives what became of every value.

    A value that is missing in the batch leaves what is stored; of aggregates it takes it away. A lower stage never
    replaces a value of a higher one, and nothing below `Stage.ABOVE` changes what is locked; both are counted. What
    is replaced is kept as a `Correction`, but for aggregates (a batch with counts): they follow from values whose
    corrections are kept, and whose lock holds them too. Days and months that somebody handed in are flagged as given:
    no aggregate replaces them.

    A factor of which neither the batch nor a block knows anything is not added to the block.
    """
    grid = GRIDS[batch.interval]
    given = rulebook.get("series-flags", as_=Flags).mask("given")
    if batch.counts is None and isinstance(grid, CalendarGrid):
        flags = np.zeros(batch.values.shape, np.uint16) if batch.flags is None else batch.flags
        batch = replace(batch, flags=flags | np.uint16(given))
    if not grid.on_grid(batch.times).all():
        raise ValueError(f"times of a batch must lie on the grid {grid.name}")
    starts, slots = grid.place(batch.times)
    order = np.lexsort((slots, starts, batch.owners))
    limits = limits_of(batch.owners) if stage < Stage.ABOVE and batch.counts is None else {}
    done, layouts = Written(), Layouts()
    done.missing = int(np.isnan(batch.values).sum())
    writer = _Writer(batch, grid, stage, why, limits, layouts, done, given)
    for chunk in _chunks(batch.owners[order], starts[order], order):
        with transaction.atomic():
            writer.write(chunk, slots)
    return done


Cut = tuple[int, np.datetime64, NDArray[np.intp]]  # owner, start of the block, rows of the batch


def _chunks(owners: NDArray[np.int64], starts: NDArray[Any], order: NDArray[np.intp]) -> Iterator[list[Cut]]:
    if not len(order):
        return
    new = np.flatnonzero((np.diff(owners) != 0) | (np.diff(starts.astype(np.int64)) != 0)) + 1
    edges = [0, *new.tolist(), len(order)]
    cuts = [(int(owners[a]), starts[a], order[a:b]) for a, b in pairwise(edges)]
    for first in range(0, len(cuts), CHUNK):
        yield cuts[first : first + CHUNK]


def limits_of(owners: NDArray[np.int64] | Sequence[int]) -> dict[int, np.datetime64]:
    """By owner the time up to which it is locked; owners that are not are left out."""
    keys = np.unique(owners).tolist()
    rows = Owner.objects.filter(locked_until__isnull=False).values_list("pk", "locked_until")
    wanted = set(keys)
    return {pk: local(until) for pk, until in rows if pk in wanted}


@dataclass
class _Group:
    """Blocks of one chunk that hold the same factors: their content stacked, block × slot × factor.

    `columns` are those of the batch that have a place among `codes`, `at` these places.
    """

    codes: tuple[str, ...]
    columns: NDArray[np.intp]
    at: NDArray[np.intp]
    places: list[tuple[int, np.datetime64]]
    blocks: list[Block | None]
    content: Content


class _Writer:
    def __init__(
        self,
        batch: Batch,
        grid: Grid,
        stage: Stage,
        why: Why,
        limits: Mapping[int, np.datetime64],
        layouts: Layouts,
        done: Written,
        given: int,
    ) -> None:
        self.batch, self.grid, self.stage, self.why = batch, grid, stage, why
        self.limits, self.layouts, self.done, self.given = limits, layouts, done, given
        self.codes = tuple(batch.factors)

    def write(self, chunk: list[Cut], slots: NDArray[np.int64]) -> None:
        """One chunk: read what is there under lock, merge, write what changed."""
        now = clock.now()
        rows_of = {(owner, start): rows for owner, start, rows in chunk}
        changed: list[Block] = []
        replaced: list[tuple[Block, list[list[Any]]]] = []
        for group in self._groups(rows_of, self._stored(chunk)):
            many = [len(rows_of[place]) for place in group.places]
            rows = np.concatenate([rows_of[place] for place in group.places])
            place = (np.repeat(np.arange(len(many)), many), slots[rows])
            touched, cells, fresh = self._merge(group, *place, rows)
            layout = self.layouts.of(group.codes)
            if self.why.delivery is not None:
                self._remember(self.why.delivery, group, layout, place, fresh)
            for at in touched:
                block = self._packed(group, int(at), layout, now)
                changed.append(block)
                if int(at) in cells:
                    replaced.append((block, cells[int(at)]))
        Block.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["owner", "interval", "start"], update_fields=CONTENT
        )
        Correction.objects.bulk_create(
            Correction(
                block=block,
                at=now,
                person=self.why.person,
                by=self.why.by,
                reason=self.why.reason[:500],
                cells=told,
                delivery=self.why.delivery,
            )
            for block, told in replaced
        )
        self.done.blocks += [block.pk for block in changed]

    def _stored(self, chunk: list[Cut]) -> dict[tuple[int, np.datetime64], Block]:
        """Blocks of the chunk that are there; locked by their owners, who stand for blocks that are yet to be made."""
        owners = sorted({owner for owner, _start, _rows in chunk})
        list(locked(Owner.objects.filter(pk__in=owners)).values_list("pk"))
        starts = [start for _owner, start, _rows in chunk]
        rows = Block.objects.filter(
            owner__in=owners, interval=self.grid.name, start__gte=aware(min(starts)), start__lte=aware(max(starts))
        )
        there = {(row.owner_id, local(row.start)): row for row in rows}
        wanted = {(owner, start) for owner, start, _rows in chunk}
        for one in archive.kept(self.grid.name, min(starts), max(starts), owners=owners, but=there):
            if (one.owner, one.start) in wanted:  # late data bring the block back
                there[one.owner, one.start] = one.block(self.grid.name, self.layouts.of(one.codes))
        return there

    def _groups(
        self,
        rows_of: Mapping[tuple[int, np.datetime64], NDArray[np.intp]],
        there: Mapping[tuple[int, np.datetime64], Block],
    ) -> Iterator[_Group]:
        """The chunk's blocks by layout, widened by the factors of which the batch is the first to know something."""
        ends = np.cumsum([len(rows) for rows in rows_of.values()])
        known = ~np.isnan(self.batch.values[np.concatenate(list(rows_of.values()))])
        of_place = np.logical_or.reduceat(known, [0, *ends[:-1]], axis=0)
        alike: dict[tuple[int | None, bytes], list[tuple[int, np.datetime64]]] = defaultdict(list)
        for place, some in zip(rows_of, of_place, strict=True):
            block = there.get(place)
            held = self.layouts.codes(block.layout_id) if block else ()
            new = some & np.array([code not in held for code in self.codes])
            alike[block.layout_id if block else None, new.tobytes()].append(place)
        for (layout, new), mine in alike.items():
            held = self.layouts.codes(layout) if layout is not None else ()
            added = tuple(code for code, is_new in zip(self.codes, np.frombuffer(new, bool), strict=True) if is_new)
            if not held and not added:
                continue  # nothing is known of a block that is not there
            codes = held + added
            columns = [k for k, code in enumerate(self.codes) if code in codes]
            at = [codes.index(self.codes[k]) for k in columns]
            blocks = [there.get(place) for place in mine]
            stack = self._stacked(blocks, len(held), len(codes))
            yield _Group(codes, np.array(columns, np.intp), np.array(at, np.intp), mine, blocks, stack)

    def _stacked(self, blocks: list[Block | None], known: int, factors: int) -> Content:
        counted = self.batch.counts is not None or any(block and block.counts is not None for block in blocks)
        stack = Content.empty(self.grid.slots, factors, blocks=len(blocks), counted=counted)
        for at, block in enumerate(blocks):
            if block is not None:
                content = block.content(known)
                stack.values[at, :, :known], stack.flags[at, :, :known] = content.values, content.flags
                stack.stages[at] = content.stages
                if stack.counts is not None and content.counts is not None:
                    stack.counts[at, :, :known] = content.counts
        return stack

    def _merge(
        self, group: _Group, block: NDArray[np.intp], slot: NDArray[np.int64], rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], dict[int, list[list[Any]]], Marks]:
        """Put rows of the batch into a group; gives the blocks that changed, by block the cells replaced, and by row
        and column what is new."""
        content = group.content
        place = (block[:, None], slot[:, None], group.at[None, :])
        cells_of = np.ix_(rows, group.columns)
        new, old = self.batch.values[cells_of].astype("<f4"), content.values[place]
        known = ~np.isnan(old)
        measured = self.batch.counts is None
        # a day that has too few hours now is no longer the day that it was: of aggregates, missing overwrites
        given = ~np.isnan(new) if measured else ~known | (content.flags[place] & self.given == 0)
        free = ~self._locked(group)[block, slot][:, None]
        stages = content.stages[block, slot]
        # aggregates have no review of their own: a value beside them that was given may have one
        allowed = given & free & ((stages <= self.stage)[:, None] | ~known) if measured else given
        same = (old == new) | (~known & np.isnan(new))
        if self.batch.flags is not None:
            same &= content.flags[place] == self.batch.flags[cells_of]
        differs = allowed & ~same
        self._count(given, free, allowed, differs, known)
        cells = self._cells(group, block, slot, new, differs & known) if measured else {}
        self._put(content, place, new, allowed, differs, cells_of)
        recounted = self._recount(content, place, cells_of)
        raised = allowed.any(1) & (stages < self.stage)
        content.stages[block[raised], slot[raised]] = self.stage
        return np.unique(block[differs.any(1) | recounted | raised]), cells, differs & ~known

    def _remember(
        self, delivery: Delivery, group: _Group, layout: Layout, place: tuple[Any, Any], fresh: Marks
    ) -> None:
        """Keep which cells were not there before."""
        if not fresh.any():
            return
        mask = np.zeros(group.content.values.shape, bool)
        mask[place[0][:, None], place[1][:, None], group.at[None, :]] = fresh
        some = np.flatnonzero(mask.any((1, 2)))
        DeliveryCells.objects.create(
            delivery=delivery,
            layout=layout,
            owners=np.array([group.places[at][0] for at in some], "<i8").tobytes(),
            starts=np.array([group.places[at][1] for at in some], "datetime64[s]").astype("<i8").tobytes(),
            bits=zlib.compress(np.packbits(mask[some]).tobytes(), 1),
        )

    def _locked(self, group: _Group) -> NDArray[np.bool_]:
        """Block × slot: whether it is locked."""
        found = np.zeros(group.content.stages.shape, bool)
        for at, (owner, start) in enumerate(group.places):
            if owner in self.limits:
                found[at] = self.grid.block_times(start) <= self.limits[owner]
        return found

    def _count(self, given: Marks, free: Marks, allowed: Marks, differs: Marks, known: Marks) -> None:
        self.done.locked += int((given & ~free).sum())
        self.done.kept += int((given & free & ~allowed).sum())
        self.done.new += int((differs & ~known).sum())
        self.done.replaced += int((differs & known).sum())
        self.done.same += int((allowed & ~differs).sum())

    def _put(
        self, content: Content, place: tuple[Any, ...], new: Any, allowed: Marks, differs: Marks, cells_of: Any
    ) -> None:
        where = tuple(np.broadcast_to(part, allowed.shape)[allowed] for part in place)
        content.values[where] = new[allowed]
        if self.batch.flags is not None:
            content.flags[where] = self.batch.flags[cells_of][allowed]
        else:  # what was noted about a value does not hold for another
            content.flags[tuple(np.broadcast_to(part, differs.shape)[differs] for part in place)] = 0

    def _recount(self, content: Content, place: tuple[Any, ...], cells_of: Any) -> Marks:
        """Put the counts of aggregates, also beside values that were given; gives the rows that have others now."""
        if content.counts is None or self.batch.counts is None:
            return np.zeros(len(place[0]), bool)
        new = self.batch.counts[cells_of]
        changed: Marks = (content.counts[place] != new).any(1)
        content.counts[place] = new
        return changed

    def _cells(self, group: _Group, block: Any, slot: Any, new: Any, replaced: Marks) -> dict[int, list[list[Any]]]:
        found: dict[int, list[list[Any]]] = defaultdict(list)
        content = group.content
        for row, k in zip(*np.nonzero(replaced), strict=True):
            at = (block[row], slot[row], group.at[k])
            value, flags, stage = content.values[at], content.flags[at], content.stages[at[:2]]
            code = self.codes[group.columns[k]]
            cell = [int(slot[row]), code, float(value), int(flags), int(stage), float(new[row, k])]
            found[int(block[row])].append(cell)
        return found

    def _packed(self, group: _Group, at: int, layout: Layout, now: dt.datetime) -> Block:
        """A block with its new content; a new row where there was none."""
        owner, start = group.places[at]
        block = group.blocks[at]
        if block is None:  # with its time, as the default would ask for it anew
            block = Block(owner_id=owner, interval=self.grid.name, start=aware(start), changed_at=now)
        content = group.content
        block.layout, block.changed_at = layout, now
        block.values, block.flags = content.values[at].tobytes(), content.flags[at].tobytes()
        block.stages = content.stages[at].tobytes()
        block.counts = content.counts[at].tobytes() if content.counts is not None else None
        return block
