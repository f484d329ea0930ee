"""Rankings: worked out from any metric, frozen when released, corrected by another edition."""

import datetime as dt
import io

import pytest
from docx import Document
from openpyxl import load_workbook

from lantian.site.air import actions
from lantian.site.air import ranking as engine
from lantian.site.air import ranking_jobs as jobs
from lantian.site.air.models import Ranking
from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.org import actions as org
from lantian.site.org.models import Area

JANUARY = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
# Value by month and town; 丙镇 has none.
VALUES = {
    (2026, 1): {"松溪镇": 41.04, "柳湾镇": 38.0, "=丁镇": 41.0},
    (2025, 12): {"松溪镇": 30.0, "柳湾镇": 40.0, "=丁镇": 50.0},
    (2025, 1): {"松溪镇": 50.0, "柳湾镇": 36.0, "=丁镇": 41.0},
}


def work_out(areas, period, edition):
    there = VALUES.get((period.first.year, period.first.month), {})
    return {one.pk: Reading(there.get(one.name), 31, 31, f"31 天，{edition} 版") for one in areas}


@pytest.fixture
def district(district, monkeypatch):
    for name in ("丙镇", "=丁镇"):
        org.add_area(System(), name=name, kind="town", parent=district.area)
    monkeypatch.setitem(metrics._entries, "test_dust", Metric("试验指标", "µg/m³", 1, "lower", work_out))
    return district


@pytest.fixture
def draft(district):
    return actions.draft_ranking(district.air_office, metric="test_dust", area=district.area, period=JANUARY)


def test_towns_are_ranked_with_ties_and_changes(draft):
    rows = {row["name"]: row for row in draft.rows}
    assert [(row["name"], row["place"], row["tied"]) for row in draft.rows] == [
        ("柳湾镇", 1, False), ("=丁镇", 2, True), ("松溪镇", 2, True), ("丙镇", None, False),
    ]  # fmt: skip
    assert (rows["松溪镇"]["value"], rows["松溪镇"]["change"]) == (41.0, -18.0)
    assert (rows["松溪镇"]["moved_year"], rows["松溪镇"]["moved"]) == (1, -1)
    assert rows["松溪镇"]["explanation"]["zh"] == "31 天，2018 版"
    assert audit.events_of(draft)[0].action == "air.ranking.make"


def test_the_bulletin_names_source_and_who_has_no_value(district, draft):
    released = actions.release_ranking(district.air_office, draft)
    said = "".join(released.text)
    for word in (
        "2026年1月青河区试验指标",
        "本区监测站点",
        "丙镇没有有效数据",
        "柳湾镇（38.0µg/m³）",
        "松溪镇（下降18.0%）",
    ):
        assert word in said
    assert "说明：" not in said


def test_what_is_released_never_changes(district, draft, monkeypatch):
    released = actions.release_ranking(district.air_office, draft)
    for act in (actions.refresh_ranking, actions.release_ranking, actions.discard_ranking):
        with pytest.raises(WrongState):
            act(district.air_office, released)
    with pytest.raises(WrongState):
        actions.change_ranking(district.air_office, released, source="city", note="")
    monkeypatch.setitem(VALUES, (2026, 1), {"松溪镇": 10.0})
    with pytest.raises(Invalid):
        actions.correct_ranking(district.air_office, released, reason=" ")
    corrected = actions.correct_ranking(district.air_office, released, reason="一站数据审核无效")
    assert Ranking.objects.get(pk=released.pk).state == "released", "until the correction is released"
    with pytest.raises(WrongState, match="更正稿"):
        actions.correct_ranking(district.air_office, released, reason="再来")
    actions.release_ranking(district.air_office, corrected)
    old = Ranking.objects.get(pk=released.pk)
    assert (old.state, old.rows, old.text) == ("replaced", released.rows, released.text)


def test_a_draft_follows_the_data(district, draft, monkeypatch):
    monkeypatch.setitem(VALUES, (2026, 1), {"松溪镇": 10.0})
    assert actions.refresh_ranking(district.air_office, draft).rows[0]["name"] == "松溪镇"
    monkeypatch.setitem(VALUES, (2026, 1), {})
    with pytest.raises(actions.NothingToRank, match="有效数据"):
        actions.refresh_ranking(district.air_office, draft)
    assert Ranking.objects.get().rows[0]["name"] == "松溪镇", "the draft stays as it was"
    actions.discard_ranking(district.air_office, draft)
    assert not Ranking.objects.exists()


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_the_office_ranks(district, draft, who):
    person = getattr(district, who)
    with pytest.raises(Refused):
        actions.draft_ranking(person, metric="test_dust", area=district.area, period=JANUARY)
    for act in (actions.refresh_ranking, actions.release_ranking, actions.discard_ranking):
        with pytest.raises(Refused):
            act(person, draft)
    with pytest.raises(Refused):
        actions.correct_ranking(person, actions.release_ranking(district.air_office, draft), reason="甲")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"metric": "smell"}, "指标"),
        ({"period": Period(dt.date(2999, 1, 1), dt.date(2999, 1, 2))}, "没有开始"),
        ({"period": Period(dt.date(2026, 1, 2), dt.date(2026, 1, 1))}, "早于"),
    ],
)
def test_what_cannot_be_ranked_is_said(district, given, what):
    with pytest.raises(Invalid, match=what):
        actions.draft_ranking(
            district.air_office, **{"metric": "test_dust", "area": district.area, "period": JANUARY} | given
        )
    assert not Ranking.objects.exists()


