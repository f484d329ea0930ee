"""A district with two towns and two firms, a plan whose tasks are split over the towns, and reports of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, Unit
from lantian.site.plans import actions as plans
from lantian.site.plans.models import Plan, ProgressReport, ReportCycle, Task
from lantian.site.plans.queries import progress
from lantian.site.plans.windows import windows
from lantian.site.sources import actions as sources
from lantian.site.sources.models import Listing
from tests.site.conftest import District, person
from tests.site.kept import kept

DOCUMENT = """青河区2026年大气污染防治行动计划

一、治理任务

1. 淘汰燃煤锅炉10台，其中松溪镇6台、柳湾镇4台。
牵头单位：区水务局。责任单位：松溪镇政府、柳湾镇政府。完成时限：2026年10月底前。

2. 松溪镇清运积尘道路20公里。牵头单位：松溪镇政府。完成时限：2026年6月底前。

3. 柳湾镇清运积尘道路30公里。牵头单位：柳湾镇政府。完成时限：2026年6月底前。
"""


@dataclass
class Side:
    """One of two who must not see each other's: its unit, its person, and what it has written."""

    unit: Unit
    liaison: Person
    draft: ProgressReport | None = None
    submitted: ProgressReport | None = None
    boiler: Listing | None = None


@dataclass
class World:
    """All of it."""

    area: Area
    office: Person
    leader: Person
    system: Person
    security: Person
    audit: Person
    songxi: Side
    liuwan: Side
    firms: list[Side]
    plan: Plan
    cycle: ReportCycle
    review: Any
    version: Any  # a revised document, compared and not yet decided on


@pytest.fixture
@kept
def world(district: District, tmp_path: Path) -> World:
    """Made through the actions, as people would."""
    file = tmp_path / "plan.txt"
    file.write_text(DOCUMENT, encoding="utf-8")
    imported = plans.import_file(district.air_office, file, confirm=True, area=district.area)
    review = plans.import_file(district.air_office, file, confirm=False, area=district.area)
    assert imported.plan is not None
    version = _revised(district, imported.plan)
    cycle = plans.add_cycle(
        district.air_office,
        imported.plan,
        name="月调度",
        every="month",
        due_day=25,
        first=clock.today() - dt.timedelta(days=150),
        reporters=["lead", "responsible"],
    )
    made = World(
        area=district.area,
        office=district.air_office,
        leader=district.leader,
        system=district.administrator,
        security=district.security,
        audit=district.audit,
        songxi=Side(district.songxi_town, district.songxi_liaison),
        liuwan=Side(district.liuwan_town, person("liuwan", "liaison", district.liuwan_town)),
        firms=[_firm(district, "松溪水泥厂"), _firm(district, "柳湾铸造厂")],
        plan=imported.plan,
        cycle=cycle,
        review=review,
        version=version,
    )
    for side in (made.songxi, made.liuwan):
        _report(made, side)
    for side, firm in zip((made.songxi, made.liuwan), made.firms, strict=True):
        side.boiler = firm.boiler = _boiler(side, firm)
    return made


def _boiler(side: Side, firm: Side) -> Listing:
    """A coal boiler of the town's firm, kept by the town."""
    place = {"longitude": 116.3, "latitude": 39.9, "credit_code": "", "firm": firm.unit.name, "unit": firm.unit}
    return sources.add_listing(
        side.liaison,
        "coal_boiler",
        source={"name": f"{firm.unit.name}1号锅炉", "area": side.unit.area, **place},
        attributes={"capacity": 4, "use": "采暖", "person": f"{firm.unit.name}某"},
    )


def _revised(district: District, plan: Plan) -> Any:
    text = (
        DOCUMENT.replace("10台", "12台").replace("柳湾镇4台", "柳湾镇6台").replace("2026年10月底前", "2026年11月底前")
    )
    revised = plans.upload_document(
        district.air_office, ContentFile(text.encode(), "修订稿.txt"), "修订稿.txt", area=plan.area, revises=plan
    )
    if revised.state != "review":
        plans.parse_import(district.air_office, revised, lambda share, message="": None)
    revised.refresh_from_db()
    return plans.compare_import(district.air_office, revised)


def _firm(district: District, name: str) -> Side:
    unit = org.add_unit(System(), name=name, kind="firm", area=district.area)
    return Side(unit, person(name, "firm", unit))


def _report(world: World, side: Side) -> None:
    first, second = windows(world.cycle, clock.today())[:2]
    task = Task.objects.filter(plan=world.plan, roles__role="lead", roles__unit=side.unit).get()
    side.submitted = plans.begin_report(side.liaison, task, side.unit, world.cycle, first.start)
    plans.save_draft(side.liaison, side.submitted, text=f"{side.unit}完成2公里")
    plans.submit_report(side.liaison, side.submitted)
    side.draft = plans.begin_report(side.liaison, task, side.unit, world.cycle, second.start)
    assert progress.report(side.liaison, side.draft.pk) is not None
