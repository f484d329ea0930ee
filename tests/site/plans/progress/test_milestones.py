"""倒排工期: steps are counted backward, follow a later due date until they are done, are reminded of and drawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from lantian.rulebook.calendar import is_working_day
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Notice
from lantian.site.plans import actions, milestone_reminders
from lantian.site.plans.actions import Step
from lantian.site.plans.backward import day_before, templates
from lantian.site.plans.models import Milestone, Task
from lantian.site.plans.queries import milestones as queries
from tests.site.plans.progress.world import TODAY, asked

STEPS = [Step("摸底建账", 120), Step("拆除清场", 15, working=True), Step("验收销号", 5, working=True)]


def laid(c: Any, steps: Any = STEPS, who: Any = None) -> list[Milestone]:
    return actions.set_milestones(who or c.bureau_liaison, c.trucks, steps)


def test_days_are_counted_backward(campaign: Any) -> None:
    first, second, third = laid(campaign)
    due = campaign.trucks.due
    assert first.date == due - dt.timedelta(days=120)
    assert third.date == day_before(due, 5, working=True)
    assert sum(is_working_day(third.date + dt.timedelta(days=n)) for n in range((due - third.date).days)) == 5
    assert first.date < second.date < third.date < due


def test_a_later_due_date_moves_what_is_not_done(campaign: Any) -> None:
    first, _second, third = laid(campaign)
    actions.finish_milestone(campaign.bureau_liaison, first, note="台账已建，见附件。")
    request = actions.grant_extension(campaign.office, asked(campaign))
    assert Milestone.objects.get(pk=first.pk).date == first.date
    assert Milestone.objects.get(pk=third.pk).date == day_before(request.until, 5, working=True) > third.date


def test_done_needs_what_shows_it_and_can_be_taken_back(campaign: Any) -> None:
    first = laid(campaign)[0]
    with pytest.raises(Invalid):
        actions.finish_milestone(campaign.bureau_liaison, first, note=" ")
    with pytest.raises(Invalid):
        actions.finish_milestone(campaign.bureau_liaison, first, note="x", on=TODAY + dt.timedelta(days=1))
    done = actions.finish_milestone(campaign.bureau_liaison, first, note="会议纪要")
    assert (done.done_on, done.state) == (TODAY, "done")
    with pytest.raises(WrongState):
        actions.finish_milestone(campaign.bureau_liaison, first, note="再来")
    with pytest.raises(Refused):
        actions.reopen_milestone(campaign.bureau_liaison, first, reason="错")
    assert actions.reopen_milestone(campaign.office, first, reason="材料不实").done_on is None


def test_changing_keeps_what_is_done(campaign: Any) -> None:
    first, _second, third = laid(campaign)
    actions.finish_milestone(campaign.office, first, note="已完成")
    after = laid(campaign, [Step("验收", 3, working=True, key=third.pk), Step("公示", 1)])
    assert [one.name for one in after] == ["摸底建账", "验收", "公示"]


@pytest.mark.parametrize("who", ["north_liaison", "leader", "auditor"])
def test_others_lay_down_nothing(campaign: Any, who: str) -> None:
    with pytest.raises(Refused):
        laid(campaign, who=getattr(campaign, who))
    assert not Milestone.objects.exists()


def test_wrong_steps_and_a_task_without_a_date(campaign: Any) -> None:
    with pytest.raises(Invalid) as refused:
        laid(campaign, [Step(" ", 3), Step("验收", 2000)])
    assert set(refused.value.fields) == {"step-0-name", "step-1-before"}
    Task.objects.filter(pk=campaign.trucks.pk).update(due=None)
    with pytest.raises(WrongState, match="没有到期日"):
        laid(campaign)


def test_late_steps_wait_in_my_work_and_are_reminded_of_once(campaign: Any) -> None:
    rows = laid(campaign)
    Milestone.objects.filter(pk=rows[0].pk).update(date=TODAY - dt.timedelta(days=10))
    Milestone.objects.filter(pk=rows[1].pk).update(date=TODAY + dt.timedelta(days=1))
    assert [one.name for one in queries.late(campaign.bureau_liaison)] == ["摸底建账"]
    assert [one.name for one in queries.soon(campaign.bureau_liaison)] == ["拆除清场"]
    assert not queries.late(campaign.office)
    for _time in range(2):
        milestone_reminders.remind(dt.datetime.now(), lambda share, message="": None)
    told = Notice.objects.filter(kind="plans.milestone", person=campaign.bureau_liaison)
    assert sorted(one.title[:4] for one in told) == ["节点 3", "节点逾期"]


def test_the_template_that_fits_comes_first(campaign: Any) -> None:
    assert templates(campaign.trucks)[0].id == "closing"


def test_the_pages(campaign: Any, as_person: Any, django_assert_max_num_queries: Any) -> None:
    client = as_person(campaign.bureau_liaison)
    at = reverse("plans:task_milestones", args=[campaign.trucks.pk])
    client.get("/")
    with django_assert_max_num_queries(15):
        page = client.get(at)
    assert "摸底建账" in page.text
    assert "方案设计" in client.get(f"{at}?template=works").text
    data = {"rows": "2", "step-0-name": "验收", "step-0-before": "5", "step-0-working": "on", "step-1-name": ""}
    assert client.post(at, data).status_code == 302
    one = Milestone.objects.get()
    bad = client.post(at, {"rows": "1", "step-0-name": "验收", "step-0-before": ""})
    assert "请填 0 到 1000 天" in bad.text
    for path in (
        reverse("plans:milestones"),
        reverse("plans:timeline"),
        f"{reverse('plans:calendar')}?month={one.date:%Y-%m}",
    ):
        with django_assert_max_num_queries(15):
            assert client.get(path).status_code == 200
    assert "b-mark" in client.get(reverse("plans:timeline")).text
    assert "验收：" in client.get(f"{reverse('plans:calendar')}?month={one.date:%Y-%m}").text
    part = reverse("plans:task_parts", args=[campaign.trucks.pk])
    with django_assert_max_num_queries(15):
        assert "登记完成" in client.get(part, headers={"HX-Request": "true"}).text
    step = reverse("plans:milestone_step", args=[one.pk, "finish"])
    assert as_person(campaign.north_liaison).post(step, {"note": "x"}).status_code == 403
    assert client.post(step, {"note": "验收单已签"}).status_code == 302
    assert Milestone.objects.get().note == "验收单已签"
