"""Tables that lost their marks: bare lines, strokes, blanks; and rows that a page cut."""

import pytest

from lantian.plandoc.parse import parse
from lantian.plandoc.read import read

HEADER = ["序号", "重点任务", "工作措施", "完成时限", "主责单位", "协办单位"]
ROWS = [
    ["1", "替代涂料", "全面使用低挥发涂料，抽检不少于40次。", "长期实施", "区住建委", "区市场监管局、区城管委"],
    ["2", "油气治理", "完成18座加油站改造。", "6月底前", "区生态环境局", "——"],
    ["3", "道路保洁", "作业率达到95%以上，背街小巷每日清扫。", "年底前", "区城管委", "各街道"],
]
TITLE = "松溪区大气污染防治2023年行动计划"
WANT = [
    ("1", "替代涂料", "long-term", ["区住建委"], ["区市场监管局", "区城管委"]),
    ("2", "油气治理", "once", ["区生态环境局"], []),
    ("3", "道路保洁", "once", ["区城管委"], ["各街道"]),
]


def tasks(text):
    plan = parse(read(f"{TITLE}\n\n{text}\n".encode(), name="a.txt"))
    return [(t.number, t.title, t.recurrence, t.responsible, t.assist) for t in plan.tasks]


@pytest.mark.parametrize("apart", ["\n", "\n\n"])
def test_bare_lines_are_dealt_out_to_the_columns(apart):
    assert tasks(apart.join(word for row in [HEADER, *ROWS] for word in row)) == WANT


def test_numbers_of_pages_and_headers_between_bare_rows_are_passed_over():
    lines = [*HEADER, *ROWS[0], "17", *HEADER, *ROWS[1], "二、扬尘治理", *ROWS[2]]
    plan = parse(read(f"{TITLE}\n\n{chr(10).join(lines)}\n".encode(), name="a.txt"))
    assert [(t.number, t.title, t.section) for t in plan.tasks] == [
        ("1", "替代涂料", None), ("2", "油气治理", None), ("3", "道路保洁", "二、扬尘治理"),
    ]  # fmt: skip


def test_a_bare_cell_may_be_wrapped():
    rows = [[*ROWS[0][:2], "全面使用低挥发涂料，", "抽检不少于40次。", *ROWS[0][3:]], *ROWS[1:]]
    assert tasks("\n".join(word for row in [HEADER, *rows] for word in row)) == WANT


def test_running_text_goes_on_behind_a_bare_table():
    lines = [word for row in [HEADER, *ROWS] for word in row]
    plan = parse(
        read("\n".join([TITLE, "", *lines, "二、保障措施", "（一）加强领导。各街道负总责。"]).encode(), name="a")
    )
    assert plan.tasks[-1].assist == ["各街道"]
    assert "加强领导" not in plan.tasks[-1].text


def test_strokes_part_cells():
    rows = [HEADER, ["---"] * 6, *ROWS]
    assert tasks("\n".join("| " + " | ".join(row) + " |" for row in rows)) == WANT


def test_blanks_part_cells():
    wide = 6, 12, 42, 12, 16, 30

    def line(row):
        return "".join(w + " " * (n - sum(2 if ord(c) > 255 else 1 for c in w)) for w, n in zip(row, wide, strict=True))

    assert tasks("\n".join(line(row) for row in [HEADER, *ROWS])) == WANT


def test_a_header_printed_again_behind_a_row_of_short_cells_is_no_row():
    header = ["类别", "重点任务", "完成时限", "工作措施"]
    rows = [["能源", "压减用煤", "年底前", "压减三万吨"], ["扬尘", "清洗道路", "6月底前", "新购洗扫车5辆，全部上路。"]]
    text = "\n".join("\t" + word for row in [header, rows[0], header, rows[1]] for word in row)
    assert [t[1] for t in tasks(text)] == ["压减用煤", "清洗道路"]


def test_a_bare_number_in_running_text_is_a_page():
    source = (
        "二、任务\n1.改造锅炉。10月底前完成改\n12\n造任务。\n牵头单位：区住建局\n2.洗路。每日清洗。\n牵头单位：区城管局"
    )
    plan = parse(read(source.encode(), name="a.txt"))
    assert plan.tasks[0].text == "10月底前完成改造任务。"
