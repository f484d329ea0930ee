"""The city's answer from a file: a preview that names every bad cell, good rows written, the rest left."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.air.models import CityResult
from lantian.site.core import clock
from lantian.site.core.models import SheetImport
from tests.site.air.test_suspicions import NOW

HEAD = "点位名称,监测日期,审核结果,退回理由\n"
URL = "/sheets/air.city_results?month=2026-01"


@pytest.fixture(autouse=True)
def after_the_month(settings):
    settings.LANTIAN_JOBS = "inline"
    with clock.as_of(NOW.replace(month=2, day=8)):
        yield


def handed_in(site, text: str) -> SheetImport:
    file = SimpleUploadedFile("市级反馈.csv", (HEAD + text).encode("gb18030"))
    assert site.post(URL, {"file": file}).status_code == 302
    return SheetImport.objects.get()


def test_good_rows_are_written_and_bad_cells_named(stations, district, site):
    site.log_in(district.air_office)
    one = handed_in(
        site,
        f"{stations[0].name},2026/1/18,有效,\n"
        f"{stations[0].code},20260119,不采用,有效小时不足\n"
        f"{stations[1].name},2026-01-18,退回,\n"  # no reason
        f"{stations[1].name},2026-02-01,采用,\n"  # another month
        f"没有这站,2026-01-18,采用,\n"
        f"{stations[1].name},某日,也许,\n",
    )
    assert CityResult.objects.count() == 0, "nothing before it is confirmed"
    assert (one.counts["new"], one.counts["bad"]) == (2, 4)
    page = site.get(one.get_absolute_url()).content.decode()
    for told in ("退回须写明市级的理由", "不在 2026-01", "没有叫“没有这站”的", "“也许”不在可选项里"):
        assert told in page
    site.post(f"{one.get_absolute_url()}/confirm", {"revision": one.revision})
    found = CityResult.objects.order_by("day").values_list("station", "day", "verdict", "reason")
    assert list(found) == [
        (stations[0].pk, dt.date(2026, 1, 18), "accepted", ""),
        (stations[0].pk, dt.date(2026, 1, 19), "refused", "有效小时不足"),
    ]


def test_a_later_file_replaces_and_the_export_comes_back_unchanged(stations, district, site):
    site.log_in(district.air_office)
    day = dt.date(2026, 1, 18)
    CityResult.objects.create(station=stations[0], day=day, verdict="refused", reason="缺测")
    one = handed_in(site, f"{stations[0].name},2026-01-18,采用,\n")
    assert one.counts["changed"] == 1
    site.post(f"{one.get_absolute_url()}/confirm", {"revision": one.revision})
    assert CityResult.objects.get().verdict == "accepted"
    export = site.get(URL.replace("?", "/export?"))
    one.delete()
    file = SimpleUploadedFile("导出.xlsx", export.content)
    site.post(URL, {"file": file})
    counts = SheetImport.objects.get().counts
    assert (counts.get("same"), counts.get("new"), counts.get("changed")) == (1, 0, 0)


def test_only_who_enters_the_citys_answer(stations, district, site):
    assert site.log_in(district.leader).get(URL).status_code == 403
    site.log_in(district.air_office)
    assert site.get("/sheets/air.city_results?month=x").status_code == 404
    assert site.get("/air/review/months?month=9999-12").status_code == 200
    assert URL in site.get("/air/review/months?month=2026-01").content.decode()
