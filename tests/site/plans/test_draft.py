"""Corrections change exactly one thing, and can be taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.plan import Finding, Plan, Quantity, Span, Task
from lantian.site.plans import draft as drafts
from lantian.site.plans.draft import Draft, Stale


def no_check(plan):
    return []


def sample():
    tasks = [
        Task(number="1", text="清洗道路", lead=["区城管委"], responsible=["松溪镇", "柳湾镇"]),
        Task(number="2", text="治理裸地26公顷", lead=["区园林局"], assist=["松溪镇"]),
        Task(part="annex-table", text="更新车辆", responsible=["柳湾镇"]),
    ]
    return Draft.of(Plan(title="青河区行动计划", tasks=tasks), [])


def dump(draft):
    return draft.model_dump(exclude={"next_id"})


names = st.sampled_from(["区城管委", "松溪镇", "柳湾镇", "区水务局"])
corrections = st.one_of(
    st.tuples(st.just("text"), st.integers(1, 3), st.text(min_size=1, max_size=8)),
    st.tuples(st.just("lead"), st.integers(1, 3), st.lists(names, max_size=3, unique=True)),
    st.tuples(st.just("remove"), st.integers(1, 6), st.none()),
    st.tuples(st.just("add"), st.integers(0, 4), st.text(min_size=1, max_size=8)),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("title"), st.none(), st.text(max_size=8)),
)


def patches_of(draft, correction):
    kind, where, what = correction
    if kind == "rename":
        return drafts.rename_unit(draft, where, what)
    if kind == "title":
        return drafts.change_head(draft, {"title": what})
    if kind == "add":
        return drafts.add_task(draft, Task(text=what), after=where or None)
    task = draft.find(where)
    if task is None:
        return []
    return drafts.remove_task(draft, task) if kind == "remove" else drafts.change_fields(task, {kind: what})


@given(st.lists(corrections, max_size=8))
def test_undoing_everything_gives_the_draft_as_read(wanted):
    draft, done = sample(), []
    for correction in wanted:
        patches = patches_of(draft, correction)
        draft = drafts.apply(draft, patches, no_check)
        done.append(patches)
    for patches in reversed(done):
        draft = drafts.undo(draft, patches, no_check)
    assert dump(draft) == dump(sample())


def test_a_correction_leaves_the_given_draft_alone():
    draft = sample()
    drafts.apply(draft, drafts.change_fields(draft.tasks[0], {"text": "别的"}), no_check)
    assert dump(draft) == dump(sample())


def test_a_correction_made_on_an_older_draft_is_refused():
    draft = sample()
    old = drafts.change_fields(draft.tasks[0], {"text": "甲"})
    now = drafts.apply(draft, drafts.change_fields(draft.tasks[0], {"text": "乙"}), no_check)
    with pytest.raises(Stale):
        drafts.apply(now, old, no_check)


def test_a_correction_of_a_removed_task_is_refused():
    draft = sample()
    old = drafts.change_fields(draft.tasks[0], {"text": "甲"})
    now = drafts.apply(draft, drafts.remove_task(draft, draft.tasks[0]), no_check)
    with pytest.raises(Stale):
        drafts.apply(now, old, no_check)


def test_renaming_a_unit_to_one_that_stands_beside_it_leaves_it_once():
    draft = sample()
    draft = drafts.apply(draft, drafts.rename_unit(draft, "松溪镇", "柳湾镇"), no_check)
    assert [t.task.responsible for t in draft.tasks] == [["柳湾镇"], [], ["柳湾镇"]]
    assert draft.tasks[1].task.assist == ["柳湾镇"]


def test_checks_run_again_after_a_correction():
    draft = sample()

    def check(plan):
        wrong = [t.number or "" for t in plan.tasks if not t.lead]
        return [
            Finding(code="missing_unit", severity="error", message=x, message_en=x, task_numbers=[x]) for x in wrong
        ]

    draft = drafts.apply(draft, drafts.change_fields(draft.tasks[1], {"lead": []}), check)
    assert [f.task_numbers for f in draft.findings] == [["2"], [""]]


def test_a_task_that_was_removed_and_brought_back_keeps_its_identity():
    draft = sample()
    patches = drafts.remove_task(draft, draft.tasks[1])
    draft = drafts.undo(drafts.apply(draft, patches, no_check), patches, no_check)
    assert [t.id for t in draft.tasks] == [1, 2, 3]
    added = drafts.apply(draft, drafts.add_task(draft, Task(text="新"), after=2), no_check)
    assert [t.id for t in added.tasks] == [1, 2, 4, 3]


def test_findings_belong_to_the_tasks_whose_text_they_touch():
    tasks = [
        Task(number="1", text="甲", spans={"text": Span(start=0, end=10)}),
        Task(number="1", part="annex-table", text="乙", spans={"text": Span(start=20, end=30)}),
    ]
    base = {"code": "placeholder", "severity": "note", "message": "", "message_en": ""}
    by_span = Finding(**base, task_numbers=["1"], spans=[Span(start=25, end=26)])
    by_row = Finding(**base, task_numbers=["annex:1"])
    by_number = Finding(**base, task_numbers=["1"])
    assert drafts.touched_tasks(tasks, by_span) == [1]
    assert drafts.touched_tasks(tasks, by_row) == [1]
    assert drafts.touched_tasks(tasks, by_number) == [0, 1]


def test_what_has_gone_since_the_reading_counts_as_corrected():
    finding = Finding(code="missing_unit", severity="error", message="甲", message_en="a")
    draft = Draft.of(Plan(tasks=[Task(text="甲", quantities=[Quantity(text="1", value=1, unit="台")])]), [finding])
    assert draft.corrected_findings() == []
    draft = drafts.apply(draft, drafts.change_fields(draft.tasks[0], {"lead": ["区水务局"]}), no_check)
    assert draft.corrected_findings() == [finding]


def test_splitting_and_joining_are_taken_back_as_one():
    draft = sample()
    task = draft.tasks[1]
    task.task.quantities = [Quantity(text="26公顷", value=26, unit="公顷"), Quantity(text="3处", value=3, unit="处")]
    patches = drafts.split_task(draft, task, ["治理裸地26公顷", "整治堆场3处"])
    split = drafts.apply(draft, patches, no_check)
    assert [t.id for t in split.tasks] == [1, 2, 4, 3]
    assert [[q.value for q in t.task.quantities] for t in split.tasks[1:3]] == [[26], [3]]
    assert split.tasks[2].task.lead == ["区园林局"]
    assert dump(drafts.undo(split, patches, no_check)) == dump(draft)
    patches = drafts.join_tasks(draft, draft.tasks[0], draft.tasks[2])
    joined = drafts.apply(draft, patches, no_check)
    assert [t.id for t in joined.tasks] == [1, 2]
    assert joined.tasks[0].task.text == "清洗道路\n更新车辆"
    assert joined.tasks[0].task.responsible == ["松溪镇", "柳湾镇"]
    assert dump(drafts.undo(joined, patches, no_check)) == dump(draft)
