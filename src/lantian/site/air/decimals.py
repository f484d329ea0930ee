"""Units of pollutants, and the digits that their figures are shown with: hours as the rule of factors says, days and
longer spans as the standard of evaluation rounds them, by edition.
"""

from __future__ import annotations

from lantian import rulebook
from lantian.airquality.editions import Edition
from lantian.rulebook.schemas.series import Factor, Factors


def factor(code: str) -> Factor:
    """What the rule says of a factor; raises LookupError."""
    return rulebook.get("series-factors", as_=Factors).of(code)


def unit(code: str) -> str:
    """The unit of a factor's values."""
    return factor(code).unit


def of_hour(code: str) -> int:
    """Digits of an hour."""
    return factor(code).decimals


def of_day(code: str, rules: Edition) -> int:
    """Digits of a day's value."""
    rounding = rules.evaluation.rounding.day
    return rounding.get(code, rounding["others"])


def of_span(code: str, rules: Edition) -> int:
    """Digits of a month's, a season's or a year's figure."""
    rounding = rules.evaluation.rounding.span
    return rounding.get(code, rounding["others"])


def said(value: float | None, digits: int) -> str | None:
    """A value with so many digits."""
    return None if value is None else f"{value:.{digits}f}"
