"""Ruled tables: from the lines drawn on a page to cells with their spans.

The ruling lines cut the page into small boxes. Boxes with no line between them are one cell, however many rows and
columns they cover, so merged cells need no guessing; what is joined to the page's margin is no cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NEAR = 3.0  # points: lines that lie nearer are one, ends that fall short by less meet
COVERED = 0.7  # share of a box's side that must be drawn
SHORTEST = 4.0  # points: shorter lines are ticks and glyph strokes
OUTSIDE = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line: at `at` across its direction, from `start` to `end` along it [points]."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a ruled table: first row and column (from 0, from the top left), spans."""

    row: int
    column: int
    rowspan: int
    colspan: int


class Ruling:
    """Cells of one page.

    Coordinates are those of PDF: points, y upwards.

    Examples
    --------
    >>> across = [Rule(False, y, 0, 100) for y in (0, 20, 40)]
    >>> upright = [Rule(True, 0, 0, 40), Rule(True, 50, 0, 20), Rule(True, 100, 0, 40)]
    >>> page = Ruling([*across, *upright])
    >>> [page.boxes[k] for k in page.tables[0]]
    [Box(row=0, column=0, rowspan=1, colspan=2), Box(row=1, column=0, rowspan=1, colspan=1), Box(row=1, column=1, \
rowspan=1, colspan=1)]
    """

    def __init__(self, rules: Iterable[Rule], *, most_boxes: int = 200_000) -> None:
        lines = [r for r in rules if r.end > r.start]
        lines += list(_open_sides(lines))
        self.xs = _positions(r for r in lines if r.upright)
        self.ys = _positions(r for r in lines if not r.upright)
        self.boxes: dict[int, Box] = {}
        self.tables: list[list[int]] = []
        self._cell: list[list[int]] = []
        if len(self.xs) < 2 or len(self.ys) < 2 or len(self.xs) * len(self.ys) > most_boxes:
            return
        # upright[i][j]: the line xs[i] is drawn between ys[j] and ys[j+1]; level[j][i]: likewise
        self._upright = _drawn(lines, self.xs, self.ys, upright=True)
        self._level = _drawn(lines, self.ys, self.xs, upright=False)
        self._fill()
        self._group()

    def cell_at(self, x: float, y: float) -> int:
        """The cell that holds a point (a key of `boxes`), or 0 for none."""
        i, j = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not self.boxes or not (0 <= i < len(self.xs) - 1 and 0 <= j < len(self.ys) - 1):
            return OUTSIDE
        found = self._cell[j][i]
        return found if found in self.boxes else OUTSIDE

    def top(self, table: Sequence[int]) -> float:
        """Upper edge of a table."""
        last = len(self.ys) - 1
        return max(self.ys[last - self.boxes[k].row] for k in table)

    def _fill(self) -> None:
        """Number the cells: flood from box to box where no line is drawn, first from the margin."""
        width, height = len(self.xs) - 1, len(self.ys) - 1
        cell = [[-1] * width for _ in range(height)]

        def flood(start: list[tuple[int, int]], mark: int) -> list[tuple[int, int]]:
            queue = [b for b in start if cell[b[0]][b[1]] == -1]
            for j, i in queue:
                cell[j][i] = mark
            reached = []
            while queue:
                j, i = queue.pop()
                reached.append((j, i))
                for nj, ni in self._neighbours(j, i):
                    if cell[nj][ni] == -1:
                        cell[nj][ni] = mark
                        queue.append((nj, ni))
            return reached

        margin = [(j, 0) for j in range(height) if not self._upright[0][j]]
        margin += [(j, width - 1) for j in range(height) if not self._upright[width][j]]
        margin += [(0, i) for i in range(width) if not self._level[0][i]]
        margin += [(height - 1, i) for i in range(width) if not self._level[height][i]]
        flood(margin, OUTSIDE)
        for j in reversed(range(height)):
            for i in range(width):
                if cell[j][i] == -1:
                    mark = len(self.boxes) + 1
                    reached = flood([(j, i)], mark)
                    js, is_ = [b[0] for b in reached], [b[1] for b in reached]
                    self.boxes[mark] = Box(
                        height - 1 - max(js), min(is_), max(js) - min(js) + 1, max(is_) - min(is_) + 1
                    )
        self._cell = cell

    def _neighbours(self, j: int, i: int) -> Iterator[tuple[int, int]]:
        if i > 0 and not self._upright[i][j]:
            yield j, i - 1
        if i + 1 < len(self.xs) - 1 and not self._upright[i + 1][j]:
            yield j, i + 1
        if j > 0 and not self._level[j][i]:
            yield j - 1, i
        if j + 1 < len(self.ys) - 1 and not self._level[j + 1][i]:
            yield j + 1, i

    def _group(self) -> None:
        """Cells that touch are one table; a single cell is a frame, no table."""
        touching: dict[int, set[int]] = defaultdict(set)
        for j, row in enumerate(self._cell):
            for i, mark in enumerate(row):
                for other in (row[i + 1 : i + 2], self._cell[j + 1][i : i + 1] if j + 1 < len(self._cell) else []):
                    if mark and other and other[0]:
                        touching[mark].add(other[0])
                        touching[other[0]].add(mark)
        seen: set[int] = set()
        for mark in sorted(self.boxes):
            if mark in seen:
                continue
            group, queue = [], [mark]
            seen.add(mark)
            while queue:
                group.append(k := queue.pop())
                new = touching[k] - seen
                seen |= new
                queue += new
            if len(group) > 1:
                self.tables.append(sorted(group, key=lambda k: (self.boxes[k].row, self.boxes[k].column)))
        kept = {k for table in self.tables for k in table}
        self.boxes = {k: b for k, b in self.boxes.items() if k in kept}


