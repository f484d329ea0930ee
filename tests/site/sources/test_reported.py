"""Figures that towns reported: from Excel, beside the ledger of the same day, a difference is a finding."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions
from lantian.site.sources.models import Finding, ReportedTotal
from lantian.site.sources.queries import reported as queries


def boiler(area, name, capacity):
    return actions.add_listing(
        System(), "coal_boiler", source={"name": name, "area": area}, attributes={"capacity": capacity}
    )


def said(district, value, *, field="capacity", stands="listed", area=None, as_of=None):
    return actions.set_reported(
        district.air_office, ledger="coal_boiler", field=field, stands=stands, area=area or district.songxi,
        as_of=as_of or clock.today(), value=value, source="松溪镇月报（演示）",
    )  # fmt: skip


def found():
    actions.run_checks(System(), ["sources.reported"])
    return list(Finding.objects.filter(check_name="sources.reported").exclude(state="over"))


@pytest.fixture
def boilers(district):
    return [
        boiler(district.songxi, "松溪甲", 4),
        boiler(district.songxi, "松溪乙", 6),
        boiler(district.liuwan, "柳湾", 2),
    ]


def test_a_sum_that_differs_by_more_than_rounding_is_a_finding_with_both_numbers(district, boilers):
    said(district, 10.04)
    assert not found()
    said(district, 12)
    (one,) = found()
    assert "上报“蒸吨数”12，清单上是 10" in one.said
    assert {"上报数": 12, "清单合计": 10, "相差": 2}.items() <= {
        fact["label"]["zh-hans"]: fact["value"] for fact in one.facts
    }.items()
    boiler(district.songxi, "松溪丙", 2)
    assert not found()


def test_of_a_count_every_one_matters_and_the_district_holds_its_towns(district, boilers):
    said(district, 2, field="")
    said(district, 3, field="", area=district.area)
    assert not found()
    said(district, 4, field="", area=district.area)
    assert [one.area for one in found()] == [district.area]


def test_a_figure_is_held_against_the_ledger_of_its_day_and_the_last_one_counts(district, boilers):
    yesterday = clock.today() - dt.timedelta(days=1)
    said(district, 0, field="", as_of=yesterday)
    (one,) = queries.compared([said(district, 1, field="", stands="left", as_of=yesterday)])
    assert one.found == 0
    said(district, 2, field="", stands="left")
    assert not [one for one in found() if "未完成" in str(one.facts)]
    said(district, 1, field="", stands="done")
    assert any("已完成" in str(one.facts) for one in found())


def test_they_come_in_from_excel(district, boilers, site, django_assert_max_num_queries):
    head = "清单名称,所在镇街,指标,口径,上报数,截至日期,来源"
    day = clock.today().isoformat()
    rows = [
        f"燃煤锅炉,松溪镇,锅炉吨位（蒸吨）,在账,12,{day},月报", f"燃煤锅炉清单,柳湾镇,数量,总数,1,{day},月报",
        f"燃煤锅炉,柳湾镇,投资,在账,1,{day},月报",
    ]  # fmt: skip
    file = SimpleUploadedFile("上报.csv", "\n".join((head, *rows)).encode("gb18030"))
    one = sheets.upload(district.air_office, books["sources-reported"], file, "上报.csv", {})
    assert (one.counts["new"], one.counts["bad"]) == (2, 1)
    sheets.confirm(district.air_office, one, revision=one.revision)
    assert sorted(ReportedTotal.objects.values_list("field", "value")) == [("", 1), ("capacity", 12)]
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = browser.get("/sources/reported").content.decode()
    assert "对不上" in page
    assert "柳湾镇" not in browser.get("/sources/reported?differs=on").content.decode().split("<tbody")[1]


def test_who_may_and_what_is_refused(district):
    with pytest.raises(Invalid):
        said(district, 1, field="phone")
    with pytest.raises(Invalid):
        said(district, 1, as_of=clock.today() + dt.timedelta(days=1))
    with pytest.raises(Invalid):
        said(district, -1)
    with pytest.raises(Refused):
        actions.set_reported(
            district.songxi_liaison, ledger="coal_boiler", field="", stands="done", area=district.songxi,
            as_of=clock.today(), value=1, source="甲",
        )  # fmt: skip
