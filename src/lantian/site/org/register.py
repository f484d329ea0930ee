"""The register of units on a day: names, successors and groups, in a bounded number of SQL queries.

A request keeps one (`request.person.register`); each part is read once, when it is first asked for:
units with their names, reorganisations, groups, areas: four at most.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from django.db.models import F, Value
from django.utils.translation import gettext as _

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.org.models.areas import Area
from lantian.site.org.models.reorganisations import Reorganisation
from lantian.site.org.models.tree import subtree
from lantian.site.org.models.units import GroupException, GroupMember, Unit
from lantian.site.org.succession import Step, Succession

Told = Literal["", "now", "same", "split", "ended"]


@dataclass(frozen=True)
class Shown:
    """A name as it was written, and what today's unit is called where that differs.

    `told`: '' nothing to add, 'now' it bears another name or another unit does its work, 'same' it is another writing,
    'split' several units do its work and nobody has said which, 'ended' nobody does.
    """

    written: str
    told: Told = ""
    names: tuple[str, ...] = ()
    unit: int | None = None

    @property
    def beside(self) -> str:
        """What stands beside the written name; '' for nothing."""
        if not self.told:
            return ""
        words = {
            "now": _("现 {names}"),
            "same": _("即 {names}"),
            "split": _("现 {names}，待确认"),
            "ended": _("已撤销"),
        }
        return words[self.told].format(names="、".join(self.names))

    def __str__(self) -> str:
        return f"{self.written}（{self.beside}）" if self.told else self.written


class OtherName(NamedTuple):
    """A name of a unit beside its own, with the days it held."""

    name: str
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True)
class Event:
    """A reorganisation as the register keeps it; `before` and `after` are keys of units."""

    pk: int
    on: dt.date
    kind: str
    names_before: tuple[str, ...]
    names_after: tuple[str, ...]
    document: str
    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)

    @property
    def label(self) -> Text:
        """Its kind for the reader."""
        return Reorganisation.Kind(self.kind).label

    def __str__(self) -> str:
        return " → ".join(filter(None, ("、".join(self.names_before), "、".join(self.names_after))))


class Register:
    """Units as they stand on a day (default: today)."""

    def __init__(self, on: dt.date | None = None) -> None:
        self.on = on or clock.today()

    @cached_property
    def _rows(self) -> tuple[dict[int, Unit], dict[int, list[OtherName]]]:
        """Units and their other names, of one query: a unit comes once for each of them."""
        units: dict[int, Unit] = {}
        names: dict[int, list[OtherName]] = defaultdict(list)
        rows = Unit.objects.annotate(
            other=F("names__name"), other_from=F("names__valid_from"), other_to=F("names__valid_to")
        ).order_by("kind", "name", "names__valid_to", "names__pk")
        for row in rows:
            units.setdefault(row.pk, row)
            if row.other is not None:
                names[row.pk].append(OtherName(row.other, row.other_from, row.other_to))
        return units, names

    @property
    def units(self) -> dict[int, Unit]:
        """All units that ever were, by key."""
        return self._rows[0]

    @property
    def _names(self) -> dict[int, list[OtherName]]:
        return self._rows[1]

    @cached_property
    def parents(self) -> dict[int, int | None]:
        """The unit above every unit."""
        return {unit.pk: unit.parent_id for unit in self.units.values()}

    @cached_property
    def succession(self) -> Succession:
        """Who does the work of whom."""
        return Succession(self.steps, on=self.on)

    @cached_property
    def steps(self) -> list[Step]:
        """Every step of every unit, whenever it was taken."""
        written: list[Step] = [(unit.pk, unit.same_as_id, None) for unit in self.units.values() if unit.same_as_id]
        return written + [
            (unit, successor, event.on)
            for event in self.events
            for unit in sorted(event.before - event.after)
            for successor in sorted(event.after)
        ]

    @cached_property
    def events(self) -> list[Event]:
        """All reorganisations, the first one first."""
        found: dict[int, Event] = {}
        rows = Reorganisation.objects.order_by("on", "pk").values_list(
            "pk", "on", "kind", "names_before", "names_after", "document", "before", "after"
        )
        for pk, on, kind, old, new, document, before, after in rows:
            event = found.setdefault(pk, Event(pk, on, kind, tuple(old), tuple(new), document))
            event.before.add(before)
            event.after.update({after} - {None})
        return list(found.values())

    def history(self, pk: int) -> list[Event]:
        """Reorganisations that a unit took part in, the first one first."""
        return [event for event in self.events if pk in event.before or pk in event.after]

    @cached_property
    def _writings(self) -> dict[int, set[str]]:
        """Names of the rows that are only other writings, by the unit that they mean."""
        found: dict[int, set[str]] = defaultdict(set)
        for unit in self.units.values():
            if unit.same_as_id:
                found[self.today(unit.pk)[0]].add(unit.name)
        return found

    @cached_property
    def by_name(self) -> dict[str, int]:
        """Unit by name or alias, other writings followed; a unit's own name comes before another's alias."""
        aliases = {name.name: pk for pk, names in self._names.items() for name in names}
        found = aliases | {unit.name: unit.pk for unit in self.units.values()}
        return {name: self._meant(pk) for name, pk in found.items()}

    def _meant(self, pk: int) -> int:
        above = self.units[pk].same_as_id
        return pk if above is None else self._meant(above)

    def name(self, pk: int) -> str:
        """What a unit is called on the day: a former name while it held."""
        held = (
            name.name
            for name in self._names.get(pk, [])
            if name.valid_to and name.valid_to >= self.on and (name.valid_from is None or name.valid_from <= self.on)
        )
        return next(held, self.units[pk].name)

    def today(self, pk: int) -> tuple[int, ...]:
        """Who does the work of a unit on the day; several where it was split."""
        return self.succession.today(pk)

    def ended(self, pk: int) -> bool:
        """Whether a unit has ended by the day."""
        until = self.units[pk].valid_to
        return until is not None and until < self.on

    def predecessors(self, units: Iterable[int]) -> frozenset[int]:
        """The units themselves and all whose work they do."""
        return self.succession.predecessors(units)

    def shown(self, written: str, pk: int | None) -> Shown:
        """How a name that a document wrote is shown: with today's unit beside it where that is called otherwise."""
        if (written, pk) not in self._shown:
            self._shown[written, pk] = self._beside(written, pk)
        return self._shown[written, pk]

    @cached_property
    def _shown(self) -> dict[tuple[str, int | None], Shown]:
        return {}

    def _beside(self, written: str, pk: int | None) -> Shown:
        if pk is None or pk not in self.units:
            return Shown(written)
        leaves = self.today(pk)
        names = tuple(self.name(leaf) for leaf in leaves)
        if len(leaves) > 1:
            return Shown(written, "split", names, pk)
        leaf = leaves[0]
        if self.ended(leaf):
            return Shown(written, "ended", (), leaf)
        if written == names[0] or written in self._aliases(leaf):
            return Shown(written, "", names, leaf)
        same = written in self._writings.get(leaf, ()) or (leaf != pk and self.succession.same_all_along(pk))
        return Shown(written, "same" if same else "now", names, leaf)

    def _aliases(self, pk: int) -> set[str]:
        return {n.name for n in self._names.get(pk, []) if n.valid_to is None or n.valid_to >= self.on}

    # Groups

    @cached_property
    def _areas(self) -> dict[int, int | None]:
        return dict(Area.objects.values_list("pk", "parent_id"))

    @cached_property
    def _in_groups(self) -> tuple[dict[int, list[int]], dict[int, set[int]]]:
        """Members by name and exceptions of every group on the day."""
        members: dict[int, list[int]] = defaultdict(list)
        without: dict[int, set[int]] = defaultdict(set)
        fields = ("pk", "group", "unit", "valid_from", "valid_to", "left_out")
        named = GroupMember.objects.order_by().annotate(left_out=Value(0)).values_list(*fields)
        excepted = GroupException.objects.order_by().annotate(left_out=Value(1)).values_list(*fields)
        for _pk, group, unit, since, until, left_out in named.union(excepted, all=True).order_by("left_out", "pk"):
            if (since and since > self.on) or (until and until < self.on):
                continue
            if left_out:
                without[group].update(self.today(unit))
            else:
                members[group].append(unit)
        return members, without

    def exists(self, unit: Unit) -> bool:
        """Whether a unit exists on the day under its own row."""
        begun = unit.valid_from is None or unit.valid_from <= self.on
        return begun and not self.ended(unit.pk) and unit.same_as_id is None

    def gathered(self, kind: str, area: int | None) -> list[int]:
        """All units of a kind that exist in an area on the day."""
        inside = subtree(self._areas, {area}) if area else None
        return [
            unit.pk
            for unit in self.units.values()
            if unit.kind == kind and self.exists(unit) and (inside is None or unit.area_id in inside)
        ]

    def members(self, group: int) -> tuple[int, ...]:
        """The units that a group stands for on the day: groups in it are opened, exceptions left out."""
        return tuple(self._opened(group, frozenset()))

    def _opened(self, pk: int, above: frozenset[int]) -> dict[int, None]:
        if pk in above:
            return {}
        leaves = self.today(pk)
        if leaves != (pk,):
            return {one: None for leaf in leaves for one in self._opened(leaf, above | {pk})}
        unit = self.units[pk]
        if unit.kind != Unit.Kind.GROUP:
            return {pk: None}
        members, without = self._in_groups
        found: dict[int, None] = {}
        for one in [*(self.gathered(unit.gathers, unit.area_id) if unit.gathers else ()), *members.get(pk, ())]:
            found |= self._opened(one, above | {pk})
        return {one: None for one in found if one not in without.get(pk, ()) and not self.ended(one)}

    def expand(self, units: Iterable[int]) -> list[int]:
        """Units with every group opened and every predecessor followed, each once, in order."""
        found: dict[int, None] = {}
        for pk in units:
            if pk not in self._alone:
                self._alone[pk] = self._opened(pk, frozenset())
            found |= self._alone[pk]
        return list(found)

    @cached_property
    def _alone(self) -> dict[int, dict[int, None]]:
        """What each unit that was asked for stands for: pages ask for the same ones with every task."""
        return {}

    @cached_property
    def _groups_of(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for unit in self.units.values():
            if unit.kind == Unit.Kind.GROUP:
                for member in self.members(unit.pk):
                    found[member].add(unit.pk)
        return found

    def groups_of(self, pk: int) -> set[int]:
        """Groups that stand for a unit, by its own name or through another group."""
        return self._groups_of.get(pk, set())

    def answering_for(self, units: Iterable[int]) -> frozenset[int]:
        """Units whose tasks these units have to do: their own, their predecessors', those of their groups."""
        own = set(units)
        groups = {group for unit in own for leaf in self.today(unit) for group in self._groups_of.get(leaf, ())}
        return self.predecessors(own | groups)


def register_of(actor: Actor) -> Register:
    """The register that a person keeps for the request; a fresh one for the system."""
    kept = getattr(actor, "register", None)
    return kept if isinstance(kept, Register) else Register()
