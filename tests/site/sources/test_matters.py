"""What plans ask of sites and stations, as findings of the nightly check."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.checks.duties import late_duties


def found(ledger: str, district: Any, **attributes: Any) -> set[str]:
    """Duties that are late, by name."""
    source = {"name": "松溪一号", "area": district.songxi}
    actions.add_listing(System(), ledger, source=source, attributes=attributes)
    return {hit.key.partition("-")[2] for hit in late_duties(clock.today())}


@pytest.mark.parametrize(("ago", "late"), [(366, False), (367, True)])
def test_a_test_of_a_station_that_is_overdue_is_found(ago: int, late: bool, district: Any) -> None:
    tested = (clock.today() - dt.timedelta(days=ago)).isoformat()
    given = {"kind": "加油站", "tested_on": tested, "test_passed": "是", "urea": "是", "staggered": "是"}
    given |= {"unloading": "是", "refuelling": "是", "gasoline": 100}
    assert found("fuel_station", district, **given) == ({"yearly"} if late else set())


@pytest.mark.parametrize(("before", "late"), [(None, True), (2, True), (3, False)])
def test_a_site_that_began_without_its_filing_is_found(before: int | None, late: bool, district: Any) -> None:
    began = clock.today() - dt.timedelta(days=10)
    filed = (began - dt.timedelta(days=before)).isoformat() if before else None
    given = {"kind": "房建", "size": 100, "started_on": began.isoformat(), "filed_on": filed, "letter": "是"}
    assert ("filed" in found("construction_site", district, **given)) is late
