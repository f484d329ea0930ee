"""Every page: it opens, to the right people only, empty or full, within its number of SQL queries."""

import re

import pytest
from django.urls import reverse

from lantian.site.plans import actions
from lantian.site.plans.draft import Draft, finding_key
from lantian.site.plans.models import PlanImport

BUDGET = 15


def address(name, plan=None, review=None):
    args = {
        "plan": lambda: [plan.pk],
        "findings": lambda: [plan.pk],
        "plan_document": lambda: [plan.pk],
        "task": lambda: [plan.tasks.first().pk],
        "import": lambda: [review.pk],
        "import_document": lambda: [review.pk],
        "review_head": lambda: [review.pk],
        "review_add": lambda: [review.pk],
        "review_task": lambda: [review.pk, 1],
        "review_quantities": lambda: [review.pk, 1],
    }.get(name, list)()
    return reverse(f"plans:{name}", args=args)


EVERYBODY = ["ledger", "plans", "goals", "plan", "findings", "task", "plan_document"]
OFFICE = [
    "imports",
    "import",
    "import_document",
    "review_head",
    "review_add",
    "review_task",
    "review_quantities",
]


@pytest.mark.parametrize("name", EVERYBODY + OFFICE)
def test_a_page_opens_for_the_office_within_its_budget(
    people, plan, review, as_person, name, django_assert_max_num_queries
):
    client = as_person(people.office)
    with django_assert_max_num_queries(BUDGET):
        response = client.get(address(name, plan, review))
    assert response.status_code == 200


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("who", ["liaison", "leader"])
def test_plans_and_tasks_open_for_every_role_of_the_work(people, plan, as_person, name, who):
    assert as_person(getattr(people, who)).get(address(name, plan)).status_code == 200
    assert as_person(people.admin).get(address(name, plan)).status_code == 403


@pytest.mark.parametrize("name", OFFICE)
@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_import_and_review_are_closed_to_others(people, review, as_person, name, who):
    response = as_person(getattr(people, who)).get(address(name, review=review))
    assert response.status_code == 403
    assert "大气办" in response.text


@pytest.mark.parametrize("name", ["ledger", "plans", "goals", "imports"])
def test_an_empty_page_says_what_to_do(people, as_person, name):
    response = as_person(people.office).get(address(name))
    assert response.status_code == 200
    assert "lt-empty" in response.text


@pytest.mark.parametrize("name", EVERYBODY + OFFICE)
def test_nobody_gets_in_without_logging_in(plan, review, client, name):
    response = client.get(address(name, plan, review))
    assert response.status_code == 302
    assert response.url.startswith("/login")


@pytest.mark.parametrize("name", ["ledger", "plans", "goals", "plan", "findings", "task", "imports", "import"])
def test_pages_are_complete_in_english(people, plan, review, as_person, name):
    client = as_person(people.office)
    client.cookies["lantian_language"] = "en"
    page = client.get(address(name, plan, review)).text
    page = page[page.index("<main") :]
    # what a document says stays Chinese; what the page says of it does not
    said = re.findall(r"<(?:th|dt|button|h1|h2|h3|summary|label)[^>]*>\s*([^<]*[\u4e00-\u9fff][^<]*)<", page)
    known = plan.source + review.draft.source + "".join(str(i) for i in PlanImport.objects.all()) + "中文"
    assert [x for x in said if x.strip() not in known and x.strip("… ") not in known] == []


def test_what_is_not_there_is_not_found(people, review, as_person):
    client = as_person(people.office)
    for path in ("/plans/999", "/plans/tasks/999", "/plans/999/findings", "/plans/imports/999", "/plans/1/export/exe"):
        assert client.get(path).status_code == 404
    assert client.get(f"/plans/imports/{review.pk}/tasks/999").status_code == 404
    assert client.get(f"/plans/imports/{review.pk}/tasks/1/nonsense").status_code == 404


def test_the_task_page_shows_the_clause_roles_numbers_and_deadline(people, plan, as_person):
    task = plan.tasks.get(title__startswith="加快淘汰")
    page = as_person(people.leader).get(task.get_absolute_url()).text
    assert "分解之和" in page
    assert "630 辆" in page
    assert "与合计不一致" in page
    assert "原文写明了月份" in page
    assert 'class="m-field m-task' in page or "m-task" in page
    assert "推广新能源车" in page, "the neighbouring paragraph"
    assert "确认方案" in page, "its trail"


def test_the_unit_page_lists_tasks_by_role(people, plan, as_person):
    unit = plan.tasks.get(title="整治裸露地面").roles.get(role="lead").unit
    page = as_person(people.leader).get(unit.get_absolute_url()).text
    assert "整治裸露地面" in page
    assert f"unit={unit.pk}&amp;role=lead" in page


def test_the_home_page_counts_and_shows_what_is_due_for_the_own_unit(people, plan, as_person):
    page = as_person(people.liaison).get("/").text
    assert "规范餐饮油烟治理" in page
    assert f"unit={people.liaison.unit_id}&amp;role=duty&amp;state=soon" in page


# Review


def post(client, name, review, *args, **data):
    return client.post(
        reverse(f"plans:{name}", args=[review.pk, *args]), data, headers={"HX-Request": "true"}, follow=False
    )


def draft_of(review):
    review.refresh_from_db()
    return Draft.model_validate(review.draft.content)


