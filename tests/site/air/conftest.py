"""Stations of the invented district."""

from __future__ import annotations

import pytest

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import actions
from lantian.site.air.models import Station
from lantian.site.core.policy import System


@pytest.fixture
def stations(district) -> list[Station]:
    return [
        actions.add_station(
            System(),
            code=f"99010{k}A",
            name=f"{town.name}站",
            kind="district",
            area=town,
            factors=list(POLLUTANTS),
            longitude=116.3,
            latitude=39.9,
        )
        for k, town in enumerate((district.songxi, district.liuwan), 1)
    ]
