"""The review: goals, tasks split and joined; each can be taken back, and is the office's alone."""

import pytest
from django.urls import reverse

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.plans import actions
from lantian.site.plans.models import ImportDraft


def draft_of(review):
    return ImportDraft.objects.get(plan_import=review).parsed


GOAL = {"text": "降尘量不高于6吨", "indicator": "dustfall", "op": "<=", "value": 6.0, "unit": "吨", "scope": "district"}


def test_goals_are_changed_added_removed_and_taken_back(people, review):
    before = draft_of(review).plan.goals
    actions.add_goal(people.office, review, GOAL)
    assert draft_of(review).plan.goals[-1].indicator == "dustfall"
    actions.correct_goal(people.office, review, len(before), {"value": 5.0}, reason="笔误")
    assert draft_of(review).plan.goals[-1].value == 5
    actions.remove_goal(people.office, review, 0)
    assert len(draft_of(review).plan.goals) == len(before)
    for _k in range(3):
        actions.undo_correction(people.office, review)
    assert draft_of(review).plan.goals == before
    with pytest.raises(WrongState):
        actions.remove_goal(people.office, review, 99)


def test_tasks_are_split_and_joined(people, review):
    before = draft_of(review)
    first, second = before.tasks[:2]
    with pytest.raises(Invalid):
        actions.split_task(people.office, review, first.id, ["只有一条", "  "])
    actions.split_task(people.office, review, first.id, ["前一半", "后一半"])
    assert [t.task.text for t in draft_of(review).tasks[:2]] == ["前一半", "后一半"]
    actions.undo_correction(people.office, review)
    actions.join_tasks(people.office, review, first.id, second.id)
    assert len(draft_of(review).tasks) == len(before.tasks) - 1
    with pytest.raises(Invalid):
        actions.join_tasks(people.office, review, first.id, first.id)
    with pytest.raises(WrongState):
        actions.join_tasks(people.office, review, first.id, second.id)
    actions.undo_correction(people.office, review)
    assert draft_of(review).tasks == before.tasks


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_office_does(people, review, who):
    person = getattr(people, who)
    for refused in (
        lambda: actions.add_goal(person, review, GOAL),
        lambda: actions.correct_goal(person, review, 0, {"value": 1.0}),
        lambda: actions.remove_goal(person, review, 0),
        lambda: actions.split_task(person, review, 1, ["甲", "乙"]),
        lambda: actions.join_tasks(person, review, 1, 2),
    ):
        with pytest.raises(Refused):
            refused()


def test_the_forms_of_the_page(people, review, as_person):
    client = as_person(people.office)

    def at(name, *args):
        return reverse(f"plans:{name}", args=[review.pk, *args])

    data = {"text": "降尘量", "indicator": "dustfall", "op": "<=", "value": "6", "unit": "吨", "scope": ""}
    assert "新增目标" in client.get(at("review_goal_add")).text
    answer = client.post(at("review_goal_add"), data, headers={"HX-Request": "true"})
    assert answer["HX-Reswap"] == "none"
    last = len(draft_of(review).plan.goals) - 1
    assert draft_of(review).plan.goals[last].scope == "district"
    wrong = client.post(at("review_goal", last), {**data, "period_start": "2026-02-01", "period_end": "2026-01-01"})
    assert "不能早于" in wrong.text
    client.post(at("review_goal", last), {**data, "scope": "北桥街道"})
    assert draft_of(review).plan.goals[last].scope == "北桥街道"
    client.post(at("review_goal_remove", last))
    assert len(draft_of(review).plan.goals) == last
    assert client.get(at("review_goal", 99)).status_code == 404
    assert "空一行" in client.post(at("review_split", 1), {"text": "只有一条"}).text
    client.post(at("review_split", 1), {"text": "前一半\r\n\r\n后一半"})
    assert [t.task.text for t in draft_of(review).tasks[:2]] == ["前一半", "后一半"]
    made = draft_of(review).tasks[1].id
    assert "后一半" in client.get(at("review_join", 1)).text
    client.post(at("review_join", 1), {"other": made})
    assert draft_of(review).tasks[0].task.text == "前一半\n后一半"
    for name, args in (("review_goal_add", []), ("review_split", [1]), ("review_join", [1]), ("review_goal", [0])):
        assert as_person(people.liaison).post(at(name, *args)).status_code == 403
