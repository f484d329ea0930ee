"""Rows of ruled pages that a page break cut in two, and rows that only look so."""

from lantian.plandoc.parse.rows import read_grid
from lantian.plandoc.rebuild.pieces import Grid, Row
from lantian.plandoc.traced import Traced

HEADER = ("序号", "主要任务", "完成时限", "牵头单位", "工作措施")


def tasks(*rows):
    made = tuple(
        Row(tuple(Traced.of(c) for c in cells), wrapped=True, opens_page=opens) for opens, cells in rows
    )  # fmt: skip
    drafts = read_grid(Grid(HEADER, made, sure_merges=True), part="body-table", prefix="", is_time=lambda text: False)
    return [(d.number, d.text.text, [u.text for u in d.roles.get("lead", [])]) for d in drafts]


def test_an_unfinished_sentence_goes_on_behind_the_page():
    top = (True, ("", "", "前", "", "毕，逐一验收。"))
    assert tasks((False, ("1", "改造锅炉", "10月底", "区住建局", "全部改造完")), top) == [
        ("1", "全部改造完毕，逐一验收。", ["区住建局"])
    ]


def test_text_alone_at_the_top_of_a_page_is_another_paragraph():
    top = (True, ("", "", "", "", "逐一验收。"))
    assert tasks((False, ("1", "改造锅炉", "10月底", "区住建局", "全部改造。")), top) == [
        ("1", "全部改造。\n逐一验收。", ["区住建局"])
    ]


def test_the_rest_of_a_name_tells_that_the_row_goes_on():
    top = (True, ("", "", "", "输局", "逐一验收。"))
    assert tasks((False, ("1", "改造锅炉", "10月底", "区交通运", "全部改造。")), top) == [
        ("1", "全部改造。\n逐一验收。", ["区交通运输局"])
    ]


def test_a_row_with_units_of_its_own_is_a_row_of_the_item_whose_merged_cells_a_page_cut():
    top = (True, ("", "", "", "区城管局", "逐一验收。"))
    assert tasks((False, ("1", "改造锅炉", "10月底", "区住建局", "全部改造。")), top) == [
        ("1-1", "全部改造。", ["区住建局"]),
        ("1-2", "逐一验收。", ["区城管局"]),
    ]
