"""Offices: forms of one name, reorganisations by date, and what is never taken for the same."""

from datetime import date

import pytest
from pydantic import ValidationError

from lantian.rulebook.organisations import forms, same_office, successors, taken_apart
from lantian.rulebook.schemas.organisations import Offices

AFTER, BEFORE = date(2020, 1, 1), date(2017, 1, 1)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("区发改委", "区发展改革委员会"),
        ("区发改委", "青河区发展和改革委"),
        ("区住建委", "区住房城乡建设委"),
        ("区 环保局", "云岭市青河区环境保护局"),
        ("区食品药品监督管理局", "区食药监局"),
        ("我区水务局", "青河区水务局"),
        ("公安青河分局", "青河公安分局"),
        ("青河工商分局", "青河区工商行政管理局"),
        ("市生态环境局青河分局", "青河区生态环境局"),
        ("北桥街道", "北桥街道办事处"),
        ("北桥街道办", "北桥街道办事处"),
        ("松溪镇", "松溪镇人民政府"),
        ("青河区政府", "青河区人民政府"),
        ("开发区管委会", "开发区管理委员会"),
    ],
)
def test_long_and_short_forms_of_one_office_are_suggested(a, b):
    found = same_office(a, b)
    assert found is not None
    assert found.reason == "form"
    assert same_office(b, a) is not None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("区环保局", "市环保局"),
        ("青河区环保局", "白石区环保局"),
        ("区农委", "区农业局"),
        ("区公安分局", "区公安分局交通支队"),
        ("区交通局", "区公安分局交通分局"),
        ("松溪镇", "柳湾镇人民政府"),
        ("北桥街道", "北桥镇"),
        ("区环卫中心", "区环卫中心"),
        ("区环保局", "区环保局"),
        ("京西集团", "区国资委"),
        ("市生态环境局青河分局", "市生态环境局"),
        ("", "区环保局"),
    ],
)
def test_different_bodies_are_not(a, b):
    assert same_office(a, b, on=AFTER) is None
    assert same_office(b, a, on=AFTER) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("区环保局", ["区生态环境局"]),
        ("云岭市青河区环境保护局", ["云岭市青河区生态环境局"]),
        ("区工商局", ["区市场监管局"]),
        ("青河工商分局", ["青河区市场监管局"]),
        ("区质监局", ["区市场监管局"]),
        ("区食品药品监管局", ["区市场监管局"]),
        ("区国土局", ["区自然资源局", "区规划自然资源局"]),
        ("区规划局", ["区自然资源局", "区规划自然资源局"]),
        ("区农业局", ["区农业农村局"]),
        ("区农委", ["区农业农村局"]),
        ("区安监局", ["区应急管理局"]),
        ("区卫计委", ["区卫生健康委"]),
        ("区卫生局", ["区卫生健康委"]),  # over two reorganisations
        ("天津市蓟岭区市容园林委", ["天津市蓟岭区城市管理委"]),
        ("云岭市青河区市容园林委", []),  # a reorganisation of another city
        ("区水务局", []),
        ("某某公司", []),
    ],
)
def test_successors_of_an_office_after_the_reorganisations(old, new):
    assert sorted(s.name for s in successors(old, AFTER)) == sorted(new)


def test_a_reorganisation_is_not_suggested_before_it_began():
    assert successors("区环保局", BEFORE) == []
    assert same_office("区环保局", "区生态环境局", on=BEFORE) is None
    assert [s.name for s in successors("区卫生局", BEFORE)] == ["区卫生计生委"]


def test_a_suggestion_says_when_why_and_how_sure():
    found = same_office("区生态环境局", "区环保局", on=AFTER)
    assert found is not None
    assert (found.reason, found.sure) == ("reorganised", "memory")
    assert found.since is not None
    assert found.by is not None
    assert date(2018, 3, 1) < found.since < found.by < date(2019, 12, 31)
    assert found.clause


def test_forms_keep_the_area():
    assert "青河区环境保护局" in forms("青河区环保局")
    assert forms("区双龙中心") == []


def test_taken_apart_finds_the_area_next_to_the_office():
    name = taken_apart("云岭市青河区环保局")
    assert name is not None
    assert (name.city, name.place, name.level, name.office.names[0]) == ("云岭市", "青河", "区", "环境保护局")


def test_a_name_of_two_offices_and_a_change_of_none_are_refused():
    head = {"id": "offices", "schema": "offices"}
    office = {"names": ["甲局"], "short": "甲局"}
    with pytest.raises(ValidationError, match="names of two offices: 甲局"):
        Offices.model_validate(head | {"office": [office, office], "change": []})
    change = {"old": ["甲局"], "new": ["乙局"], "since": "2018-01-01", "by": "2019-01-01"}
    with pytest.raises(ValidationError, match="no office has the name 乙局"):
        Offices.model_validate(head | {"office": [office], "change": [change]})
    with pytest.raises(ValidationError, match="none of names"):
        Offices.model_validate(head | {"office": [office | {"short": "丙局"}], "change": []})
