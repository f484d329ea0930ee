"""The upper plan's items that a plan answers: its numbers as tasks name them, and the gaps between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lantian.plandoc.revise.wording import plain

LONGEST_RANGE = 200  # a wider one is no range of items but a date or an error
_RANGE = re.compile(r"(\d{1,9})(?:-|—|–|~|至|到)(\d{1,9})")


def named(written: Sequence[str | None]) -> list[list[str]]:
    """The items that each of a plan's cells names.

    '3、5-7' is 3, 5, 6 and 7; '49-1' is 49, and where a plan has an '8-1', its '8-9' is a part of 8 as well.

    >>> named(["3、5-7", "49-1", "第12项", None]), named(["8-1", "8-9"])
    ([['3', '5', '6', '7'], ['49'], ['12'], []], [['8'], ['8']])
    """
    cells = [re.split(r"[、,;\s/]+", plain(re.sub(r"\s+", ",", (cell or "").strip()))) for cell in written]
    parted = {span[1] for cell in cells for piece in cell if (span := _RANGE.search(piece)) and span[2] == "1"}
    return [list(dict.fromkeys(n for piece in cell for n in _numbers(piece, parted))) for cell in cells]


def _numbers(piece: str, parted: set[str]) -> list[str]:
    span = _RANGE.search(piece)
    if span and span[1] not in parted and 0 < int(span[2]) - int(span[1]) <= LONGEST_RANGE:
        return [str(n) for n in range(int(span[1]), int(span[2]) + 1)]
    number = re.search(r"\d{1,9}", piece)
    return [str(int(number[0]))] if number else []


def gaps(numbers: Iterable[str], *, last: int | None = None) -> list[int]:
    """Whole numbers from 1 to the greatest (or to `last`) that are not among `numbers`.

    >>> gaps(["1", "2", "5"]), gaps(["2"], last=4)
    ([3, 4], [1, 3, 4])
    """
    there = {int(number) for number in numbers if number.isdecimal()}
    return [n for n in range(1, max([*there, last or 0]) + 1) if n not in there]


def spans(numbers: Iterable[int]) -> list[str]:
    """Numbers in their order as people write them.

    >>> spans([5, 6, 7, 12, 15, 16])
    ['5–7', '12', '15–16']
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
