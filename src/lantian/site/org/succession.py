"""What became of units by a day: who does the work of whom. Pure; rows come from `register`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property

# A unit, the one that does its work now, and since when; None: it was the same unit all along.
Step = tuple[int, int, dt.date | None]


class Succession:
    """The steps that had been taken by a day.

    Examples
    --------
    >>> by = Succession([(1, 2, dt.date(2019, 1, 1)), (2, 3, dt.date(2021, 1, 1))], on=dt.date(2020, 1, 1))
    >>> by.today(1), by.today(3)
    ((2,), (3,))
    >>> sorted(by.predecessors({2}))
    [1, 2]
    """

    def __init__(self, steps: Iterable[Step], *, on: dt.date) -> None:
        self.steps = [step for step in steps if step[2] is None or step[2] <= on]
        self._known: dict[int, tuple[int, ...]] = {}  # pages ask for the same few units with every task

    @cached_property
    def _next(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for unit, successor, _on in self.steps:
            found[unit] = (*found.get(unit, ()), successor)
        return found

    @cached_property
    def _undated(self) -> frozenset[int]:
        return frozenset(unit for unit, _successor, on in self.steps if on is None)

    def today(self, unit: int) -> tuple[int, ...]:
        """Who does the work of a unit: itself, one successor, or several where it was split. Circles end."""
        if unit in self._known:
            return self._known[unit]
        found: dict[int, None] = {}
        seen: set[int] = set()
        waiting = [unit]
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.add(one)
            after = self._next.get(one, ())
            waiting += after
            if not after:
                found[one] = None
        self._known[unit] = tuple(found) or (unit,)
        return self._known[unit]

    def same_all_along(self, unit: int) -> bool:
        """Whether the way to today's unit holds nothing but other writings of its name."""
        seen: set[int] = set()
        while unit in self._next and unit not in seen:
            if unit not in self._undated:
                return False
            seen.add(unit)
            unit = self._next[unit][0]
        return True

    def predecessors(self, units: Iterable[int]) -> frozenset[int]:
        """The units themselves and all whose work they do."""
        back: dict[int, list[int]] = {}
        for unit, successor, _on in self.steps:
            back.setdefault(successor, []).append(unit)
        found: set[int] = set()
        waiting = list(units)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += back.get(one, [])
        return frozenset(found)
