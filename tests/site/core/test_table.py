"""The one table and the one filter bar, on the list of units."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from lantian.site.core import filters
from lantian.site.core.policy import System
from lantian.site.core.table import Table
from lantian.site.core.templatetags.lantian import shown
from lantian.site.org import actions as org
from lantian.site.org.models import Unit
from lantian.site.org.views.units import UNITS
from tests.site.kept import kept


@pytest.fixture
@kept
def many(district):
    for number in range(120):
        org.add_unit(System(), name=f"第{number:03}科", kind="department", area=district.area if number % 2 else None)
    return district


def body(response) -> str:
    return response.content.decode()


def rows_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_pages_hold_every_row_once(many, site):
    site.log_in(many.leader)
    seen = []
    for number in (1, 2, 3):
        table = site.get(f"/units?sort=area&page={number}").context["table"]
        seen += [row.pk for row in table.rows]
    assert len(seen) == len(set(seen)) == 124


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "1' OR 1=1"])
def test_a_page_that_is_not_there_shows_one_that_is(many, site, page):
    assert site.log_in(many.leader).get("/units", {"page": page}).status_code == 200


@pytest.mark.parametrize("sort", ["password", "-nothing", "area__parent__name", "pk; DROP TABLE"])
def test_a_column_that_cannot_be_sorted_is_ignored(many, site, sort):
    assert site.log_in(many.leader).get("/units", {"sort": sort}).context["table"].sorted == "name"


def test_rows_without_a_value_come_last_both_ways(many, site):
    site.log_in(many.leader)
    for sort in ("area", "-area"):
        assert site.get("/units", {"sort": sort}).context["table"].rows[0].area is not None


def test_a_chip_takes_away_its_own_filter_only(many, site):
    page = site.log_in(many.leader).get("/units?q=科&kind=department&sort=-name&page=2")
    chips = {str(chip.label): chip.without for chip in page.context["asked"].chips}
    assert set(chips) == {"搜索", "类别"}
    assert "kind=department" in chips["搜索"]
    assert "sort=-name" in chips["搜索"]
    assert "page" not in chips["搜索"]


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "area=99999999999999999999", "q=" + "长" * 500, "area=%00", "q=%00"]
)
def test_a_filter_that_cannot_be_used_is_left_out(many, site, query):
    response = site.log_in(many.leader).get(f"/units?{query}")
    assert response.status_code == 200
    assert response.context["table"].count == 124


def test_an_empty_result_offers_to_clear_the_filter(many, site):
    page = body(site.log_in(many.leader).get("/units?q=没有这样的单位"))
    assert "没有符合条件的内容" in page
    assert "清除筛选条件" in page


def test_csv_holds_all_rows_as_filtered(many, site):
    rows = rows_of(site.log_in(many.leader).get("/units?q=科&export=csv&page=2"))
    assert len(rows) == 121
    assert rows[0][0] == "名称"


def test_xlsx_holds_all_rows_as_filtered(many, site):
    response = site.log_in(many.leader).get("/units?q=科&export=xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet.max_row == 121
    assert "filename*=UTF-8''" in response["Content-Disposition"]


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)"])
def test_an_export_runs_nothing(district, site, name):
    org.add_unit(System(), name=name, kind="firm")
    site.log_in(district.leader)
    cell = next(row[0] for row in rows_of(site.get("/units?kind=firm&export=csv")) if name in row[0])
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(site.get("/units?kind=firm&export=xlsx").content)).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (name, "s")


def test_what_people_typed_is_never_markup(district, site):
    org.add_unit(System(), name="<script>alert(1)</script>", kind="firm")
    page = body(site.log_in(district.leader).get("/units"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    ("value", "seen"),
    [(1010.0, "1010"), (0.1, "0.1"), (1e-7, "0.0000001"), (2.5e6, "2500000"), (float("nan"), "—"), (None, "—")],
)
def test_numbers_are_shown_without_needless_zeros(value, seen):
    assert re.sub("<[^>]+>", "", shown(value)) == seen


def test_a_choice_is_asked_once_a_form():
    asked = []

    class Asked(filters.Filter):
        kind = filters.choice("类别", lambda: asked.append(1) or [("a", "甲")])

    for forms in (1, 2):
        form = Asked.from_query(QueryDict("kind=a"))
        assert "甲" in str(form["kind"])
        assert [chip.value for chip in form.chips] == ["甲"]
        assert len(asked) == forms


def test_words_without_capitals_are_looked_for_as_they_are():
    assert "icontains" in str(filters.holds("abc厂", "name"))
    found = filters.holds("建材", "name", "firm")
    assert str(found) == "(OR: ('name__contains', '建材'), ('firm__contains', '建材'))"


@pytest.mark.parametrize(("query", "asked"), [("?q=第01", 2), ("?q=没有", 1), ("?sort=area", 3), ("?page=3", 3)])
def test_a_list_asks_for_keys_and_rows_and_counts_what_goes_on(many, rf, django_assert_num_queries, query, asked):
    table, rows = Table(UNITS.columns, sort="name"), Unit.objects.select_related("area").order_by("name")
    where = filters.holds(QueryDict(query[1:]).get("q", ""), "name")
    with django_assert_num_queries(asked):
        bound = table.bind(rf.get(f"/units{query}"), rows.filter(where))
        assert bound.count >= len(bound.rows)


def test_a_number_that_is_known_is_not_counted_again(many, rf, django_assert_num_queries):
    rows = Unit.objects.order_by("name")
    with django_assert_num_queries(2):
        bound = Table(UNITS.columns, sort="name").bind(rf.get("/units?page=2"), rows, count=124)
        assert (len(bound.rows), bound.count, bound.page.number) == (50, 124, 2)