def test_a_town_sees_what_was_released(district, draft):
    assert not Ranking.objects.visible_to(district.songxi_liaison).exists()
    actions.release_ranking(district.air_office, draft)
    assert Ranking.objects.visible_to(district.songxi_liaison).count() == 1


def test_the_month_is_drafted_once(district, monkeypatch):
    monthly = engine.rule().model_copy(
        update={"monthly": (engine.rule().monthly[0].model_copy(update={"metric": "test_dust"}),)}
    )
    monkeypatch.setattr(jobs, "rule", lambda: monthly)
    due = dt.datetime(2026, 2, 2, 5, 30, tzinfo=clock.now().tzinfo)
    assert jobs.draft_rankings(due, None) == {"drafts": 1}
    assert jobs.draft_rankings(due, None) == {"drafts": 0}
    assert Ranking.objects.get().first == JANUARY.first


def rule_of(**fields):
    one = engine.rule().monthly[0].model_copy(update={"metric": "test_dust"} | fields)
    return engine.rule().model_copy(update={"monthly": (one,)})


def test_a_city_drafts_for_each_of_its_districts(district, monkeypatch):
    """The deployment is a city: a district with the towns, and a second whose towns have no value."""
    city = district.area
    first = org.add_area(System(), name="实区", kind="district", parent=city)
    Area.objects.filter(parent=city, kind="town").update(parent=first)
    Area.objects.filter(pk=city.pk).update(kind="city")
    other = org.add_area(System(), name="空区", kind="district", parent=city)
    org.add_area(System(), name="空镇", kind="town", parent=other)
    monkeypatch.setitem(VALUES, (2026, 1), VALUES[2026, 1] | {"空区": 30.0, "实区": 40.0})
    due = dt.datetime(2026, 2, 2, 5, 30, tzinfo=clock.now().tzinfo)
    monkeypatch.setattr(jobs, "rule", lambda: rule_of(of=("city", "district")))
    assert jobs.draft_rankings(due, None) == {"drafts": 2}
    assert set(Ranking.objects.values_list("area", flat=True)) == {city.pk, first.pk}
    text = engine.written(Ranking.objects.get(area=city), dt.date(2026, 2, 3))
    assert "各区县" in text[1]
    assert "区县2个" in text[1]
    assert "各镇街" in engine.written(Ranking.objects.get(area=first), dt.date(2026, 2, 3))[1]


def test_the_rule_may_name_areas_and_one_that_there_is_not_is_told(district, monkeypatch):
    due = dt.datetime(2026, 2, 2, 5, 30, tzinfo=clock.now().tzinfo)
    monkeypatch.setattr(jobs, "rule", lambda: rule_of(areas=(district.area.name, "没有这区")))
    with pytest.raises(WrongState, match="没有这区"):
        jobs.draft_rankings(due, None)
    assert Ranking.objects.get().area == district.area, "the others are drafted"
    with pytest.raises(ValueError, match="either"):
        engine.rule().monthly[0].model_validate({"metric": "x", "source": "own", "of": ["city"], "areas": ["y"]})


def test_without_a_value_there_is_nothing_to_draft(district):
    due = dt.datetime(2026, 2, 2, 5, 30, tzinfo=clock.now().tzinfo)
    assert jobs.draft_rankings(due, None) == {"drafts": 0}
    with pytest.raises(actions.NothingToRank):
        actions.draft_ranking(district.air_office, metric="PM2.5_mean", area=district.area, period=JANUARY)
    assert not Ranking.objects.exists()


def test_pages_and_files(site, district, draft, django_assert_max_num_queries):
    site.log_in(district.air_office)
    for address in (
        "/air/rankings",
        "/air/rankings/new",
        f"/air/rankings/{draft.pk}",
        f"/air/rankings/{draft.pk}/edit",
    ):
        with django_assert_max_num_queries(15):
            assert site.get(address).status_code == 200
    made = site.post("/air/rankings/new", {
        "metric": "test_dust", "area": district.area.pk, "first": "2026-01-01", "last": "2026-01-31",
        "edition": "auto", "source": "city", "note": "甲",
    })  # fmt: skip
    assert made.status_code == 302
    docx = Document(io.BytesIO(site.get(f"/air/rankings/{draft.pk}/docx/file").content))
    assert docx.tables[0].rows[1].cells[1].text == "柳湾镇"
    sheet = load_workbook(io.BytesIO(site.get(f"/air/rankings/{draft.pk}/xlsx/file").content)).active
    cell = next(cell for row in sheet for cell in row if cell.value == "=丁镇")
    assert cell.data_type == "s"
    site.post(f"/air/rankings/{draft.pk}/release/step")
    assert "已发布" in site.get(f"/air/rankings/{draft.pk}").text
    assert site.get(f"/air/rankings/{draft.pk}/correct").status_code == 200
    site.log_in(district.songxi_liaison)
    assert site.get(f"/air/rankings/{draft.pk}").status_code == 200
    assert site.post(f"/air/rankings/{draft.pk}/discard/step").status_code == 403
