"""The head of a plan: titles over several lines, number, issuer, date, district and period, in many layouts."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.parse import parse
from lantian.plandoc.parse.head import find_head
from lantian.plandoc.read import read
from tests.shared import shared_path

FIELDS = (
    "title", "notice_title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end",
)  # fmt: skip


def head(text):
    """The values of a head, without what is not stated."""
    found = find_head(text.split("\n"))
    return {name: stated.value for name in FIELDS if (stated := getattr(found, name))}


def test_a_plan_without_a_notice_has_its_title_in_three_lines():
    assert head("云岭市青河区\n2023年大气污染防治\n\n行动计划\n\n为改善空气质量，制定本计划。") == {
        "title": "云岭市青河区2023年大气污染防治行动计划",
        "district": "青河区",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 12, 31),
    }


def test_a_date_torn_by_a_page_number_is_not_the_first_of_the_month():
    lines = (
        "青河区人民政府\n关于印发青河区2017年行动方案的通知\n各镇：\n请执行。\n2017年3月16日\n"
        "青河区2017年行动方案\n一、任务\n青河区人民政府办公室 2017年3月1"
    )
    found = head(lines)
    assert (found["issuer"], found["issued_on"]) == ("青河区人民政府", date(2017, 3, 16))


def test_what_a_wrap_tore_is_read_from_the_joined_paragraph():
    source = (
        "青河区2017年行动方案\n一、任务\n1.改造锅炉。全部改造。\n2.洗路。每日清洗。\n"
        "青河区人民政府办公室 2017年3月1\n—9—\n6日印发"
    )
    plan = parse(read(source.encode(), name="a.txt"))
    assert plan.issued_on == date(2017, 3, 16)


def test_an_office_on_a_line_of_its_own_ends_the_name_above():
    found = head("青河区2019年攻坚方案\n青河区污染防治攻坚战领导小组\n办公室\n2019年4月2日\n一、任务")
    assert found["issuer"] == "青河区污染防治攻坚战领导小组办公室"


def test_a_red_head_with_notice_signature_and_plan():
    text = (
        "青河县人民政府办公室文件\n青政办[2019]33号\n青河县人民政府办公室\n关于印发青河县2019—2020年秋冬季大气污染\n"
        "综合治理攻坚行动方案的通知\n各乡镇人民政府，县直各单位：\n现将方案印发给你们，请认真执行。\n\n"
        "青河县人民政府办公室\n二〇一九年十月二十一日\n（此件主动公开）\n青河县2019—2020年秋冬季大气污染综合治理\n\n攻坚行动方案\n为做好工作，制定本方案。"
    )
    assert head(text) == {
        "title": "青河县2019—2020年秋冬季大气污染综合治理攻坚行动方案",
        "notice_title": "青河县人民政府办公室关于印发青河县2019—2020年秋冬季大气污染综合治理攻坚行动方案的通知",
        "issuer": "青河县人民政府办公室",
        "doc_number": "青政办[2019]33号",
        "issued_on": date(2019, 10, 21),
        "district": "青河县",
        "period_start": date(2019, 10, 1),
        "period_end": date(2020, 3, 31),
    }


def test_a_web_page_keeps_its_navigation_out():
    text = (
        "首页 > 政务公开 > 文件\n当前位置：信息公开\n"
        "青河区人民政府关于印发《青河区打赢蓝天保卫战三年行动计划（2018—2020年）》的通知\n"
        "发布日期：2018-12-20\n青政发〔2018〕15号\n各镇人民政府，各街道办事处：\n现印发给你们。\n青河区人民政府\n2018年12月5日\n"
        "青河区打赢蓝天保卫战三年行动计划\n（2018—2020年）\n为打赢蓝天保卫战，制定本计划。\n版权所有：青河区人民政府"
    )
    found = head(text)
    assert found["title"] == "青河区打赢蓝天保卫战三年行动计划（2018—2020年）"
    assert found["issued_on"] == date(2018, 12, 5)
    assert (found["period_start"], found["period_end"]) == (date(2018, 1, 1), date(2020, 12, 31))


def test_a_title_that_carries_out_a_higher_plan_keeps_its_brackets():
    text = (
        "云岭市青河区蓝天办公室关于印发《〈某某地区2020-2021年秋冬季攻坚方案〉青河区细化落实方案》的通知\n各镇街：\n现印发。\n"
        "云岭市青河区蓝天\n办公室\n2020年9月1日\n《某某地区2020-2021年秋冬季攻坚方案》青河区细化落实方案\n为落实方案，制定措施。"
    )
    found = head(text)
    assert found["title"] == "《某某地区2020-2021年秋冬季攻坚方案》青河区细化落实方案"
    assert found["issuer"] == "云岭市青河区蓝天办公室"
    assert found["district"] == "青河区"


def test_a_notice_alone_names_the_plan():
    found = head("青河区人民政府关于印发《青河区2021年大气污染防治工作方案》的通知\n各镇街：\n一、主要任务")
    assert found["title"] == "青河区2021年大气污染防治工作方案"
    assert found["issuer"] == "青河区人民政府"


def test_a_seal_note_and_a_number_in_two_lines_are_read_over():
    text = (
        "青大气办\n〔2020〕3号\n\n关于印发青河区2020年夏季臭氧攻坚行动方案的通知\n各成员单位：\n现将方案印发给你们。\n\n"
        "青河区大气污染防治工作\n领导小组办公室\n（代章）\n2020年5月8日\n附件\n青河区2020年夏季臭氧攻坚行动方案\n为做好2020年5月至9月工作……"
    )
    found = head(text)
    assert found["doc_number"] == "青大气办〔2020〕3号"
    assert found["issuer"] == "青河区大气污染防治工作领导小组办公室"
    assert (found["period_start"], found["period_end"]) == (date(2020, 5, 1), date(2020, 9, 30))


def test_two_bodies_may_sign():
    found = head(
        "关于印发青河区扬尘治理方案的通知\n各单位：\n现印发。\n青河区生态环境局    青河区城市管理局\n2021年4月2日"
    )
    assert found["issuer"] == "青河区生态环境局、青河区城市管理局"


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "（）", "()", "【】", "［］"])
def test_a_number_stands_in_any_brackets(brackets):
    left, right = brackets
    assert head(f"青政发{left}2018{right} 15 号\n青河区方案")["doc_number"] == f"青政发{left}2018{right}15号"


@pytest.mark.parametrize(
    ("title", "district"),
    [
        ("云岭市青河区2023年大气污染防治行动计划", "青河区"),
        ("云岭省云岭市青河县2023年工作方案", "青河县"),
        ("2023年青河市大气污染防治工作要点", "青河市"),
        ("东城区2023年工作方案", "东城区"),
        ("云岭经济技术开发区2023年工作方案", "云岭经济技术开发区"),
        ("青河自治县2023年工作方案", "青河自治县"),
    ],
)
def test_the_district_is_the_innermost_area(title, district):
    assert head(f"{title}\n为改善空气质量，制定本方案。")["district"] == district


def test_a_title_without_a_district_takes_the_one_that_the_text_names_most():
    text = "2023年大气污染防治行动计划\n为改善青河区空气质量，制定本计划。\n一、任务\n"
    text += "青河区全域禁燃。\n由青河区统筹。\n青河区负责。"
    assert head(text)["district"] == "青河区"


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("青河区2023年行动计划", date(2023, 1, 1), date(2023, 12, 31)),
        ("青河区2013-2017年行动计划2017年工作措施", date(2017, 1, 1), date(2017, 12, 31)),
        ("青河区三年行动计划（2018—2020年）", date(2018, 1, 1), date(2020, 12, 31)),
        ("青河区2018—2019年秋冬季攻坚方案", date(2018, 10, 1), date(2019, 3, 31)),
        ("青河区2022年11月至2023年2月攻坚方案", date(2022, 11, 1), date(2023, 2, 28)),
        ("青河区2022年冬季攻坚方案", date(2022, 10, 1), date(2023, 3, 31)),
    ],
)
def test_the_period_is_that_of_the_title(title, start, end):
    found = head(f"{title}\n为改善空气质量，制定本方案。")
    assert (found["period_start"], found["period_end"]) == (start, end)


def test_a_winter_plan_takes_the_months_that_its_text_states():
    found = head("青河区2018—2019年秋冬季攻坚方案\n为做好2018年11月至2019年3月的工作，制定本方案。")
    assert found["period_start"] == date(2018, 11, 1)


def test_every_value_stands_in_its_lines():
    lines = ["  青河区人民政府文件", "青政发〔2018〕15号", "青河区2018年大气污染", "防治方案", "为……"]
    found = find_head(lines)
    assert found.title.at == ((2, 0, 12), (3, 0, 4))
    assert [lines[k][a:b] for k, a, b in found.doc_number.at] == ["青政发〔2018〕15号"]
    assert [lines[k][a:b] for k, a, b in found.issuer.at] == ["青河区人民政府"]


def test_torn_sentences_are_no_titles():
    lines = ["一、总体要求", "严格落实云岭市蓝天保卫战方案和各项", "工作方案", "的要求，持续改善空气质量。"]
    assert find_head(lines).title is None


@pytest.mark.parametrize("name", ["000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef"])
def test_heads_of_the_labelled_plans(name):
    labels = json.loads(shared_path(f"gold/{name}.json").read_text(encoding="utf-8"))
    found = find_head(shared_path(f"seeds/{name}.txt").read_text(encoding="utf-8").split("\n"))

    def bare(value):
        return "".join(str(value).split()) if value else None

    got = {k: bare(s.value) if (s := getattr(found, k)) else None for k in FIELDS}
    assert got == {k: bare(labels.get(k)) for k in FIELDS}


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_lines_are_read_without_an_error(lines):
    find_head(lines)
