"""Deadlines of cells and prose: every phrase of the vocabulary and the grammar, then the labelled plans."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.plandoc.parse.dates import compact
from lantian.plandoc.parse.deadlines import (
    Context,
    Deadline,
    deadline_of_cell,
    deadline_of_prose,
    time_phrases,
)
from tests.shared import shared_path

YEAR = Context(
    year=2020,
    period_start=date(2020, 1, 1),
    period_end=date(2020, 12, 31),
    issued_on=date(2020, 3, 4),
    city="云岭市",
)
WINTER = Context(
    year=2020,
    period_start=date(2020, 10, 1),
    period_end=date(2021, 3, 31),
    issued_on=date(2020, 10, 8),
    city="天津市青河区",
)
SEVERAL = Context(
    year=2018, period_start=date(2018, 1, 1), period_end=date(2020, 12, 31), issued_on=date(2018, 9, 8), city=None
)


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@pytest.mark.parametrize(
    ("cell", "deadline"),
    [
        ("2020年10月底前", "2020-10-31"),
        ("2020年2月底前", "2020-02-29"),
        ("2020年8月底前，", "2020-08-31"),
        ("2020 年 10 月底前", "2020-10-31"),
        ("2020 年 1 0月\n底前", "2020-10-31"),
        ("２０２０年１０月底前", "2020-10-31"),
        ("二〇二〇年十月底前", "2020-10-31"),
        ("十二月三十一日前", "2020-12-31"),
        ("2020年10月底前（年底前）", "2020-10-31"),
        ("2020年10月", "2020-10-31"),
        ("10月份", "2020-10-31"),
        ("10月底", "2020-10-31"),
        ("10月末前", "2020-10-31"),
        ("2020年10月前", "2020-09-30"),  # before the month, as it is written
        ("2020.10.31", "2020-10-31"),
        ("2020-10-31", "2020-10-31"),
        ("2020-10-31 00:00:00", "2020-10-31"),
        ("2020/10/31前", "2020-10-31"),
        ("2020/10", "2020-10-31"),
        ("2020.9", "2020-09-30"),
        ("10月15日前", "2020-10-15"),
        ("10月15日之前", "2020-10-15"),
        ("10月15号以前", "2020-10-15"),
        ("2020年10月15日（含）前", "2020-10-15"),
        ("2020年12月31日24时前", "2020-12-31"),
        ("9月中旬", "2020-09-20"),
        ("9月上旬前", "2020-09-10"),
        ("2月下旬", "2020-02-29"),
        ("上半年", "2020-06-30"),
        ("2020年下半年", "2020-12-31"),
        ("一季度末", "2020-03-31"),
        ("第三季度", "2020-09-30"),
        ("三季度底前", "2020-09-30"),
        ("年底前", "2020-12-31"),
        ("年底", "2020-12-31"),
        ("2020年年底前", "2020-12-31"),
        ("今年年底前", "2020-12-31"),
        ("年内", "2020-12-31"),
        ("2020年度内", "2020-12-31"),
        ("2020年", "2020-12-31"),
        ("2021年前", "2020-12-31"),
        ("到2022年底", "2022-12-31"),
        ("到2022年", "2022-12-31"),
        ("明年6月底前", "2021-06-30"),
        ("次年3月底前", "2021-03-31"),
        ("截至2020年11月底", "2020-11-30"),
        ("6月底前完成排查，9月底前完成整治", "2020-06-30"),
        ("10月底前完成，长期坚持", "2020-10-31"),
        ("全年推进，12月底前完成年度任务", "2020-12-31"),
        ("2020年5月起，10月底前完成", "2020-10-31"),
        ("10.31前", "2020-10-31"),
        ("10月31日17时前", "2020-10-31"),
        ("二○二0年十月底前", "2020-10-31"),
        ("（2020年10月底前）", "2020-10-31"),
    ],
)
def test_a_cell_with_a_date_is_due_once_on_it(cell, deadline):
    found = deadline_of_cell(cell, YEAR)
    assert (iso(found.deadline), found.recurrence) == (deadline, "once")
    assert found.due == found.deadline


@pytest.mark.parametrize(
    ("cell", "end"),
    [
        ("6-9月", "2020-09-30"),
        ("6—9月", "2020-09-30"),
        ("6月至9月", "2020-09-30"),
        ("六月至九月", "2020-09-30"),
        ("2020年6～9月", "2020-09-30"),
        ("1月-12月", "2020-12-31"),
        ("11-3月", "2021-03-31"),
        ("10月至次年3月", "2021-03-31"),
        ("2020年10月—2021年3月", "2021-03-31"),
        ("2020.6-2020.9", "2020-09-30"),
        ("2020年10月15日至2021年3月15日", "2021-03-15"),
        ("6月1日至10日", "2020-06-10"),
        ("6月1日-9月15日", "2020-09-15"),
        ("11月15日-3月15日", "2021-03-15"),
        ("一至三季度", "2020-09-30"),
        ("二、三季度", "2020-09-30"),
        ("2019—2021年", "2021-12-31"),
        ("2019年至2021年", "2021-12-31"),
        ("即日起至2020年11月底", "2020-11-30"),
        ("2020年9月20日起至2020年12月31日止", "2020-12-31"),
        ("自2020年9月起至2021年3月", "2021-03-31"),
        ("2019-2021", "2021-12-31"),
    ],
)
def test_a_span_gives_its_end_and_no_recurrence(cell, end):
    found = deadline_of_cell(cell, YEAR)
    assert (iso(found.deadline), found.recurrence) == (end, None)


@pytest.mark.parametrize(
    ("cell", "recurrence"),
    [
        *[(c, "daily") for c in ("每天", "每日", "每个工作日", "2020年5月起每日")],
        *[(c, "weekly") for c in ("每周", "每星期一次", "每周五前")],
        *[(c, "monthly") for c in ("每月", "每月10日前", "每月底前", "每月月底前", "按月推进", "每半月")],
        *[(c, "quarterly") for c in ("每季度", "每季度末月25日前", "每季")],
        *[(c, "yearly") for c in ("每年", "每年10月底前", "每年10月31日前", "每年6月1日至11月30日", "每半年")],
        *[(c, "heating-season") for c in ("采暖季", "供暖期", "2020年采暖季", "采暖季期间", "秋冬季", "每年采暖季")],
        *[
            (c, "long-term")
            for c in (
                "长期",
                "长期坚持",
                "长期实施",
                "全年",
                "2020年全年",
                "全年实施",
                "常年",
                "持续推进",
                "常态化",
                "日常",
                "即日起",
                "2020年10月起",
                "从10月起",
                "自2020年10月1日起",
                "10月1日开始",
                "长期坚持（10月底前取得初步成效）",
                "全年（重点时段6-9月）",
            )
        ],
    ],
)
def test_a_cell_with_a_frequency_names_no_date(cell, recurrence):
    found = deadline_of_cell(cell, YEAR)
    assert (found.deadline, found.recurrence) == (None, recurrence)


@pytest.mark.parametrize(
    "cell",
    [
        "按要求执行",
        "按时间节点完成",
        "按年度计划完成",
        "按照市里部署",
        "适时",
        "重污染天气期间",
        "预警期间",
        "13月底前",
        "9月31日前",
    ],
)
def test_a_cell_without_a_time_keeps_its_text_and_nothing_else(cell):
    assert deadline_of_cell(cell, YEAR) == Deadline(text=cell, at=(0, len(cell)))


@pytest.mark.parametrize("cell", ["", "  ", "——", "—", "-", "/", "无", "\n", "－－"])
def test_a_blank_cell_says_nothing(cell):
    assert deadline_of_cell(cell, YEAR) == Deadline()


@pytest.mark.parametrize(
    ("cell", "context", "due", "rule"),
    [
        ("采暖季前", YEAR, "2020-11-14", "before-heating-season"),
        ("供暖前", YEAR, "2020-11-14", "before-heating-season"),
        ("采暖季开始前", YEAR, "2020-11-14", "before-heating-season"),
        ("供暖季前", WINTER, "2020-10-31", "before-heating-season"),
        ("2019年采暖期前", YEAR, "2019-11-14", "before-heating-season"),
        ("采暖季结束前", WINTER, "2021-03-31", "heating-season-end"),
        ("汛期前", YEAR, "2020-05-31", "before-season"),
        ("国庆节前", YEAR, "2020-09-30", "before-holiday"),
        ("春节前", WINTER, "2021-02-10", "before-holiday"),
        ("元旦前", YEAR, "2020-12-31", "before-holiday"),
        ("月底前", YEAR, "2020-03-31", "month-end"),
        ("立即", YEAR, "2020-03-04", "at-once"),
        ("印发之日起10个工作日内", YEAR, "2020-03-18", "days-after-issue"),
        ("本方案印发后30日内", YEAR, "2020-04-03", "days-after-issue"),
        ("10个工作日内", YEAR, None, None),
        ("10月底前", Context(), None, None),
        ("10月底", Context(), None, None),
    ],
)
def test_what_names_no_calendar_date_is_due_once_on_a_computed_day(cell, context, due, rule):
    found = deadline_of_cell(cell, context)
    assert (found.deadline, found.recurrence) == (None, "once")
    assert (iso(found.due), found.due_rule) == (due, rule)


@pytest.mark.parametrize(
    ("cell", "due", "rule"),
    [
        ("长期坚持", "2021-03-31", "plan-end"),
        ("每月10日前", "2021-03-31", "plan-end"),
        ("采暖季", "2021-03-31", "heating-season-end"),
        ("每年11月底前", "2020-11-30", "text-date"),
    ],
)
def test_a_lasting_duty_is_due_at_an_end_that_can_be_computed(cell, due, rule):
    found = deadline_of_cell(cell, WINTER)
    assert (iso(found.due), found.due_rule) == (due, rule)


@pytest.mark.parametrize(
    ("cell", "deadline"),
    [
        ("年底前", "2020-12-31"),
        ("12月底前", "2020-12-31"),
        ("3月底前", "2021-03-31"),
        ("1月15日前", "2021-01-15"),
        ("9月底前", "2020-09-30"),  # months of preparation before the plan's own
        ("一季度末", "2021-03-31"),
    ],
)
def test_a_winter_plan_puts_months_into_its_period(cell, deadline):
    assert iso(deadline_of_cell(cell, WINTER).deadline) == deadline


@pytest.mark.parametrize(
    ("text", "phrase", "deadline"),
    [
        ("排查餐饮油烟，6月底前建立台账，10月底前完成治理。", "6月底前", "2020-06-30"),
        ("对应于年底前淘汰的锅炉，各镇街9月底前停用。", "9月底前", "2020-09-30"),
        ("8月底前建成的加油站，10月底前完成回收改造。", "10月底前", "2020-10-31"),
        ("10月底前建成覆盖全区的监测网络。", "10月底前", "2020-10-31"),
        ("2019年底前建成的，2020年9月底前补办手续。", "2020年9月底前", "2020-09-30"),
        ("在2020年10月底前，完成改造。", "2020年10月底前", "2020-10-31"),
        ("2020年，压减燃煤3万吨。", "2020年", "2020-12-31"),
        ("力争2020年压减燃煤3万吨。", "2020年", "2020-12-31"),
        ("到2020年底，机扫率达到90%。", "到2020年底", "2020-12-31"),
        ("落实《云岭市2019年底前退出目录》，6月底前完成退出。", "6月底前", "2020-06-30"),
        ("完成辖区改造任务（2020年9月底前完成）。", "2020年9月底前", "2020-09-30"),
        ("自5月1日起执行新标准，9月底前完成检查。", "9月底前", "2020-09-30"),
        ("每月10日前报送进展，9月底前报送总结。", "9月底前", "2020-09-30"),
        ("截至2020年2月底，已完成20家，9月底前完成剩余6家。", "9月底前", "2020-09-30"),
        ("各镇街于 2020 年 9 月 15 日前报送清单。", "2020 年 9 月 15 日前", "2020-09-15"),
        ("第三季度完成招标。", "第三季度", "2020-09-30"),
        ("6月底前未完成改造的企业，9月底前一律停产。", "9月底前", "2020-09-30"),
    ],
)
def test_prose_is_due_on_its_first_completion_phrase_that_is_a_duty(text, phrase, deadline):
    found = deadline_of_prose(text, YEAR)
    assert (found.text, iso(found.deadline), found.recurrence) == (phrase, deadline, "once")
    assert found.at is not None
    assert text[slice(*found.at)] == phrase


@pytest.mark.parametrize(
    ("text", "recurrence"),
    [
        ("每日开展巡查，发现问题立即整改。", "daily"),
        ("从2020年5月起，在主要路口每天开展联合检查。", "daily"),
        ("强化责任，每日开展巡查。从5月起，开展专项督查。", "daily"),
        ("各镇街每周至少组织一次排查。", "weekly"),
        ("每月10日前报送上月数据。", "monthly"),
        ("每年10月底前修订应急预案。", "yearly"),
        ("自5月1日起，禁止销售不达标油品。", "long-term"),
        ("加强保洁，长期坚持。", "long-term"),
        ("采暖季期间，停止土石方作业。", "heating-season"),
        ("制定采暖季错峰运输方案。", "heating-season"),
        ("采暖季前完成清零。", "once"),
        ("对采暖季暂未改造的村，供应优质煤。", None),
        ("预警期间每日检查一次。", None),
        ("企业每日登记车辆进出，记录保留至2021年4月30日。", None),
        ("11月1日起，未完成治理的企业一律停产。", None),
        ("巩固2019年治理成果。", None),
        ("2020年10月1日后新建的项目执行新标准。", None),
        ("完善制度，严肃追责。", None),
        ("6—9月，开展臭氧攻坚。", None),
        ("淘汰每小时35蒸吨以下的锅炉。", None),
        ("每日运输量较大的企业安装门禁。", None),
        ("确保浓度每年下降3%。", None),
        ("主次干道每日2次洒水。", "daily"),
    ],
)
def test_prose_without_a_completion_phrase_has_its_frequency_or_none(text, recurrence):
    found = deadline_of_prose(text, YEAR)
    assert found.recurrence == recurrence


@pytest.mark.parametrize(
    ("text", "context", "dates"),
    [
        ("2021年3月底前完成一批，5月底前完成一批。", YEAR, ["2021-03-31", "2021-05-31"]),
        ("2021年3月底前启动。5月底前报告。", YEAR, ["2021-03-31", "2020-05-31"]),
        ("2019年3月底前启动。5月底前报告。", SEVERAL, ["2019-03-31", "2019-05-31"]),
        ("到2025年，基本清零。10月底前完成200户。", YEAR, ["2025-12-31", "2020-10-31"]),
        ("10月底前定方案，次年3月底前完成。", WINTER, ["2020-10-31", "2021-03-31"]),
        ("11月底前定方案，1月底前完成，3月底前验收。", WINTER, ["2020-11-30", "2021-01-31", "2021-03-31"]),
    ],
)
def test_a_date_without_a_year_follows_its_sentence_and_its_plan(text, context, dates):
    assert [iso(p.date) for p in time_phrases(text, context)] == dates


def test_phrases_tell_their_kind_and_whether_they_are_a_duty():
    text = "自5月1日起执行；对应于年底前淘汰的锅炉，9月底前停用；6-8月加密；资料保留至2021年4月30日；2019年已完成。"
    found = [(p.text, p.kind, p.duty) for p in time_phrases(text, YEAR)]
    assert found == [
        ("自5月1日起", "from", True),
        ("年底前", "by", False),
        ("9月底前", "by", True),
        ("6-8月", "span", True),
        ("至2021年4月30日", "until", False),
        ("2019年", "in", False),
    ]


def test_compact_joins_what_layout_splits_and_keeps_what_it_does_not():
    assert compact("２０２０ 年 1 0月\n底前").text == "2020年10月底前"
    assert compact("共5000\n2020年").text == "共5000\n2020年"
    assert compact("10 2020年").text == "10 2020年"


FRAGMENTS = st.sampled_from(
    [
        *"年月日底前起至到-—、，。 \n0123456789一二十〇《》（）每第季度",
        "2020年",
        "10月",
        "采暖季",
        "每月",
        "今年",
        "工作日内",
    ]
)


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_phrases_in_order_that_stand_in_it(text):
    phrases = time_phrases(text, YEAR)
    assert all(text[p.start : p.end] == p.text for p in phrases)
    assert all(a.end <= b.start for a, b in pairwise(phrases))
    for found in (deadline_of_cell(text, YEAR), deadline_of_prose(text, WINTER)):
        assert found.at is None or text[slice(*found.at)] == found.text
        assert found.deadline is None or found.due == found.deadline


CITIES = {"门头沟区": "北京市", "西城区": "北京市", "蓟州区": "天津市"}


@pytest.mark.parametrize("name", ["000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef"])
def test_the_labelled_plans(name):
    gold = json.loads(shared_path(f"gold/{name}.json").read_text(encoding="utf-8"))
    start, end, issued = (
        date.fromisoformat(gold[k]) if gold[k] else None for k in ("period_start", "period_end", "issued_on")
    )
    assert start is not None
    context = Context(start.year, start, end, issued, CITIES.get(gold["district"]))
    wrong = []
    for task in gold["tasks"]:
        if task["part"] == "body":
            found = deadline_of_prose(task["text"], context)
        else:
            found = deadline_of_cell(task["deadline_text"] or "", context)
        if (iso(found.deadline), found.recurrence) != (task["deadline"], task["recurrence"]):
            wrong.append((task["number"], task["deadline_text"], found))
        for label in task["in_text_dates"]:
            dates = [iso(p.date) for p in time_phrases(task["text"], context)]
            assert label["date"] in dates, (task["number"], label)
    assert len(wrong) <= 0.01 * len(gold["tasks"]), wrong