def test_a_field_is_fixed_on_the_page(people, review, as_person):
    client = as_person(people.office)
    response = post(client, "review_field", review, 1, "lead", names="区环保局、区水务局\n区教委", reason="核对原文")
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#task-1"
    assert draft_of(review).find(1).task.lead == ["区环保局", "区水务局", "区教委"]
    assert "核对原文" in response.text


def test_a_wrong_entry_is_told_at_the_field(people, review, as_person):
    client = as_person(people.office)
    response = post(client, "review_field", review, 1, "deadline", deadline="2026-02-31", due="", recurrence="")
    assert "lt-wrong" in response.text
    response = post(client, "review_field", review, 1, "deadline", deadline="2026-03-02", due="2026-03-01")
    assert "不能早于" in response.text
    assert review.corrections.count() == 0


def test_a_new_wording_of_a_deadline_is_worked_out(people, review, as_person):
    task = draft_of(review).find(2).task
    data = {"deadline": task.deadline or "", "due": task.due or "", "recurrence": task.recurrence or ""}
    post(as_person(people.office), "review_field", review, 2, "deadline", deadline_text="2026年10月底前", **data)
    after = draft_of(review).find(2).task
    assert (str(after.deadline), str(after.due), after.recurrence) == ("2026-10-31", "2026-10-31", "once")


def quantities(rows):
    data = {"q-TOTAL_FORMS": len(rows), "q-INITIAL_FORMS": sum("original" in row for row in rows)}
    for k, row in enumerate(rows):
        data |= {f"q-{k}-{name}": value for name, value in row.items()}
    return data


def test_numbers_are_fixed_on_the_page_and_the_finding_goes(people, review, as_person):
    draft = draft_of(review)
    finding = next(f for f in draft.findings if f.code == "split_sum")
    task = next(t for t in draft.tasks if "夜间检查" in t.task.text)
    rows = [
        {
            "original": k,
            "text": q.text,
            "what": q.what or "",
            "town": q.town or "",
            "op": q.op,
            "kind": q.kind,
            "value": 30 if q.town else q.value,
            "unit": q.unit,
        }
        for k, q in enumerate(task.task.quantities)
    ]
    post(as_person(people.office), "review_quantities", review, task.id, **quantities(rows))
    after = draft_of(review)
    assert finding not in after.findings
    assert [q.span for q in after.find(task.id).task.quantities] == [q.span for q in task.task.quantities]


def test_a_number_that_is_none_is_told_at_the_field(people, review, as_person):
    rows = [{"text": "约十台", "value": "十", "unit": "台"}]
    response = post(as_person(people.office), "review_quantities", review, 1, **quantities(rows))
    assert "lt-wrong" in response.text
    assert review.corrections.count() == 0


def test_findings_units_and_undo_work_on_the_page(people, review, as_person):
    client = as_person(people.office)
    key = finding_key(next(f for f in draft_of(review).findings if f.code == "split_sum"))
    assert post(client, "review_judge", review, key, "accepted", reason="").status_code == 400
    assert "已接受" in post(client, "review_judge", review, key, "accepted", reason="按上级文件").text
    assert "区环保局" in post(client, "review_rename", review, old="区生态环境局", new="区环保局").text
    post(client, "review_undo", review)
    assert "区生态环境局" in str(draft_of(review))
    post(client, "review_remove", review, 1)
    post(client, "review_add", review, text="补充的任务", after=2)
    assert [t.id for t in draft_of(review).tasks][:2] == [2, 10]


def test_confirm_and_discard_lead_on(people, review, as_person, docx):
    client = as_person(people.office)
    other = actions.import_file(people.office, docx.winter, confirm=False)
    response = client.post(reverse("plans:import_confirm", args=[review.pk]))
    review.refresh_from_db()
    assert response.url == review.plan.get_absolute_url()
    assert client.post(reverse("plans:import_discard", args=[other.pk])).url == reverse("plans:imports")
    assert client.post(reverse("plans:import_confirm", args=[other.pk])).status_code == 409


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_posting_is_closed_to_others(people, review, as_person, who):
    client = as_person(getattr(people, who))
    for name, args in [
        ("review_undo", []), ("review_remove", [1]), ("review_rename", []), ("import_confirm", []),
        ("import_discard", []), ("import_retry", []), ("review_field", [1, "lead"]),
    ]:  # fmt: skip
        assert post(client, name, review, *args).status_code == 403


@pytest.mark.parametrize("state", ["uploaded", "parsing", "failed", "discarded", "confirmed"])
def test_an_import_page_exists_in_every_state(people, review, as_person, state):
    PlanImport.objects.filter(pk=review.pk).update(state=state, error_zh="坏了", error_en="broken")
    response = as_person(people.office).get(review.get_absolute_url())
    assert response.status_code == 200
    assert ("坏了" in response.text) == (state == "failed")


def test_a_finding_of_a_plan_is_decided_on_its_page(people, plan, as_person):
    finding = plan.findings.first()
    client = as_person(people.office)
    path = reverse("plans:decide_finding", args=[finding.pk, "accept"])
    assert client.post(path, {"reason": ""}).status_code == 400
    assert client.post(path, {"reason": "按上级文件"}).status_code == 302
    assert "按上级文件" in client.get(reverse("plans:findings", args=[plan.pk])).text
