"""Which task of the old plan is which of the new one, though it was renumbered, moved, reworded, split or joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from lantian.plandoc.check.likeness import Likenesses
from lantian.plandoc.plan import Quantity, Task
from lantian.plandoc.revise.wording import plain

Key = Callable[[Task], Hashable]
ALIKE = 0.35  # agreement of the words from which two tasks are one
HALF_ALIKE = 0.2  # the same where number or title agree as well


def pair_tasks(old: Sequence[Task], new: Sequence[Task]) -> dict[int, int]:
    """Indices of old tasks with those of the new tasks that they became.

    First what is the same to the word, wherever it stands now; then by likeness of the words, to which number, title,
    units and part of the document are added; last what has nothing but its title, or its number and units, in common.
    """
    pairs = _Pairs(old, new)
    for key in (_whole, _words_and_part, _words):
        pairs.take(_of_one_key(pairs, key))
    pairs.take(_alike(pairs))
    pairs.take(_of_one_key(pairs, _title_and_part, only_unique=True))
    pairs.take(_of_one_key(pairs, _place_and_units, only_unique=True))
    return dict(sorted(pairs.found.items()))


class _Pairs:
    """What is paired so far."""

    def __init__(self, old: Sequence[Task], new: Sequence[Task]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()

    def free_old(self) -> list[int]:
        return [k for k in range(len(self.old)) if k not in self.found]

    def free_new(self) -> list[int]:
        return [j for j in range(len(self.new)) if j not in self.taken]

    def take(self, candidates: Iterator[tuple[int, int]]) -> None:
        for k, j in candidates:
            if k not in self.found and j not in self.taken:
                self.found[k] = j
                self.taken.add(j)


def _of_one_key(pairs: _Pairs, key: Key, *, only_unique: bool = False) -> Iterator[tuple[int, int]]:
    """Free tasks that agree in a key; of several those with the same number first, then in their order."""
    left: defaultdict[Hashable, list[int]] = defaultdict(list)
    right: defaultdict[Hashable, list[int]] = defaultdict(list)
    for k in pairs.free_old():
        left[key(pairs.old[k])].append(k)
    for j in pairs.free_new():
        right[key(pairs.new[j])].append(j)
    for one, mine in left.items():
        theirs = right.get(one, [])
        if one is None or not theirs or (only_unique and (len(mine) > 1 or len(theirs) > 1)):
            continue
        yield from ((k, j) for k in mine for j in theirs if pairs.old[k].number == pairs.new[j].number)
        yield from ((k, j) for k in mine for j in theirs)


def _alike(pairs: _Pairs) -> Iterator[tuple[int, int]]:
    """Free tasks with like words, the likest first; of equals those that stand nearest to each other."""
    left, right = pairs.free_old(), pairs.free_new()
    likenesses = Likenesses([_said(pairs.old[k]) for k in left], [_said(pairs.new[j]) for j in right])
    scored: list[tuple[float, float, int, int]] = []
    for a, k in enumerate(left):
        for b, likeness in likenesses.of(a).items():
            j = right[b]
            one, other = pairs.old[k], pairs.new[j]
            number, title = _same(one.number, other.number), _same(plain(one.title), plain(other.title))
            if likeness.score < (HALF_ALIKE if number or title else ALIKE):
                continue
            score = likeness.score + 0.15 * number + 0.15 * title + 0.1 * (one.part == other.part)
            score += 0.1 * _shared(_units(one), _units(other)) + 0.05 * (_heading(one) == _heading(other))
            away = abs(k / len(pairs.old) - j / len(pairs.new))
            scored.append((-score, away, k, j))
    for _score, _away, k, j in sorted(scored):
        yield k, j


def _said(task: Task) -> str:
    return f"{task.title or ''} {task.text}"


def _whole(task: Task) -> Hashable:
    return task.model_dump_json(exclude={"spans": True, "quantities": {"__all__": {"span"}}})


def _words_and_part(task: Task) -> Hashable:
    return (plain(_said(task)), task.part) if plain(task.text) else None


def _words(task: Task) -> Hashable:
    return plain(_said(task)) if plain(task.text) else None


def _title_and_part(task: Task) -> Hashable:
    return (plain(task.title), task.part) if plain(task.title) else None


def _place_and_units(task: Task) -> Hashable:
    return (task.number, task.part, _heading(task), _units(task)) if task.number and _units(task) else None


def _heading(task: Task) -> str:
    return plain((task.section or "").rsplit("/", 1)[-1])


def _units(task: Task) -> frozenset[str]:
    return frozenset([*task.lead, *task.responsible])


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and one == other


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def pair_quantities(old: Sequence[Quantity], new: Sequence[Quantity]) -> dict[int, int]:
    """Indices of a task's numbers with those that they became: by town, unit and what is counted, a changed value
    last; what is left over with the same town and unit belongs together as well."""
    keys: list[Callable[[Quantity], Hashable]] = [
        lambda q: (q.town, q.unit, q.what, q.kind, q.value),
        lambda q: (q.town, q.unit, q.what, q.kind),
        lambda q: (q.town, q.unit, q.value),
        lambda q: (q.town, q.unit, q.kind),
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        right: defaultdict[Hashable, list[int]] = defaultdict(list)
        for j, quantity in enumerate(new):
            if j not in taken:
                right[key(quantity)].append(j)
        for k, quantity in enumerate(old):
            if k not in found and (same := right[key(quantity)]):
                found[k] = same.pop(0)
                taken.add(found[k])
    return found
