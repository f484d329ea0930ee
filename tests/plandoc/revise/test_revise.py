"""A plan against itself gives nothing; what was done to a copy of it is found, all of it and nothing else."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.plandoc.parse import parse
from lantian.plandoc.plan import Goal, Plan, Quantity, Task
from lantian.plandoc.read import read
from lantian.plandoc.revise import NAME, pair_quantities, revise, strokes
from tests.fixtures.plans.contents import CONTENTS
from tests.fixtures.plans.layouts import LAYOUTS

VERBS = [
    "淘汰",
    "整治",
    "清洗",
    "改造",
    "排查",
    "建设",
    "推广",
    "更新",
    "监测",
    "封堵",
    "绿化",
    "覆盖",
    "抽检",
    "核查",
    "关停",
    "搬迁",
]
THINGS = [
    "燃煤锅炉",
    "裸露地面",
    "主要道路",
    "餐饮油烟",
    "重型柴油车",
    "加油站油气",
    "混凝土搅拌站",
    "汽车维修喷漆",
    "秸秆禁烧",
    "建筑工地围挡",
    "渣土运输车辆",
    "散乱污企业",
    "清洁能源替代",
    "印刷行业挥发物",
    "非道路机械",
    "充电设施",
]
WAYS = [
    "逐一登记造册",
    "安装在线监控",
    "建立巡查台账",
    "签订责任承诺",
    "分批公示名单",
    "每季通报结果",
    "实行销号管理",
    "开展联合执法",
]
UNITS = ["区环保局", "区城管委", "区住建局", "区交通局", "区商务局", "区农委", "区公安局", "区市场局"]
DAYS = [date(2026, month, 28) for month in range(3, 12)]


def sample(seed: int, many: int) -> Plan:
    """A plan of tasks that no two of which say the same."""
    chance = random.Random(seed)
    subjects = [(verb, thing) for verb in VERBS for thing in THINGS]
    tasks = []
    for number, (verb, thing) in enumerate(chance.sample(subjects, many), 1):
        way = chance.choice(WAYS)
        count = chance.randint(2, 900)
        tasks.append(
            Task(
                number=str(number),
                section=f"{'一二三'[number * 3 // (many + 1)]}、治理",
                title=f"{verb}{thing}",
                text=f"{verb}{thing}{count}处，{way}，由{chance.choice(UNITS)}汇总{thing}情况。",
                lead=[chance.choice(UNITS)],
                responsible=chance.sample(UNITS, 2),
                deadline_text="按期完成",
                due=chance.choice(DAYS),
                quantities=[Quantity(text=f"{count}处", value=count, unit="处", what=thing)],
            )
        )
    goals = [Goal(text="优良天数达到240天", indicator="good_days", op=">=", value=240, unit="天")]
    return Plan(title="青河区行动计划", tasks=tasks, goals=goals)


EDITS = ["title", "text", "lead", "assist", "deadline", "quantities", "section"]


def edit(task: Task, field: str) -> Task:
    """The task with one field revised."""
    change = {
        "title": lambda: {"title": f"{task.title}（二期）"},
        "text": lambda: {"text": f"{task.text}年内再复查一遍，结果向社会公开。"},
        "lead": lambda: {"lead": ["区水务局"]},
        "assist": lambda: {"assist": ["各镇街"]},
        "deadline": lambda: {"deadline_text": "12月底前", "due": date(2026, 12, 31), "deadline": date(2026, 12, 31)},
        "quantities": lambda: {"quantities": [task.quantities[0].model_copy(update={"value": 1234})]},
        "section": lambda: {"section": "九、保障"},
    }[field]()
    return task.model_copy(update=change)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_a_plan_against_itself_gives_nothing(seed, many):
    plan = sample(seed, many)
    assert not revise(plan, plan.model_copy(deep=True))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 60), st.data())
def test_random_edits_are_found_exactly(seed, many, data):
    old = sample(seed, many)
    chance = random.Random(seed + 1)
    indices = list(range(many))
    removed = set(chance.sample(indices, data.draw(st.integers(0, 3), label="removed")))
    kept = [k for k in indices if k not in removed]
    edited = {k: data.draw(st.sampled_from(EDITS), label="field") for k in chance.sample(kept, min(5, len(kept)))}
    tasks = [(k, edit(old.tasks[k], edited[k]) if k in edited else old.tasks[k]) for k in kept]
    if data.draw(st.booleans(), label="moved"):
        tasks.insert(0, tasks.pop(chance.randrange(len(tasks))))
    added = data.draw(st.integers(0, 2), label="added")
    for number in range(added):
        words = ["组织志愿者清扫河道两岸垃圾并设置宣传牌", "为学校操场铺设透水砖，请家长代表参加验收"][number]
        tasks.insert(chance.randrange(len(tasks) + 1), (-1 - number, Task(text=words, responsible=["区教委"])))
    renumbered = data.draw(st.booleans(), label="renumbered")
    if renumbered:
        tasks = [(k, t.model_copy(update={"number": str(n)})) for n, (k, t) in enumerate(tasks, 1)]
    found = revise(old, old.model_copy(update={"tasks": [t for _k, t in tasks]}))
    origin = {j: k for j, (k, _t) in enumerate(tasks)}
    wanted = {(k, None, frozenset()) for k in removed}
    wanted |= {(None, j, frozenset()) for j, k in origin.items() if k < 0}
    for j, k in origin.items():
        if k < 0:
            continue
        fields = {edited[k]} if k in edited else set()
        if tasks[j][1].number != old.tasks[k].number:
            fields.add("number")
        if fields:
            wanted.add((k, j, frozenset(fields)))
    assert {(d.old, d.new, frozenset(f.name for f in d.fields)) for d in found.tasks} == wanted
    assert not found.head
    assert not found.goals


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.name)
def test_the_same_plan_in_another_layout_keeps_every_task(content):
    plans = {
        layout.name: parse(read(layout.render(content), name=f"a.{layout.suffix}"))
        for layout in LAYOUTS
        if layout.name in ("plain", "word-typed", "web") and layout.suits(content)
    }
    first = plans.pop("word-typed")
    assert not revise(first, first.model_copy(deep=True))
    for other in plans.values():
        assert len(revise(first, other).pairs) == len(first.tasks) == len(other.tasks)


def task(text, **more):
    return Task(text=text, **more)


def test_a_task_split_in_two_is_changed_and_added_with_its_origin():
    whole = task("改造燃气锅炉低氮燃烧器；对加油站逐座检测油气回收装置并公布结果", number="1", lead=["区环保局"])
    first = task("改造燃气锅炉低氮燃烧器", number="1", lead=["区环保局"])
    second = task("对加油站逐座检测油气回收装置并公布结果", number="2", lead=["区商务局"])
    found = revise(Plan(tasks=[whole]), Plan(tasks=[first, second]))
    assert {(d.kind, d.near) for d in found.tasks} == {("changed", None), ("added", 0)}
    back = revise(Plan(tasks=[first, second]), Plan(tasks=[whole]))
    assert {d.kind for d in back.tasks} == {"changed", "removed"}
    assert next(d.near for d in back.tasks if d.kind == "removed") == 0


def test_rows_that_stand_twice_are_told_apart_by_part_and_order():
    twice = [task("清运渣土", part="body", number="3"), task("清运渣土", part="annex-table", number="3")]
    assert not revise(Plan(tasks=twice), Plan(tasks=twice[::-1]))
    changed = [twice[0], twice[1].model_copy(update={"assist": ["区城管委"]})]
    (found,) = revise(Plan(tasks=twice), Plan(tasks=changed)).tasks
    assert (found.old, found.new) == (1, 1)


def test_layout_alone_is_no_difference():
    old = Plan(title="青河区 行动计划", tasks=[task("淘汰 10 台，锅炉。", deadline_text="10 月底前")])
    new = Plan(title="青河区行动计划", tasks=[task("淘汰１０台，\n锅炉。", deadline_text="10月底前")])
    assert not revise(old, new)


def test_a_wholly_new_wording_under_the_same_title_is_the_same_task():
    old = Plan(tasks=[task("甲乙丙丁戊己", title="治理餐饮油烟"), task("子丑寅卯辰巳", title="清洗道路")])
    new = Plan(tasks=[task("赵钱孙李周吴", title="治理餐饮油烟"), task("子丑寅卯辰巳", title="清洗道路")])
    (found,) = revise(old, new).tasks
    assert (found.kind, [f.name for f in found.fields]) == ("changed", ["text"])


def test_head_and_goals():
    goal = Goal(text="优良天数240天", indicator="good_days", op=">=", value=240, unit="天")
    old = Plan(title="行动计划", doc_number="青政发〔2026〕1号", goals=[goal])
    more = Goal(text="降尘量", indicator="dustfall", op="<=", value=6)
    new = Plan(title="行动计划（修订）", goals=[goal.model_copy(update={"value": 250.0}), more])
    found = revise(old, new)
    assert [(f.name, f.after) for f in found.head] == [("title", "行动计划（修订）")], "what is not stated stays"
    assert [(g.old, g.new) for g in found.goals] == [(0, 0), (None, 1)]


def test_numbers_keep_their_row_though_their_value_changes():
    old = [Quantity(text="a", value=8, unit="家", town="松溪镇"), Quantity(text="b", value=20, unit="家")]
    new = [Quantity(text="b", value=22, unit="家"), Quantity(text="a", value=9, unit="家", town="松溪镇")]
    assert pair_quantities(old, new) == {0: 1, 1: 0}


def test_strokes_show_numbers_as_a_whole():
    old, new = strokes("2026年10月底前完成21家", "2026年11月底前完成21家企业")
    assert [s.text for s in old if s.changed] == ["10"]
    assert [s.text for s in new if s.changed] == ["11", "企业"]
    assert "".join(s.text for s in new) == "2026年11月底前完成21家企业"


def test_names_change_as_a_whole():
    old, new = strokes("区城管委、区住建局", "区城市局、区住建局", token=NAME)
    assert [s.text for s in old if s.changed] == ["区城管委"]
    assert [s.text for s in new] == ["区城市局", "、区住建局"]
