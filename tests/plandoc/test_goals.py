"""Goals of a plan: indicator, comparison, value, baseline, scope and period, from text and from tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.parse import parse
from lantian.plandoc.parse.goals import goals_of_rows, goals_of_text, is_goal_section, merge_goals
from lantian.plandoc.read import read


def stated(text):
    """(indicator, op, value, unit) of the goals in a goals section."""
    return [(g.indicator, g.op, g.value, g.unit) for g in goals_of_text(text, stated=True)]


def in_task(text):
    return [(g.indicator, g.op, g.value, g.scope) for g in goals_of_text(text)]


def test_one_number_may_hold_for_several_indicators():
    assert stated("氮氧化物和挥发性有机物排放总量比2020年分别下降10%以上") == [
        ("NOx_reduction", "decrease_pct>=", 10, "%"),
        ("VOCs_reduction", "decrease_pct>=", 10, "%"),
    ]


def test_a_rank_to_be_held_and_a_group_with_its_bracket():
    assert stated("空气质量综合指数在全市排名不低于第5名") == [("city_rank", "<=", 5, "名")]
    goals = in_task("各镇（街道）降尘量不高于6吨/平方公里·月。")
    assert goals == [("dustfall", "<=", 6, "各镇（街道）")]


def test_a_share_of_clean_coal_is_no_cut_of_coal():
    goals = in_task("煤炭消费总量比2015年削减3%以上，洁净煤使用率达到90%以上。")
    assert goals == [("coal_reduction", "decrease_pct>=", 3, "district")]


def test_a_plan_without_a_section_of_goals_states_them_in_its_requirements():
    source = (
        "某某市行动方案\n一、总体要求\n到2025年，全市PM2.5浓度比2020年下降20%。\n"
        "二、任务\n1.改造锅炉。全部改造。\n2.洗路。每日清洗。"
    )
    plan = parse(read(source.encode(), name="a.txt"))
    assert [(g.indicator, g.value) for g in plan.goals] == [("PM2.5_mean", 20)]
    assert plan.period_end == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("PM10年均浓度控制在121微克/立方米以下", ("PM10_mean", "<", 121, "微克/立方米")),
        ("PM2.5年均浓度力争达到64微克/立方米左右", ("PM2.5_mean", "~", 64, "微克/立方米")),
        ("PM_{2.5} 平均浓度同比下降 25% 以上", ("PM2.5_mean", "decrease_pct>=", 25, "%")),
        ("细颗粒物（PM2.5）年均浓度不高于35μg/m3", ("PM2.5_mean", "<=", 35, "μg/m3")),
        ("二氧化氮年均浓度达到30微克/立方米", ("NO2_mean", "<=", 30, "微克/立方米")),
        ("SO₂年均浓度控制在10微克/立方米以内", ("SO2_mean", "<=", 10, "微克/立方米")),
        ("臭氧日最大8小时平均第90百分位数浓度不超过160微克/立方米", ("O3_P90", "<=", 160, "微克/立方米")),
        ("CO第95百分位数浓度不高于1.5毫克/立方米", ("CO_P95", "<=", 1.5, "毫克/立方米")),
        ("优良天数达到190天以上", ("good_days", ">=", 190, "天")),
        ("空气质量优良天数比例达到75%", ("good_days", ">=", 75, "%")),
        ("重污染天数控制在4天以内", ("heavy_days", "<=", 4, "天")),
        ("重度及以上污染天数同比减少2天", ("heavy_days", "decrease", 2, "天")),
        ("综合指数控制在4.5以下", ("composite_index", "<", 4.5, None)),
        ("综合指数同比下降3%", ("composite_index", "decrease_pct>=", 3, "%")),
        ("区域降尘量小于5吨/月·平方公里", ("dustfall", "<", 5, "吨/月·平方公里")),
        ("道路积尘负荷不高于0.5克/平方米", ("road_dust", "<=", 0.5, "克/平方米")),
        ("重点行业挥发性有机物减排25吨", ("VOCs_reduction", ">=", 25, "吨")),
        ("氮氧化物排放总量下降10%以上", ("NOx_reduction", "decrease_pct>=", 10, "%")),
        ("压减燃煤消费总量5万吨", ("coal_reduction", ">=", 5, "万吨")),
        ("TSP浓度排名不进入全市后三十名", ("TSP_rank", "not_in_bottom", 30, "名")),
        ("道路尘负荷排名退出全市后10名", ("road_dust_rank", "not_in_bottom", 10, "名")),
        ("空气质量排名进入全市前20名", ("city_rank", "<=", 20, "名")),
        ("PM2.5平均浓度持续改善", ("PM2.5_mean", "decrease", None, None)),
        ("环境空气质量同比持续改善", ("other", "improve", None, None)),
        ("全面完成某某行动计划考核指标", ("other", "complete", None, None)),
        ("煤炭消费总量控制在120万吨以内", ("other", "<=", 120, "万吨")),
    ],
)
def test_indicator_comparison_value_and_unit(text, goal):
    assert stated(f"{text}。") == [goal]


def test_several_goals_of_one_sentence_keep_their_numbers():
    assert stated("PM2.5、PM10年均浓度分别控制在35微克/立方米、65微克/立方米以内。") == [
        ("PM2.5_mean", "<=", 35, "微克/立方米"),
        ("PM10_mean", "<=", 65, "微克/立方米"),
    ]
    assert stated("氮氧化物和挥发性有机物重点工程减排量分别达到120吨、80吨以上。") == [
        ("NOx_reduction", ">=", 120, "吨"),
        ("VOCs_reduction", ">=", 80, "吨"),
    ]
    assert stated("PM2.5年均浓度同比下降5%，达到38微克/立方米。") == [
        ("PM2.5_mean", "decrease_pct>=", 5, "%"),
        ("PM2.5_mean", "<=", 38, "微克/立方米"),
    ]


@pytest.mark.parametrize(
    ("text", "baseline"),
    [
        ("PM2.5平均浓度同比下降5%", "同比"),
        (
            "PM2.5平均浓度在2020年10月至2021年3月期间50微克/立方米基础上持续改善",
            "2020年10月至2021年3月期间50微克/立方米",
        ),
        ("与2015年相比，氮氧化物排放总量下降12%", "2015年"),
        ("PM2.5年均浓度比2017年下降15%", "2017年"),
    ],
)
def test_what_a_goal_is_compared_with(text, baseline):
    (goal,) = goals_of_text(text, stated=True)
    assert goal.baseline == baseline


def test_the_number_of_a_baseline_is_no_goal():
    (goal,) = goals_of_text("PM2.5平均浓度在去年同期50微克/立方米基础上持续改善", stated=True)
    assert (goal.op, goal.value, goal.unit) == ("decrease", None, "微克/立方米")


def test_a_period_holds_for_the_goals_behind_it():
    goals = goals_of_text("2020年10月至2021年3月，PM2.5平均浓度下降3%，重污染天数控制在5天以内。", stated=True)
    assert {(g.period_start, g.period_end) for g in goals} == {(date(2020, 10, 1), date(2021, 3, 31))}
    (goal,) = goals_of_text("到2025年，优良天数达到280天。", stated=True)
    assert (goal.period_start, goal.period_end) == (None, date(2025, 12, 31))


def test_the_text_of_a_goal_stands_in_the_document():
    text = "主要目标：2020年10月至2021年3月，PM2.5平均浓度下降3%以上，优良天数达到120天。"
    goals = goals_of_text(text, stated=True)
    assert [g.text for g in goals] == ["2020年10月至2021年3月，PM2.5平均浓度下降3%以上", "优良天数达到120天"]
    assert all(text[slice(*g.at)] == g.text for g in goals)


# tasks and towns


def test_towns_get_goals_of_their_own():
    assert in_task("全年压减燃煤2.5万吨，其中松溪镇1.5万吨、柳湾镇1万吨。") == [
        ("coal_reduction", ">=", 2.5, "district"),
        ("coal_reduction", ">=", 1.5, "松溪镇"),
        ("coal_reduction", ">=", 1, "柳湾镇"),
    ]
    assert in_task("松溪镇、柳湾镇降尘量不高于5.0吨/平方公里·月，云台镇不高于4.5吨/平方公里·月。") == [
        ("dustfall", "<=", 5, "松溪镇"),
        ("dustfall", "<=", 5, "柳湾镇"),
        ("dustfall", "<=", 4.5, "云台镇"),
    ]
    assert in_task("各镇街降尘量达到4.5吨/平方公里·月以下。") == [("dustfall", "<", 4.5, "各镇街")]
    assert in_task("松溪镇PM2.5浓度排名退出全市后20名。") == [("PM2.5_rank", "not_in_bottom", 20, "松溪镇")]


def test_a_standard_by_which_dustfall_is_judged_is_a_goal():
    assert in_task("按照9吨/月•平方公里标准，每月进行降尘量考核。") == [("dustfall", "<=", 9, "district")]


@pytest.mark.parametrize(
    "text",
    [
        "重污染天气预警期间，全社会VOCs减排比例达到10%。",
        "锅炉颗粒物排放浓度不高于10毫克/立方米。",
        "对PM2.5浓度不降反升的镇街进行约谈。",
        "建设PM2.5监测站20个，布设臭氧监测仪5台。",
        "PM2.5小时浓度达到150微克/立方米的，启动应急。",
        "石化企业VOCs去除率不低于90%。",
        "推动空气质量持续改善。",
        "全市淘汰老旧车30万辆，PM2.5排名每月通报。",
    ],
)
def test_limits_warnings_and_equipment_are_no_goals(text):
    assert in_task(text) == []


def test_what_body_and_annex_both_say_stands_once():
    body = goals_of_text("压减煤炭消费量5万吨。", where="9")
    annex = goals_of_text("力争压减煤炭消费量5万吨。", where="附件")
    (goal,) = merge_goals([*body, *annex])
    assert goal.where == "9; 附件"


def test_goal_sections_are_known_by_their_heading():
    assert is_goal_section("（一）主要目标")
    assert is_goal_section("二、工作 目标")
    assert not is_goal_section("三、保障措施")


# tables


def test_a_column_may_be_an_indicator_and_a_row_a_town():
    header = ["序号", "镇街", "PM2.5年均浓度（微克/立方米）", "降尘量（吨/平方公里·月）", "备注"]
    rows = [["1", "松溪镇", "38", "≤5.0", ""], ["2", "柳湾镇", "40左右", "—", ""], ["", "全区", "39", "5", ""]]
    found = [(g.scope, g.indicator, g.op, g.value, g.unit, g.cell) for g in goals_of_rows(header, rows)]
    assert found == [
        ("松溪镇", "PM2.5_mean", "<=", 38, "微克/立方米", (0, 2)),
        ("松溪镇", "dustfall", "<=", 5, "吨/平方公里·月", (0, 3)),
        ("柳湾镇", "PM2.5_mean", "~", 40, "微克/立方米", (1, 2)),
        ("district", "PM2.5_mean", "<=", 39, "微克/立方米", (2, 2)),
        ("district", "dustfall", "<=", 5, "吨/平方公里·月", (2, 3)),
    ]


def test_a_row_may_be_an_indicator():
    rows = [["PM2.5年均浓度", "微克/立方米", "35"], ["优良天数", "天", "≥280"]]
    found = [(g.indicator, g.op, g.value, g.unit) for g in goals_of_rows(["指标", "单位", "2023年目标"], rows)]
    assert found == [("PM2.5_mean", "<=", 35, "微克/立方米"), ("good_days", ">=", 280, "天")]


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text):
    for goal in goals_of_text(text, stated=True):
        assert text[slice(*goal.at)] == goal.text
