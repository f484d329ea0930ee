"""The one chart: gaps stay gaps in drawing, table and file; cells start no formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math

import pytest
from django.test import RequestFactory

from lantian.site.core.chart import Chart, Limit, Series, Shade, asked_file, sparkline


def hours(**more):
    return Chart(
        "hours",
        "小时浓度",
        "line",
        [dt.datetime(2017, 1, 1, 1), dt.datetime(2017, 1, 1, 2), dt.datetime(2017, 1, 1, 3)],
        "时间",
        [
            Series("PM2.5", [12.4, math.nan, 0.0], unit="µg/m³", words=["优", "", "优"]),
            Series("=CO", [None, 1.25, 2], unit="mg/m³", decimals=1),
        ],
        **more,
    )


@pytest.mark.django_db
def test_what_is_missing_is_a_gap_and_a_dash_and_an_empty_cell():
    chart = hours()
    assert [one["values"] for one in json.loads(chart.drawing)["series"]] == [[12, None, 0], [None, 1.2, 2]]
    assert chart.table_rows.count(">—</td>") == 2
    assert ">0</td>" in chart.table_rows
    answer = asked_file(RequestFactory().get("/?csv=hours"), [chart])
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["时间", "PM2.5 (µg/m³)", "说明", "'=CO (mg/m³)"], "no head starts a formula"
    assert rows[2] == ["2017-01-01 02:00", "", "", "1.2"]


def test_a_file_is_given_only_for_a_chart_of_the_page():
    assert asked_file(RequestFactory().get("/?csv=other"), [hours()]) is None
    assert asked_file(RequestFactory().get("/"), [hours()]) is None


def test_the_drawing_knows_limits_and_colours():
    drawing = json.loads(hours(limits=[Limit(75, "二级")], shades=[Shade(0, "#00e400", "优")]).drawing)
    assert drawing["limits"] == [{"value": 75, "label": "二级"}]
    assert drawing["shades"][0]["colour"] == "#00e400"


def test_nothing_measured_is_no_drawing():
    assert not Chart("a", "甲", "bar", ["一"], "项", [Series("乙", [None])]).has_values
    assert sparkline([None, math.nan], "甲") == ""


def test_a_sparkline_breaks_where_values_are_missing_and_escapes_its_label():
    drawn = sparkline([1, 2, None, 4, None, 2, 1], '"><b>')
    assert drawn.count("M") == 3
    assert "<b>" not in drawn
