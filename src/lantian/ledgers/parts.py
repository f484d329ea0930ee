"""Kinds of what stands under a source. Where a ledger has the words already, they are read from it."""

from __future__ import annotations

from dataclasses import dataclass

from lantian import rulebook
from lantian.ledgers.catalogue import get
from lantian.rulebook.schemas.ledgers import Choice, Ledger
from lantian.rulebook.schemas.series import Label
from lantian.rulebook.schemas.source_parts import SourceParts, WordsOf

__all__ = ["DeviceKind", "device_kinds", "fuels", "part_words"]

NOTHING = "none"  # what a ledger answers where there is no device


@dataclass(frozen=True)
class DeviceKind:
    """A kind of control device.

    Attributes
    ----------
    key : what it is for and which it is, `dust.cyclone`
    control : what it is for
    obsolete : plans want such devices gone
    """

    key: str
    label: Label
    control: Label
    also: tuple[str, ...]
    obsolete: bool


def part_words() -> SourceParts:
    """The rule with the words."""
    return rulebook.get("source-parts", as_=SourceParts)


def fuels() -> tuple[Choice, ...]:
    """Fuels of production lines."""
    return _choices(part_words().fuel)


def device_kinds() -> tuple[DeviceKind, ...]:
    """Kinds of control devices, by what they are for; marked where a ledger derives them to be obsolete.

    Examples
    --------
    >>> [one.key for one in device_kinds() if one.obsolete][:3]
    ['dust.settling', 'dust.cyclone', 'dust.multi_cyclone']
    """
    found = []
    for control in part_words().control:
        words = control.words
        choices = control.choices if words is None else _choices(words)
        gone = _obsolete(get(words.ledger), words.field, control.obsolete) if words else frozenset()
        found += [
            DeviceKind(f"{control.name}.{one.key}", one.label, control.label, one.also, one.key in gone)
            for one in choices
            if one.key != NOTHING
        ]
    return tuple(found)


def _choices(words: WordsOf) -> tuple[Choice, ...]:
    field = get(words.ledger).named(words.field)
    return field.choices if field else ()


def _obsolete(ledger: Ledger, field: str, derived: str) -> frozenset[str]:
    """Answers of a field that alone make the derived value true."""
    rule = ledger.derives(derived) if derived else None
    found: set[str] = set()
    for case in rule.case if rule else ():
        condition = case.when[0]
        if case.value is True and len(case.when) == 1 and condition.field == field:
            found |= {str(one) for one in (*(condition.one_of or ()), condition.equals) if one is not None}
    return frozenset(found)
