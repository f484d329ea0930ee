"""A revised document: compared, decided on piece by piece, with all that was reported kept."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.plans import actions, confirming, revising
from lantian.site.plans.draft import Draft
from lantian.site.plans.models import ExtensionRequest, Plan, PlanVersion, ReportedNumber, Task
from tests.site.kept import kept


def hand_in(people, docx, plan):
    file = SimpleUploadedFile("修订稿.docx", docx.action.read_bytes())
    return actions.upload_document(people.office, file, "修订稿.docx", area=plan.area, revises=plan)


def draft_of(plan_import):
    plan_import.draft.refresh_from_db()
    return Draft.model_validate(plan_import.draft.content)


@pytest.fixture
@kept
def revised(people, docx, plan):
    """The plan's document handed in again, in review."""
    return hand_in(people, docx, plan)


@pytest.fixture
@kept
def version(people, revised):
    """A revised document with a difference of every sort, to be decided on."""
    draft = draft_of(revised)
    first, second, third, fourth = [t for t in draft.tasks if t.task.quantities and t.task.due][:4]
    person = people.office
    actions.correct_task(person, revised, first.id, {"title": "新标题", "text": f"{first.task.text}另建台账。"})
    quantities = [q.model_dump(mode="json") for q in second.task.quantities]
    quantities[0]["value"] += 7
    actions.correct_task(person, revised, second.id, {"quantities": quantities, "lead": ["区新设局"]})
    actions.correct_task(
        person, revised, third.id, {"deadline_text": "12月15日前", "deadline": "2026-12-15", "due": "2026-12-15"}
    )
    actions.remove_task(person, revised, fourth.id)
    actions.add_task(person, revised, "为老旧小区安装扬尘喷淋装置并接入平台", after=first.id)
    actions.correct_head(person, revised, {"doc_number": "青政办发〔2026〕99号"})
    return actions.compare_import(person, revised)


def piece(version, **where):
    return version.pieces.get(**where)


def stored(version, draft_id):
    return Task.objects.get(plan=version.plan, draft_task=draft_id)


def done_to(obj):
    return [event.action for event in audit.events_of(obj)][::-1]


def test_the_same_document_again_has_no_difference(people, revised, plan):
    version = actions.compare_import(people.office, revised)
    assert version.pieces.count() == 0
    assert (version.number, version.state) == (2, "open")
    assert len(version.tasks) == plan.tasks.count()
    revised.refresh_from_db()
    assert revised.state == "confirmed"
    assert not hasattr(type(revised).objects.get(pk=revised.pk), "draft")
    assert [v.number for v in plan.versions.all()] == [1, 2]


def test_every_difference_is_a_piece_and_nothing_changes_yet(version, plan):
    found = sorted((p.kind, p.op, p.field) for p in version.pieces.all())
    assert found == sorted(
        [
            ("head", "changed", "doc_number"),
            ("task", "added", ""),
            ("task", "changed", "deadline"),
            ("task", "changed", "lead"),
            ("task", "changed", "quantities"),
            ("task", "changed", "text"),
            ("task", "changed", "title"),
            ("task", "removed", ""),
        ]
    )
    assert not plan.tasks.filter(title="新标题").exists()
    assert not plan.tasks.exclude(state="open").exists()


def test_accepting_all_makes_the_plan_what_the_revised_document_says(people, version, plan):
    before = set(plan.tasks.values_list("pk", flat=True))
    decided = actions.accept_rest(people.office, version, reason="按修订稿")
    assert len(decided.done) == 8
    assert decided.stale == []
    plan.refresh_from_db()
    assert plan.doc_number == "青政办发〔2026〕99号"
    assert before < set(plan.tasks.values_list("pk", flat=True)), "no task is made anew or lost"
    after = confirming.contract_of(plan)
    version.refresh_from_db()
    assert [t.text for t in after.tasks] == [t["text"] for t in version.content["tasks"]], "in the document's order"
    assert revising.compare(plan, version)[0] == []
    gone = plan.tasks.get(state="withdrawn")
    assert gone.text not in [t.text for t in after.tasks]
    added = plan.tasks.get(version=version, draft_task=None)
    assert added.text == "为老旧小区安装扬尘喷淋装置并接入平台"


