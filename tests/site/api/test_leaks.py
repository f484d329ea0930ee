"""Two towns and two firms ask every list and every detail: each sees its own, and nothing of the other."""

from __future__ import annotations

import pytest

from lantian.site.core.models import Job, Notice
from lantian.site.core.notify import actions as notices
from lantian.site.plans.models import ProgressReport
from tests.site.api.world import Side, World

LISTS = [
    "jobs",
    "notices",
    "org/areas",
    "org/units",
    "plans",
    "plans/tasks",
    "plans/goals",
    "plans/findings",
    "plans/cycles",
    "plans/reports",
    "plans/versions",
]


def others(world: World, side: Side) -> Side:
    return world.liuwan if side is world.songxi else world.songxi


@pytest.fixture(params=["songxi", "liuwan"])
def town(world, request) -> Side:
    return getattr(world, request.param)


def test_every_list_is_asked_here(world):
    from lantian.site.core.api.document import document

    read = {path for path, methods in document("zh-hans")["paths"].items() if "get" in methods and "{" not in path}
    assert read == {f"/api/v1/{one}" for one in [*LISTS, "me", "audit", "org/people", "plans/imports"]}


def test_a_town_sees_the_reports_of_its_own(world, town, program):
    asks, other = program(town.liaison), others(world, town)
    seen = {one["id"] for one in asks.all("plans/reports")}
    assert seen == {town.draft.pk, town.submitted.pk}
    for mine in (town.draft, town.submitted):
        assert asks.read(f"plans/reports/{mine.pk}").status_code == 200
    for foreign in (other.draft, other.submitted):
        assert asks.read(f"plans/reports/{foreign.pk}").status_code == 404


@pytest.mark.parametrize("step", ["submit", "withdraw", "correct", "drop"])
def test_a_town_writes_in_no_report_of_another(world, town, program, step):
    foreign = others(world, town).submitted
    assert program(town.liaison).write(f"plans/reports/{foreign.pk}/{step}").status_code == 404
    assert ProgressReport.objects.get(pk=foreign.pk).state == "submitted"


def test_a_town_begins_no_report_for_another(world, town, program):
    other = others(world, town)
    asked = {
        "task": other.draft.task_id,
        "unit": other.unit.pk,
        "cycle": world.cycle.pk,
        "start": other.draft.start.isoformat(),
    }
    assert program(town.liaison).write("plans/reports", asked).status_code == 403


def test_drafts_are_for_their_own_unit_alone(world, program):
    states = {one["state"] for one in program(world.office).all("plans/reports")}
    assert states == {"submitted"}
    assert program(world.office).read(f"plans/reports/{world.songxi.draft.pk}").status_code == 404


def test_jobs_and_notices_are_ones_own(world, town, program):
    other = others(world, town)
    job = Job.objects.create(kind="test", created_by=other.liaison)
    notices.notify([other.liaison], "plans.report_returned", title="退回")
    asks = program(town.liaison)
    assert asks.all("jobs") == []
    assert asks.read(f"jobs/{job.pk}").status_code == 404
    assert asks.write(f"jobs/{job.pk}/cancel").status_code == 404
    assert asks.all("notices") == []
    notice = Notice.objects.get(person=other.liaison)
    assert asks.write("notices/read", {"notices": [notice.pk]}).json() == {"read": 0}


@pytest.mark.parametrize("number", [0, 1])
def test_a_firm_sees_nothing_of_plans_and_no_other_firm(world, program, number):
    own, other = world.firms[number], world.firms[1 - number]
    asks = program(own.liaison)
    for where in LISTS:
        answer = asks.read(where)
        if answer.status_code == 403:
            continue
        told = answer.content.decode()
        assert other.unit.name not in told, where
        assert "松溪镇政府" not in told, where
    assert asks.read(f"org/units/{other.unit.pk}").status_code in (403, 404)
    for where in ("plans", "plans/tasks", "plans/goals", "plans/reports", "org/people", "audit", "plans/imports"):
        assert asks.read(where).status_code == 403 or asks.all(where) == [], where


def test_what_may_not_be_read_is_not_found_by_a_cursor(world, program):
    """A cursor opens nothing: rows are cut to the person whatever it says."""
    cursor = program(world.leader).read("plans/tasks?limit=1").json()["next"]
    firm = program(world.firms[0].liaison).read(f"plans/tasks?limit=1&cursor={cursor}")
    assert firm.status_code == 403 or firm.json()["items"] == []
