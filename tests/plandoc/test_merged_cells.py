"""What a blank cell of a task table means: merged with the cell above, or empty."""

from lantian.plandoc.parse import parse
from lantian.plandoc.read import read

HEADER = "序号\t类别\t工作任务\t完成时间\t牵头单位\t配合单位"


def tasks(*rows, header=HEADER):
    return parse(read("\n".join([header, *rows, ""]).encode(), name="a.txt")).tasks


def test_a_numbered_row_below_the_same_category_takes_lead_and_deadline_from_above():
    first, second, _ = tasks(
        "1\t能源\t改造锅炉。\t年底前\t区住建局\t区城管局",
        "2\t\t淘汰炉灶。\t\t\t",
        "3\t\t供应型煤。\t6月底前\t区商务局\t",
    )
    assert second.lead == first.lead == ["区住建局"]
    assert second.deadline_text == "年底前"
    assert second.assist == []  # not every task has one


def test_a_new_category_takes_nothing_from_above():
    *_, last = tasks("1\t能源\t改造锅炉。\t年底前\t区住建局\t", "2\t\t淘汰炉灶。\t\t\t", "3\t扬尘\t清洗道路。\t\t\t")
    assert (last.lead, last.deadline_text) == ([], None)


def test_a_table_that_merges_nothing_has_empty_cells():
    rows = (
        "1\t能源\t改造锅炉。\t年底前\t区住建局\t",
        "2\t扬尘\t清洗道路。\t\t\t",
        "3\t油品\t抽检油品。\t年底前\t区商务局\t",
    )
    assert tasks(*rows)[1].lead == []


def test_a_column_of_categories_is_no_heading_of_the_tasks():
    first, *_ = tasks("1\t能源\t改造锅炉。\t年底前\t区住建局\t", "2\t\t淘汰炉灶。\t\t\t")
    assert (first.title, first.section) == (None, "能源")


def test_a_blank_heading_belongs_to_the_heading_above():
    header = "序号\t类别\t重点工作\t主要任务\t牵头部门\t完成时限"
    rows = ("1\t能源\t清洁取暖\t改造锅炉。\t区住建局\t年底前", "2\t\t\t供应型煤。\t区商务局\t年底前")
    assert [task.title for task in tasks(*rows, header=header)] == ["清洁取暖", "清洁取暖"]


def test_a_cell_may_name_roles_of_its_own():
    header = "序号\t工作任务\t责任单位\t完成时限"
    first, second = tasks(
        "1\t改造锅炉。\t牵头单位：区住建局 配合单位：区城管局\t年底前",
        "2\t清洗道路。\t区城管局（牵头）、各镇街\t长期",
        header=header,
    )
    assert (first.lead, first.responsible, first.assist) == (["区住建局"], [], ["区城管局"])
    assert (second.lead, second.responsible) == (["区城管局"], ["各镇街"])


def test_a_heading_over_a_table_is_its_section():
    table = "序号\t工作任务\t责任单位\t完成时限\n"
    source = (
        "青河区2021年大气污染防治任务表\n一、能源\n"
        + table
        + "1\t改造锅炉。\t区住建局\t年底前\n\n二、扬尘\n"
        + table
        + "2\t清洗道路。\t区城管局\t长期\n3\t苫盖裸土。\t区住建局\t6月底前\n"
    )
    assert [task.section for task in parse(read(source.encode(), name="a.txt")).tasks] == [
        "一、能源",
        "二、扬尘",
        "二、扬尘",
    ]
