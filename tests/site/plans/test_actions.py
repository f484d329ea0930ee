"""Every action: it works, it refuses the wrong person, it refuses the wrong state."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.plandoc.document import ReadError
from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Attachment
from lantian.site.org.models import Unit
from lantian.site.plans import actions, confirming
from lantian.site.plans.draft import Draft, finding_key
from lantian.site.plans.models import Finding, ImportDraft, Plan, PlanImport, Task


def draft_of(plan_import):
    return Draft.model_validate(ImportDraft.objects.get(plan_import=plan_import).content)


def first(draft, code):
    return next(f for f in draft.findings if f.code == code)


def task_with(draft, words):
    return next(t for t in draft.tasks if words in t.task.text)


def done_to(obj):
    return [event.action for event in audit.events_of(obj)][::-1]


def upload(person, docx, area):
    file = SimpleUploadedFile("方案.docx", docx.winter.read_bytes())
    return actions.upload_document(person, file, "方案.docx", area=area)


# Taking a document in


def test_an_uploaded_document_is_read_and_waits_for_review(people, docx, district):
    plan_import = upload(people.office, docx, district)
    assert plan_import.state == "review"
    assert plan_import.title.startswith("青河区")
    assert plan_import.job.result == {"state": "review", "plan_import": plan_import.pk}
    assert len(draft_of(plan_import).tasks) == 9
    assert Plan.objects.count() == Task.objects.count() == 0, "nothing is a plan before it is confirmed"


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_office_imports(people, docx, district, who):
    with pytest.raises(Refused):
        upload(getattr(people, who), docx, district)
    assert PlanImport.objects.count() == Attachment.objects.count() == 0


def test_an_empty_file_is_refused_at_the_door(people, district):
    with pytest.raises(Invalid, match="空"):
        actions.upload_document(people.office, SimpleUploadedFile("a.docx", b""), "a.docx", area=district)
    assert PlanImport.objects.count() == 0


def test_a_document_that_cannot_be_read_leaves_only_the_message(
    people, district, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        file = SimpleUploadedFile("a.docx", b"PK\x03\x04 no zip at all")
        plan_import = actions.upload_document(people.office, file, "a.docx", area=district)
    assert plan_import.state == "failed"
    assert "a.docx" in plan_import.error_zh
    assert "a.docx" in plan_import.error_en
    assert plan_import.attachment is None
    assert Attachment.objects.count() == ImportDraft.objects.count() == 0
    assert not [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


def test_a_failed_import_keeps_a_file_that_another_import_uses(
    people, district, review, docx, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        twin = upload(people.office, docx, district)
        actions.discard_import(people.office, twin)
    assert Attachment.objects.get() == review.attachment
    assert len([p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]) == 1


def test_a_document_without_tasks_says_so(people, district):
    file = SimpleUploadedFile("信.txt", "今天天气很好。\n我们去公园散步。\n".encode())
    plan_import = actions.upload_document(people.office, file, "信.txt", area=district)
    assert plan_import.state == "failed"
    assert "没有识别出任务" in plan_import.error_zh
    assert "no task" in plan_import.error_en


def test_reading_again_is_for_imports_whose_reading_broke_off(people, review):
    with pytest.raises(WrongState):
        actions.retry_import(people.office, review)
    PlanImport.objects.filter(pk=review.pk).update(state="parsing")
    assert actions.retry_import(people.office, review).state == "review"


def test_import_from_disk_tells_what_is_wrong(people, tmp_path):
    path = tmp_path / "方案.docx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(ReadError, match=r"方案\.docx"):
        actions.import_file(people.office, path, confirm=True)
    assert Plan.objects.count() == 0


def test_import_from_disk_without_an_area_says_what_to_do(db, docx):
    from lantian.site.core.policy import System

    with pytest.raises(Invalid, match="lantian init"):
        actions.import_file(System(), docx.winter, confirm=False)


# Correcting


def test_a_correction_is_kept_with_person_and_reason_and_checked_again(people, review):
    draft = draft_of(review)
    finding = first(draft, "role_conflict")
    task = task_with(draft, "重型柴油车")
    actions.correct_task(people.office, review, task.id, {"assist": []}, reason="笔误", finding=finding_key(finding))
    after = draft_of(review)
    assert after.find(task.id).task.assist == []
    assert finding not in after.findings
    (correction,) = review.corrections.all()
    assert (correction.person, correction.reason) == (people.office, "笔误")
    assert "协办单位" in correction.what
    assert done_to(review)[-1] == "plans.import.correct"
    assert audit.events_of(review)[0].facts["patches"][0]["before"] == task.task.assist


def test_undo_takes_the_last_correction_back(people, review):
    draft = draft_of(review)
    task = draft.tasks[0]
    actions.correct_task(people.office, review, task.id, {"title": "甲"})
    actions.correct_task(people.office, review, task.id, {"title": "乙"})
    actions.undo_correction(people.office, review)
    assert draft_of(review).find(task.id).task.title == "甲"
    actions.undo_correction(people.office, review)
    assert draft_of(review) == draft
    with pytest.raises(WrongState):
        actions.undo_correction(people.office, review)
    assert [c.undone_by for c in review.corrections.all()] == [people.office] * 2


def test_tasks_can_be_removed_and_added(people, review):
    draft = draft_of(review)
    actions.remove_task(people.office, review, draft.tasks[2].id)
    actions.add_task(people.office, review, "补充的任务", after=draft.tasks[0].id)
    texts = [t.task.text for t in draft_of(review).tasks]
    assert texts[1] == "补充的任务"
    assert len(texts) == len(draft.tasks)
    with pytest.raises(WrongState):
        actions.correct_task(people.office, review, draft.tasks[2].id, {"title": "甲"})
    with pytest.raises(Invalid):
        actions.add_task(people.office, review, "  ")


def test_the_head_can_be_corrected(people, review):
    actions.correct_head(people.office, review, {"title": "新名称", "issued_on": "2026-09-01"})
    assert draft_of(review).plan.issued_on.isoformat() == "2026-09-01"
    assert PlanImport.objects.get().title == "新名称"


def test_a_correction_that_changes_nothing_leaves_no_trace(people, review):
    task = draft_of(review).tasks[0]
    before = done_to(review)
    with pytest.raises(Invalid):
        actions.correct_task(people.office, review, task.id, {"title": task.task.title})
    assert done_to(review) == before
    assert review.corrections.count() == 0


def test_a_unit_is_renamed_in_all_tasks(people, review):
    actions.rename_unit(people.office, review, "区生态环境局", "区环保局")
    names = {name for t in draft_of(review).tasks for name in [*t.task.lead, *t.task.responsible, *t.task.assist]}
    assert "区环保局" in names
    assert "区生态环境局" not in names


def test_a_finding_is_accepted_with_a_reason_and_reopened(people, review):
    key = finding_key(first(draft_of(review), "split_sum"))
    with pytest.raises(Invalid):
        actions.judge_finding(people.office, review, key, "accepted", reason=" ")
    actions.judge_finding(people.office, review, key, "accepted", reason="按上级文件")
    decision = draft_of(review).decisions[key]
    assert (decision.state, decision.reason, decision.person) == ("accepted", "按上级文件", people.office.pk)
    with pytest.raises(WrongState):
        actions.judge_finding(people.office, review, key, "dismissed", reason="再想")
    actions.judge_finding(people.office, review, key, "open", reason="再想")
    assert draft_of(review).decisions == {}
    with pytest.raises(WrongState):
        actions.judge_finding(people.office, review, "0" * 16, "accepted", reason="没有")


CORRECTIONS = {
    "correct": lambda who, x: actions.correct_task(who, x, 1, {"title": "甲"}),
    "head": lambda who, x: actions.correct_head(who, x, {"title": "甲"}),
    "remove": lambda who, x: actions.remove_task(who, x, 1),
    "add": lambda who, x: actions.add_task(who, x, "甲"),
    "rename": lambda who, x: actions.rename_unit(who, x, "区生态环境局", "甲"),
    "undo": actions.undo_correction,
    "judge": lambda who, x: actions.judge_finding(who, x, "0" * 16, "accepted", reason="甲"),
    "confirm": actions.confirm_import,
    "discard": actions.discard_import,
}


@pytest.mark.parametrize("name", CORRECTIONS)
def test_nobody_else_touches_a_draft(people, review, name):
    before = (draft_of(review), done_to(review))
    for person in (people.liaison, people.leader):
        with pytest.raises(Refused):
            CORRECTIONS[name](person, review)
    assert (draft_of(review), done_to(review)) == before


@pytest.mark.parametrize("state", ["uploaded", "parsing", "confirmed", "failed", "discarded"])
@pytest.mark.parametrize("name", CORRECTIONS)
def test_only_a_draft_in_review_can_be_worked_on(people, review, name, state):
    if name == "discard" and state in ("uploaded", "parsing"):
        return  # those may be thrown away
    PlanImport.objects.filter(pk=review.pk).update(state=state)
    with pytest.raises(WrongState):
        CORRECTIONS[name](people.office, review)
    assert PlanImport.objects.get(pk=review.pk).state == state


def test_a_discarded_import_leaves_neither_draft_nor_file(people, review, settings, django_capture_on_commit_callbacks):
    actions.correct_task(people.office, review, 1, {"title": "甲"})
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_import(people.office, review)
    assert ImportDraft.objects.count() == review.corrections.count() == Attachment.objects.count() == 0
    assert not [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


# Confirming


def test_a_confirmed_plan_is_what_the_draft_was(people, review):
    actions.correct_task(people.office, review, 1, {"title": "改过的标题"})
    expected = draft_of(review).whole()
    plan = actions.confirm_import(people.office, review)
    stored = confirming.contract_of(plan)
    assert stored.model_copy(update={"source": None}) == expected.model_copy(update={"source": None})
    review.refresh_from_db()
    assert (review.state, review.plan) == ("confirmed", plan)
    assert plan.confirmed_by == people.office


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_office_corrects_and_confirms(people, review, who):
    with pytest.raises(Refused):
        actions.correct_task(getattr(people, who), review, 1, {"title": "甲"})
    with pytest.raises(Refused):
        actions.confirm_import(getattr(people, who), review)
    assert Plan.objects.count() == 0


def test_confirming_makes_units_by_name_and_links_towns(people, plan, district):
    known = Unit.objects.get(name="北桥街道办事处")
    assert known.task_roles.count() == 1, "a known unit is used, not made again"
    assert Unit.objects.filter(name="区生态环镜局").exists(), "a probable slip is never merged silently"
    quantity = plan.tasks.get(title__startswith="加快淘汰").quantities.get(town_name="北桥街道")
    assert quantity.town.name == "北桥街道"
    assert quantity.value == 60
    assert plan.goals.get(scope="北桥街道").town.name == "北桥街道"


def test_decisions_and_corrections_come_along_with_the_findings(people, review):
    draft = draft_of(review)
    accepted, corrected = first(draft, "split_sum"), first(draft, "role_conflict")
    actions.judge_finding(people.office, review, finding_key(accepted), "accepted", reason="按上级文件")
    task = task_with(draft, "重型柴油车")
    actions.correct_task(people.office, review, task.id, {"assist": []}, reason="笔误", finding=finding_key(corrected))
    plan = actions.confirm_import(people.office, review)
    states = {f.code: (f.state, f.reason, f.decided_by) for f in plan.findings.all()}
    assert states["split_sum"] == ("accepted", "按上级文件", people.office)
    assert states["role_conflict"] == ("corrected", "笔误", people.office)
    assert states["before_issue"] == ("open", "", None)


def test_a_draft_without_tasks_cannot_be_confirmed(people, review):
    for task in draft_of(review).tasks:
        actions.remove_task(people.office, review, task.id)
    with pytest.raises(Invalid):
        actions.confirm_import(people.office, review)
    assert Plan.objects.count() == 0


def test_a_failure_while_confirming_leaves_nothing(people, review, monkeypatch):
    units = Unit.objects.count()

    def broken(*args):
        raise RuntimeError("disk full")

    monkeypatch.setattr(confirming, "_store_findings", broken)
    with pytest.raises(RuntimeError):
        actions.confirm_import(people.office, review)
    assert (Plan.objects.count(), Task.objects.count(), Unit.objects.count()) == (0, 0, units)
    assert PlanImport.objects.get().state == "review"


def test_the_demo_plan_shows_the_planted_findings(plan):
    assert {f.code for f in plan.findings.all()} == {"split_sum", "role_conflict", "before_issue", "unit_typo"}
    assert plan.tasks.count() == 43
    assert (plan.doc_number, plan.district) == ("青政办发〔2026〕3号", "青河区")


# Findings of a confirmed plan


def test_a_finding_of_a_plan_is_decided_with_a_reason(people, plan):
    finding = plan.findings.get(code="split_sum")
    with pytest.raises(Invalid):
        actions.decide_finding(people.office, finding, "accept", reason="")
    decided = actions.decide_finding(people.office, finding, "accept", reason="按上级文件")
    assert (decided.state, decided.decided_by) == ("accepted", people.office)
    with pytest.raises(WrongState):
        actions.decide_finding(people.office, finding, "dismiss", reason="再想")
    assert actions.decide_finding(people.office, finding, "reopen", reason="再想").state == "open"
    assert done_to(finding) == ["plans.finding.accept", "plans.finding.reopen"]


def test_others_do_not_decide_on_findings(people, plan):
    finding = Finding.objects.first()
    for person in (people.liaison, people.leader):
        with pytest.raises(Refused):
            actions.decide_finding(person, finding, "accept", reason="甲")
    with pytest.raises(Invalid):
        actions.decide_finding(people.office, finding, "nonsense", reason="甲")
    assert done_to(finding) == []