def test_one_step_is_one_event_with_the_differences(people, version):
    title = piece(version, field="title")
    before = title.before
    actions.decide_pieces(people.office, version, [title.pk], "accept", reason="已核对")
    event = audit.events_of(version)[0]
    assert event.action == "plans.version.decide"
    assert (event.facts["verdict"], event.note) == ("accept", "已核对")
    assert [(p["field"], p["before"], p["after"]) for p in event.facts["pieces"]] == [("title", before, "新标题")]
    title.refresh_from_db()
    assert (title.state, title.reason, title.decided_by) == ("accepted", "已核对", people.office)


def test_what_is_refused_leaves_the_plan_as_it_is(people, version):
    text = piece(version, field="text")
    with pytest.raises(Invalid):
        actions.decide_pieces(people.office, version, [text.pk], "refuse", reason=" ")
    actions.decide_pieces(people.office, version, [text.pk], "refuse", reason="与上级文件不符")
    assert Task.objects.get(pk=text.task_id).text == text.before
    actions.decide_pieces(people.office, version, [text.pk], "reopen")
    assert piece(version, pk=text.pk).state == "open"


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_office_decides(people, version, revised, who):
    person = getattr(people, who)
    one = version.pieces.first()
    for refused in (
        lambda: actions.decide_pieces(person, version, [one.pk], "accept"),
        lambda: actions.accept_rest(person, version),
        lambda: actions.refresh_revision(person, version),
        lambda: actions.finish_revision(person, version),
        lambda: actions.drop_revision(person, version, reason="不用"),
        lambda: actions.compare_import(person, revised),
        lambda: actions.restore_task(person, one.task or Task.objects.first(), reason="有"),
    ):
        with pytest.raises(Refused):
            refused()
    assert version.pieces.filter(state="open").count() == 8


def test_of_two_who_decide_at_once_one_is_told(people, version):
    one = version.pieces.first()
    actions.decide_pieces(people.office, version, [one.pk], "refuse", reason="甲")
    with pytest.raises(WrongState, match="不采纳"):
        actions.decide_pieces(people.office, version, [one.pk], "accept")
    assert piece(version, pk=one.pk).reason == "甲"


def test_a_piece_that_the_plan_has_outrun_is_told_and_left(people, version):
    title, text = piece(version, field="title"), piece(version, field="text")
    Task.objects.filter(pk=title.task_id).update(title="别人改过")
    with pytest.raises(WrongState, match="不相符"):
        actions.decide_pieces(people.office, version, [title.pk], "accept")
    decided = actions.decide_pieces(people.office, version, [title.pk, text.pk], "accept")
    assert ([p.pk for p in decided.done], [p.pk for p in decided.stale]) == ([text.pk], [title.pk])
    assert piece(version, pk=title.pk).state == "open"
    actions.refresh_revision(people.office, version)
    again = piece(version, field="title")
    assert (again.before, again.after, again.state) == ("别人改过", "新标题", "open")
    actions.decide_pieces(people.office, version, [again.pk], "accept")


def test_comparing_again_keeps_what_was_refused(people, version):
    lead = piece(version, field="lead")
    added = piece(version, op="added")
    actions.decide_pieces(people.office, version, [lead.pk, added.pk], "refuse", reason="不采用")
    actions.refresh_revision(people.office, version)
    assert version.pieces.count() == 8
    assert set(version.pieces.filter(state="refused").values_list("pk", flat=True)) == {lead.pk, added.pk}


def report_on(people, task, value):
    """An accepted report of the task's lead unit, with its first number."""
    from lantian.site.plans.models import ProgressReport, ReportCycle

    cycle = ReportCycle.objects.create(
        plan=task.plan, name="月调度", every="month", due_day=25, first=dt.date(2026, 1, 1), reporters=["lead"],
        state="active",
    )  # fmt: skip
    unit = task.roles.filter(unit__isnull=False).first().unit
    report = ProgressReport.objects.create(
        task=task, unit=unit, cycle=cycle, start="2026-03-01", end="2026-03-31", due="2026-03-25", state="accepted",
        submitted_at=clock.now(),
    )  # fmt: skip
    ReportedNumber.objects.create(report=report, quantity=task.quantities.first(), value=value)
    return report


def test_reports_stay_with_a_task_whose_numbers_change(people, version):
    numbers = piece(version, field="quantities")
    report = report_on(people, numbers.task, 3)
    actions.decide_pieces(people.office, version, [numbers.pk], "accept")
    (kept,) = report.numbers.all()
    assert kept.value == 3
    assert kept.quantity.value == numbers.after[0]["value"]
    numbers.task.refresh_from_db()
    assert numbers.task.percent is not None or kept.quantity.kind != "target"


