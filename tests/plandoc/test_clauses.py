"""Roles that are said as a clause, and headings that end in a colon."""

import pytest

from lantian.plandoc.parse import parse
from lantian.plandoc.parse.clauses import find_clause
from lantian.plandoc.read import read
from lantian.plandoc.traced import Traced


def said(text):
    clause = find_clause(Traced.of(text))
    return {role: [u.text for u in units] for role, units in clause.roles.items()} if clause else None


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "改造锅炉。（由区住建局牵头，区交通局、区水利局配合）",
            {"lead": ["区住建局"], "assist": ["区交通局", "区水利局"]},
        ),
        ("改造锅炉。（区发改委牵头，区财政局等参与）", {"lead": ["区发改委"], "assist": ["区财政局"]}),
        ("（区城管局牵头负责，各镇街按职责分工负责）。", {"lead": ["区城管局"], "responsible": ["各镇街"]}),
        (
            "改造锅炉。〔区住建局牵头督导，各镇、街道负责落实。以下各项均需各镇落实，不再列出。〕",
            {"lead": ["区住建局"], "responsible": ["各镇", "街道"]},
        ),
        ("改造锅炉。[区城管局牵头]", {"lead": ["区城管局"]}),
        ("清洗道路。（区城管局、区住建局）", {"responsible": ["区城管局", "区住建局"]}),
        (
            "改造锅炉。（区住建局牵头）清洗道路。（区城管局牵头，区住建局配合）",
            {"lead": ["区住建局", "区城管局"], "assist": ["区住建局"]},
        ),
        ("由区工信局牵头，各乡镇（街道）配合。", {"lead": ["区工信局"], "assist": ["各乡镇（街道）"]}),
    ],
)
def test_a_clause_names_units_and_what_they_do(text, roles):
    assert said(text) == roles


@pytest.mark.parametrize(
    "text",
    [
        "区环保局牵头，加快遥感监测系统建设。",
        "由区农委牵头制定管控方案，区财政局配合。",
        "完成改造（含石桥园区）。",
        "改造锅炉（指10蒸吨及以下）",
        "拉运渣土（区管工地、市管道路）须密闭。",
    ],
)
def test_a_sentence_that_says_more_is_no_clause(text):
    assert said(text) is None


def test_what_brackets_say_is_taken_out_of_the_text():
    source = (
        "二、任务\n1.改造锅炉。全部改造。（区住建局牵头）按期验收（区城管局负责）。\n2.洗路。每日清洗。（区城管局）"
    )
    first, _ = parse(read(source.encode(), name="a.txt")).tasks
    assert (first.text, first.lead, first.responsible) == ("全部改造。按期验收。", ["区住建局"], ["区城管局"])


def test_a_short_phrase_before_a_colon_is_the_heading():
    plan = parse(read("二、主要任务\n1.工地扬尘防治：全区工地安装喷淋装置。（区住建局牵头）".encode(), name="a.txt"))
    (task,) = plan.tasks
    assert (task.title, task.text, task.lead) == ("工地扬尘防治", "全区工地安装喷淋装置。", ["区住建局"])


def test_a_colon_that_opens_a_list_is_no_heading():
    plan = parse(
        read("二、主要任务\n1. 各街道建立清单，包括：锅炉清单；工地清单。\n牵头单位：区环保局".encode(), name="a.txt")
    )
    assert plan.tasks[0].title is None


def test_role_words_may_follow_the_last_name_without_a_stop():
    source = "二、任务\n1.改造锅炉。按期完成。牵头单位:区住建局,区城管局责任单位:各街道办事处"
    (task,) = parse(read(source.encode(), name="a.txt")).tasks
    assert (task.text, task.lead, task.responsible) == ("按期完成。", ["区住建局", "区城管局"], ["各街道办事处"])


def test_a_year_may_follow_the_number_of_an_item():
    source = "二、任务\n1.2021年6月底前改造锅炉3台。\n2.2021年底前清洗道路。\n3.全年抽检油品。\n"
    assert [task.number for task in parse(read(source.encode(), name="a.txt")).tasks] == ["1", "2", "3"]


def test_names_on_lines_of_their_own_belong_to_the_role_above():
    source = "二、任务\n1.改造锅炉。按期完成。\n责任单位：区城管局\n各街道办事处\n区住建局\n2.清洗道路。每日冲洗。\n"
    first, _ = parse(read(source.encode(), name="a.txt")).tasks
    assert (first.text, first.responsible) == ("按期完成。", ["区城管局", "各街道办事处", "区住建局"])


def test_text_between_role_words_is_kept():
    source = "二、任务\n1.改造锅炉。按期完成。牵头单位：区住建局。逐台验收。责任单位：各镇街\n"
    (task,) = parse(read(source.encode(), name="a.txt")).tasks
    assert task.text == "按期完成。\n逐台验收。"


def test_an_excerpt_may_begin_with_any_number():
    source = "二、任务\n6.改造锅炉。按期完成。\n7.清洗道路。每日冲洗。\n8.抽检油品。每月抽检。\n"
    assert [task.number for task in parse(read(source.encode(), name="a.txt")).tasks] == ["6", "7", "8"]
