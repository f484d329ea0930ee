"""Numbers of the upper plan's items, and the gaps between them."""

import pytest

from lantian.plandoc.parse import parse
from lantian.plandoc.read import read
from lantian.plandoc.upstream import gaps, named, spans
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("12", ["12"]),
        ("第 12 项", ["12"]),
        ("3、5", ["3", "5"]),
        ("3，5；7", ["3", "5", "7"]),
        ("３、５", ["3", "5"]),
        ("3-5", ["3", "4", "5"]),
        ("3～5", ["3", "4", "5"]),
        ("3\n5", ["3", "5"]),
        ("3、3", ["3"]),
        ("49-1", ["49"]),
        ("2016-9999", ["2016"]),
        ("——", []),
        ("", []),
        (None, []),
        ("9" * 400, ["9" * 9]),
    ],
)
def test_what_a_cell_names(written, numbers):
    assert named([written]) == [numbers]


def test_rows_of_one_item_are_no_range():
    assert named(["8-1", "8-9", "10-12"]) == [["8"], ["8"], ["10", "11", "12"]]


def test_gaps_in_words():
    assert spans(gaps(["1", "2", "5", "9"])) == ["3–4", "6–8"]
    assert gaps([]) == []


def test_the_gaps_of_a_published_plan():
    path = next(shared_path("seeds").glob("002_*"))
    numbers = [n for one in named([t.upstream_number for t in parse(read(path)).tasks]) for n in one]
    assert len(set(numbers)) == 32
    assert spans(gaps(numbers))[:3] == ["5–12", "15–16", "19–22"]
