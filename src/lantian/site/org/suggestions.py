"""What may be one unit under two names, what a reorganisation made of a unit, and whom a group may stand for.

Nothing here decides: a person accepts or refuses every suggestion (`actions.suggestions`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lantian import rulebook
from lantian.rulebook import organisations
from lantian.rulebook.schemas.unit_names import NameTypos
from lantian.site.org.group_names import read_group
from lantian.site.org.models import Area, SuggestionVerdict, Unit
from lantian.site.org.names import similar_names
from lantian.site.org.queries import root_area
from lantian.site.org.register import Register
from lantian.site.org.uses import Use, uses

Kind = Literal["alias", "rename", "merge"]


@dataclass(frozen=True)
class Suggestion:
    """One thing to accept or refuse.

    Attributes
    ----------
    kind : 'alias' `units` are other writings of `target`; 'rename' the unit is called `name` now; 'merge' the units
        became `target` or, where there is none, a new unit `name`
    rule : 'typo', 'form' (a longer or shorter form of a name) or 'reorganised'
    sure : how the rule is known (see `rulebook.entry`)
    since, by : between which days the reorganisation took place
    uses : where the units' names stand, most frequent first
    """

    kind: Kind
    units: tuple[Unit, ...]
    target: Unit | None
    name: str
    rule: Literal["typo", "form", "reorganised"]
    sure: str
    since: dt.date | None = None
    by: dt.date | None = None
    clause: str = ""
    note: str = ""
    uses: list[Use] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Made of names, so that it is the same tomorrow."""
        return f"{self.kind}:{'+'.join(sorted(unit.name for unit in self.units))}>{self.name}"[:700]

    @property
    def title(self) -> str:
        """The suggestion in one line."""
        return f"{'、'.join(unit.name for unit in self.units)} → {self.name}"


def open_suggestions(register: Register | None = None) -> list[Suggestion]:
    """Everything that waits for a decision on the register's day, typos first: at most eight SQL queries."""
    decided = set(SuggestionVerdict.objects.values_list("key", flat=True))
    return [one for one in _Finder(register or Register()).found() if one.key not in decided]


