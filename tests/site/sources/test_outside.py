"""Lists of other offices: entered with day and source, filled from Excel, held against ledgers, withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions
from lantian.site.sources.models import Finding, OutsideList, OutsideRow

HEAD = "企业名称,统一社会信用代码,所属街道,经营范围,登记状态,经营场所"
ROWS = [
    "青河区松溪建材有限公司,,松溪镇,水泥制品销售,存续,松溪路1号",
    "柳湾家具厂,,,木质家具制造,存续,青河区柳湾镇柳湾路2号",
    "松溪汽修店,,松溪,汽车维修,注销,松溪路3号",
    "松溪超市,,松溪镇,食品零售,存续,松溪路4号",
]


@pytest.fixture
def registry(district) -> OutsideList:
    return actions.add_outside_list(
        district.air_office, kind="registry", area=district.area, as_of=clock.today(), source="区市场监管局（演示）"
    )


def fill(who, of, *rows, head=HEAD):
    file = SimpleUploadedFile("名录.csv", "\r\n".join((head, *rows)).encode("gb18030"))
    one = sheets.upload(who, books["sources-outside"], file, "名录.csv", {"list": str(of.pk)})
    return sheets.confirm(who, one, revision=one.revision)


def listed(area, name, ledger="paint_shop", **attributes):
    return actions.add_listing(System(), ledger, source={"name": name, "area": area}, attributes=attributes)


def found(check):
    actions.run_checks(System(), [check])
    return list(Finding.objects.filter(check_name=check).exclude(state="over"))


def test_a_list_comes_in_from_csv_with_towns_by_name_or_address(district, registry):
    one = fill(district.air_office, registry, *ROWS)
    assert one.state == "done"
    towns = dict(OutsideRow.objects.values_list("name", "area__name"))
    assert towns == {
        "青河区松溪建材有限公司": "松溪镇", "柳湾家具厂": "柳湾镇", "松溪汽修店": None, "松溪超市": "松溪镇",
    }  # fmt: skip
    assert OutsideRow.objects.get(name="柳湾家具厂").place == "名录.csv!3"
    assert AuditEvent.objects.filter(action="core.confirm_sheet").count() == 1
    again = sheets.upload(
        district.air_office, books["sources-outside"],
        SimpleUploadedFile("名录.csv", "\n".join((HEAD, *ROWS)).encode()), "名录.csv", {"list": str(registry.pk)},
    )  # fmt: skip
    assert again.counts["new"] == 0


def test_each_finding_names_the_list_its_day_and_the_row(district, registry):
    fill(district.air_office, registry, *ROWS)
    listed(district.songxi, "松溪建材厂", **{"class": "一类"})
    listed(district.songxi, "松溪汽修店", **{"class": "一类"})
    listed(district.songxi, "无名汽修", **{"class": "一类"})
    (missing,) = found("sources.not_on_list")
    assert "无名汽修" in missing.said
    assert "市场主体名录" in missing.said
    (ended,) = found("sources.ended_there")
    told = {one["label"]["zh-hans"]: one["value"] for one in ended.facts}
    assert told["来源单位"] == "区市场监管局（演示）"
    assert told["截至日期"] == clock.today().isoformat()
    assert told["文件位置"] == "名录.csv!4"
    assert told["登记状态"] == "注销"
    (visit,) = found("sources.not_on_ledger")
    assert visit.area == district.liuwan
    assert "柳湾家具厂" in visit.said
    assert "请上门核实" in visit.said
    listed(district.liuwan, "柳湾家具厂", "scattered_polluter", **{"class": "升级改造"})
    assert not found("sources.not_on_ledger")


def test_the_latest_list_counts_and_a_withdrawn_one_does_not(district, registry):
    fill(district.air_office, registry, *ROWS)
    later = actions.add_outside_list(
        district.air_office, kind="registry", area=district.area, as_of=clock.today(), source="区市场监管局（演示）"
    )
    assert len(found("sources.not_on_ledger")) == 1  # the later one is still empty
    fill(district.air_office, later, ROWS[0])
    assert not found("sources.not_on_ledger")
    with pytest.raises(Invalid):
        actions.withdraw_outside_list(district.air_office, later, reason=" ")
    actions.withdraw_outside_list(district.air_office, later, reason="不是本区的")
    assert len(found("sources.not_on_ledger")) == 1
    with pytest.raises(WrongState):
        actions.withdraw_outside_list(district.air_office, later, reason="再撤")
    later.refresh_from_db()
    with pytest.raises(WrongState):
        actions.set_outside_row(district.air_office, later, name="甲")


def test_a_permit_on_an_outside_list_counts(district):
    permits = actions.add_outside_list(
        district.air_office, kind="permit", area=district.area, as_of=clock.today(), source="演示"
    )
    fill(district.air_office, permits, "松溪印刷厂,2030-01-01", "柳湾印刷厂,2010-01-01", head="单位名称,有效期止")
    for name in ("松溪印刷厂", "柳湾印刷厂", "青河印刷厂"):
        listed(district.songxi, name, "voc_enterprise", trade="包装印刷", treatment="无")
    assert {one.said[1:6] for one in found("sources.no_permit")} == {"柳湾印刷厂", "青河印刷厂"}


def test_who_may_and_what_is_refused(district, registry):
    with pytest.raises(Refused):
        actions.add_outside_list(
            district.songxi_liaison, kind="registry", area=district.area, as_of=clock.today(), source="甲"
        )
    for wrong in ({"kind": "nothing"}, {"as_of": clock.today() + dt.timedelta(days=1)}, {"source": " "}):
        given = {"kind": "registry", "area": district.area, "as_of": clock.today(), "source": "甲"} | wrong
        with pytest.raises(Invalid):
            actions.add_outside_list(district.air_office, **given)
    with pytest.raises(Refused):
        actions.set_outside_row(district.songxi_liaison, registry, name="甲")
    with pytest.raises(Refused):
        actions.withdraw_outside_list(district.songxi_liaison, registry, reason="甲")


def test_the_pages(district, registry, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    fill(district.air_office, registry, *ROWS)
    for address, words in {
        "/sources/outside": "区市场监管局（演示）",
        f"/sources/outside/{registry.pk}": "木质家具制造",
        f"/sources/outside/{registry.pk}/match": "上门核实",
        "/sources/outside/new": "覆盖范围",
        f"/sheets/sources-outside?list={registry.pk}": "市场主体名录",
    }.items():
        with django_assert_max_num_queries(15):
            page = browser.get(address)
        assert words in page.content.decode(), address
    answer = browser.post("/sources/outside/new", {
        "kind": "permit", "area": district.area.pk, "as_of": clock.today().isoformat(), "source": "演示",
    })  # fmt: skip
    assert answer.url == f"/sheets/sources-outside?list={OutsideList.objects.first().pk}"
    browser.post(f"/sources/outside/{registry.pk}/withdraw", {"reason": "演示"})
    assert "已撤下" in browser.get(f"/sources/outside/{registry.pk}").content.decode()
    assert site.log_in(district.songxi_liaison).get(f"/sources/outside/{registry.pk}").status_code == 404