def test_a_number_that_was_reported_on_and_is_gone_is_withdrawn(people, revised):
    draft = draft_of(revised)
    task = next(t for t in draft.tasks if t.task.quantities)
    actions.correct_task(people.office, revised, task.id, {"quantities": []})
    version = actions.compare_import(people.office, revised)
    row = stored(version, task.id)
    report = report_on(people, row, 3)
    actions.accept_rest(people.office, version)
    assert report.numbers.get().quantity.kind == "withdrawn"
    assert row.quantities.count() == 1, "the others are gone"
    assert revising.compare(version.plan, version)[0] == []


def test_a_removed_task_is_kept_with_its_reports_and_can_be_restored(people, version, as_person):
    gone = piece(version, op="removed")
    report = report_on(people, gone.task, 3)
    actions.decide_pieces(people.office, version, [gone.pk], "accept")
    task = Task.objects.get(pk=gone.task_id)
    assert task.state == "withdrawn"
    assert report.numbers.count() == 1
    page = as_person(people.office)
    link = f'href="{task.get_absolute_url()}"'
    assert link not in page.get(f"/plans/tasks?plan={task.plan_id}&q={task.name}").text
    assert link in page.get(f"/plans/tasks?plan={task.plan_id}&light=withdrawn").text
    with pytest.raises(Invalid):
        actions.restore_task(people.office, task, reason="")
    assert actions.restore_task(people.office, task, reason="仍须执行").state == "open"
    with pytest.raises(WrongState):
        actions.restore_task(people.office, task, reason="再来")


def test_a_task_that_waits_to_be_closed_is_not_withdrawn(people, version):
    gone = piece(version, op="removed")
    Task.objects.filter(pk=gone.task_id).update(state="closing")
    with pytest.raises(WrongState, match="申请销号"):
        actions.decide_pieces(people.office, version, [gone.pk], "accept")


@pytest.fixture
def put_off(people, plan, docx):
    """A task whose date was put off, and a revised document that gives it another date."""

    def make(due):
        revised = hand_in(people, docx, plan)
        draft = next(t for t in draft_of(revised).tasks if t.task.due and t.task.deadline)
        task = plan.tasks.get(draft_task=draft.id)
        granted = dt.date(2027, 3, 31)
        ExtensionRequest.objects.create(
            task=task, unit=task.roles.filter(unit__isnull=False).first().unit, kind="extension", until=granted,
            old_due=task.due, text="雨季", state="granted", asked_at=clock.now(), decided_at=clock.now(),
        )  # fmt: skip
        Task.objects.filter(pk=task.pk).update(due=granted)
        if due:
            actions.correct_task(
                people.office, revised, draft.id, {"deadline_text": "11月20日前", "deadline": due, "due": due}
            )
        return actions.compare_import(people.office, revised), task

    return make


def test_a_date_that_was_put_off_is_no_difference(put_off):
    version, _task = put_off(None)
    assert version.pieces.count() == 0


def test_a_date_that_was_put_off_is_not_overwritten_in_passing(people, put_off):
    version, task = put_off("2026-11-20")
    assert sorted(p.field for p in version.pieces.all()) == ["deadline", "due"]
    due = piece(version, field="due")
    assert due.granted == dt.date(2027, 3, 31)
    actions.accept_rest(people.office, version)
    task.refresh_from_db()
    assert (task.deadline_text, task.due) == ("11月20日前", dt.date(2027, 3, 31))
    actions.decide_pieces(people.office, version, [due.pk], "accept", reason="以修订稿为准")
    task.refresh_from_db()
    assert task.due == dt.date(2026, 11, 20)


def test_finishing_wants_every_piece_decided(people, version):
    with pytest.raises(WrongState, match="8 处"):
        actions.finish_revision(people.office, version)
    rest = [p.pk for p in version.pieces.all()]
    actions.decide_pieces(people.office, version, rest, "refuse", reason="只看不改")
    assert actions.finish_revision(people.office, version).state == "done"
    with pytest.raises(WrongState):
        actions.decide_pieces(people.office, version, rest, "reopen")


def test_dropping_is_for_documents_of_which_nothing_was_accepted(people, version, revised, docx):
    with pytest.raises(Invalid):
        actions.drop_revision(people.office, version, reason="")
    one = version.pieces.first()
    actions.decide_pieces(people.office, version, [one.pk], "accept")
    with pytest.raises(WrongState):
        actions.drop_revision(people.office, version, reason="误传")


