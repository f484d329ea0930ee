"""What a plan's sentences say of reports: rhythm, day, and where it stands."""

from __future__ import annotations

import pytest

from lantian.site.plans.cycle_words import suggest


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("各单位于每月24日前将进展情况报送区大气办。", ("month", 24, 0)),
        ("各镇街每月25日向指挥部报送重点任务进展。", ("month", 25, 0)),
        ("每月10日前上报上月完成情况。", ("month", 10, 1)),
        ("实行月调度制度，每月底前填报台账。", ("month", 31, 0)),
        ("每季度末向区政府报告一次。", ("quarter", 31, 0)),
        ("每季度首月8号前报送上季度小结。", ("quarter", 8, 1)),
        ("每周五下班前报送工作动态。", ("week", 5, 0)),
    ],
)
def test_a_sentence_gives_its_rhythm(text: str, rhythm: tuple[str, int, int]) -> None:
    (found,) = suggest(text)
    assert (found.every, found.due_day, found.after) == rhythm
    assert found.sure
    assert text[found.start : found.end] in found.quote


@pytest.mark.parametrize("text", ["每月25日进行全区保洁。", "每月发布排名。", "今年9月25日前报送总结。", ""])
def test_what_orders_no_report_leaves_the_default_unsure(text: str) -> None:
    (found,) = suggest(text)
    assert (found.quote, found.sure) == ("", False)


def test_two_rhythms_are_two_suggestions_and_the_same_one_is_one() -> None:
    text = "每月25日前报送进展；每季度末报告成效。各部门每月25日前报送台账。"
    assert [(s.every, s.due_day) for s in suggest(text)] == [("month", 25), ("quarter", 31)]


def test_the_name_is_the_documents_own() -> None:
    assert suggest("建立月通报机制，每月20日前上报。")[0].name == "月通报"


def test_a_long_text_without_an_end_is_read_in_no_time() -> None:
    assert len(suggest("每月" * 50_000)) == 1
