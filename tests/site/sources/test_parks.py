"""Parks against the sum of their firms."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.checks.parks import park_sums


@pytest.mark.parametrize(
    ("cap", "told", "found"),
    [(20, 15, []), (14, 15, ["over"]), (20, 18, ["apart"]), (10, 3, ["over", "apart"]), (None, None, [])],
)
def test_a_park_is_held_against_its_firms(cap: Any, told: Any, found: list[str], district: Any) -> None:
    for name, emitted in (("甲", 10), ("乙", 5)):
        actions.add_listing(
            System(), "voc_enterprise", source={"name": f"松溪{name}厂", "area": district.songxi},
            attributes={"trade": "furniture", "treatment": "carbon", "park": "松溪工业园", "voc_emission": emitted},
        )  # fmt: skip
    park = {"name": "松溪工业园", "area": district.songxi}
    actions.add_listing(System(), "park", source=park, attributes={"voc_total": cap, "voc_actual": told})
    hits = list(park_sums(clock.today()))
    assert [one.key.split("-")[1] for one in hits] == found
    for one in hits:
        told = {str(label): value for label, value in one.facts.items()}
        assert told["企业排放量合计（吨）"] == 15, "in the unit that the ledger names"


def test_a_park_that_no_firm_names_says_nothing(district: Any) -> None:
    park = {"name": "松溪工业园", "area": district.songxi}
    actions.add_listing(System(), "park", source=park, attributes={"voc_total": 1, "voc_actual": 3})
    assert list(park_sums(clock.today())) == []