class _Finder:
    def __init__(self, register: Register) -> None:
        self.on = register.on
        self.register = register
        current = [unit for unit in self.register.units.values() if self.register.exists(unit)]
        self.units = [unit for unit in current if unit.kind not in (Unit.Kind.GROUP, Unit.Kind.FIRM)]
        self.by_name = {unit.name: unit for unit in current}
        self.uses: dict[int, list[Use]] = defaultdict(list)
        for use in uses():
            self.uses[use.unit].append(use)
        self.count = Counter({pk: sum(use.count for use in found) for pk, found in self.uses.items()})
        self.known_towns = set(Area.objects.values_list("name", flat=True))

    def found(self) -> list[Suggestion]:
        forms = list(self.forms())
        folded = {unit.pk for one in forms for unit in one.units}
        typos = [one for one in self.typos() if not folded & {one.units[0].pk}]
        return [*typos, *forms, *self.reorganised(folded)]

    def _uses(self, units: Iterable[Unit]) -> list[Use]:
        return sorted((use for unit in units for use in self.uses[unit.pk]), key=lambda use: -use.count)

    # Forms of one name

    @cached_property
    def offices(self) -> dict[tuple[str, str], list[Unit]]:
        """Units by the office that ends their names, with the place where the name carries it."""
        found: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in self.units:
            taken = organisations.taken_apart(unit.name)
            if taken is not None:
                found[taken.office.short, taken.place if taken.office.place else ""].append(unit)
        return found

    def forms(self) -> Iterator[Suggestion]:
        """Two units whose names are forms of one office's name: the rarer is another writing of the other."""
        done: set[int] = set()
        for group in self.offices.values():
            ranked = sorted(group, key=lambda unit: (-self.count[unit.pk], unit.pk))
            for k, target in enumerate(ranked):
                for unit in ranked[k + 1 :]:
                    if unit.pk in done or target.pk in done:
                        continue
                    same = organisations.same_office(unit.name, target.name, on=self.on)
                    if same is not None and same.reason == "form" and not self._branches(unit, target):
                        done.add(unit.pk)
                        yield Suggestion(
                            "alias", (unit,), target, target.name, "form", same.sure, uses=self._uses([unit, target])
                        )

    def _branches(self, a: Unit, b: Unit) -> bool:
        """Whether exactly one of two names is a branch's: 交通局 and 交通分局 may be two bodies."""
        taken = [organisations.taken_apart(unit.name) for unit in (a, b)]
        return sum(bool(one and one.branch) for one in taken) == 1

    # Typos

    def typos(self) -> Iterator[Suggestion]:
        """A rare name one character off a frequent one."""
        rule = rulebook.get("name-typos", as_=NameTypos)
        near: dict[str, list[Unit]] = defaultdict(list)
        units = [unit for unit in self.units if len(unit.name) >= rule.min_length and unit.name not in self.known_towns]
        for unit in units:
            for key in _less_one(unit.name):
                near[key].append(unit)
        pairs = {
            tuple(sorted((a, b), key=lambda unit: (self.count[unit.pk], -unit.pk)))
            for alike in near.values()
            for k, a in enumerate(alike)
            for b in alike[k + 1 :]
            if a.pk != b.pk
        }
        done: set[int] = set()
        for rare, usual in sorted(pairs, key=lambda pair: (-self.count[pair[1].pk], pair[0].pk)):
            fits = self.count[rare.pk] <= rule.rare and self.count[rare.pk] < max(self.count[usual.pk], 1)
            if (
                fits
                and rare.pk not in done
                and one_off(rare.name, usual.name, rule.telling)
                and not self._two(rare, usual)
            ):
                done.add(rare.pk)
                yield Suggestion("alias", (rare,), usual, usual.name, "typo", rule.sure, uses=self._uses([rare, usual]))

    def _two(self, a: Unit, b: Unit) -> bool:
        """Whether both names are known to mean two bodies."""
        first, second = organisations.taken_apart(a.name), organisations.taken_apart(b.name)
        if first is None or second is None:
            return False
        return first.office != second.office or (first.office.place and first.place != second.place)

    # Reorganisations

    def reorganised(self, folded: set[int]) -> Iterator[Suggestion]:
        """What the rulebook knows to have become of units; those of one successor together."""
        groups: dict[str, list[tuple[Unit, organisations.Suggestion]]] = defaultdict(list)
        for unit in self.units:
            if unit.pk not in folded:
                for one in self._successors(unit.name):
                    groups[one.name].append((unit, one))
        for name, members in groups.items():
            units = tuple(unit for unit, _one in members)
            told = max((one for _unit, one in members), key=lambda one: one.by or dt.date.min)
            target = self._existing(name, but=units)
            kind: Kind = "rename" if target is None and len(units) == 1 else "merge"
            yield Suggestion(
                kind,
                units,
                target,
                target.name if target else name,
                "reorganised",
                told.sure,
                told.since,
                told.by,
                told.clause,
                told.note,
                self._uses([*units, *([target] if target else [])]),
            )

    def _successors(self, name: str) -> list[organisations.Suggestion]:
        """Successors as the district would write them: with the city's name in front where the rules differ by city."""
        full = self._full(name)
        found = organisations.successors(full or name, self.on)
        if not full:
            return found
        cut = len(full) - len(name)
        return [_renamed(one, one.name[cut:]) for one in found if len(one.name) > cut]

    def _full(self, name: str) -> str:
        if not name.startswith(("区", "县", "旗")):
            return ""
        return f"{self.place}{name[1:]}" if self.place.endswith(name[0]) else ""

    @cached_property
    def place(self) -> str:
        """The district's name with the city before it, where an alias gives it; else its own name."""
        root = root_area()
        if root is None:
            return ""
        return max((alias for alias in root.aliases if alias.endswith(root.name)), key=len, default="")

    def _existing(self, name: str, *, but: tuple[Unit, ...]) -> Unit | None:
        if name in self.by_name and self.by_name[name] not in but:
            return self.by_name[name]
        taken = organisations.taken_apart(name)
        if taken is None:
            return None
        alike = self.offices.get((taken.office.short, taken.place if taken.office.place else ""), [])
        return next(
            (
                unit
                for unit in alike
                if unit not in but and (same := organisations.same_office(name, unit.name)) and same.reason == "form"
            ),
            None,
        )


