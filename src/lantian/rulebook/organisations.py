"""Suggestions about offices: two forms of one name, and what a reorganisation made of an office.

Nothing here decides: plans of one district use names that mean another body in the next, so that a person confirms
every suggestion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from lantian.rulebook.loader import get
from lantian.rulebook.schemas.organisations import Change, Office, Offices

LEVELS = "省市区县旗镇乡"


@dataclass(frozen=True)
class Name:
    """An office name taken apart: `place` and `level` of the area before it, and the office.

    `place` is '' for a bare 区, 市 ("the" district, city of the document). `city` is the area named above it, '' for
    none. `branch` says that it is a branch (分局) of the office of the level above.
    """

    place: str
    level: str
    office: Office
    branch: bool = False
    city: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What an office name may also stand for.

    `reason` is 'form' (a longer or shorter form of the same name) or 'reorganised'. `since` is the day from which a
    reorganisation took place somewhere, `by` the day by which it had everywhere.
    """

    name: str
    reason: Literal["form", "reorganised"]
    sure: str
    since: date | None = None
    by: date | None = None
    clause: str = ""
    note: str = ""


def _rules() -> Offices:
    return get("offices", as_=Offices)


@dataclass(frozen=True)
class _Table:
    by_form: dict[str, Office]
    forms: tuple[str, ...]  # longest first
    stems: dict[str, Office]  # 工商 for 工商局: how branches are named

    @classmethod
    def of(cls, rules: Offices) -> _Table:
        by_form = {form: office for office in rules.office for form in office.names}
        stems = {form.removesuffix("局"): office for form, office in by_form.items() if form.endswith("局")}
        return cls(by_form, tuple(sorted(by_form, key=len, reverse=True)), stems)


@lru_cache(maxsize=4)
def _table(rules: Offices) -> _Table:
    return _Table.of(rules)


@lru_cache(maxsize=4096)
def _taken_apart(name: str, rules: Offices) -> Name | None:
    table = _table(rules)
    branch = re.fullmatch(r"(.{0,30}?)分局", name)
    if branch:
        return _branch(branch[1], table)
    form = next((f for f in table.forms if name.endswith(f)), None)
    if form is None:
        return None
    office, before = table.by_form[form], name.removesuffix(form)
    if office.place and before:
        return Name(before, "", office)
    area = _area(before)
    return Name(area[1], area[2], office, city=area[0]) if area else None


def _branch(name: str, table: _Table) -> Name | None:
    """青河工商分局, 公安青河分局 or 市生态环境局青河分局."""
    for form in table.forms:
        head, found, tail = name.partition(form)
        if found and _is_place(tail) and (not head or head[-1] in LEVELS):
            return Name(_bare(tail), "区", table.by_form[form], branch=True, city=_bare(head))
    for stem in sorted(table.stems, key=len, reverse=True):
        for place in (name.removesuffix(stem), name.removeprefix(stem)):
            if place != name and _is_place(place):
                return Name(_bare(place), "区", table.stems[stem], branch=True)
    return None


def _is_place(text: str) -> bool:
    """Whether a text may be the place of a branch: not another office (区公安分局交通分局)."""
    return 0 < len(text) <= 10 and not set(text) & set("局委办部院")


def _bare(place: str) -> str:
    return place[:-1] if place and place[-1] in LEVELS else place


def _area(before: str) -> tuple[str, str, str] | None:
    """(area above, place without its level, level) of what stands before an office; None where it is no area."""
    if not before:
        return "", "", ""
    if before[-1] not in LEVELS:
        return None
    place, city = before[:-1], ""
    above = re.match(r"(.*[省市])(?=.)", place)  # 云岭市青河区: the last area counts
    if above:
        city, place = above[1], place[above.end() :]
    return city, ("" if place in ("我", "本", "全") else place), before[-1]


def _clean(name: str) -> str:
    return re.sub(r"\s", "", name)


