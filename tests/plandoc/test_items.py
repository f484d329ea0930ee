"""Items of running text: what is heading, what is task, what only follows the last one."""

from lantian.plandoc.parse import parse
from lantian.plandoc.plan import Plan
from lantian.plandoc.read import read


def plan_of(*lines: str) -> Plan:
    head = ["青河区2026年大气污染防治行动计划", "一、主要任务"]
    return parse(read("\n".join([*head, *lines]).encode(), name="plan.txt"))


def test_a_sentence_that_is_split_over_towns_is_no_heading() -> None:
    (task,) = plan_of("1. 淘汰燃煤锅炉21家。其中，松溪镇9家、柳湾镇12家。", "牵头单位：区生态环境局").tasks
    assert task.title is None
    assert [(q.value, q.town) for q in task.quantities] == [(21, None), (9, "松溪镇"), (12, "柳湾镇")]


def test_a_target_in_the_heading_is_kept() -> None:
    (task,) = plan_of("1. 完成12台锅炉改造。各镇街按清单推进，逐台验收。", "牵头单位：区生态环境局").tasks
    assert [(q.value, q.unit) for q in task.quantities] == [(12, "台")]
    assert task.quantities[0].span is not None


def test_signature_date_and_copies_belong_to_no_task() -> None:
    plan = plan_of(
        "1. 排查锅炉。10月底前完成排查。",
        "2. 开展巡查。每日开展巡查。",
        "云岭市青河区人民政府办公室",
        "2026年3月1日",
        "抄送：区人大常委会办公室。",
    )
    assert [t.text for t in plan.tasks] == ["10月底前完成排查。", "每日开展巡查。"]
    assert "云岭市青河区人民政府办公室" in [p.text for p in plan.passages]


def test_a_numbered_safeguard_is_a_task_only_when_it_is_due() -> None:
    source = (
        "一、主要任务\n1.改造锅炉。全部改造。\n牵头部门：区住建局\n2.洗路。每日清洗。\n牵头部门：区城管局\n二、保障措施\n"
        "1.加强领导。各镇明确分工。\n2.细化方案。各镇9月15日前制定方案并印发。"
    )
    plan = parse(read(source.encode(), name="a.txt"))
    assert [task.title for task in plan.tasks] == ["改造锅炉", "洗路", "细化方案"]


def test_one_of_several_units_may_be_marked_as_the_lead() -> None:
    source = (
        "一、任务\n1.改造锅炉。全部改造。\n责任单位：区住建局（牵头）、区城管局\n督导单位：区大气办\n2.洗路。每日清洗。"
    )
    first, _ = parse(read(source.encode(), name="a.txt")).tasks
    assert (first.text, first.lead, first.responsible) == ("全部改造。", ["区住建局"], ["区城管局"])
