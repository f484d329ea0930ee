"""Parts against their headline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.plan import Quantity, Task
from tests.plandoc.check.plans import said, task


def test_a_wrong_sum_by_town_is_an_error_with_the_arithmetic():
    [finding] = said("split_sum", task("拆除茶炉30台。其中，松溪镇10台、柳湾镇21台。", number="4"))
    assert finding.severity == "error"
    assert "分镇街合计 10 + 21 = 31 台，与总数 30 台相差 1 台（多）" in finding.message
    assert "10 + 21 = 31 台, 1 台 more than the headline 30" in finding.message_en
    assert finding.task_numbers == ["4"]


def test_decimals_are_added_exactly():
    assert not said("split_sum", task("减排挥发性有机物0.3吨，其中松溪镇0.1吨、柳湾镇0.2吨。"))
    [finding] = said("split_sum", task("减排挥发性有机物8吨，其中松溪镇5.412吨、柳湾镇2.891吨。"))
    assert "= 8.303 吨" in finding.message
    assert "相差 0.303 吨" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "拆除茶炉30台。其中，松溪镇10台、柳湾镇20台。",
        "拆除茶炉30台以上。其中，松溪镇10台、柳湾镇25台。",  # a minimum may be exceeded
        "拆除茶炉约30台。其中，松溪镇10台、柳湾镇21台。",  # about
        "拆除茶炉30台。其中，松溪镇10台、柳湾镇15台等。",  # the list is open
        "新增充电桩104台（84个直流桩，20个交流桩）。",  # 台 and 个 count alike
        "压减煤炭3万吨，其中松溪镇1万吨、柳湾镇20000吨。",
        "完成3个村（约937户）改造。其中，松溪镇2个、柳湾镇1个。",  # households between headline and parts
        "改造锅炉50台，淘汰茶炉7台，其中松溪镇3台、柳湾镇4台。",
        "完成60家企业治理，其中建成区20家。",  # one part is no list
    ],
)
def test_what_agrees_or_cannot_be_judged_stays_silent(text):
    assert not said("split_sum", task(text))


def test_parts_in_brackets_are_added_too():
    [finding] = said("split_sum", task("新增充电桩100台（84台直流桩，20台交流桩）。"))
    assert "分项合计 84 + 20 = 104 台" in finding.message


def test_too_few_by_town_is_found():
    [finding] = said("split_sum", task("清理企业21家。其中，松溪镇9家、柳湾镇2家。"))
    assert "相差 10 家（少）" in finding.message


def test_parts_of_parts_are_not_added_twice():
    parts = [("松溪镇9家", 9, "松溪镇"), ("东村5家", 5, "东村"), ("西村4家", 4, "西村"), ("柳湾镇2家", 2, "柳湾镇")]
    nested = Task(
        text="清理企业11家。其中，松溪镇9家（东村5家、西村4家）、柳湾镇2家。",
        quantities=[
            Quantity(text="企业11家", what="清理企业", value=11, unit="家"),
            *(Quantity(text=t, what="清理企业", value=v, unit="家", town=town) for t, v, town in parts),
        ],
    )
    assert not said("split_sum", nested)


@given(st.lists(st.decimals("0.001", "9999", places=3), min_size=2, max_size=5), st.decimals("-5", "5", places=3))
def test_it_speaks_exactly_when_the_sum_is_off(parts, error):
    towns = ["松溪镇", "柳湾镇", "石门镇", "北桥街道", "南亭街道"]
    total = sum(parts) + error
    shares = [Quantity(text=f"{t}{v}吨", value=float(v), unit="吨", town=t) for t, v in zip(towns, parts, strict=False)]
    listed = "、".join(q.text for q in shares)
    held = Task(
        text=f"减排{total}吨。其中，{listed}。",
        quantities=[Quantity(text=f"减排{total}吨", value=float(total), unit="吨"), *shares],
    )
    assert bool(said("split_sum", held)) == (error != 0)