def _renamed(one: organisations.Suggestion, name: str) -> organisations.Suggestion:
    return organisations.Suggestion(name, one.reason, one.sure, one.since, one.by, one.clause, one.note)


def _less_one(name: str) -> set[str]:
    """The name and every name with one character fewer: two names one change apart have one of them in common."""
    return {name, *(name[:k] + name[k + 1 :] for k in range(len(name)))}


def one_off(a: str, b: str, telling: str = "") -> bool:
    """Whether two names differ by one character replaced, missing or doubled, or by two neighbours changed over.

    A difference in one of the `telling` characters counts as two names.

    >>> one_off("区成管执法局", "区城管执法局"), one_off("区管城执法局", "区城管执法局")
    (True, True)
    >>> one_off("第一中心", "第二中心", telling="一二")
    False
    """
    if a == b:
        return False
    start = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    end = 0
    while end < min(len(rest_a), len(rest_b)) and rest_a[-1 - end] == rest_b[-1 - end]:
        end += 1
    changed_a, changed_b = rest_a[: len(rest_a) - end], rest_b[: len(rest_b) - end]
    if set(changed_a + changed_b) & set(telling):
        return False
    swapped = len(changed_a) == 2 and changed_a == changed_b[::-1]
    return swapped or max(len(changed_a), len(changed_b)) == 1


# Groups


@dataclass(frozen=True)
class GroupSuggestion:
    """Whom a group may stand for by its name; `unknown` are names in its brackets that no unit has.

    A name that does not say which units of a kind it means (相关镇街) suggests only what its brackets name.
    """

    gathers: str = ""
    members: tuple[Unit, ...] = ()
    left_out: tuple[Unit, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the name tells nothing."""
        return not (self.gathers or self.members or self.left_out)


def group_suggestion(group: Unit, register: Register | None = None) -> GroupSuggestion:
    """Members by a group's name: all units of the kind in its area, with the exceptions that its brackets name."""
    register = register or Register()
    read = read_group(group.name)
    named = {*read.included, *read.excluded}
    known = {name: register.units[register.by_name[name]] for name in named if name in register.by_name}
    for name in named - set(known):
        near = _only_like(name, register)
        if near is not None:
            known[name] = near
    word = read.word
    gathers, members = "", list[Unit]()
    if word is not None and word.certain:
        if len(word.kinds) == 1 and not word.ends:
            gathers = word.kinds[0]
        else:
            found = [register.units[pk] for kind in word.kinds for pk in register.gathered(kind, group.area_id)]
            members = [unit for unit in found if not word.ends or unit.name.endswith(word.ends)]
    by_kind = {pk for kind in ([gathers] if gathers else ()) for pk in register.gathered(kind, group.area_id)}
    members += [
        known[n] for n in read.included if n in known and known[n].pk not in by_kind and known[n] not in members
    ]
    left_out = [known[n] for n in read.excluded if n in known]
    members = [unit for unit in members if unit not in left_out and unit.pk != group.pk]
    return GroupSuggestion(
        gathers,
        tuple(dict.fromkeys(members)),
        tuple(dict.fromkeys(left_out)),
        tuple(sorted(named - set(known))),
    )


def _only_like(name: str, register: Register) -> Unit | None:
    """The one unit whose name begins with, or is a form of, what a bracket writes short; None where several are."""
    current = [unit for unit in register.units.values() if register.exists(unit) and unit.kind != Unit.Kind.GROUP]
    found = [unit for unit in current if unit.name.startswith(name) or organisations.same_office(name, unit.name)]
    if len(found) == 1:
        return found[0]
    near = similar_names(name, [unit.name for unit in current])
    return next((unit for unit in current if unit.name == near[0]), None) if len(near) == 1 else None


def groups_to_fill(register: Register) -> list[tuple[Unit, GroupSuggestion]]:
    """Groups that stand for nobody yet, with what their names suggest."""
    groups = [u for u in register.units.values() if u.kind == Unit.Kind.GROUP and register.exists(u)]
    return [(group, group_suggestion(group, register)) for group in groups if not register.members(group.pk)]