def taken_apart(name: str) -> Name | None:
    """Area and office of a unit name; None where no office of the rulebook ends it.

    Examples
    --------
    >>> taken_apart("云岭市青河区环保局").place
    '青河'
    >>> taken_apart("青河工商分局").branch
    True
    """
    return _taken_apart(_clean(name), _rules())


def same_office(a: str, b: str, *, on: date | None = None) -> Suggestion | None:
    """Whether `b` may be the office `a`: a form of its name, or what it became or came from; None where not.

    A bare 区 or 市 agrees with any area of that level. The suggestion's `name` is `b`.

    Parameters
    ----------
    on : day of the document; a reorganisation that began later is left out

    Examples
    --------
    >>> same_office("区发改委", "青河区发展和改革委员会").reason
    'form'
    >>> same_office("区环保局", "区生态环境局", on=date(2019, 9, 1)).reason
    'reorganised'
    >>> same_office("区环保局", "市环保局") is None
    True
    """
    first, second = taken_apart(a), taken_apart(b)
    if first is None or second is None or _clean(a) == _clean(b) or not _agree(first, second):
        return None
    if first.office == second.office:
        return Suggestion(b, "form", _rules().sure)
    for old, new in ((first, second), (second, first)):
        for change in _chain(old, on):
            if new.office in _offices(change.new):
                return _suggestion(b, change)
    return None


def successors(name: str, on: date) -> list[Suggestion]:
    """What an office had become by a day, with the area of `name` before it; empty where nothing is known.

    Examples
    --------
    >>> [s.name for s in successors("青河区环保局", date(2020, 1, 1))]
    ['青河区生态环境局']
    >>> successors("青河区环保局", date(2017, 1, 1))
    []
    """
    taken = taken_apart(name)
    if taken is None:
        return []
    changes = _chain(taken, on)
    replaced = {form for change in changes for form in change.old}
    prefix = _prefix(_clean(name), taken)
    found: dict[str, Suggestion] = {}
    for change in changes:
        for office in _offices(change.new):
            if not replaced & set(office.names):
                found.setdefault(office.short, _suggestion(prefix + office.short, change))
    return list(found.values())


def forms(name: str) -> list[str]:
    """The other forms of an office name, with the same area before it: the full name first.

    Examples
    --------
    >>> forms("区环保局")
    ['区环境保护局']
    """
    taken = taken_apart(name)
    if taken is None or taken.branch:
        return []
    prefix = _prefix(_clean(name), taken)
    return [prefix + form for form in taken.office.names if prefix + form != _clean(name)]


def _prefix(name: str, taken: Name) -> str:
    if taken.branch:
        return taken.place + taken.level
    form = max((f for f in taken.office.names if name.endswith(f)), key=len)
    return name.removesuffix(form)


def _agree(a: Name, b: Name) -> bool:
    """Whether two areas may be the same."""
    if a.office.place or b.office.place:
        return a.office.place == b.office.place and a.place == b.place and a.level == b.level
    if a.level and b.level and a.level != b.level and not (a.branch or b.branch):
        return False
    if a.branch or b.branch:
        other = b if a.branch else a
        if not other.branch and other.level == "市":
            return False
    return not a.place or not b.place or a.place == b.place


def _offices(names: tuple[str, ...]) -> list[Office]:
    table = _table(_rules())
    return [table.by_form[name] for name in names]


def _chain(name: Name, on: date | None) -> list[Change]:
    """The reorganisations of an office, and of what it became, that had begun by a day."""
    reached, found = [name.office], []
    for change in sorted(_rules().change, key=lambda c: c.since):
        above = name.city or (name.place if name.level == "市" else "")
        elsewhere = bool(change.areas and above) and not above.startswith(change.areas)
        if (on and change.since > on) or elsewhere:
            continue
        if any(office in reached for office in _offices(change.old)):
            found.append(change)
            reached += _offices(change.new)
    return found


def _suggestion(name: str, change: Change) -> Suggestion:
    return Suggestion(name, "reorganised", change.sure, change.since, change.by, change.clause, change.note)