def test_one_revised_document_at_a_time(people, version, docx, plan):
    other = hand_in(people, docx, plan)
    with pytest.raises(Invalid, match="修订稿"):
        actions.compare_import(people.office, other)
    actions.drop_revision(people.office, version, reason="误传")
    assert actions.compare_import(people.office, other).number == 3


def test_a_revised_document_is_no_new_plan_and_a_new_plan_no_revised_one(people, revised, review):
    with pytest.raises(WrongState):
        actions.confirm_import(people.office, revised)
    with pytest.raises(WrongState):
        actions.compare_import(people.office, review)
    assert Plan.objects.count() == 1


def test_plans_from_before_versions_get_their_first_one(people, revised, plan):
    PlanVersion.objects.all().delete()
    version = actions.compare_import(people.office, revised)
    assert (version.number, version.pieces.count()) == (2, 0)
    assert plan.versions.first().content["tasks"][0]["text"] == plan.tasks.first().text


def test_a_unit_that_took_a_task_over_keeps_it(people, version):
    numbers = piece(version, field="quantities")
    heir = org.add_unit(System(), name="区承接局", kind="department", area=version.plan.area)
    role = numbers.task.roles.filter(role="responsible", unit__isnull=False).first()
    if role is None:
        pytest.skip("no responsible unit in this task")
    type(role).objects.filter(pk=role.pk).update(unit=heir)
    actions.accept_rest(people.office, version)
    role.refresh_from_db()
    assert role.unit == heir
    assert numbers.task.roles.get(role="lead").name == "区新设局"


# Pages


def decide(client, version, **data):
    return client.post(f"/plans/versions/{version.pk}/decide", data, follow=True)


@pytest.mark.parametrize("who", ["office", "leader", "liaison"])
def test_pages_open_for_whoever_sees_plans_within_their_budget(
    people, version, as_person, who, django_assert_max_num_queries
):
    client = as_person(getattr(people, who))
    for path in (f"/plans/{version.plan_id}/versions", version.get_absolute_url()):
        with django_assert_max_num_queries(15):
            response = client.get(path)
        assert response.status_code == 200, path
        assert as_person(people.admin).get(path).status_code == 403
    assert ("采纳所选" in client.get(version.get_absolute_url()).text) == (who == "office")
    assert ("data-drop" in client.get(f"/plans/{version.plan_id}/versions").text) == (who == "office")


def test_a_revised_document_is_handed_in_reviewed_and_compared_on_the_pages(people, plan, docx, as_person):
    client = as_person(people.office)
    file = SimpleUploadedFile("修订稿.docx", docx.action.read_bytes())
    response = client.post(f"/plans/{plan.pk}/versions", {"file": file}, follow=True)
    page = response.content.decode()
    assert "与现方案比对" in page
    assert "确认，启动方案" not in page
    revised = plan.revisions.get()
    assert "修订稿.docx" in client.get(f"/plans/{plan.pk}/versions").text
    response = client.post(f"/plans/imports/{revised.pk}/compare", follow=True)
    assert "修订稿与现方案没有差异" in response.text
    assert "已与现方案比对" in client.get(f"/plans/imports/{revised.pk}").text
    assert client.get(f"/plans/versions/{plan.versions.last().pk}/document").status_code == 200


def test_the_page_shows_both_sides_and_cuts_to_a_sort(people, version, as_person):
    client = as_person(people.office)
    page = client.get(version.get_absolute_url()).text
    assert "<ins>另建台账。</ins>" in page
    assert "区新设局" in page
    only = client.get(f"{version.get_absolute_url()}?sort_of=added").text
    assert "为老旧小区安装扬尘喷淋装置" in only
    assert "区新设局" not in only
    file = client.get(f"{version.get_absolute_url()}?export=csv")
    assert "另建台账" in b"".join(file.streaming_content).decode()


