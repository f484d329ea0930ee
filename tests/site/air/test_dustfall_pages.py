"""Pages of dustfall: the year's table, the grid of a month, a pasted table, deductions, points and limits."""

import csv
import datetime as dt
import io

import pytest

from lantian.site.air import actions
from lantian.site.air.actions import Found
from lantian.site.air.models import DustfallLimit, DustfallPoint, DustfallResult
from lantian.site.core import clock
from lantian.site.core.models import SheetImport
from lantian.site.core.policy import System

NOVEMBER = dt.date(2025, 11, 1)
MONTH = "/air/dustfall/month?month=2025-11"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 12, 20))


@pytest.fixture
def points(district) -> list[DustfallPoint]:
    places = [(district.songxi, "point"), (district.liuwan, "point"), (district.liuwan, "control")]
    return [
        actions.add_point(System(), code=f"JC{k}", name=f"演示{k}号点", kind=kind, area=area)
        for k, (area, kind) in enumerate(places, 1)
    ]


@pytest.fixture
def november(district, points) -> list[DustfallResult]:
    """Confirmed, with limits of which one is kept."""
    found = {one: Found(value) for one, value in zip(points, (5.2, 4.4, 1.5), strict=True)}
    actions.enter_results(System(), district.area, NOVEMBER, found)
    rows = list(DustfallResult.objects.order_by("pk"))
    actions.confirm_month(System(), district.area, NOVEMBER, rows)
    for town, limit in ((district.songxi, 5.0), (district.liuwan, 4.5)):
        actions.set_limits(System(), [town], limit=limit, comparison="<=", valid_from=dt.date(2025, 1, 1),
                           source="行动计划")  # fmt: skip
    return rows


def test_the_year_shows_what_is_missing_and_who_keeps_the_limit(site, district, november):
    site.log_in(district.air_office)
    said = site.get("/air/dustfall?year=2025").text
    assert "≤4.5" in said
    assert "is-good" in said
    assert "▲" in said
    assert said.count("缺") >= 30, "ten months of three areas"
    rows = list(csv.reader(io.StringIO(b"".join(
        site.get("/air/dustfall?year=2025&export=csv").streaming_content).decode("utf-8-sig"))))  # fmt: skip
    assert [(row[0], row[1], row[12], row[-1]) for row in rows[1:]] == [
        ("青河区", "", "4.8", ""), ("松溪镇", "≤5.0", "5.2", "超标"), ("柳湾镇", "≤4.5", "4.4", "达标"),
    ]  # fmt: skip
    by_point = site.get("/air/dustfall?year=2025&by=point&account=raw").text
    assert "对照点" in by_point
    assert november[0].get_absolute_url() in by_point
    assert site.get("/air/dustfall?year=2025&csv=months").status_code == 200
    site.log_in(district.songxi_liaison)
    assert "柳湾镇" not in site.get("/air/dustfall?year=2025").text.split("<main")[1]


def test_a_district_without_points_is_told_what_to_do(site, district):
    site.log_in(district.air_office)
    assert "还没有降尘点位" in site.get("/air/dustfall").text
    assert "没有在用的降尘点位" in site.get(MONTH).text
    assert "还没有降尘量结果" in site.get("/air/dustfall/deductions").text


def test_a_month_is_entered_in_a_grid_and_confirmed(site, district, points):
    site.log_in(district.air_office)
    one, two, control = points
    wrong = site.post(MONTH, {f"raw_{one.pk}": "约五", f"raw_{two.pk}": "4.4"})
    assert "lt-wrong" in wrong.text
    assert not DustfallResult.objects.exists(), "a bad cell takes nothing with it, and nothing is half written"
    given = {f"raw_{one.pk}": "5.2", f"note_{two.pk}": "集尘缸破损", f"raw_{control.pk}": "1.5"}
    assert site.post(MONTH, given).status_code == 302
    assert "待确认 3 个" in site.get(MONTH).text
    assert site.post(MONTH, given | {"confirm": "1"}).status_code == 302
    assert set(DustfallResult.objects.values_list("state", flat=True)) == {"confirmed"}
    assert f"raw_{one.pk}" not in site.get(MONTH).text, "what is confirmed is corrected on its own page"
    assert "没有待确认" in site.post(MONTH, {"confirm": "1"}).text


def test_weighings_are_entered_in_their_own_grid(site, district, points):
    site.log_in(district.air_office)
    one, two, _control = points
    actions.enter_results(System(), district.area, NOVEMBER, {two: Found(4.4)})
    given = dict(zip((f"{name}_{one.pk}" for name in ("loaded", "empty", "blank", "days")),
                     ("85.2415", "85.1023", "0.0012", "30"), strict=True))  # fmt: skip
    assert "请填写" in site.post(f"{MONTH}&by=weighing", given | {f"days_{one.pk}": ""}).text
    assert site.post(f"{MONTH}&by=weighing", given).status_code == 302
    assert dict(DustfallResult.objects.values_list("point__code", "raw")) == {"JC1": 7.8, "JC2": 4.4}
    assert "由称量数据算出" in site.get(MONTH).text
    site.post(MONTH, {f"raw_{two.pk}": "4.4"})
    assert DustfallResult.objects.get(point=one).is_weighed, "saving the other grid leaves weighings alone"


