"""Which ledgers there are, and that what they say of one another is true."""

from __future__ import annotations

import datetime as dt

from lantian import rulebook
from lantian.rulebook import RuleError
from lantian.rulebook.loader import find, ids
from lantian.rulebook.schemas.ledgers import Ledger, LedgerGroup, LedgerGroups, LedgerLife, Refers
from lantian.rulebook.schemas.zones import ZoneKinds

__all__ = ["all_ledgers", "get", "groups", "life_of", "names", "personal_once"]

NO_LEDGERS = ("ledger-groups", "ledger-checks", "ledger-life-")


def _id(name: str) -> str:
    return f"ledger-{name.replace('_', '-')}"


def get(name: str, *, on: dt.date | None = None) -> Ledger:
    """A ledger by its name, as it holds on a day.

    Raises
    ------
    RuleError
        there is none, or it speaks of a life cycle, group, step or parent that is not there

    Examples
    --------
    >>> get("coal_boiler").life
    'removal'
    """
    loaded = find(_id(name), on=on)
    ledger = rulebook.get(_id(name), on=on, as_=Ledger)
    if wrong := _wrong(ledger):
        zh, en = wrong
        raise RuleError(f"{loaded.file}：{zh}", f"{loaded.file}: {en}")
    return ledger


def names() -> tuple[str, ...]:
    """The names of all ledgers, sorted; reads no file."""
    prefix = "ledger-"
    found = (one for one in ids() if one.startswith(prefix) and not one.startswith(NO_LEDGERS))
    return tuple(one.removeprefix(prefix).replace("-", "_") for one in found)


def all_ledgers(on: dt.date | None = None) -> tuple[Ledger, ...]:
    """Every ledger that holds on a day, in the order of groups, then in their own.

    A district adds one by laying a file with `schema = "ledger"` into its own directory of rules.
    """
    found = [
        get(name, on=on)
        for name in names()
        if any(loaded.entry.holds(on, None) for loaded in rulebook.editions(_id(name)))
    ]
    order = [one.name for one in groups()]
    return tuple(sorted(found, key=lambda one: (order.index(one.group), one.order, one.name)))


def personal_once(ledger: Ledger) -> frozenset[str]:
    """Names of fields that are personal in any edition of a ledger that is there, under any name that it had."""
    ids_ = (ledger.id, *(_id(name) for name in ledger.renamed_from))
    entries = [loaded.entry for one in ids_ for loaded in rulebook.editions(one)]
    return frozenset(
        name
        for entry in entries
        if isinstance(entry, Ledger)
        for field in entry.field
        if field.personal
        for name in (field.name, *field.was)
    )


def groups() -> tuple[LedgerGroup, ...]:
    """The headings under which ledgers stand, in order."""
    return rulebook.get("ledger-groups", as_=LedgerGroups).group


def life_of(ledger: Ledger) -> LedgerLife:
    """The life cycle of its listings."""
    return rulebook.get(_life_id(ledger), as_=LedgerLife)


def _life_id(ledger: Ledger) -> str:
    return f"ledger-life-{ledger.life.replace('_', '-')}"


def _wrong(ledger: Ledger) -> tuple[str, str] | None:
    """What it says of other rules that is not so, in both languages."""
    if ledger.group not in {one.name for one in groups()}:
        return f"没有名为“{ledger.group}”的分组。", f"there is no group {ledger.group!r}."
    if _life_id(ledger) not in ids():
        return f"没有生命周期“{ledger.life}”。", f"there is no life cycle {ledger.life!r}."
    if ledger.parent and _id(ledger.parent) not in ids():
        return f"没有上级清单“{ledger.parent}”。", f"there is no parent ledger {ledger.parent!r}."
    if ledger.chain and f"chain-{ledger.chain}" not in ids():
        return f"没有报送链条“{ledger.chain}”。", f"there is no filing chain {ledger.chain!r}."
    kinds = {one.name for one in rulebook.get("zone-kinds", as_=ZoneKinds).kind}
    if lost := sorted({one.zone for one in ledger.conditions if one.zone} - kinds):
        named = "、".join(lost)
        return f"没有这样的管控区：“{named}”。", f"there is no zone of kind {named}."
    near = {one.nearest for one in ledger.conditions if one.nearest}
    if lost := sorted(one for one in near if _id(one) not in ids() or one == ledger.name):
        named = "、".join(lost)
        return f"不能求到清单“{named}”的距离。", f"distances to ledger {named} cannot be asked here."
    if wrong := next((one for one in ledger.field if one.refers and not _there(one.refers)), None):
        return f"“{wrong.label.zh}”不能指向这样的清单内容。", f"field {wrong.name} refers to what no ledger has."
    lists = {one.limit.rule for one in ledger.derived if one.limit}
    if lost := sorted(lists - set(ids())):
        named = "、".join(lost)
        return f"没有限值表“{named}”。", f"there is no list of limits {named}."
    others = {one.ledger for one in ledger.trace} | {one.of for one in ledger.coverage}
    if lost := sorted(one for one in others if _id(one) not in ids()):
        named = "、".join(lost)
        return f"没有可以追溯或抽检的清单“{named}”。", f"there is no ledger {named} to trace to, or to cover."
    steps = {one.name for one in life_of(ledger).step}
    asked = {one.step for one in ledger.proof} | {one.step for one in ledger.signer}
    asked |= {one.step for one in ledger.stamp}
    if lost := sorted(asked - steps):
        named = "、".join(lost)
        return f"生命周期“{ledger.life}”没有步骤“{named}”。", f"life cycle {ledger.life!r} has no step {named}."
    return None


def _there(refers: Refers) -> bool:
    """Whether there is such a ledger, whose fields the index holds."""
    if _id(refers.ledger) not in ids():
        return False
    held = {one.name for one in rulebook.get(_id(refers.ledger), as_=Ledger).indexed if one.type == "text"}
    return set(refers.by) <= held | {"name"}
