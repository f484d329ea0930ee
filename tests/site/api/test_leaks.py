"""Two towns and two firms ask every list and every detail: each sees its own, and nothing of the other."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.models import Job, Notice
from lantian.site.core.notify import actions as notices
from lantian.site.plans import actions as plans
from lantian.site.plans.models import Closing, ProgressReport
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
    "plans/chains",
    "plans/cycles",
    "plans/deliverables",
    "plans/filed-lists",
    "sources/cut-uses",
    "plans/filings",
    "plans/reports",
    "plans/versions",
    "plans/extensions",
    "plans/closings",
    "plans/letters",
    "plans/instructions",
    "plans/uppers",
    "orders",
    "series/owners",
    "air/stations",
    "air/rankings",
    "sources",
    "sources/bank",
    "sources/ledgers",
    "sources/findings",
    "sources/zones",
]
VALUES = [
    "air/days",
    "air/days.csv",
    "air/district",
    "air/district.csv",
    "series/values",
    "series/values.csv",
    "series/values.parquet",
    "series/wide",
    "sources/places.geojson",
    "sources/zones.geojson",
]


def others(world: World, side: Side) -> Side:
    return world.liuwan if side is world.songxi else world.songxi


@pytest.fixture(params=["songxi", "liuwan"])
def town(world, request) -> Side:
    return getattr(world, request.param)


def test_every_list_is_asked_here(world):
    from lantian.site.core.api.document import document

    read = {path for path, methods in document("zh-hans")["paths"].items() if "get" in methods and "{" not in path}
    assert read == {f"/api/v1/{one}" for one in [*LISTS, *VALUES, "me", "audit", "org/people", "plans/imports"]}


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


def test_a_town_sees_the_requests_of_its_own(world, town, program):
    other = others(world, town)
    asked = [
        plans.ask_extension(side.liaison, side.draft.task, side.unit, kind="exemption", text="停产")
        for side in (town, other)
    ]
    closing = Closing(task=other.draft.task, unit=other.unit, text="完成", asked_at=clock.now())
    closing.save()
    asks = program(town.liaison)
    assert [one["id"] for one in asks.all("plans/extensions")] == [asked[0].pk]
    assert asks.all("plans/closings") == []
    assert asks.read(f"plans/extensions/{asked[1].pk}").status_code == 404
    assert asks.write(f"plans/extensions/{asked[1].pk}/withdraw").status_code == 404
    assert asks.read(f"plans/closings/{closing.pk}").status_code == 404
    assert asks.write(f"plans/closings/{closing.pk}/withdraw").status_code == 404


@pytest.mark.parametrize("number", [0, 1])
def test_a_firm_sees_and_signs_its_own_letter_alone(world, program, number):
    own, other = world.firms[number], world.firms[1 - number]
    batch = plans.create_letters(world.office, world.plan, "letter-firm", units=[own.unit, other.unit])
    mine, theirs = batch.letters.get(unit=own.unit), batch.letters.get(unit=other.unit)
    asks = program(own.liaison)
    assert [one["id"] for one in asks.all("plans/letters")] == [mine.pk]
    assert asks.read(f"plans/letters/{mine.pk}").status_code == 200
    for where in (f"plans/letters/{theirs.pk}", f"plans/letters/{theirs.pk}/docx"):
        assert asks.read(where).status_code == 404
    copy = {"files": SimpleUploadedFile("签字.pdf", b"%PDF-1.4\n%%EOF\n")}
    assert asks.post(f"/api/v1/plans/letters/{theirs.pk}/signed-copy", copy).status_code == 404
    copy["files"].seek(0)
    done = asks.post(f"/api/v1/plans/letters/{mine.pk}/signed-copy", copy)
    assert (done.status_code, done.json()["state"]) == (200, "handed_in")


def test_what_may_not_be_read_is_not_found_by_a_cursor(world, program):
    """A cursor opens nothing: rows are cut to the person whatever it says."""
    cursor = program(world.leader).read("plans/tasks?limit=1").json()["next"]
    firm = program(world.firms[0].liaison).read(f"plans/tasks?limit=1&cursor={cursor}")
    assert firm.status_code == 403 or firm.json()["items"] == []
