"""A confirmed plan with a cycle, two streets, and the people of a campaign."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Unit
from lantian.site.plans import actions
from tests.site.kept import kept
from tests.site.plans.progress.world import ZONE, person


@pytest.fixture(autouse=True)
def april(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that counts is 20 April 2026."""
    now = dt.datetime(2026, 4, 20, 9, 0, tzinfo=ZONE)
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
@kept
def people(district: Any) -> SimpleNamespace:
    """Those who write, judge, consent and only look on; passwords do not matter here."""
    street = org.add_unit(System(), name="北桥街道办事处", kind="town", area=district.children.get(name="北桥街道"))
    return SimpleNamespace(
        office=person("office", "air_office"),
        liaison=person("north", "liaison", street),
        leader=person("leader", "leader"),
        auditor=person("auditor", "auditor"),
    )


@pytest.fixture
@kept
def campaign(people: Any, plan: Any, district: Any) -> SimpleNamespace:
    """The confirmed plan with a monthly cycle due on the 25th, two streets with a liaison each, and a bureau's."""
    cycle = actions.add_cycle(
        people.office,
        plan,
        name="月调度",
        every="month",
        due_day=25,
        first=dt.date(2026, 3, 1),
        reporters=["lead", "responsible"],
    )
    north = people.liaison.unit
    south_area = Area.objects.get(name="南桥街道")
    south = Unit.objects.get(name="南桥街道办事处")  # as the plan names it
    south = org.change_unit(System(), south, name=south.name, kind="town", area=south_area)
    group = next(r.unit for t in plan.tasks.all() for r in t.roles.all() if r.name == "各街道办事处")
    org.change_unit(System(), group, name=group.name, kind="group", area=district)
    org.change_group(System(), group, places=[org.Place(north), org.Place(south)])
    trucks = plan.tasks.get(title__startswith="加快淘汰")
    bureau = next(r.unit for r in trucks.roles.all() if r.role == "lead")

    return SimpleNamespace(
        plan=plan,
        cycle=cycle,
        trucks=trucks,
        north=north,
        south=south,
        bureau=bureau,
        north_liaison=people.liaison,
        south_liaison=person("south", "liaison", south),
        bureau_liaison=person("bureau", "liaison", bureau),
        office=people.office,
        leader=people.leader,
        auditor=people.auditor,
        april=dt.date(2026, 4, 1),
        march=dt.date(2026, 3, 1),
    )
