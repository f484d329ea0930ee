"""Which printed lines belong together."""

import pytest

from lantian.plandoc.parse import parse
from lantian.plandoc.read import read


def plan(*lines):
    return parse(read("\n\n".join(lines).encode(), name="a.txt"))


@pytest.mark.parametrize(
    "lines",
    [
        ("协办单位：区住建局、各镇", "人民政府、区交通局"),
        ("协办单位：区住建局、区公安分局", "、区交通局"),
        ("协办单", "位：区住建局、区交通局"),
        ("协办单位", "：区住建局、区交通局"),
        ("协办单位：区住建", "局、区交通局"),
    ],
)
def test_a_page_may_break_a_role_line_anywhere(lines):
    (task,) = plan("二、主要任务", "1.改造锅炉。年底前完成改造。", "牵头单位：区环保局", *lines).tasks
    assert task.lead == ["区环保局"]
    assert task.assist[0] == "区住建局"
    assert task.assist[-1] == "区交通局"


def test_a_bracket_goes_on_over_the_line_even_where_a_role_word_stands():
    (task,) = plan("二、主要任务", "1.改造锅炉。年底前完成改造。（牵头单位：区环保局；", "责任单位：各街道）").tasks
    assert (task.lead, task.responsible, task.text) == (["区环保局"], ["各街道"], "年底前完成改造。")


def test_a_heading_without_its_stop_goes_on_where_all_others_have_one():
    tasks = plan(
        "二、主要任务",
        "1.改造锅炉。年底前完成。",
        "2.清洗道路。每日冲洗。",
        "3.抽检油",
        "品质量。每月抽检。",
        "4.苫盖裸土。年底前完成。",
    ).tasks
    assert [task.title for task in tasks] == ["改造锅炉", "清洗道路", "抽检油品质量", "苫盖裸土"]


def test_the_plans_title_takes_in_nothing_that_follows():
    found = plan(
        "青河区2021年大气污染防治工作方案",
        "工作目标：2021年，优良天数达到280天以上。",
        "一、任务",
        "1.改造锅炉。年底前完成。",
    )
    assert found.title == "青河区2021年大气污染防治工作方案"
    assert [goal.value for goal in found.goals] == [280]


def test_a_plan_that_a_wrapped_line_speaks_of_is_not_its_title():
    found = plan(
        "青河区大气办关于印发《青河区2021年大气污染防治工作方案》的通知",
        "《青河区2021年大气污染防治工作方案》",
        "已经同意，现印发给你们。",
        "青河区2021年大气污染防治工作方案",
        "一、任务",
        "1.改造锅炉。年底前完成。",
    )
    assert found.title == "青河区2021年大气污染防治工作方案"


@pytest.mark.parametrize(
    ("first", "rest"),
    [("各镇", "街（含工业园）、区交通局"), ("区公安分局", "环食药支队、各镇街"), ("各街道和", "乡镇（名单见附表）")],
)
def test_a_name_of_a_unit_may_be_cut_where_a_shorter_name_ends(first, rest):
    (task,) = plan("二、主要任务", "1.改造锅炉。年底前完成改造。", "牵头单位：区环保局、" + first, rest).tasks
    assert task.lead[1] == first + rest.split("、")[0]
    assert task.text == "年底前完成改造。"


def test_a_signature_behind_the_last_role_line_is_no_unit():
    tasks = plan(
        "二、任务", "1.改造锅炉。按期完成。", "牵头单位：区环保局", "青河区人民政府办公室", "2021年3月5日"
    ).tasks
    assert tasks[0].lead == ["区环保局"]


def test_a_section_name_cut_in_two_is_put_together():
    found = plan(
        "一、总体",
        "要求",
        "（一）主要目标。优良天数达到280天。",
        "二、重点任务",
        "（二）改造锅炉。年底前完成。",
        "（三）清洗道路。每日冲洗。",
    )
    assert [task.title for task in found.tasks] == ["改造锅炉", "清洗道路"]


def test_a_heading_of_its_own_line_does_not_take_in_a_short_first_sentence():
    tasks = plan("二、任务", "1.改造锅炉", "加强监管。年底前完成。", "2.清洗道路", "每日冲洗。发现问题立即整改。").tasks
    assert [task.title for task in tasks] == ["改造锅炉", "清洗道路"]


def test_goals_go_on_in_the_next_paragraph_until_a_catchword():
    found = plan(
        "一、总体要求",
        "主要目标：全面完成年度任务。",
        "2021年，优良天数达到280天以上。",
        "基本思路：优良天数达到300天的镇街予以奖励。",
        "二、任务",
        "1.改造锅炉。年底前完成。",
    )
    assert [goal.value for goal in found.goals if goal.indicator == "good_days"] == [280]


def test_articles_that_open_and_close_a_plan_are_no_tasks():
    found = plan(
        "第一章 总则",
        "第一条 为改善空气质量，制定本方案。",
        "第二章 工作任务",
        "第二条 改造锅炉。年底前完成。责任单位：区住建局",
        "第三条 清洗道路。每日冲洗。责任单位：区城管局",
        "第三章 附则",
        "第四条 本方案自印发之日起施行。",
    )
    assert [task.title for task in found.tasks] == ["改造锅炉", "清洗道路"]
