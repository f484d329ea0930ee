"""What a unit's name tells: its kind, and which known names look like it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import cast

from lantian import rulebook
from lantian.rulebook.schemas.org import UnitKinds

# Of four characters one other makes another office (区教育局, 区体育局): only longer names are alike with one slip.
ALIKE = 0.8
SHOWN = 3


def kind_of_unit(name: str) -> str:
    """Kind of a unit by how its name begins or ends (rule `unit-kinds`).

    >>> kind_of_unit("松溪镇"), kind_of_unit("区水务局"), kind_of_unit("各镇街")
    ('town', 'department', 'group')
    """
    rule = cast(UnitKinds, rulebook.get("unit-kinds"))
    return next((kind.kind for kind in rule.kind if kind.fits(name)), "other")


def similar_names(name: str, known: Iterable[str]) -> list[str]:
    """Known names that may mean the same unit, the likeliest first: for a person to judge, never to merge.

    >>> similar_names("区环保局", ["区环境保护局", "环保局", "区教委"])
    ['环保局', '区环境保护局']
    """
    return difflib.get_close_matches(name, [other for other in known if other != name], n=SHOWN, cutoff=ALIKE)
