"""Deadlines against the document's own dates; rows, roles, units."""

from datetime import date

import pytest

from lantian.plandoc.plan import Span, Task
from tests.plandoc.check.plans import said, task


def dated(day, words, **fields):
    return task("完成改造。", number="3", deadline=date.fromisoformat(day), deadline_text=words, **fields)


def test_due_before_the_document_was_issued():
    [finding] = said("before_issue", dated("2020-02-29", "2月底前"))
    assert "2020-02-29（“2月底前”）早于文件印发日期 2020-03-10" in finding.message


def test_all_early_dates_of_a_task_are_one_finding():
    held = task("1月底前完成排查。2月底前完成整改。6月底前完成验收。", number="3")
    [finding] = said("before_issue", held)
    assert "2020-01-31" in finding.message
    assert "2020-02-29" in finding.message
    assert "2020-06-30" not in finding.message


def test_a_document_without_a_date_is_not_judged():
    assert not said("before_issue", dated("2020-02-29", "2月底前"), issued_on=None)


def test_due_after_the_plan_ends():
    [finding] = said("outside_period", dated("2021-12-31", "2021年12月"))
    assert "2021-12-31（“2021年12月”）晚于方案截止日期 2020-12-31" in finding.message


def test_a_preparation_shortly_before_the_plan_is_in_order():
    winter = {"period_start": date(2020, 10, 1), "period_end": date(2021, 3, 31)}
    assert not said("outside_period", dated("2020-08-31", "8月底前"), **winter)
    assert said("outside_period", dated("2019-08-31", "2019年8月"), **winter)


def test_one_unit_in_two_roles():
    held = task("加强监管。", number="15", lead=["区住建委", "区环保局"], assist=["区城管委", "区环保局"])
    [finding] = said("role_conflict", held)
    assert "区环保局既是牵头单位又是协办（配合）单位" in finding.message


def test_a_row_printed_twice():
    row = {"part": "annex-table", "lead": ["区环保局"], "deadline_text": "年底前"}
    [finding] = said("duplicate_row", task("完成改造。", **row), task("加强监管。", **row), task("完成改造。", **row))
    assert finding.task_numbers == ["annex:1", "annex:3"]
    assert not said("duplicate_row", task("完成改造。", **row), task("完成改造。", **row | {"lead": ["区教委"]}))


def rows(*, without, text="强化监管"):
    filled = {"part": "annex-table", "section": "附件/扬尘", "lead": ["区住建委"], "deadline_text": "年底前"}
    held = [task(f"完成第{k}片区改造。", **filled) for k in range(5)]
    return [*held, task(text, **{k: v for k, v in filled.items() if k not in without})]


def test_a_missing_unit_or_deadline_shows_beside_full_rows():
    assert [f.task_numbers for f in said("missing_unit", *rows(without=["lead"]))] == [["annex:6"]]
    assert [f.task_numbers for f in said("missing_deadline", *rows(without=["deadline_text"]))] == [["annex:6"]]


def test_a_unit_named_in_the_text_is_not_missing():
    assert not said("missing_unit", *rows(without=["lead"], text="区住建委牵头强化监管"))
    assert not said("missing_unit", *rows(without=["lead"], text="各镇街强化监管"))


def test_a_table_without_the_column_misses_nothing():
    bare = [Task(text=f"措施{k}", part="annex-table") for k in range(6)]
    assert not said("missing_unit", *bare)
    assert not said("missing_deadline", *bare)


def test_prose_without_a_date_is_in_order():
    held = [task(f"完成{k}。", deadline_text="年底前") for k in range(5)]
    assert not said("missing_deadline", *held, task("加强宣传。"))


def units(*names):
    return [Task(number=str(k), text=f"措施{k}", lead=[name]) for k, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("usual", "slip"),
    [
        ("区住房城乡建设委", "区住房城市建设委"),  # one character
        ("区经济信息化委", "区经济信化息委"),  # two swapped
        ("区园林绿化局", "区园林绿化绿局"),  # one too many
        ("区公安分局交通支队", "区公安分局交通分局"),  # another kind of body in a named office
    ],
)
def test_a_rare_name_beside_a_usual_one_is_a_slip(usual, slip):
    [finding] = said("unit_typo", *units(usual, usual, usual, slip, "区公安分局"))
    assert finding.severity == "warning"
    assert f"“{slip}”（1 处）疑为“{usual}”（3 处）之误" in finding.message
    assert finding.task_numbers == ["4"]


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("区农业局", "区农委"),
        ("区规划分局", "区国土分局"),
        ("区公安分局", "区工商分局"),
        ("区公安分局", "区公安分局交通支队"),
        ("区交通局", "区交通支队"),
        ("区委办公室", "区政府办公室"),
        ("东亭街道办事处", "南亭街道办事处"),
        ("区环境卫生一中心", "区环境卫生二中心"),
        ("各镇街", "各镇街（含园区管委会）"),
    ],
)
def test_different_bodies_are_left_alone(usual, other):
    assert not said("unit_typo", *units(usual, usual, usual, other))


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("区食品药品监督管理局", "区食品药品监管局"),
        ("区发展改革委", "区发改委"),
        ("区住房城乡建设委员会", "区住建委"),
        ("青河区供电公司", "区供电公司"),
    ],
)
def test_short_forms_are_noted_as_one_office(long, short):
    [finding] = said("unit_typo", *units(long, short))
    assert finding.severity == "note"
    assert "同一单位的不同写法" in finding.message


def test_spans_lead_to_the_unit():
    held = units("区发展改革委", "区发展改革委", "区发改委")
    held[2].spans["lead[0]"] = Span(start=40, end=44)
    [finding] = said("unit_typo", *held)
    assert finding.spans == [Span(start=40, end=44)]
