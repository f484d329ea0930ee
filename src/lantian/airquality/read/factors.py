"""What tables call the factors that are measured, and the units that they write, by the rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantian import rulebook
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.read.times import Interval
from lantian.rulebook.schemas.air import AirColumns
from lantian.rulebook.schemas.series import Factor, Factors

_HEADER = re.compile(r"([^(（\[]+?)\s*(?:[(（\[]\s*(.{0,20}?)\s*[)）\]])?")
_UNIT_WORDS = {
    "μ": "u", "µ": "u", "²": "2", "³": "3", "微克": "ug", "毫克": "mg", "千克": "kg", "克": "g", "立方米": "m3",
    "平方米": "m2", "米/秒": "m/s", "千帕": "kpa", "百帕": "hpa", "毫米": "mm", "℃": "°c", "℉": "°f", "％": "%",
    "·": "", "^": "", " ": "",
}  # fmt: skip


@dataclass(frozen=True)
class Conversion:
    """How numbers in a unit become those of a factor's own: multiplied, then added to."""

    unit: str
    factor: float
    offset: float


class Known:
    """Factors by code and by what tables of one interval call them."""

    def __init__(self, interval: Interval = "1h") -> None:
        self.columns = rulebook.get("air-columns", as_=AirColumns)
        rule = rulebook.get("series-factors", as_=Factors)
        self.factors = {one.code: one for one in rule.factor if not one.intervals or interval in one.intervals}
        # a table of days means by O3_1h the day's largest hour, one of hours the hour
        self._words: dict[str, str] = {}
        self._exact = {word: one.code for one in self.factors.values() for word in one.as_written}
        for one in self.factors.values():
            for word in (*one.called, *(one.days if interval != "1h" else ())):
                self._words.setdefault(_plain(word), one.code)
        for role, words in self.columns.columns.items():
            for word in words:
                if role not in self.factors:
                    self._words[_plain(word)] = role  # a station, a time: before any factor
                else:
                    self._words.setdefault(_plain(word), role)

    def read(self, header: str) -> tuple[str | None, str]:
        """What a header stands for, None where nobody knows; and what it has in brackets.

        >>> Known().read("PM₂.₅（μg/m³）"), Known().read("NO(µg/m³)"), Known().read("No")
        (('pm25', 'μg/m³'), ('no', 'µg/m³'), (None, ''))
        """
        found = _HEADER.fullmatch(header.strip())
        if not found:
            return None, ""
        name = found[1].strip()
        return self._exact.get(name) or self._words.get(_plain(name)), found[2] or ""

    def conversion(self, code: str, unit: str) -> Conversion | None:
        """From a unit as it is written to the factor's own; None where it is not known."""
        one = self.factors[code]
        plain = plain_unit(unit)
        for written in (one.unit, *one.scale):
            if plain_unit(written) == plain:
                return Conversion(plain, one.scale.get(written, 1.0), one.offset.get(written, 0.0))
        return None

    def units(self, code: str) -> tuple[str, ...]:
        """Units that a factor can be read in, its own first."""
        one = self.factors[code]
        return (one.unit, *one.scale)

    def is_unit(self, text: str) -> bool:
        """Whether a text in brackets reads like a unit, known or not; else it is a remark ('1小时')."""
        plain = plain_unit(text)
        return "/" in plain or plain in self.columns.foreign or plain in self._all_units()

    def _all_units(self) -> set[str]:
        return {plain_unit(unit) for code in self.factors for unit in self.units(code)}

    def bounds(self, code: str) -> tuple[float, float]:
        """Values outside are no measurement."""
        if code in POLLUTANTS:
            return float("-inf"), self.columns.highest[code]  # type: ignore[index]
        return self.factors[code].accepts or (float("-inf"), float("inf"))

    def called(self, code: str) -> Factor:
        """A factor by code."""
        return self.factors[code]


def plain_unit(text: str) -> str:
    """A unit without the ways of writing it.

    >>> plain_unit("μg/m³"), plain_unit("微克/立方米"), plain_unit("℃")
    ('ug/m3', 'ug/m3', '°c')
    """
    plain = text.strip()
    for written, meant in _UNIT_WORDS.items():
        plain = plain.replace(written, meant)
    return plain.lower()


def _plain(word: str) -> str:
    for written, meant in (("₂", "2"), ("₃", "3"), ("₅", "5"), ("₁", "1"), ("₀", "0"), ("ₓ", "x"), ("．", ".")):
        word = word.replace(written, meant)
    return re.sub(r"\s", "", word).lower()
