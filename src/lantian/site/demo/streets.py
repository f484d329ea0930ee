"""Where the streets of the demo lie: a grid of five by three, shaken so that it does not look like one."""

from __future__ import annotations

import random

WEST, SOUTH, WIDE, HIGH, COLUMNS = 116.32, 39.87, 0.016, 0.033, 5


def ring(number: int) -> list[list[float]]:
    """The outline of a street by its place in the order of codes."""
    row, column = divmod(number, COLUMNS)
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
    return [_corner(*corner) for corner in corners]


def place_in(number: int, dice: random.Random) -> tuple[float, float]:
    """A place within a street."""
    (west, south), _east, (east, north) = ring(number)[:3]
    return (
        round(west + (east - west) * dice.uniform(0.2, 0.8), 5),
        round(south + (north - south) * dice.uniform(0.2, 0.8), 5),
    )


def _corner(column: int, row: int) -> list[float]:
    shake = random.Random(f"{column}-{row}")
    return [
        round(WEST + WIDE * (column + shake.uniform(-0.2, 0.2)), 5),
        round(SOUTH + HIGH * (row + shake.uniform(-0.2, 0.2)), 5),
    ]
