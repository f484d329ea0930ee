"""Fills an empty platform with the demo district, through the same actions that people use."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lantian.site.core import clock
from lantian.site.core.models import ReplayClock
from lantian.site.core.policy import OF_A_UNIT, System
from lantian.site.core.replay import start_replay
from lantian.site.demo import (
    air,
    breakdown,
    deliverables,
    desk,
    document,
    dustfall,
    goals,
    letters,
    numbers,
    orders,
    sources,
)
from lantian.site.demo import progress as progress_demo
from lantian.site.demo.script import PASSWORD, script
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, Unit
from lantian.site.plans import actions as plans
from lantian.site.plans.models import PlanImport

OFFICE = "{street}办事处"
ALL_STREETS = "各街道办事处"
SYSTEM = System("演示数据")


@dataclass(frozen=True)
class Login:
    """One demo login, for printing."""

    username: str
    password: str
    name: str
    role: str


def load(progress: Callable[[float, str], None] | None = None) -> list[Login]:
    """Lay the demo district down where it is not yet; the logins.

    An empty platform's clock is set to the winter from which its air was measured. A second call finds everything in
    its place and adds nothing but the hours that have passed since.
    """
    say = progress or (lambda _share, _message: None)
    if not (ReplayClock.objects.exists() or Area.objects.exists()):
        start_replay(SYSTEM, air.start())
    setting = _setting()
    logins = people(say)
    district = Area.objects.get(parent=None)
    office, leader = (_of_role(setting, role) for role in ("air_office", "leader"))
    say(0.3, "空气质量监测数据")
    air.load()
    say(0.48, "模拟降尘量")
    dustfall.load(office)
    say(0.5, "导入行动计划")
    _plan(office, district, "action_plan", confirm=True)
    say(0.6, "模拟四个月的进展")
    progress_demo.load(office)
    desk.load(office, leader)
    breakdown.load(office, leader)
    letters.load(office)
    say(0.68, "模拟工单")
    orders.load(office)
    say(0.7, "模拟清单和污染源")
    sources.load()
    deliverables.load(office, leader)
    say(0.8, "评价目标")
    goals.load(office)
    numbers.load(office)
    say(0.85, "导入秋冬季方案，留待审核")
    _plan(office, district, "winter_plan", confirm=False)
    say(1.0, "完成")
    return logins


def _setting() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("people.toml").read_text(encoding="utf-8"))


def people(progress: Callable[[float, str], None] | None = None) -> list[Login]:
    """The district with its towns, units and people alone."""
    say, setting = progress or (lambda _share, _message: None), _setting()
    say(0.05, "行政区和单位")
    units = _units(setting, _district(setting))
    say(0.2, "人员和角色")
    return [_person(entry, units) for entry in setting["person"]]


def _district(script: dict[str, Any]) -> Area:
    wanted = script["district"]
    district = Area.objects.filter(code=wanted["code"]).first() or org.add_area(
        SYSTEM,
        name=wanted["name"],
        kind="district",
        code=wanted["code"],
        aliases=[wanted["city"] + wanted["name"]],
    )
    known = set(Area.objects.filter(parent=district).values_list("name", flat=True))
    for number, street in enumerate(script["street"], 1):
        if street["name"] not in known:
            code = f"{wanted['code']}{number:03d}"
            org.add_area(SYSTEM, name=street["name"], kind="town", parent=district, code=code)
    return district


def _units(script: dict[str, Any], district: Area) -> dict[str, Unit]:
    units = {unit.name: unit for unit in Unit.objects.all()}
    for entry in script["department"]:
        if entry["name"] not in units:
            unit = org.add_unit(SYSTEM, name=entry["name"], kind="department", area=district)
            for alias in entry.get("aliases", []):
                org.add_unit_name(SYSTEM, unit, name=alias)
            units[unit.name] = unit
    offices = []
    for street in Area.objects.filter(parent=district):
        name = OFFICE.format(street=street.name)
        if name not in units:
            units[name] = org.add_unit(SYSTEM, name=name, kind="town", area=street)
        offices.append(units[name])
    for firm in script["firm"]:
        if firm["name"] not in units:
            street = Area.objects.get(parent=district, name=firm["street"])
            units[firm["name"]] = org.add_unit(SYSTEM, name=firm["name"], kind="firm", area=street)
    if ALL_STREETS not in units:
        units[ALL_STREETS] = org.add_unit(SYSTEM, name=ALL_STREETS, kind="group", area=district, members=offices)
    return units


def _person(entry: dict[str, str], units: dict[str, Unit]) -> Login:
    unit = units.get(entry.get("unit", ""))
    person = Person.objects.filter(username=entry["username"]).first()
    if person is None:
        first = f"{PASSWORD}-first"
        person = org.add_person(SYSTEM, username=entry["username"], name=entry["name"], password=first, unit=unit)
        person = org.change_password(person, old=first, new=PASSWORD)
        org.grant_role(SYSTEM, person, role=entry["role"], unit=unit if entry["role"] in OF_A_UNIT else None)
    return Login(entry["username"], PASSWORD, entry["name"], entry["role"])


def _of_role(setting: dict[str, Any], role: str) -> Person:
    return Person.objects.get(username=next(p["username"] for p in setting["person"] if p["role"] == role))


def _plan(office: Person, district: Area, name: str, *, confirm: bool) -> None:
    """Import a demo plan once, whatever has been done with it since."""
    year = clock.today().year
    expected = script(name, year=year).file_name
    there = PlanImport.objects.filter(file_name=expected, area=district)
    if there.exclude(state__in=("uploaded", "parsing", "failed")).exists():
        return
    with tempfile.TemporaryDirectory() as directory:
        path = document.build(Path(directory), name, year=year)
        plans.import_file(office, path, confirm=confirm, area=district)
