"""Two wordings cut where they differ, so that a page can show what was struck out and what was written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SHORT = 2  # tokens in common that are too few to be read as kept
TOKEN = re.compile(r"[0-9０-９.]+|[A-Za-z]+|.", re.DOTALL)  # a number changes as a whole
NAME = re.compile(r"[^、\n]+|[、\n]")  # in a list of names


@dataclass(frozen=True)
class Stroke:
    """A stretch of text; `changed` where the other wording has something else."""

    text: str
    changed: bool


def strokes(before: str, after: str, *, token: re.Pattern[str] = TOKEN) -> tuple[list[Stroke], list[Stroke]]:
    """The old and the new wording as stretches; `token` is what changes as a whole, by default a character or number.

    >>> old, new = strokes("10月底前完成", "11月底前完成")
    >>> [s.text for s in old if s.changed], [s.text for s in new if s.changed]
    (['10'], ['11'])
    """
    mine, theirs = token.findall(before), token.findall(after)
    left: list[Stroke] = []
    right: list[Stroke] = []
    a = b = 0
    for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
        # a character between two changes is alike by chance; at either end it is not
        inside = 0 < block.a < len(mine) - block.size and 0 < block.b < len(theirs) - block.size
        if 0 < block.size < SHORT and inside:
            continue
        _add(left, mine[a : block.a], changed=True)
        _add(right, theirs[b : block.b], changed=True)
        a, b = block.a + block.size, block.b + block.size
        _add(left, mine[block.a : a], changed=False)
        _add(right, theirs[block.b : b], changed=False)
    return left, right


def _add(strokes: list[Stroke], tokens: list[str], *, changed: bool) -> None:
    if tokens:
        strokes.append(Stroke("".join(tokens), changed))