def test_pieces_are_decided_on_the_page(people, version, as_person):
    client = as_person(people.office)
    title, text, lead = (piece(version, field=name) for name in ("title", "text", "lead"))
    assert "不采纳须写明理由" in decide(client, version, piece=[title.pk], verdict="refuse").text
    assert "已处理 2 处" in decide(client, version, piece=[title.pk, text.pk], verdict="refuse", reason="不用").text
    assert "已处理 1 处" in decide(client, version, one=f"{title.pk}:reopen").text
    assert "已处理 1 处" in decide(client, version, one=f"{lead.pk}:accept").text
    assert "没有选择" in decide(client, version, verdict="accept").text
    assert "没有选择" in decide(client, version, one="x:accept").text
    assert "只能从" in decide(client, version, one=f"{lead.pk}:accept").text
    decide(client, version, verdict="rest", query="sort_of=added")
    assert version.pieces.filter(state="open").count() == 0
    assert "已完成" in client.post(f"/plans/versions/{version.pk}/finish", follow=True).text
    assert client.post(f"/plans/versions/{version.pk}/nonsense").status_code == 404


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_posting_is_closed_to_others(people, version, docx, as_person, who):
    client = as_person(getattr(people, who))
    for path in (
        f"/plans/versions/{version.pk}/decide", f"/plans/versions/{version.pk}/finish",
        f"/plans/versions/{version.pk}/drop", f"/plans/versions/{version.pk}/refresh",
        f"/plans/imports/{version.plan_import_id}/compare", f"/plans/tasks/{version.plan.tasks.first().pk}/restore",
        f"/plans/{version.plan_id}/versions",
    ):  # fmt: skip
        assert client.post(path, {"reason": "有"}).status_code == 403, path


def test_a_withdrawn_task_is_restored_on_its_page(people, version, as_person):
    gone = piece(version, op="removed")
    actions.decide_pieces(people.office, version, [gone.pk], "accept")
    client = as_person(people.office)
    page = client.get(gone.task.get_absolute_url()).text
    assert "修订稿已删去这项任务" in page
    assert "按修订稿处理" in page, "its trail"
    client.post(f"/plans/tasks/{gone.task_id}/restore", {"reason": "仍须执行"})
    assert Task.objects.get(pk=gone.task_id).state == "open"


def test_the_task_page_shows_the_wording_that_counts_where_it_stands(people, version, as_person):
    text = piece(version, field="text")
    actions.decide_pieces(people.office, version, [text.pk], "accept")
    task = Task.objects.get(pk=text.task_id)
    assert task.version == version
    page = as_person(people.office).get(task.get_absolute_url()).text
    assert "另建台账" in page
    assert "m-task" in page


def test_the_pages_are_complete_in_english(people, version, as_person):
    client = as_person(people.office)
    client.cookies["lantian_language"] = "en"
    for path in (f"/plans/{version.plan_id}/versions", version.get_absolute_url()):
        page = client.get(path).text
        page = page[page.index("<main") :]
        said = re.findall(r"<(?:th|dt|button|h1|h2|h3|summary|label|span|p)[^>]*>\s*([^<]*[\u4e00-\u9fff][^<]*)<", page)
        known = version.source + version.plan.title + "演示office修订稿.docx" + str(version.pieces.values_list("after"))
        assert [x for x in said if x.strip("… ") not in known] == [], path


def test_parts_of_a_removed_task_go_and_come_with_it(people, version):
    gone = piece(version, op="removed")
    part = Task.objects.create(
        plan=version.plan, area=version.plan.area, parent=gone.task, origin="breakdown", position=999, part="body",
        text="分给一个镇街的一份",
    )  # fmt: skip
    actions.decide_pieces(people.office, version, [gone.pk], "accept")
    part.refresh_from_db()
    assert part.state == "withdrawn"
    actions.restore_task(people.office, gone.task, reason="仍须执行")
    part.refresh_from_db()
    assert part.state == "open"


def test_what_was_split_and_joined_here_is_not_undone_by_a_revised_document(people, docx, plan):
    first, second, third = plan.tasks.filter(parent=None).order_by("position")[:3]
    roles = list(first.roles.values_list("pk", flat=True))
    rest, new = actions.Rest("留下的一半", roles=roles), actions.Piece("拆出的一半", roles=roles)
    (made,) = actions.divide_task(people.office, first, [new], rest=rest, reason="两件事")
    actions.merge_tasks(people.office, second, [third], reason="重复")
    version = actions.compare_import(people.office, hand_in(people, docx, plan))
    assert {(p.task_id, p.op, p.field) for p in version.pieces.all()} == {
        (first.pk, "changed", "text"),
        *({(first.pk, "changed", "title")} if first.title else ()),
    }
    with pytest.raises(Invalid, match="没有可以一并采纳"):
        actions.accept_rest(people.office, version)
    text = piece(version, field="text")
    actions.decide_pieces(people.office, version, [text.pk], "accept")
    for task, state in ((first, "open"), (made, "open"), (third, "withdrawn")):
        task.refresh_from_db()
        assert task.state == state
    assert first.text == text.after
