"""References, announced lists, blanks, broken characters."""

import pytest

from lantian.plandoc.plan import Passage, Span, Task
from tests.plandoc.check.plans import said, task

LIST = "制定3项分方案，包括：区住建委制定扬尘管控方案；区商务局制定加油站整治方案"


def test_an_annex_that_is_not_there():
    source = "1.落实要求（具体见附件2、3）。\n附件2\n青河区任务表\n"
    held = task("落实要求（具体见附件2、3）。", number="1", spans={"text": Span(start=2, end=18)})
    [finding] = said("missing_annex", held, source=source)
    assert "“附件2、3”，文中没有附件3。" in finding.message
    assert [source[s.start : s.end] for s in finding.spans] == ["附件2、3"]


@pytest.mark.parametrize("text", ["按照任务表（见附件）落实。", "任务见附件1。"])
def test_the_only_annex_needs_no_number(text):
    assert not said("missing_annex", task(text), Task(text="改造。", part="annex-table"))


@pytest.mark.parametrize("heading", ["附件2", "附件 2", "附件二", "附件2：企业名单", "附件2 企业名单", "　附件2"])
def test_an_annex_is_known_by_its_heading(heading):
    assert not said("missing_annex", task("任务见附件2。"), source=f"任务见附件2。\n{heading}\n名单\n")


def test_the_list_of_annexes_is_not_the_annex():
    source = "任务见附件2。\n附件：1.任务表\n附件：2.名单\n"
    assert said("missing_annex", task("任务见附件2。"), source=source)


def test_an_annex_of_another_document_is_not_ours():
    assert not said("missing_annex", task("执行《北部地区行动方案》附件2的限值。"))


def test_a_list_shorter_than_announced():
    [finding] = said("count_mismatch", task(f"{LIST}。", number="7"))
    assert "“3项分方案”共 3 项，实际列出 2 项" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        f"{LIST}；区教委制定停课方案。以上各项方案报区政府。",
        "建立2项清单，包括：9月底前，建立企业清单、机械清单，报区环保局。",
        "开展3项行动，包括：（1）治车；（2）治煤；（3）治尘。",
        "制定3项分方案，力争9月底前印发。",
        "做到3个到位，包括：人员、任务、措施。",  # nothing there to count by
    ],
)
def test_lists_that_agree_or_cannot_be_counted_stay_silent(text):
    assert not said("count_mismatch", task(text))


def test_numbered_lists_are_counted_by_their_numbers():
    assert said("count_mismatch", task("开展4项行动，包括：（1）治车；（2）治煤；（3）治尘。"))


def test_a_list_in_a_preamble_is_seen():
    assert said("count_mismatch", passages=[Passage(text=f"{LIST}。")])


def test_a_list_that_stands_only_in_the_source_is_seen():
    assert said("count_mismatch", source=f"总则\n{LIST}。\n")


@pytest.mark.parametrize(
    "text",
    ["联系人：×××", "完成XX台改造", "完成____台改造", "负责人：待定", "数量【 】台", "2020年  月  日", "TODO 补数"],
)
def test_blanks_to_be_filled_in(text):
    assert len(said("placeholder", task(text))) == 1


@pytest.mark.parametrize("text", ["VOCs治理", "等待定位结果", "（见下）", "2020年10月31日", "PM2.5", "DB11/139-2015"])
def test_ordinary_text_has_no_blanks(text):
    assert not said("placeholder", task(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("大\ufffd污染", "U+FFFD"),
        ("\ue004锅炉", "U+E004"),
        ("锅\x03炉", "U+0003"),
        ("⽔务局", "应为“水”"),
        ("锟斤拷治理", "乱码"),
    ],
)
def test_characters_that_nobody_writes(text, shown):
    [finding] = said("bad_character", task(text, number="2"))
    assert shown in finding.message
    assert finding.task_numbers == ["2"]


def test_ordinary_characters_are_none_of_them():
    assert not said("bad_character", task("吨/月·平方公里，≥90%，℃，㎡，“三包”，𠮷田镇，PM₂.₅\n\t——"))


def test_the_place_in_the_source_is_shown_and_the_task_named():
    source = "前言\n锅\ufffd改造\n"
    held = Task(number="2", text="锅\ufffd改造", spans={"text": Span(start=3, end=7, page=1, line=2)})
    [finding] = said("bad_character", held, source=source)
    assert finding.spans == [Span(start=4, end=5, page=1, line=2)]
    assert finding.task_numbers == ["2"]


def test_a_text_full_of_rubbish_gives_no_flood():
    assert len(said("bad_character", *[task(f"{k}\ufffd") for k in range(500)])) == 20
