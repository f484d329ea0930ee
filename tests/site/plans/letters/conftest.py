"""A plan, a street with a liaison, and two firms of two streets, one of them a contractor."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area
from tests.site.kept import kept
from tests.site.plans.letters.world import NOW
from tests.site.plans.progress.world import person


@pytest.fixture(autouse=True)
def april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
@kept
def world(people: Any, plan: Any, district: Any) -> SimpleNamespace:
    """A plan, a street with a liaison, a department, two firms of two streets, one of them a contractor."""
    north, south = (Area.objects.get(name=name) for name in ("北桥街道", "南桥街道"))
    firms = [
        org.add_unit(System(), name=name, kind="firm", area=area)
        for name, area in (("甲厂", north), ("乙建筑公司", south))
    ]
    group = next(r.unit for t in plan.tasks.all() for r in t.roles.all() if r.name == "各街道办事处")
    street = people.liaison.unit
    org.change_unit(System(), group, name=group.name, kind="group", area=district)
    org.change_group(System(), group, places=[org.Place(street)])
    return SimpleNamespace(
        plan=plan,
        office=people.office,
        leader=people.leader,
        liaison=people.liaison,
        south=person("south", "liaison", org.add_unit(System(), name="南桥街道办", kind="town", area=south)),
        street=street,
        firm=firms[0],
        builder=firms[1],
        firm_person=person("firm-a", "firm", firms[0]),
        builder_person=person("firm-b", "contractor", firms[1]),
        auditor=person("looks", "auditor"),
    )
