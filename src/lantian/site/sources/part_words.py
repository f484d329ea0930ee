"""The words of parts of sources for the reader, and which a field may have."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lantian.ledgers import parts as library
from lantian.rulebook.schemas.ledgers import Choice
from lantian.site.core.faults import Text
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, SourcePart
from lantian.site.sources.reading import said, unit_said

Words = list[tuple[str, str]]


def devices() -> list[tuple[str, Words]]:
    """Kinds of control devices under what they are for, those that are to go marked in words."""
    found: dict[str, Words] = {}
    for one in library.device_kinds():
        label = said(one.label)
        if one.obsolete:
            label = _("{kind}（应淘汰）").format(kind=label)
        found.setdefault(said(one.control), []).append((one.key, label))
    return list(found.items())


def device(key: str) -> str:
    """A kind of device with what it is for; the key itself for one that the rule does not know any more."""
    one = next((one for one in library.device_kinds() if one.key == key), None)
    return f"{said(one.control)} · {said(one.label)}" if one else key


def is_obsolete(key: str) -> bool:
    """Whether plans want such a device gone."""
    return any(one.obsolete for one in library.device_kinds() if one.key == key)


def fuels() -> Words:
    """Fuels of production lines."""
    return _words(library.fuels())


def points() -> Words:
    """Kinds of emission points."""
    return _words(library.part_words().point)


def pollutants() -> Words:
    """Pollutants of emission points."""
    return _words(library.part_words().pollutant)


def units() -> Words:
    """Units of capacities."""
    return [(one, unit_said(one)) for one in library.part_words().capacity_units]


def word(words: Words, key: str) -> Text:
    """The word of a key; the key itself where the rule has none any more."""
    return next((label for one, label in words if one == key), key)


def allowed(part: SourcePart) -> dict[str, set[str]]:
    """Fields that hold words, each with the keys it may have."""
    if isinstance(part, ProductionLine):
        return {"fuel": _keys(fuels()), "capacity_unit": _keys(units())}
    if isinstance(part, ControlDevice):
        return {"kind": {one.key for one in library.device_kinds()}}
    assert isinstance(part, EmissionPoint)
    return {"kind": _keys(points()), "pollutants": _keys(pollutants())}


def _words(choices: tuple[Choice, ...]) -> Words:
    return [(one.key, said(one.label)) for one in choices]


def _keys(words: Words) -> set[str]:
    return {key for key, _label in words}
