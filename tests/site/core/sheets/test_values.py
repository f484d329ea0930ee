"""What people write into cells."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core.sheets import values
from lantian.site.core.sheets.problems import BadCell, both

DAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "２０２６年３月１日", "20260301", 20260301,
        46082, "46082",
        46082.0, " 2026 - 3 - 1 ", "2026-03-01 00:00:00", "2026-03-01 08:30:15",
        "2026、3、1", "2026.3.1.", "2026年3月1日前", dt.datetime(2026, 3, 1), DAY,
    ],
)  # fmt: skip
def test_a_day_in_any_spelling(raw):
    assert values.day(raw) == DAY


@pytest.mark.parametrize("raw", ["2026年3月", "3月1日", "2026-13-01", "2026.2.30", "年底前", "26.3.1", 3, True])
def test_what_is_no_day_is_named(raw):
    with pytest.raises(BadCell):
        values.day(raw)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (10, 10), ("10", 10), ("１０．５", 10.5), ("1,234,567.5", 1234567.5), ("1，200", 1200), (" 3 ", 3), ("+2", 2),
        ("－2", -2), ("1e3", 1000), ("10吨", 10), ("3 万", 30000), (0, 0), (".5", 0.5),
    ],
)  # fmt: skip
def test_a_number_however_it_is_kept(raw, number):
    assert values.number(raw, units={"吨": 1, "万": 10_000}) == number


@pytest.mark.parametrize(
    "raw", ["约十吨", "10-20", "10 台", "1,23", "十", True, DAY, float("nan"), float("inf"), "1e999", "#N/A"]
)
def test_what_is_no_number_is_named(raw):
    with pytest.raises(BadCell):
        values.number(raw, units={"吨": 1})


@pytest.mark.parametrize("raw", [None, "", "  ", "/", "-", "—", "－", "——"])
def test_a_stroke_says_that_there_is_none(raw):
    assert values.number(raw) is None
    assert values.day(raw) is None


def test_text_keeps_codes_and_refuses_what_excel_has_lost():
    assert values.text(990101101) == values.text(990101101.0) == "990101101"
    assert values.text(12.5) == "12.5"
    assert values.text("\u3000松溪\u200b镇\x07 ") == "松溪镇"
    with pytest.raises(BadCell) as found:
        values.text(91110102000000123456.0)
    assert "fifteenth" in both(found.value.text)["en"]


def test_a_formula_error_is_named():
    with pytest.raises(BadCell, match="REF"):
        values.text("#REF!")
