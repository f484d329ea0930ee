"""Walking through a list by its cursors meets every row once, in order, whatever the order and the page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing

from lantian.site.core import clock
from lantian.site.core.api.paging import SALT
from lantian.site.core.models import AuditEvent
from lantian.site.plans.models import Plan, Task
from tests.site.plans.large import PLANS, TASKS, large_ledger

BUDGET = 15


@pytest.fixture
def asks(world, program):
    for number in range(20):
        Task.objects.create(
            area=world.area,
            plan=world.plan,
            position=100 + number,
            part="body",
            text=f"第{number}项",
            due=[None, dt.date(2026, 6, 30), dt.date(2026, 3, 31)][number % 3],
        )
    return program(world.office)


@pytest.mark.parametrize("limit", [1, 2, 7, 200])
@pytest.mark.parametrize("sort", ["due", "-due", "position", "id"])
def test_every_row_once_and_in_order(asks, sort, limit):
    rows = asks.all(f"plans/tasks?sort={sort}", limit=limit)
    assert len({row["id"] for row in rows}) == len(rows) == Task.objects.count()
    days = [row["due"] for row in rows]
    dated = [day for day in days if day]
    if sort == "due":
        assert days == sorted(dated) + [None] * (len(days) - len(dated)), "rows without a day stand last"
    if sort == "-due":
        assert days == sorted(dated, reverse=True) + [None] * (len(days) - len(dated))
    if sort == "id":
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_a_page_with_just_enough_rows_is_the_last(asks):
    assert asks.read(f"plans/tasks?limit={Task.objects.count()}").json()["next"] is None


def test_rows_added_behind_are_met_and_none_twice(asks, world):
    first = asks.read("plans/tasks?sort=id&limit=10").json()
    late = Task.objects.create(area=world.area, plan=world.plan, position=999, part="body", text="新增")
    rest = asks.all(f"plans/tasks?sort=id&cursor={first['next']}")
    seen = [row["id"] for row in [*first["items"], *rest]]
    assert seen == sorted(set(seen))
    assert late.pk in seen


def test_a_cursor_holds_for_its_list_order_and_filter(asks):
    cursor = asks.read("plans/tasks?limit=2").json()["next"]
    for where in ("plans/tasks?sort=-due", "plans/tasks?light=soon", "plans/goals?", "jobs?"):
        answer = asks.read(f"{where}&cursor={cursor}")
        assert answer.status_code == 422, where
        assert "cursor" in answer.json()["fields"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "a:b:c", "", signing.dumps("x"), signing.dumps(["x", [1]], salt=SALT)],
    ids=["word", "colons", "empty", "foreign-salt", "foreign-content"],  # signatures carry the time: no ids
)
def test_a_cursor_of_ones_own_making_is_refused(asks, cursor):
    assert asks.read(f"plans/tasks?cursor={cursor}").status_code == 422


def test_the_trail_is_walked_to_its_end(world, program):
    asks = program(world.audit)
    seen = [one["seq"] for one in asks.all("audit", limit=7)]
    assert seen == sorted(AuditEvent.objects.values_list("seq", flat=True), reverse=True)
    one = asks.read(f"audit/{seen[0]}").json()
    assert one["hash"] == AuditEvent.objects.get(seq=seen[0]).hash


def test_no_list_counts_or_needs_more_queries_with_many_tasks(
    world, program, uncounted, django_assert_max_num_queries, monkeypatch
):
    moment = clock.real_now()  # what was asked is written down when a minute ends, which is none of the lists' queries
    monkeypatch.setattr(clock, "real_now", lambda: moment)
    large_ledger(world.office, world.area)
    assert Task.objects.count() > PLANS * TASKS
    asks = program(world.office)
    asks.read("me")  # the token's own first use
    plan, task = Plan.objects.order_by("-pk").first(), Task.objects.order_by("-pk").first()
    for where in [
        "plans?limit=200",
        "plans/tasks?limit=200",
        f"plans/tasks?limit=200&plan={plan.pk}&unit={task.roles.first().unit_id}&role=lead&light=soon&sort=-due",
        f"plans/tasks/{task.pk}",
        f"plans/{plan.pk}",
        "plans/goals?limit=200",
        "plans/findings?limit=200",
        "plans/imports?limit=200",
        "plans/cycles?limit=200",
        "plans/reports?limit=200",
        "org/units?limit=200",
        "org/areas?limit=200",
        "jobs?limit=200",
        "notices?limit=200",
    ]:
        with django_assert_max_num_queries(BUDGET) as asked:
            assert asks.read(where).status_code == 200, where
        assert not [one for one in asked.captured_queries if one["sql"].startswith("SELECT COUNT(")], where
