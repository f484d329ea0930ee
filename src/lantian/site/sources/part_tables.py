"""Parts of a source in words: the tables on its page."""

from __future__ import annotations

from typing import Any

from lantian.site.core import policy
from lantian.site.sources import part_words
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, SourcePart
from lantian.site.sources.queries import parts as queries


def of_source(person: Any, source: Any) -> dict[str, Any] | None:
    """The tables on the page of a source; None where there is nothing to show and nothing to add."""
    found = queries.parts(source)
    can_add = policy.may(person, "sources.part.add", source)
    if not (found.any or can_add):
        return None
    lines = [{"part": one, "facts": told(one)} for one in found.lines]
    devices = [{"part": one, "facts": told(one), "obsolete": part_words.is_obsolete(one.kind)} for one in found.devices]
    points = [{"part": one, "facts": told(one)} for one in found.points]
    return {"lines": lines, "devices": devices, "points": points, "source": source, "can_add": can_add}


def told(part: SourcePart) -> dict[str, Any]:
    """What a part is, in words."""
    if isinstance(part, ProductionLine):
        fuel = part_words.word(part_words.fuels(), part.fuel)
        return {"fuel": fuel, "unit": part_words.word(part_words.units(), part.capacity_unit)}
    if isinstance(part, ControlDevice):
        return {"kind": part_words.device(part.kind), "lines": [one.name for one in part.lines.all()]}
    assert isinstance(part, EmissionPoint)
    words = part_words.pollutants()
    return {
        "kind": part_words.word(part_words.points(), part.kind),
        "pollutants": [part_words.word(words, one) for one in part.pollutants],
        "after": [one.name for one in (*part.devices.all(), *part.lines.all())],
    }
