"""What pages do to lines and cells: running headers, page numbers, lines wrapped in narrow cells."""

import pytest

from lantian.plandoc.document import Line
from lantian.plandoc.parse.units import split_units, unwrap_list
from lantian.plandoc.rebuild.clean import clean_blocks
from lantian.plandoc.traced import Traced


def kept(*pages):
    lines, start = [], 0
    for number, texts in enumerate(pages, 1):
        for text in texts:
            lines.append(Line(Traced.of(text, start), page=number))
            start += len(text) + 1
    return [line.text.text for line in clean_blocks(lines)]


def test_a_running_header_of_two_pages_is_kept_once():
    pages = ["青河区文件汇编", "一、任务", "改造锅炉", "- 1 -"], ["青河区文件汇编", "清洗道路", "抽检油品", "- 2 -"]
    assert kept(*pages) == ["青河区文件汇编", "一、任务", "改造锅炉", "清洗道路", "抽检油品"]


def test_a_running_footer_is_out_from_the_first_page_on():
    pages = [
        ["一、任务", text, "青河区公报 2018年第3期", f"- {k} -"] for k, text in enumerate(["改造锅炉", "洗路", "抽检"])
    ]
    assert kept(*pages) == ["一、任务", "改造锅炉", "洗路", "抽检"]


def test_a_role_line_that_ends_every_page_is_no_footer():
    page = ["1.改造锅炉。", "先停后治。", "按期完成。", "责任单位：各镇街"]
    assert kept(page, page, page).count("责任单位：各镇街") == 3


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("区住建局、各街道\n办事处", ["区住建局", "各街道办事处"]),
        ("区发展\n改革局、区交\n通局", ["区发展改革局", "区交通局"]),
        ("区住建局\n区交通局", ["区住建局", "区交通局"]),
        ("区公安分局\n交通支队", ["区公安分局交通支队"]),
        ("区直各部\n门\n各街道办\n事处", ["区直各部门", "各街道办事处"]),
        ("区商务局\n区行政审\n批局", ["区商务局", "区行政审批局"]),
    ],
)
def test_line_breaks_of_a_narrow_cell_separate_only_whole_names(cell, units):
    assert [u.text for u in split_units(unwrap_list(Traced.of(cell)))] == units


def test_the_own_name_of_a_district_begins_a_branch():
    cell = Traced.of("区环保局\n青河工商\n分局")
    assert [u.text for u in split_units(unwrap_list(cell, ("青河",)))] == ["区环保局", "青河工商分局"]
