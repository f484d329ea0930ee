"""`python -m tests.site.soak.world`: lays a district at work down in the environment's database; prints it.

20 bureaus with two liaisons each, eight people of the air office and two leaders are fifty people; every bureau leads
some tasks of one plan, which is reported on every month by two cycles.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from pathlib import Path
from typing import Any

BUREAUS = ("教育", "科技", "民政", "司法", "财政", "人社", "住建", "交通", "水务", "农业", "商务", "文旅", "卫健",
           "应急", "审计", "市监", "体育", "统计", "城管", "园林")  # fmt: skip
PASSWORD = "Qinghe-demo-2024"
TASKS = int(os.environ.get("SOAK_MANY", "3"))  # of each bureau
SCOPES = ("plans:read", "progress:read", "progress:write")


def main() -> None:
    import django

    django.setup()

    print(json.dumps(lay_down()))


def lay_down() -> dict[str, Any]:
    from lantian.site.core import clock
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org
    from lantian.site.plans import actions
    from lantian.site.plans.models import ReportCycle, Task
    from lantian.site.plans.windows import windows

    area = org.add_area(System(), name="青河区", kind="district", code="990101")
    units = [org.add_unit(System(), name=f"区{name}局", kind="department", area=area) for name in BUREAUS]
    office = org.add_unit(System(), name="区大气办", kind="department", area=area)
    liaisons = [_person(f"liaison-{k}-{which}", "liaison", unit) for k, unit in enumerate(units) for which in "ab"]
    offices = [_person(f"office-{k}", "air_office", office) for k in range(8)]
    leaders = [_person(f"leader-{k}", "leader", None) for k in range(2)]
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "plan.txt"
        file.write_text(_document(clock.today().year + 1), encoding="utf-8")
        plan = actions.import_file(_object(offices[0]), file, confirm=True, area=area).plan
    cycles = []
    for name, due_day in (("月调度", 25), ("月通报", 10)):
        cycle = actions.add_cycle(
            _object(offices[0]),
            plan,
            name=name,
            every="month",
            due_day=due_day,
            first=(clock.today().replace(day=1) - dt.timedelta(days=200)).replace(day=1),
            reporters=["lead"],
        )
        begun = windows(ReportCycle.objects.get(pk=cycle.pk), clock.today())
        cycles.append({"id": cycle.pk, "starts": [w.start.isoformat() for w in begun]})
    tasks = [
        {"id": task.pk, "title": task.name, "unit": task.roles.get(role="lead").unit_id, "due": str(task.due)}
        for task in Task.objects.filter(plan=plan).order_by("position")
    ]
    assert len(tasks) == TASKS * len(units), (len(tasks), tasks[:3])
    assert {task["unit"] for task in tasks} == {unit.pk for unit in units}
    return {
        "liaisons": [one | {"password": PASSWORD} for one in liaisons],
        "offices": [one | {"password": PASSWORD} for one in offices],
        "leaders": [one | {"password": PASSWORD} for one in leaders],
        "cycles": cycles,
        "tasks": tasks,
    }


def _document(year: int) -> str:
    lines = [f"青河区{year}年大气污染防治行动计划", "", "一、治理任务", ""]
    for number in range(TASKS * len(BUREAUS)):
        bureau = BUREAUS[number % len(BUREAUS)]
        lines += [
            f"{number + 1}. 完成第{number + 1}号片区的宣传和巡查。牵头单位：区{bureau}局。完成时限：{year}年6月底前。",
            "",
        ]
    return "\n".join(lines)


def _person(username: str, role: str, unit: Any) -> dict[str, Any]:
    from lantian.site.core.api import tokens
    from lantian.site.core.policy import OF_A_UNIT, System
    from lantian.site.org import actions as org
    from lantian.site.org.models import Person

    made = Person.objects.create(
        username=username, name=f"演示{username}", unit=unit, password=_hash(), must_change_password=False
    )
    org.grant_role(System(), made, role=role, unit=unit if role in OF_A_UNIT else None)
    _token, secret = tokens.make_token(Person.objects.get(pk=made.pk), name="测试", scopes=SCOPES, days=30)
    return {"id": made.pk, "username": username, "unit": unit.pk if unit else None, "token": secret}


_hashed = ""


def _hash() -> str:
    """One hash for all: a password is hashed slowly on purpose."""
    from django.contrib.auth.hashers import make_password

    global _hashed
    _hashed = _hashed or make_password(PASSWORD)
    return _hashed


def _object(one: dict[str, Any]) -> Any:
    from lantian.site.org.models import Person

    return Person.objects.get(pk=one["id"])


if __name__ == "__main__":
    main()
