"""Reminders of tasks: the right people, at the right stage, once."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core import clock, schedules
from lantian.site.core.models import Notice, ReplayClock, ScheduleRun
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Unit
from lantian.site.plans import reminders
from lantian.site.plans.models import Task, TaskRole

DUE = dt.date(2026, 3, 19)  # a Thursday; the Monday before is three working days ahead


@pytest.fixture
def task(plan, people):
    """One task of the plan that the street is responsible for; the others have no date."""
    Task.objects.update(due=None)
    TaskRole.objects.all().delete()
    task = Task.objects.order_by("pk").first()
    Task.objects.filter(pk=task.pk).update(due=DUE)
    TaskRole.objects.create(task=task, role="responsible", unit=people.liaison.unit, position=0, name="北桥街道")
    task.refresh_from_db()
    return task


@pytest.fixture
def on():
    """Sets the day and runs the schedule as the job runner does."""

    def run(day: str) -> list[str]:
        shown = dt.datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=clock.real_now().tzinfo)
        ReplayClock.objects.update_or_create(pk=1, defaults={"started_at": clock.real_now(), "shown_at": shown})
        before = set(Notice.objects.values_list("pk", flat=True))
        schedules.start(schedules.schedules["plans.reminders"], clock.now(), by_hand=True)
        run = ScheduleRun.objects.first()
        assert run.job.state == "done", run.job.error
        new = Notice.objects.exclude(pk__in=before).order_by("pk")
        return [f"{notice.person.username}: {notice.title.split('：')[0]}" for notice in new]

    return run


def test_before_on_the_day_and_every_five_working_days_after(task, on):
    assert on("2026-03-13") == []
    assert on("2026-03-16") == ["liaison: 3 个工作日后到期"]
    assert on("2026-03-17") == []
    assert on("2026-03-19") == ["liaison: 今天到期"]
    assert on("2026-03-20") == []
    assert on("2026-03-26") == ["liaison: 逾期 5 个工作日"]
    assert on("2026-03-26") == [], "however often it runs"


def test_a_notice_leads_to_the_task_and_names_plan_and_date(task, on):
    on("2026-03-19")
    notice = Notice.objects.get()
    assert notice.url == task.get_absolute_url()
    assert notice.kind == "plans.due"
    assert task.plan.title in notice.body
    assert "2026-03-19" in notice.body


def test_a_missed_morning_is_made_up(task, on):
    assert on("2026-03-18") == ["liaison: 3 个工作日后到期"]


def test_a_moved_date_is_reminded_of_anew(task, on):
    on("2026-03-16")
    Task.objects.filter(pk=task.pk).update(due=DUE + dt.timedelta(days=1))
    assert on("2026-03-17") == ["liaison: 3 个工作日后到期"]


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_what_is_done_is_not_reminded_of(task, on, state):
    Task.objects.update(state=state)
    assert on("2026-03-19") == []


def test_those_who_only_assist_are_not_reminded(task, on):
    TaskRole.objects.update(role="assist")
    assert on("2026-03-19") == []


def test_a_group_reaches_the_liaisons_of_its_members(task, on, people, district):
    other = org.add_unit(System(), name="演示街道办", kind="town", area=district)
    group = org.add_unit(System(), name="演示各街道", kind="group", area=district, members=[people.liaison.unit, other])
    TaskRole.objects.update(unit=group)
    assert on("2026-03-19") == ["liaison: 今天到期"]


def test_a_unit_without_liaison_turns_to_the_unit_above(task, on, people, district):
    below = org.add_unit(System(), name="演示环保所", kind="department", area=district, parent=people.liaison.unit)
    TaskRole.objects.update(unit=below)
    assert on("2026-03-19") == ["liaison: 今天到期"]


def test_a_unit_nobody_answers_for_is_counted(task, on, district):
    TaskRole.objects.update(unit=org.add_unit(System(), name="演示公司", kind="firm", area=district))
    assert on("2026-03-19") == []
    assert ScheduleRun.objects.first().job.result == {"reminders": 1, "notices": 0, "without_liaison": 1}


def test_a_grant_that_ran_out_and_a_disabled_person_count_no_more(task, on, people):
    people.liaison.grants.update(until=dt.date(2026, 3, 18))
    assert on("2026-03-19") == []
    people.liaison.grants.update(until=None)
    type(people.liaison).objects.filter(pk=people.liaison.pk).update(is_active=False)
    assert on("2026-03-19") == []


def test_a_whole_plan_is_read_in_a_bounded_number_of_queries(plan, people, django_assert_max_num_queries):
    street = Unit.objects.get(name="北桥街道办事处")
    Task.objects.update(due=clock.today() + dt.timedelta(days=1))
    for task in Task.objects.all():
        TaskRole.objects.create(task=task, role="lead", unit=street, position=99, name="x")
    reminders.remind(clock.now(), lambda *_: None)
    with django_assert_max_num_queries(12):  # the second run finds everything told
        assert reminders.remind(clock.now(), lambda *_: None)["notices"] == 0
