"""What was read from files of measurements, what was left out, where and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lantian.airquality.exact import Whole

Code = Literal[
    "not-a-number",
    "bad-time",
    "future",
    "duplicate",
    "too-high",
    "too-low",
    "no-station",
    "unknown-column",
    "unknown-unit",
    "unreadable-file",
]
KEPT = 200  # places remembered of each kind and file; all are counted


@dataclass(frozen=True)
class Skipped:
    """One thing left out: in which file, line and column, what stood there, why and what to do."""

    code: Code
    file: str
    row: int | None
    column: str
    value: str
    zh: str
    en: str


@dataclass
class ReadReport:
    """Files, rows and values read, also by factor; what was skipped; what was assumed."""

    files: list[str] = field(default_factory=list)
    rows: int = 0
    values: int = 0
    by_factor: Counter[str] = field(default_factory=Counter)
    counts: Counter[Code] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    _held: Counter[tuple[str, Code]] = field(default_factory=Counter, repr=False)

    def skip(self, skipped: Skipped) -> None:
        """Something left out."""
        self.skip_each(skipped.code, skipped.file, [0], lambda _: skipped)

    def skip_each(self, code: Code, file: str, places: Sequence[int] | Whole, tell: Callable[[int], Skipped]) -> None:
        """Several things left out: all are counted, and the first ones of a file told."""
        if not len(places):
            return
        self.counts[code] += len(places)
        room = KEPT - self._held[file, code]
        told = [tell(int(place)) for place in places[: max(room, 0)]]
        self._held[file, code] += len(told)
        self.skipped += told

    def add(self, other: ReadReport) -> None:
        """What another report says of other rows of the same files."""
        self.rows += other.rows
        self.values += other.values
        self.by_factor += other.by_factor
        self.counts += other.counts
        self.skipped += other.skipped[: max(KEPT - len(self.skipped), 0)]
        for zh, en in other.notes:
            self.note(zh, en)

    def note(self, zh: str, en: str) -> None:
        """Something assumed or converted, told once."""
        if (zh, en) not in self.notes:
            self.notes.append((zh, en))