def _positions(rules: Iterable[Rule]) -> list[float]:
    """Where lines lie, lines that are drawn a hair apart put together; bits too short for a table left out."""
    total: dict[float, float] = defaultdict(float)
    for r in rules:
        total[r.at] += r.end - r.start
    clusters: list[list[float]] = []
    for at in sorted(total):
        if clusters and at - clusters[-1][0] <= NEAR:
            clusters[-1].append(at)
        else:
            clusters.append([at])
    return [sum(c) / len(c) for c in clusters if sum(total[at] for at in c) >= SHORTEST]


def _drawn(
    rules: Iterable[Rule], lines: Sequence[float], across: Sequence[float], *, upright: bool
) -> list[list[bool]]:
    """For each line and each interval between neighbouring crossing lines, whether the line is drawn there."""
    stretches: list[list[tuple[float, float]]] = [[] for _ in lines]
    for r in rules:
        if r.upright == upright:
            k = min(bisect_right(lines, r.at), len(lines) - 1)
            if k and abs(lines[k - 1] - r.at) < abs(lines[k] - r.at):
                k -= 1
            if abs(lines[k] - r.at) <= NEAR:
                stretches[k].append((r.start, r.end))
    out = []
    for found in stretches:
        covered = [0.0] * (len(across) - 1)
        for start, end in _united(found):
            first = max(0, bisect_right(across, start) - 1)
            for j in range(first, len(across) - 1):
                if across[j] > end:
                    break
                covered[j] += max(0.0, min(end, across[j + 1]) - max(start, across[j]))
        out.append([c >= COVERED * (across[j + 1] - across[j]) for j, c in enumerate(covered)])
    return out


def _united(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of one line put together across small gaps (dashes, corners)."""
    out: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1] + NEAR:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((start, end))
    return out


def _open_sides(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Upright lines at both sides of a table that is drawn without them: several level lines of one length, and
    upright lines that run between them."""
    lengths: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for r in rules:
        if not r.upright and r.end - r.start > 20 * NEAR:
            lengths[round(r.start / NEAR), round(r.end / NEAR)].append(r)
    for same in lengths.values():
        if len(same) < 3:
            continue
        low, high = min(r.at for r in same), max(r.at for r in same)
        left, right = same[0].start, same[0].end
        inner = [r for r in rules if r.upright and low - NEAR <= r.start and r.end <= high + NEAR]
        if not any(left + NEAR < r.at < right - NEAR for r in inner):
            continue
        for side in (left, right):
            if not any(abs(r.at - side) <= NEAR for r in inner):
                yield Rule(True, side, low, high)