def test_a_pasted_table_is_previewed_and_its_bad_cells_are_named(site, district, november):
    site.log_in(district.air_office)
    table = "监测点位\t10月\t11月\t12月\n演示1号点\t4.9\t5.0\t\n演示2号点\t约五\t\t\n演示3号点\t1.2\t\t\n别处\t5\t\t\n"
    answer = site.post("/air/dustfall/paste?month=2025-11", {"table": table})
    said = site.get(answer.url).text
    for word in ("结果已经确认", "“约五”不是数字", "没有这个降尘点位"):
        assert word in said
    made = SheetImport.objects.get()
    assert (made.counts["changed"], made.counts["bad"]) == (1, 3)
    site.post(f"/sheets/imports/{made.pk}/confirm", {"revision": made.revision})
    october = DustfallResult.objects.filter(month=dt.date(2025, 10, 1))
    assert [(one.point.code, one.raw, one.state) for one in october] == [("JC3", 1.2, "draft")]
    for kind in ("template", "export"):
        assert site.get(f"/sheets/air.dustfall/{kind}?year=2025").status_code == 200
    assert site.post("/air/dustfall/paste?month=2025-11", {"table": ""}).status_code == 302


def test_a_result_is_corrected_on_its_page(site, district, november):
    site.log_in(district.air_office)
    url = november[0].get_absolute_url()
    assert "更正理由" in site.post(url, {"raw": "5.0", "reason": ""}).text
    assert site.post(url, {"raw": "5.0", "reason": "实验室复核"}).status_code == 302
    said = site.get(url).text
    assert "更正前的值" in said
    assert "实验室复核" in said
    site.log_in(district.leader)
    assert "更正前的值" in site.get(url).text
    assert site.post(url, {"raw": "1.0", "reason": "甲"}).status_code == 403
    assert DustfallResult.objects.get(pk=november[0].pk).raw == 5.0


def test_deductions_are_claimed_and_approved(site, district, november):
    site.log_in(district.air_office)
    url, one = "/air/dustfall/deductions?month=2025-11", november[0].point
    assert "请填写" in site.post(url, {f"claimed_{one.pk}": "1.0"}).text
    site.post(url, {f"claimed_{one.pk}": "1.0", "why": "11月12日沙尘"})
    given = {f"claimed_{one.pk}": "1.0", f"approved_{one.pk}": "0.4", "decided_by": "市局〔2025〕1号"}
    assert site.post(url, given).status_code == 302
    values = {
        account: site.get(f"/air/dustfall?year=2025&account={account}").text.split("松溪镇")[1][:2000]
        for account in ("raw", "claimed", "approved")
    }
    assert [value in values[account] for account, value in
            (("raw", "5.2 ▲"), ("claimed", "4.2"), ("approved", "4.8"))] == [True] * 3  # fmt: skip


def test_points_and_limits_are_kept(site, district):
    site.log_in(district.air_office)
    given = {"code": "JC9", "name": "演示9号点", "kind": "point", "area": district.songxi.pk}
    assert site.post("/air/dustfall/points/new", given).status_code == 302
    point = DustfallPoint.objects.get()
    edit = f"/air/dustfall/points/{point.pk}/edit"
    assert "一起填写" in site.post(edit, given | {"longitude": "116.3"}).text
    assert site.post(edit, given | {"valid_to": "2025-12-31"}).status_code == 302
    towns = [district.songxi.pk, district.liuwan.pk]
    limit = {"comparison": "<=", "limit": "5.0", "valid_from": "2025-01-01", "source": "行动计划"}
    assert site.post("/air/dustfall/limits/new", limit | {"areas": towns}).status_code == 302
    assert "已有限值" in site.post("/air/dustfall/limits/new", limit | {"areas": towns[:1]}).text
    first, second = DustfallLimit.objects.all()
    site.post(f"/air/dustfall/limits/{first.pk}/edit", limit | {"limit": "4.5", "valid_to": "2025-12-31"})
    site.post(f"/air/dustfall/limits/{second.pk}/edit", {"remove": "1"})
    assert [one.words for one in DustfallLimit.objects.all()] == ["≤4.5"]


def test_pages_ask_few_queries(site, district, november, django_assert_max_num_queries):
    site.log_in(district.air_office)
    point, result = november[0].point, november[0]
    for address in (
        "/air/dustfall?year=2025", "/air/dustfall?year=2025&by=point", MONTH, f"{MONTH}&by=weighing",
        "/air/dustfall/deductions?month=2025-11", "/air/dustfall/points", point.get_absolute_url(),
        "/air/dustfall/points/new", f"/air/dustfall/points/{point.pk}/edit", result.get_absolute_url(),
        "/air/dustfall/limits", "/air/dustfall/limits/new",
        f"/air/dustfall/limits/{DustfallLimit.objects.first().pk}/edit",
    ):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert site.get(address).status_code == 200, address


def test_drafts_wait_in_my_work_and_their_months_are_named(site, district, points):
    actions.enter_results(System(), district.area, dt.date(2025, 10, 1), {points[0]: Found(5.0)})
    site.log_in(district.air_office)
    assert "待确认的降尘量" in site.get("/").text
    assert "month=2025-10" in site.get(MONTH).text
    site.log_in(district.leader)
    assert "待确认的降尘量" not in site.get("/").text
