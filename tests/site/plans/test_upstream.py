"""The upper plan: imported, put above a plan, answered item by item."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.plans import actions
from lantian.site.plans.models import Plan, PlanImport, Task, UpperPlan
from lantian.site.plans.queries import upstream as queries

CITY = """示范市2026年大气污染防治行动计划

一、主要任务

1. 淘汰老旧车辆5000辆。责任单位：市交通局。完成时限：2026年10月底前。

2. 推广新能源车3000辆。责任单位：市交通局。完成时限：2026年年底前。

3. 治理港口岸电20套。责任单位：市港务局。完成时限：2026年年底前。
"""


@pytest.fixture
def numbered(plan):
    """The plan, of which two tasks name items of the city's plan, and one an item that it has not."""
    tasks = list(plan.tasks.order_by("position")[:3])
    for task, number in zip(tasks, ("1", "1、2", "9"), strict=True):
        Task.objects.filter(pk=task.pk).update(upstream_number=number)
    Task.objects.exclude(pk__in=[t.pk for t in tasks]).update(upstream_number="")
    return plan


def hand_in(person, area):
    file = SimpleUploadedFile("市方案.txt", CITY.encode())
    return actions.upload_document(person, file, "市方案.txt", area=area, upper=True)


@pytest.fixture
def upper(people, plan):
    return actions.keep_upper(people.office, hand_in(people.office, plan.area))


def states(plan):
    return {line.number: line.state for line in queries.lines(plan)}


def test_without_the_upper_plan_the_gaps_between_the_numbers_show(numbered):
    found = states(numbered)
    assert list(found) == [str(n) for n in range(1, 10)]
    assert [n for n, state in found.items() if state == "answered"] == ["1", "2", "9"]


def test_an_upper_plan_is_kept_with_its_items_and_starts_nothing(people, upper):
    assert [item.number for item in upper.items.all()] == ["1", "2", "3"]
    assert upper.items.first().units == "市交通局"
    assert Plan.objects.count() == 1
    assert upper.plan_import.state == "confirmed"
    assert audit.events_of(upper.plan_import)[0].action == "plans.import.keep"


def test_items_are_joined_by_number_and_the_unanswered_listed(people, numbered, upper):
    actions.set_upper(people.office, numbered, upper)
    numbered.refresh_from_db()
    assert states(numbered) == {"1": "answered", "2": "answered", "3": "gap", "9": "unknown"}
    assert len(queries.lines(numbered)[0].answering) == 2


def test_a_person_links_a_task_or_says_why_an_item_is_not_ours(people, numbered, upper):
    actions.set_upper(people.office, numbered, upper)
    numbered.refresh_from_db()
    with pytest.raises(Invalid):
        actions.set_apart(people.office, numbered, "3", reason=" ")
    apart = actions.set_apart(people.office, numbered, "3", reason="本区无港口")
    assert states(numbered)["3"] == "apart"
    with pytest.raises(Invalid):
        actions.set_apart(people.office, numbered, "3", reason="再说一次")
    actions.take_back(people.office, apart)
    assert states(numbered)["3"] == "gap"
    actions.set_apart(people.office, numbered, "3", reason="本区无港口")
    task = numbered.tasks.last()
    link = actions.answer_item(people.office, numbered, "3", task)
    assert states(numbered)["3"] == "answered", "a task that answers it outweighs the word before"
    with pytest.raises(Invalid):
        actions.answer_item(people.office, numbered, "3", task)
    assert [e.action for e in audit.events_of(link)] == ["plans.upper.answer"]
    with pytest.raises(Invalid):
        actions.answer_item(people.office, numbered, " ", task)


def test_the_chain_leads_up_and_never_round(people, numbered, upper):
    state = actions.keep_upper(people.office, hand_in(people.office, numbered.area))
    actions.set_upper(people.office, numbered, upper)
    actions.set_upper(people.office, upper, state)
    numbered.refresh_from_db()
    assert queries.chain(numbered) == [state, upper]
    with pytest.raises(Invalid, match="一圈"):
        actions.set_upper(people.office, UpperPlan.objects.get(pk=state.pk), upper)
    actions.set_upper(people.office, numbered, None)
    numbered.refresh_from_db()
    assert numbered.upper is None


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_office_answers(people, numbered, upper, who):
    person = getattr(people, who)
    waiting = hand_in(people.office, numbered.area)
    for refused in (
        lambda: actions.set_upper(person, numbered, upper),
        lambda: actions.set_apart(person, numbered, "3", reason="无"),
        lambda: actions.answer_item(person, numbered, "3", numbered.tasks.first()),
        lambda: actions.keep_upper(person, waiting),
    ):
        with pytest.raises(Refused):
            refused()


def test_each_document_has_its_purpose(people, numbered, review):
    waiting = hand_in(people.office, numbered.area)
    with pytest.raises(WrongState):
        actions.confirm_import(people.office, waiting)
    with pytest.raises(WrongState):
        actions.keep_upper(people.office, review)


def test_pages_open_within_their_budget(people, numbered, upper, as_person, django_assert_max_num_queries):
    actions.set_upper(people.office, numbered, upper)
    for who in ("office", "leader", "liaison"):
        client = as_person(getattr(people, who))
        for path in (f"/plans/{numbered.pk}/upstream", "/plans/uppers", upper.get_absolute_url()):
            with django_assert_max_num_queries(15):
                response = client.get(path)
            assert response.status_code == 200, path
        gap = client.get(f"/plans/{numbered.pk}/upstream?state=gap").text
        assert ('value="apart"' in gap and "选择对应的任务" in gap) == (who == "office")
        assert ("指定上级方案" in client.get(f"/plans/{numbered.pk}/upstream").text) == (who == "office")
    assert as_person(people.admin).get(f"/plans/{numbered.pk}/upstream").status_code == 403
    assert client.get(f"/plans/uppers/{upper.pk}/document").status_code == 200


def test_items_are_answered_on_the_page(people, numbered, as_person):
    client = as_person(people.office)
    file = SimpleUploadedFile("市方案.txt", CITY.encode())
    data = {"file": file, "area": numbered.area.pk, "purpose": "upper"}
    page = client.post("/plans/imports", data, follow=True).text
    assert "存为上级方案" in page
    assert "确认，启动方案" not in page
    client.post(f"/plans/imports/{PlanImport.objects.first().pk}/keep")
    upper = UpperPlan.objects.get()
    at = f"/plans/{numbered.pk}/upstream"
    client.post(f"{at}/set", {"upper": upper.pk})
    assert client.post(f"{at}/set", {"upper": 999}).status_code == 400
    assert "治理港口岸电" in client.get(f"{at}?state=gap").text
    client.post(f"{at}/answer", {"step": "apart", "number": "3", "reason": "本区无港口"})
    assert "本区无港口" in client.get(at).text
    client.post(f"{at}/answer", {"step": "link", "number": "3", "task": str(numbered.tasks.last())})
    answer = numbered.answers.get()
    assert client.post(f"{at}/answer", {"step": "link", "number": "3", "task": "x"}).status_code == 400
    client.post(f"{at}/answer", {"step": "back", "answer": answer.pk})
    assert not numbered.answers.exists()
    assert client.post(f"{at}/answer", {"step": "nonsense"}).status_code == 404
    assert "治理港口岸电" in b"".join(client.get(f"{at}?export=csv").streaming_content).decode()
    for path in (f"{at}/set", f"{at}/answer", f"/plans/uppers/{upper.pk}/set"):
        assert as_person(people.liaison).post(path).status_code == 403
