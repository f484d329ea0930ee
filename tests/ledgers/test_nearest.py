"""Distances as conditions: 59 and 61 metres, kinds that count, what nobody can tell."""

import pytest
from pydantic import ValidationError

from lantian import ledgers
from lantian.ledgers import words
from lantian.rulebook.schemas.ledgers import Condition


class Around:
    """So many metres from the nearest of a ledger's kinds; in no zone."""

    def __init__(self, **metres):
        self.metres = metres

    def __call__(self, zone):
        return False

    def nearest(self, ledger, kinds):
        found = [m for kind, m in self.metres.items() if not kinds or kind in kinds]
        return min(found, default=None)


@pytest.mark.parametrize(("metres", "near"), [(59, True), (60, False), (61, False)])
def test_metres_are_compared(metres, near):
    condition = Condition(nearest="no_fireworks_place", below=60)
    assert ledgers.holds(condition, {}, Around(school=metres)) is near


def test_only_the_kinds_that_count_are_near():
    housing = Condition(nearest="sensitive_place", of=("housing",), at_most=100)
    assert ledgers.holds(housing, {}, Around(school=10, housing=101)) is False
    assert ledgers.holds(housing, {}, Around(school=10)) is None


def test_nobody_can_tell_without_a_place():
    condition = Condition(nearest="sensitive_place", below=60)
    assert ledgers.holds(condition, {}) is None
    assert ledgers.holds(condition, {}, lambda zone: True) is None


@pytest.mark.parametrize(
    "given",
    [
        {"nearest": "sensitive_place", "equals": 60},
        {"nearest": "sensitive_place", "below": "60"},
        {"nearest": "sensitive_place", "field": "distance", "below": 60},
        {"field": "distance", "of": ("school",), "below": 60},
        {"nearest": "sensitive_place", "below": 60, "blank": True},
    ],
)
def test_what_is_no_such_condition(given):
    with pytest.raises(ValidationError):
        Condition(**given)


def test_it_is_said_in_words():
    ledger = ledgers.get("fireworks_seller")
    assert (
        words.said(ledger, Condition(nearest="no_fireworks_place", below=60)) == "与最近的烟花爆竹禁放场所距离 < 60 米"
    )
    housing = Condition(nearest="sensitive_place", of=("housing", "school"), at_least=100)
    assert words.said(ledger, housing, "en") == "distance to the nearest of Housing or School ≥ 100 m"
