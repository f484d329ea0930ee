"""Text that remembers where each of its characters stood in the document."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

INSERTED = -1  # a character that no source character stands behind (a joining line break)


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """A string whose every character knows its offset in `Document.source`.

    Reading, joining wrapped lines and cutting out markup all change the text; spans must still point at
    what the reader sees in the document. Slices, `strip`, `join`, `split` and `cut` keep the offsets.

    Examples
    --------
    >>> line = Traced.of("2017 年底前", start=100)
    >>> line.cut(r"\\s").text
    '2017年底前'
    >>> line.cut(r"\\s").span(4, 7)
    (105, 108)
    """

    text: str
    at: array[int]

    @classmethod
    def of(cls, text: str, start: int = 0) -> Traced:
        """Text that stands unchanged in the source from offset `start`."""
        return cls(text, array("q", range(start, start + len(text))))

    @classmethod
    def inserted(cls, text: str) -> Traced:
        """Text that does not stand in the source."""
        return cls(text, array("q", [INSERTED]) * len(text))

    @classmethod
    def join(cls, separator: str, parts: Iterable[Traced]) -> Traced:
        """Parts put together; the separator counts as inserted."""
        parts = list(parts)
        at = array("q")
        for k, part in enumerate(parts):
            if k:
                at.extend([INSERTED] * len(separator))
            at.extend(part.at)
        return cls(separator.join(p.text for p in parts), at)

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: Traced) -> Traced:
        return Traced(self.text + other.text, self.at + other.at)

    def __getitem__(self, piece: slice) -> Traced:
        return Traced(self.text[piece], self.at[piece])

    def strip(self, characters: str | None = None) -> Traced:
        left = len(self.text) - len(self.text.lstrip(characters))
        return self[left : max(left, len(self.text.rstrip(characters)))]

    def split(self, pattern: str | re.Pattern[str]) -> list[Traced]:
        """Pieces between the matches of `pattern`."""
        pieces, start = [], 0
        for m in re.finditer(pattern, self.text):
            pieces.append(self[start : m.start()])
            start = m.end()
        return [*pieces, self[start:]]

    def cut(self, pattern: str | re.Pattern[str]) -> Traced:
        """The text without the matches of `pattern`."""
        return Traced.join("", self.split(pattern))

    def replace(self, pattern: str | re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Traced:
        """Matches replaced; a replacement of equal length keeps its offsets, another one takes the match's first."""
        out, start = [], 0
        for m in re.finditer(pattern, self.text):
            new = by(m)
            old = self[m.start() : m.end()]
            at = old.at if len(new) == len(old) else array("q", old.at[:1] * len(new))
            out += [self[start : m.start()], Traced(new, at)]
            start = m.end()
        return Traced.join("", [*out, self[start:]])

    def span(self, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """First and last-plus-one source offset of a piece; None when nothing of it stands in the source."""
        known = [a for a in self.at[start:end] if a != INSERTED]
        return (min(known), max(known) + 1) if known else None
