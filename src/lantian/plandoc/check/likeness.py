"""How far two pieces of text speak of the same thing: shared character pairs, of which rare ones weigh more."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

FEW, COMMON, MANY = 30, 0.1, 300
LEAST = 0.2  # agreement below which two texts are not worth remembering
# what is alike everywhere and says nothing: numbers, marks, blanks
NOT_WORDS = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=20_000)  # a draft under correction is checked again and again
def pairs_of(text: str) -> frozenset[str]:
    """Neighbouring characters of a text, its numbers and marks aside.

    >>> sorted(pairs_of("改造10台锅炉"))
    ['台锅', '改造', '锅炉']
    """
    return frozenset(piece[k : k + 2] for piece in NOT_WORDS.split(text) for k in range(len(piece) - 1))


class Likeness(NamedTuple):
    """Agreement of two texts: `score` 0 to 1 (Dice coefficient of weights), `shared` pairs in common."""

    score: float
    shared: int


class Likenesses:
    """Agreement of every text on the left with every text on the right that shares a pair with it.

    An index of pairs keeps this far from comparing each with each.
    """

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self._left = [pairs_of(text) for text in left]
        self._right = [pairs_of(text) for text in right]
        every = self._left + self._right
        counts = Counter(pair for pairs in every for pair in pairs)
        # a pair that every tenth text has tells nothing apart, and would make the index as slow as no index
        common = min(max(FEW, len(every) * COMMON), MANY)
        self._weight = {p: math.log(1 + len(every) / count) for p, count in counts.items() if count <= common}
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for k, pairs in enumerate(self._right):
            for pair in pairs & self._weight.keys():
                self._holders[pair].append(k)
        self._right_total = [self._total(pairs) for pairs in self._right]
        self._found: dict[int, dict[int, Likeness]] = {}

    def of(self, k: int) -> dict[int, Likeness]:
        """Agreement of left text `k` with texts on the right, by their index; those with next to none are left out."""
        if k in self._found:
            return self._found[k]
        weights: defaultdict[int, float] = defaultdict(float)
        shared: Counter[int] = Counter()
        for pair in self._left[k] & self._weight.keys():
            weight = self._weight[pair]
            for other in self._holders[pair]:
                weights[other] += weight
                shared[other] += 1
        total = self._total(self._left[k])
        self._found[k] = {
            j: Likeness(2 * weight / (total + self._right_total[j]), shared[j])
            for j, weight in weights.items()
            if 2 * weight > LEAST * (total + self._right_total[j])
        }
        return self._found[k]

    def mutual_best(self) -> dict[int, tuple[int, Likeness]]:
        """For every left text the right one most like it, where each is the other's best (a draw counts)."""
        table = [self.of(k) for k in range(len(self._left))]
        best_right: defaultdict[int, float] = defaultdict(float)
        for row in table:
            for j, found in row.items():
                best_right[j] = max(best_right[j], found.score)
        best = {}
        for k, row in enumerate(table):
            if row:
                j = max(row, key=lambda j: row[j].score)
                if row[j].score >= best_right[j]:
                    best[k] = (j, row[j])
        return best

    def _total(self, pairs: frozenset[str]) -> float:
        return sum(self._weight.get(pair, 0) for pair in pairs) or 1.0


@lru_cache(maxsize=8)
def likenesses(left: tuple[str, ...], right: tuple[str, ...]) -> Likenesses:
    """Agreements of texts, remembered: most corrections of a draft leave its texts as they are."""
    return Likenesses(left, right)
