"""Units in both languages."""

from __future__ import annotations

from lantian import rulebook
from lantian.rulebook.schemas.series import Label
from lantian.rulebook.schemas.unit_words import UnitWords

__all__ = ["unit_label"]


def unit_label(unit: str) -> Label:
    """A unit in both languages; one that the vocabulary does not know stands as it is written.

    Examples
    --------
    >>> unit_label("万元").en, unit_label("家").en, unit_label("筐").en
    ('10,000 yuan', '', '筐')
    """
    words = rulebook.get("unit-words", as_=UnitWords).unit
    return next((one for one in words if one.zh == unit), Label(zh=unit, en=unit))
