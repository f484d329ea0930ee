"""Look-alikes: what is one thing under two names, and that a list of any size is looked over quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ledgers.similar import Entry, likeness, look_alikes

HERE = (116.3, 39.9)
BESIDE = (116.3003, 39.9)  # 26 m
FAR = (116.4, 39.9)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Entry(1, "松溪建材厂"), Entry(2, "松溪建材有限公司"), True),
        (Entry(1, "松溪建材厂"), Entry(2, "柳湾食品厂"), False),
        (Entry(1, "松溪建材厂", place=HERE), Entry(2, "松溪建材厂", place=FAR), False),
        (Entry(1, "松溪建材厂", place=HERE), Entry(2, "松溪建筑材料", place=BESIDE), True),
        (Entry(1, "松溪建材厂", place=HERE), Entry(2, "老王小吃", place=BESIDE), False),
        (Entry(1, "松溪建材厂", "A"), Entry(2, "松溪建筑", "A"), True),
        (Entry(1, "锅炉", marks=("1",)), Entry(2, "锅炉", marks=("2",)), False),
        (Entry(1, "锅炉", marks=("1",)), Entry(2, "锅炉"), True),
        (Entry(1, "松溪热力站3号锅炉"), Entry(2, "松溪热力站30号锅炉"), False),
    ],
)
def test_what_looks_alike(one, other, alike):
    assert bool(look_alikes([one, other])) is alike


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_the_same_both_ways_and_bounded(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == 1


def test_each_pair_is_told_once_and_a_crowd_is_no_clue():
    rows = [Entry(k, f"模拟企业{k}") for k in range(300)] + [Entry(900, "松溪建材厂"), Entry(901, "松溪建材店")]
    assert [(pair.one.key, pair.other.key) for pair in look_alikes(rows)] == [(900, 901)]
