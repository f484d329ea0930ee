"""Which entries of lists look like one another: by name, by code, by place. Bounded, whatever the size of the list."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from lantian import geo, rulebook
from lantian.rulebook.schemas.ledger_checks import LedgerChecks

__all__ = ["Entry", "Pair", "core_of", "likeness", "look_alikes"]

CELL = 0.001  # degrees: about 100 m, so that what is within 50 m lies in the same cell or the next
CROWD = 60  # entries that share one block; a larger block says nothing about likeness


@dataclass(frozen=True)
class Entry:
    """An entry of a list as it is compared; `marks` are device numbers and the like: two that differ are two things."""

    key: int
    name: str
    credit_code: str = ""
    place: tuple[float, float] | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two entries that look alike, and why: likeness of names (0 to 1), metres between them, the same code."""

    one: Entry
    other: Entry
    names: float
    metres: float | None
    same_code: bool


def rules() -> LedgerChecks:
    """The rule as it holds here."""
    return rulebook.get("ledger-checks", as_=LedgerChecks)


def core_of(name: str) -> str:
    """A name without what many names share: legal form, brackets, spaces.

    >>> core_of("青河区松溪建材有限责任公司（分厂）"), core_of("松溪建材厂")
    ('青河区松溪建材', '松溪建材')
    """
    found = re.sub(r"[（(].*?[）)]", "", unicodedata.normalize("NFKC", name))
    found = re.sub(r"[\W_]+", "", found)
    while cut := next((end for end in rules().endings if found.endswith(end) and len(found) > len(end) + 1), ""):
        found = found.removesuffix(cut)
    return found


def _pairs_of(core: str) -> frozenset[str]:
    return frozenset(core[k : k + 2] for k in range(len(core) - 1)) or frozenset({core})


def likeness(one: str, other: str) -> float:
    """How alike two names are: Dice coefficient of the pairs of signs of their cores.

    >>> likeness("松溪建材厂", "松溪建材有限公司"), round(likeness("松溪建材厂", "柳湾食品厂"), 2)
    (1.0, 0.0)
    """
    return _alike(_pairs_of(core_of(one)), _pairs_of(core_of(other)))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))


def look_alikes(entries: Sequence[Entry]) -> list[Pair]:
    """Pairs of entries that may be one thing: the same code, alike names near by, or one place and half a name.

    Parameters
    ----------
    entries : of one list. A rare pair of signs, a code or a square of the map brings two together; only those are
        compared, so that 100,000 entries take seconds

    Examples
    --------
    >>> rows = [Entry(1, "松溪建材厂"), Entry(2, "松溪建材有限公司"), Entry(3, "柳湾食品厂")]
    >>> [(pair.one.key, pair.other.key) for pair in look_alikes(rows)]
    [(1, 2)]
    """
    rule = rules()
    read = {one.key: _Read.of(one) for one in entries}
    found = []
    for a, b in _candidates(read.values()):
        one, other = a.entry, b.entry
        if _told_apart(one.marks, other.marks) or _told_apart(a.numbers, b.numbers):
            continue
        names = _alike(a.pairs, b.pairs)
        if names < min(rule.same_name, rule.half_name):
            continue
        apart = geo.metres(one.place, other.place) if one.place and other.place else None
        same_code = bool(one.credit_code) and one.credit_code == other.credit_code
        near = apart is None or apart <= rule.far
        close = apart is not None and apart <= rule.near
        if (same_code and names >= rule.half_name) or (names >= rule.same_name and near) or (
            close and names >= rule.half_name
        ):  # fmt: skip
            found.append(Pair(one, other, names, apart, same_code))
    return found


@dataclass(frozen=True)
class _Read:
    """An entry with what of its name is compared, read once."""

    entry: Entry
    core: str
    pairs: frozenset[str]
    numbers: list[str]

    @classmethod
    def of(cls, entry: Entry) -> _Read:
        core = core_of(entry.name)
        return cls(entry, core, _pairs_of(core), _numbers(entry.name))


def _told_apart(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether both bear a mark, and not the same: boiler 1 and boiler 2."""
    return bool(one and other) and list(one) != list(other)


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", unicodedata.normalize("NFKC", name))


def _candidates(entries: Iterable[_Read]) -> Iterator[tuple[_Read, _Read]]:
    """Pairs that share a block: each pair once."""
    by_key = {one.entry.key: one for one in entries}
    seen: set[tuple[int, int]] = set()
    for block in _blocks(by_key.values()):
        if len(block) > CROWD:
            continue
        for pair in combinations(sorted(block), 2):
            if pair not in seen:
                seen.add(pair)
                yield by_key[pair[0]], by_key[pair[1]]


def _blocks(entries: Iterable[_Read]) -> Iterable[set[int]]:
    blocks: Mapping[object, set[int]] = defaultdict(set)
    for read in entries:
        one = read.entry
        if one.credit_code:
            blocks["code", one.credit_code].add(one.key)
        blocks["core", read.core].add(one.key)
        for pair in read.pairs:
            blocks["pair", pair].add(one.key)
        if one.place:
            column, row = (int(part // CELL) for part in one.place)
            for step in ((0, 0), (1, 0), (0, 1), (1, 1)):
                blocks["cell", column + step[0], row + step[1]].add(one.key)
    return blocks.values()
