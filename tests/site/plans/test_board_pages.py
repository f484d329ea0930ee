"""Minute, timeline, calendar, evidence and first page: what each role sees, how often they ask the database."""

import datetime as dt
import re

import pytest

from lantian.site.core import clock
from lantian.site.core.models import TourSeen
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org import sessions
from lantian.site.org.models import Area
from lantian.site.plans import minute, month, timeline
from lantian.site.plans.models import ProgressReport, Task, TaskRole
from lantian.site.plans.queries import board as queries
from tests.site.plans.large import PLANS, TASKS, large_ledger, large_progress

pytestmark = pytest.mark.any_database

TODAY = dt.date(2026, 11, 21)
BUDGET = 15
PAGES = [
    "/",
    "/plans/wallchart",
    "/plans/wallchart?plan=all",
    "/plans/wallchart?kind=department&across=task",
    "/plans/timeline",
    "/plans/calendar?month=2026-12",
    "/plans/minute",
    "/plans/percent",
    "/plans/percent?plan=all&level=red",
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def test_no_view_needs_more_queries_with_many_plans_and_reports(
    people, district, as_person, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(sessions, "TOUCH_S", 3600)  # a slow machine takes more than a minute for all views of a person
    large_ledger(people.office, district)
    large_progress()
    assert ProgressReport.objects.count() > 8 * PLANS * TASKS
    for person in (people.office, people.liaison, people.leader):
        client = as_person(person)
        for path in PAGES:
            with django_assert_max_num_queries(BUDGET):
                assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("role", ["office", "liaison", "leader"])
@pytest.mark.parametrize("path", PAGES)
def test_every_role_opens_every_view(plan, people, as_person, role, path):
    assert as_person(getattr(people, role)).get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES[1:])
def test_who_has_no_role_sees_nothing(plan, people, as_person, path):
    made = org.add_person(System(), username="guest", name="演示访客", password="first-password-1")
    made = org.change_password(made, old="first-password-1", new="second-password-2")
    assert as_person(made).get(path).status_code == 403


def test_another_districts_people_see_none_of_it(plan, people, as_person):
    away = Area.objects.create(name="白石区", kind="district", parent=Area.objects.create(name="云岭市", kind="city"))
    unit = org.add_unit(System(), name="白石镇政府", kind="town", area=away)
    made = org.add_person(System(), username="away", name="演示外区", password="first-password-1", unit=unit)
    made = org.change_password(made, old="first-password-1", new="second-password-2")
    org.grant_role(System(), made, role="liaison", unit=unit)
    client, title = as_person(made), Task.objects.first().name
    for path in PAGES:
        html = client.get(path).content.decode()
        assert plan.title not in html, path
        assert title not in html, path
    html = as_person(people.leader).get("/plans/timeline").content.decode()
    assert title in html


# The first page


def test_a_liaison_finds_the_units_tasks_with_those_of_its_groups(plan, people, as_person):
    group = org.add_unit(System(), name="各试点街道", kind="group", members=[people.liaison.unit])
    late = Task.objects.exclude(roles__unit=people.liaison.unit).first()
    Task.objects.filter(pk=late.pk).update(due=TODAY - dt.timedelta(3))
    TaskRole.objects.create(task=late, role="responsible", unit=group, name=group.name, position=9)
    html = as_person(people.liaison).get("/").content.decode()
    assert late.name in html
    found = int(re.search(r"已过期的任务</span><b>(\d+)</b>", html)[1])
    link = re.search(r'href="(/plans/percent\?[^"]*state=overdue)"', html)[1].replace("&amp;", "&")
    evidence = as_person(people.liaison).get(link).content.decode()
    assert f"共 {found} 条" in evidence


def test_a_leader_sees_the_tasks_that_name_him(plan, people, as_person):
    role = TaskRole.objects.filter(role="leaders").first()
    TaskRole.objects.filter(pk=role.pk).update(name=people.leader.name)
    html = as_person(people.leader).get("/").content.decode()
    assert "我牵头的任务" in html
    assert role.task.name in html
    assert role.task.name in as_person(people.leader).get("/plans/minute").content.decode()


def test_with_nothing_to_do_the_page_says_so(people, as_person):
    assert "没有等您办理的事项" in as_person(people.leader).get("/").content.decode()


def test_the_tour_comes_once_for_each_person(plan, people, as_person):
    client = as_person(people.leader)
    assert "data-tour" in client.get("/").content.decode()
    assert client.post("/tour").status_code == 204
    assert client.post("/tour").status_code == 204
    assert TourSeen.objects.count() == 1
    assert "data-tour" not in client.get("/").content.decode()
    assert "data-tour" in client.get("/?tour=1").content.decode()
    assert "data-tour" in as_person(people.office).get("/").content.decode()


# Minute, timeline, calendar, evidence


def board_of(person):
    return queries.Board(person, queries.plans(person))


def test_what_fell_due_within_a_week_turned_red(plan, people):
    first, second = Task.objects.order_by("pk")[:2]
    Task.objects.filter(pk=first.pk).update(due=TODAY - dt.timedelta(2))
    Task.objects.filter(pk=second.pk).update(due=TODAY - dt.timedelta(9))
    found = minute.minute(board_of(people.leader), people.leader.name)
    turned = [line.pk for line, _one in found.turned]
    assert first.pk in turned
    assert second.pk not in turned
    assert found.all.total == Task.objects.count()


def test_the_worst_units_come_first(plan, people):
    found = minute.minute(board_of(people.leader), "")
    reds = [of.levels["red"] for _pk, _name, of in found.worst]
    assert reds == sorted(reds, reverse=True)
    assert len(reds) <= minute.WORST


def test_every_bar_lies_within_its_timeline(plan, people):
    drawn = timeline.timeline(board_of(people.leader))
    bars = [bar for _section, bars in drawn.groups for bar in bars]
    assert len(bars) == Task.objects.count()
    assert all(0 <= bar.x <= bar.x + bar.width <= drawn.width for bar in bars)
    assert all(0 <= bar.done <= bar.width for bar in bars)
    assert drawn.months[0].first == dt.date(2026, 1, 1)


def test_a_month_knows_holidays_and_made_up_days():
    october = month.month(dt.date(2025, 10, 1), [(dt.date(2025, 10, 9), month.Item("件", "/"))])
    told = {day.date.day: day.told for day in october.days if day.told}
    assert told[1] == "off"
    assert told[11] == "worked"
    assert [day.date.day for day in october.days if day.items] == [9]


@pytest.mark.parametrize("text", ["", "2026-13", "99999-01", "<b>", "-5"])
def test_a_month_that_cannot_be_read_is_this_one(text):
    assert month.asked(text, TODAY) == dt.date(2026, 11, 1)


def test_the_calendar_shows_what_is_due(plan, people, as_person):
    task = Task.objects.filter(due__gte="2026-12-01", due__lte="2026-12-20").first()
    html = as_person(people.leader).get("/plans/calendar?month=2026-12").content.decode()
    assert task.name in html
    assert f'id="day-{task.due}"' in html


def test_a_percentage_is_the_sum_of_its_rows(plan, people, as_person):
    Task.objects.filter(pk__in=Task.objects.values("pk")[:4]).update(percent=50)
    html = as_person(people.leader).get("/plans/percent").content.decode()
    assert "<b>4%</b>" in html  # 200 of 43 tasks
    assert "其中 39 项还没有通过的进展" in html
