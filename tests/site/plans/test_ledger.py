"""The ledger: what its filters find, its lights, its files."""

import csv
import datetime as dt
import io

import openpyxl
import pytest

from lantian.plandoc.export import read_xlsx
from lantian.site.core import clock
from lantian.site.plans import lights, queries
from lantian.site.plans.models import Task, TaskRole
from lantian.site.plans.queries import goals

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def found(client, **asked):
    response = client.get("/plans/tasks", {**asked, "export": "csv"})
    lines = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    return [line["任务"] for line in lines]


@pytest.fixture
def client(people, plan, as_person):
    return as_person(people.leader)


def test_filters_cut_the_ledger(client, plan):
    unit = TaskRole.objects.filter(name="区园林绿化局", role="lead").first().unit
    assert len(found(client)) == 43
    assert found(client, q="机械化清扫率") == ["提高道路清扫保洁水平"]
    assert found(client, unit=unit.pk, role="lead") == ["整治裸露地面", "绿化增容"]
    assert "管好非道路移动机械" in found(client, unit=unit.pk)
    assert set(found(client, town="青枫街道")) == {"整治裸露地面", "加快淘汰老旧柴油车"}
    assert found(client, section="附件/二、巩固无煤化成果") == ["防止散煤复燃"] * 2 + ["严查违规销售散煤"]
    assert found(client, due_from="2026-12-01", due_to="2026-12-20") == ["加强油品监管", "规范餐饮油烟治理"]
    assert found(client, plan=plan.pk, light="overdue", q="干洗") == ["干洗和印刷治理"]
    assert found(client, plan="999") == found(client), "what cannot be used is left out"


def test_lights_split_all_tasks(client, plan):
    parts = [found(client, light=state) for state, _label in lights.STATES]
    assert sum(map(len, parts)) == 43
    counts = queries.due_counts(Task.objects.all())
    assert [counts[state] for state, _label in lights.STATES] == [len(p) for p in parts]


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (TODAY - dt.timedelta(1), "overdue"),
        (TODAY, "soon"),
        (TODAY + dt.timedelta(30), "soon"),
        (TODAY + dt.timedelta(31), "later"),
        (None, "none"),
    ],
)
def test_a_light_changes_on_the_day(plan, due, state):
    Task.objects.update(due=due)
    assert lights.light(due).state == state
    assert Task.objects.filter(lights.where(state)).count() == 43


def test_a_town_finds_tasks_of_its_units_too(client):
    assert "规范餐饮油烟治理" in found(client, town="北桥街道")


def test_the_workbook_has_what_the_filter_found_and_no_formulas(client, plan):
    task = plan.tasks.first()
    Task.objects.filter(pk=task.pk).update(title="=HYPERLINK(1)", text="=1+1")
    response = client.get("/plans/tasks", {"export": "xlsx", "q": "1+1"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows())
    assert len(rows) == 2
    assert {cell.data_type for cell in rows[1]} <= {"s", "d", "n"}
    text = b"".join(client.get("/plans/tasks", {"export": "csv", "q": "1+1"}).streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",=1+1" not in text


def test_a_plan_exported_and_read_back_is_the_plan(client, plan):
    response = client.get(f"/plans/{plan.pk}/export/xlsx")
    back = read_xlsx(response.content)
    assert [t.text for t in back.tasks] == list(plan.tasks.values_list("text", flat=True))
    assert client.get(f"/plans/{plan.pk}/export/json").json()["schema_version"]
    assert client.get(f"/plans/{plan.pk}/export/csv").status_code == 200


def test_goals_stand_with_their_splits(plan):
    groups = goals.grouped(goals.stood(plan.goals.select_related("plan", "town")))
    mean = next(group for group in groups if group.of and group.of.goal.indicator == "PM2.5_mean")
    assert len(mean.splits) == 15
    assert sum(len(group.splits) + bool(group.of) for group in groups) == plan.goals.count()


def test_towns_stand_below_their_headline_and_are_summed(plan):
    task = plan.tasks.get(title="规范餐饮油烟治理")
    (group,) = queries.quantity_groups(task.quantities.all())
    assert (group.headline[0].value, group.sum, group.agrees) == (340, 340, True)


def test_somebody_of_another_district_sees_nothing(people, plan, as_person, district):
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org

    elsewhere = org.add_area(System(), name="别处镇", kind="town", parent=district)
    unit = org.add_unit(System(), name="别处镇政府", kind="town", area=elsewhere)
    assert Task.objects.visible_to(people.liaison).count() == 43, "a district's plan concerns its towns"
    type(plan).objects.filter(pk=plan.pk).update(area=elsewhere)
    Task.objects.update(area=elsewhere)
    assert Task.objects.visible_to(people.liaison).count() == 0
    assert as_person(people.liaison).get(plan.get_absolute_url()).status_code == 404
    assert unit.area == elsewhere


def test_no_two_units_of_a_task_stand_in_one_place(plan):
    """Lists of a task's units come in one order on every database; equal places left that to chance."""
    for task in plan.tasks.prefetch_related("roles"):
        places = [role.position for role in task.roles.all()]
        assert places == list(range(len(places)))
