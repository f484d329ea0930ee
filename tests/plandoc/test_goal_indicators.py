"""The words for indicators and the contract of plans name the same indicators."""

from typing import get_args

from lantian import rulebook
from lantian.plandoc.plan import Indicator
from lantian.rulebook.schemas.quantities import GoalIndicators


def test_every_indicator_that_can_be_read_can_be_written():
    read = set(rulebook.get("goal-indicators", as_=GoalIndicators).indicators)
    assert read <= set(get_args(Indicator))
