"""Pages set in two columns: which characters are read first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lantian.plandoc.read.glyphs import Glyph, rows_of

FEWEST_LINES = 8
EDGE = 3  # lines at the top or bottom among which a running header or footer is looked for
FAR = 1.7  # heights between baselines that set a line apart
GAP = 0.9  # heights: the least gutter
MIDDLE = (0.3, 0.7)  # of the text's width: where the gutter is looked for
MOST_ACROSS = 0.25  # of the lines: titles and running headers run over both columns
LEAST_BOTH = 0.4  # of the lines: have text on either side, or a neighbour that has
LEAST_FILLED = 0.3  # of the text's width: what the lines of either column fill at the middle of their lengths


def in_columns(glyphs: Sequence[Glyph], known: float | None = None) -> tuple[list[list[Glyph]], float | None]:
    """The characters of a page in groups, in reading order, and where the gutter lies.

    One group and None for a page of one column; otherwise bands of a left and a right column. A gutter is a level
    stretch near the middle that hardly any line crosses while lines fill both its sides. `known` is the gutter of the
    page before: a last page may hold little in its right column.
    """
    lines = rows_of(g for g in glyphs if g.text.strip())
    gutter = _gutter(lines) if len(lines) >= FEWEST_LINES else None
    if gutter is None and known and _still_clear(lines, known):
        gutter = known
    if gutter is None:
        return [list(glyphs)], None
    first, last = _edges(lines)
    out: list[list[Glyph]] = []
    left: list[Glyph] = []
    right: list[Glyph] = []
    for k, line in enumerate(lines):
        if _crosses(line, gutter) or not first <= k < last:
            out += [left, right, list(line)]
            left, right = [], []
        else:
            left += [g for g in line if g.right <= gutter]
            right += [g for g in line if g.right > gutter]
    return [group for group in (*out, left, right) if group], gutter


def _still_clear(lines: Sequence[Sequence[Glyph]], gutter: float) -> bool:
    across = sum(_crosses(line, gutter) for line in lines)
    behind = sum(any(g.left >= gutter for g in line) for line in lines)
    return bool(lines) and behind > 0 and across <= MOST_ACROSS * len(lines)


def _edges(lines: Sequence[Sequence[Glyph]]) -> tuple[int, int]:
    """First line of the body and the one behind its last: running headers and footers stand apart from it."""
    bases = [line[0].base for line in lines]
    steps = [a - b for a, b in pairwise(bases)]
    usual = sorted(line[0].height for line in lines)[len(lines) // 2] * FAR
    first = max((k + 1 for k in range(min(EDGE, len(steps))) if steps[k] > usual), default=0)
    last = min((k + 1 for k in range(max(0, len(steps) - EDGE), len(steps)) if steps[k] > usual), default=len(lines))
    return first, last


def _crosses(line: Sequence[Glyph], gutter: float) -> bool:
    """Whether a line runs over the gutter: a character on it, or two beside it with hardly a gap."""
    before = max((g for g in line if g.left < gutter), key=lambda g: g.right, default=None)
    behind = min((g for g in line if g.left >= gutter), key=lambda g: g.left, default=None)
    if before is None or behind is None:
        return before is not None and before.right > gutter
    return before.right > gutter or behind.left - before.right < GAP * max(before.height, behind.height)


def _gutter(lines: Sequence[Sequence[Glyph]]) -> float | None:
    """Where the gutter lies, None for a page of one column."""
    low = min(g.left for line in lines for g in line)
    high = max(g.right for line in lines for g in line)
    wide = high - low
    middles = {round((a + b) / 2) for line in lines for a, b in _gaps(line)}
    likely = [at for at in middles if low + MIDDLE[0] * wide < at < low + MIDDLE[1] * wide]
    if not likely:
        return None
    across = {at: sum(_crosses(line, at) for line in lines) for at in likely}
    least = sorted(at for at in likely if across[at] == min(across.values()))
    at = float(least[len(least) // 2])
    if across[least[0]] > MOST_ACROSS * len(lines):
        return None
    sides = [(_span(x, at, left=True), _span(x, at, left=False)) for x in lines if not _crosses(x, at)]
    both = sum(bool(a and b) for a, b in sides)
    alone = min(sum(bool(a) and not b for a, b in sides), sum(bool(b) and not a for a, b in sides))
    filled = all(_usual(sides, k) >= LEAST_FILLED * wide for k in (0, 1))
    return at if filled and both + alone >= LEAST_BOTH * len(lines) else None


def _gaps(line: Sequence[Glyph]) -> list[tuple[float, float]]:
    ordered = sorted(line, key=lambda g: g.left)
    return [(a.right, b.left) for a, b in pairwise(ordered) if b.left - a.right >= GAP * max(a.height, b.height)]


def _span(line: Sequence[Glyph], gutter: float, *, left: bool) -> float:
    """Width of what a line has on one side of the gutter."""
    part = [g for g in line if (g.right <= gutter) == left]
    return max(g.right for g in part) - min(g.left for g in part) if part else 0.0


def _usual(sides: Sequence[tuple[float, float]], k: int) -> float:
    """The middle width of what lines have on one side."""
    widths = sorted(s[k] for s in sides if s[k])
    return widths[len(widths) // 2] if widths else 0.0
