"""Columns of drawn tables: cells that stand under one another belong to one column, though drawn a hair apart."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]  # first column (from 0) and the one after the last


def aligned(rows: Sequence[Sequence[Span]], widths: Sequence[int], near: int) -> list[list[Span]]:
    """Spans on the columns that a reader sees.

    Tables drawn by hand have edges a hair apart in different rows, and each such edge makes a column of its own in
    the file. Edges nearer than `near` are one, unless a cell lies between them; columns where nothing begins vanish.

    Parameters
    ----------
    widths : of the columns of the file, in the unit of `near`; empty when not known: then only unused columns vanish.

    Examples
    --------
    >>> aligned([[(0, 1), (1, 3)], [(0, 2), (2, 3)]], [1000, 20, 3000], 100)
    [[(0, 1), (1, 2)], [(0, 1), (1, 2)]]
    """
    used = sorted({edge for row in rows for span in row for edge in span})
    if not used:
        return [list(row) for row in rows]
    known = len(widths) >= used[-1] and all(w > 0 for w in widths[: used[-1]])
    at = [0]
    for w in widths:
        at.append(at[-1] + w)
    thin = {span for row in rows for span in row}
    column, columns, cluster = {used[0]: 0}, 0, [used[0]]
    for edge in used[1:]:
        joins = known and at[edge] - at[cluster[0]] < near and not any((e, edge) in thin for e in cluster)
        if not joins:
            columns, cluster = columns + 1, []
        cluster.append(edge)
        column[edge] = columns
    return [[(column[a], column[b]) for a, b in row] for row in rows]
