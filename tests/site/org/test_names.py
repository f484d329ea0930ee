"""What a unit's name tells of its kind, and which names are alike."""

import pytest

from lantian.site.org.names import kind_of_unit, similar_names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("区生态环境局", "department"),
        ("区卫生健康委", "department"),
        ("松溪镇", "town"),
        ("北桥街道办事处", "town"),
        ("市生态环境局", "city"),
        ("青河热力有限公司", "firm"),
        ("各镇街", "group"),
        ("有关部门", "group"),
        ("张三", "other"),
    ],
)
def test_kind_by_name(name, kind):
    assert kind_of_unit(name) == kind


def test_alike_are_typos_and_short_forms_not_other_towns():
    assert similar_names("区环境保护居", ["区环境保护局", "区教委"]) == ["区环境保护局"]
    assert similar_names("环保局", ["区环保局", "区教委"]) == ["区环保局"]
    assert similar_names("柳湾镇", ["松溪镇", "青湾乡"]) == []
    assert similar_names("北桥街道", ["南桥街道"]) == []
    assert similar_names("区教育局", ["区体育局"]) == []
