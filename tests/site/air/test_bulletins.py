"""Bulletins of the city: a pasted list, whose names are whose, and who kept out of the last."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from lantian.site.air import actions
from lantian.site.air.bulletin_table import read_table, table_text
from lantian.site.air.models import Bulletin
from lantian.site.air.queries.city import hot_list, not_in_last
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area

HALF = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 15))
JANUARY = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
HEAD = "排名\t区\t街道（乡镇）\tTSP浓度（μg/m³）\n"
LIST = HEAD + "1\t青河区\t松溪镇\t80\n2\t白石区\t柳湾镇\t90\n300\t青河\t柳湾 街道\t210\n"


def enter(actor, district, pasted=LIST, **given):
    wanted = {"kind": "tsp", "area": district.area, "first": HALF.first, "last": HALF.last, "total": 310} | given
    return actions.enter_bulletin(actor, lines=read_table(pasted, better="lower").lines, **wanted)


@pytest.fixture
def district(district):
    Area.objects.filter(pk=district.area.pk).update(aliases=["青河"])
    Area.objects.filter(pk=district.liuwan.pk).update(aliases=["柳湾街道"])
    district.area.refresh_from_db()
    return district


def test_a_half_month_of_tsp_and_the_target_of_a_town(district):
    made = enter(district.air_office, district)
    assert [(line.name, line.area, line.from_last) for line in made.lines.all()] == [
        ("松溪镇", district.songxi, 310), ("柳湾镇", None, 309), ("柳湾 街道", district.liuwan, 11),
    ]  # fmt: skip
    kept, fell = (not_in_last("tsp", town, JANUARY, 30) for town in (district.songxi, district.liuwan))
    assert (kept.kept, fell.kept, fell.bulletins) == (True, False, 1)
    assert not_in_last("tsp", district.liuwan, JANUARY, 10).kept
    assert not_in_last("road_dust", district.liuwan, JANUARY, 10).kept is None


def test_metrics_give_the_latest_and_the_worst_place(district):
    enter(district.air_office, district)
    later = "街乡镇,排名\n柳湾镇,20\n"
    enter(district.air_office, district, later, first=dt.date(2026, 1, 16), last=dt.date(2026, 1, 31))
    areas = [district.liuwan, district.water.area]
    latest = metrics["TSP_rank"].work_out(areas, JANUARY, "auto")
    worst = metrics["TSP_rank_from_last"].work_out(areas, JANUARY, "auto")
    assert (latest[district.liuwan.pk].value, worst[district.liuwan.pk].value) == (20, 11)
    assert latest[district.area.pk].value is None
    assert "第 20 名，共 310 名；时段内通报 2 期" in str(latest[district.liuwan.pk].explanation)
    assert not hot_list(district.air_office), "the latest bulletin has nobody of ours among the last"
    assert [(one.line.area, one.times, one.of) for one in hot_list(district.air_office, {"tsp": 300})] == [
        (district.liuwan, 2, 2)
    ]


@pytest.mark.parametrize(
    ("pasted", "problem"),
    [
        ("镇街\t排名\n松溪镇\t1\n松溪镇\t2\n", "重复"),
        ("镇街\t排名\n松溪镇\t1\n甲\t第二\n", "没有排名"),
        ("镇街\t数值\n松溪镇\t1\n甲\t约十\n", "不是数字"),
        ("镇街\t数值\n松溪镇\t1\n\t3\n", "没有镇街名称"),
    ],
)
def test_a_bad_row_is_named_and_good_ones_stay(pasted, problem):
    found = read_table(pasted, better="lower")
    assert [line.name for line in found.lines] == ["松溪镇"]
    assert problem in str(found.problems[0])


def test_places_follow_from_values_where_there_are_none():
    found = read_table("名称,尘负荷(g/m²)\n甲,0.5\n乙,0.3\n丙,0.5\n", better="lower")
    assert [(line.name, line.place) for line in found.lines] == [("乙", 1), ("甲", 2), ("丙", 2)]


@pytest.mark.parametrize("pasted", ["", "甲\t乙\n1\t2\n", "镇街\t排名\n"])
def test_what_is_no_table_is_refused(pasted):
    with pytest.raises(Invalid):
        read_table(pasted, better="lower")


def test_a_workbook_reads_like_a_pasted_table():
    book = Workbook()
    for row in (["某市通报"], ["名次", "街乡镇"], [1, "=甲"], [2, "乙"]):
        book.active.append(row)
    book.active["B3"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    assert [line.place for line in read_table(table_text(out.getvalue(), "a.xlsx"), better="lower").lines][-1] == 2


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"kind": "smell"}, "没有这种"),
        ({"total": 100}, "总数"),
        ({"last": dt.date(2999, 1, 1)}, "没有结束"),
        ({"last": dt.date(2025, 1, 1)}, "不正确"),
    ],
)
def test_what_does_not_fit_leaves_nothing(district, given, what):
    with pytest.raises(Invalid, match=what):
        enter(district.air_office, district, **given)
    assert not Bulletin.objects.exists()


def test_only_the_office_enters_and_removes(district):
    made = enter(System(), district)
    with pytest.raises(Invalid, match="已经录入"):
        enter(district.air_office, district)
    for who in (district.leader, district.songxi_liaison, district.nobody):
        with pytest.raises(Refused):
            enter(who, district, first=dt.date(2025, 12, 1), last=dt.date(2025, 12, 15))
        with pytest.raises(Refused):
            actions.remove_bulletin(who, made, reason="甲")
    with pytest.raises(Invalid):
        actions.remove_bulletin(district.air_office, made, reason=" ")
    actions.remove_bulletin(district.air_office, made, reason="录错")
    assert not Bulletin.objects.exists()


def test_pages(site, district, django_assert_max_num_queries):
    site.log_in(district.air_office)
    given = {"kind": "tsp", "area": district.area.pk, "first": "2026-01-01", "last": "2026-01-15", "table": LIST}
    assert "没有认出" in site.post("/air/bulletins/new", given | {"preview": "1"}).text
    assert not Bulletin.objects.exists()
    assert site.post("/air/bulletins/new", given | {"save": "1"}).status_code == 302
    made = Bulletin.objects.get()
    for address in ("/air/bulletins", "/air/bulletins/new", f"/air/bulletins/{made.pk}?all=1"):
        with django_assert_max_num_queries(15):
            assert site.get(address).status_code == 200
    assert "柳湾镇" in site.get("/air/bulletins").text
    assert site.post(f"/air/bulletins/{made.pk}/remove", {"reason": "录错"}).status_code == 302
