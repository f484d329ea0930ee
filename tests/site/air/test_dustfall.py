"""Dustfall: a month entered, confirmed and corrected, what sand-dust takes off, limits of towns, the metric."""

import datetime as dt

import pytest

from lantian.site.air import actions, dustfall_metrics
from lantian.site.air.actions import Deduction, Found, Weighing
from lantian.site.air.models import DustfallEarlier, DustfallLimit, DustfallPoint, DustfallResult
from lantian.site.air.queries import dustfall as queries
from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import data_changes, metrics

OCTOBER, NOVEMBER = dt.date(2025, 10, 1), dt.date(2025, 11, 1)
AUTUMN = Period(OCTOBER, dt.date(2025, 12, 31))


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 12, 20))


@pytest.fixture
def points(district) -> list[DustfallPoint]:
    """Two in 松溪镇, one in 柳湾镇, and a control point there."""
    places = [(district.songxi, "point"), (district.songxi, "point"), (district.liuwan, "point"),
              (district.liuwan, "control")]  # fmt: skip
    return [
        actions.add_point(System(), code=f"JC{k}", name=f"演示{k}号点", kind=kind, area=area)
        for k, (area, kind) in enumerate(places, 1)
    ]


def enter(district, points, values, month=NOVEMBER, *, confirm=True, actor=None):
    who = actor or district.air_office
    actions.enter_results(who, district.area, month, {one: Found(raw) for one, raw in zip(points, values, strict=True)})
    if confirm:
        actions.confirm_month(who, district.area, month, list(DustfallResult.objects.filter(month=month)))
    return list(DustfallResult.objects.filter(month=month).order_by("point__code"))


def test_a_month_is_entered_and_counts_once_it_is_confirmed(district, points):
    rows = enter(district, points, [5.2, 4.4, 6.0, 1.1], confirm=False)
    areas = [district.area, district.songxi, district.liuwan]
    found = queries.area_months(areas, [NOVEMBER])
    assert [found[one.pk][0].value for one in areas] == [None, None, None]
    assert [(found[one.pk][0].points, found[one.pk][0].drafts) for one in areas] == [(3, 3), (2, 2), (1, 1)]
    actions.confirm_month(district.air_office, district.area, NOVEMBER, rows)
    found = queries.area_months(areas, [NOVEMBER])
    assert [found[one.pk][0].value for one in areas] == [5.2, 4.8, 6.0], "the control point is in no mean"
    assert audit.events_of(district.area)[0].action == "air.dustfall.confirm"
    assert len(audit.events_of(district.area)[0].facts["differences"]) == 4
    with pytest.raises(WrongState, match="没有待确认"):
        actions.confirm_month(district.air_office, district.area, NOVEMBER, list(DustfallResult.objects.all()))


def test_what_is_entered_again_changes_only_drafts(district, points):
    enter(district, points, [5.2, 4.4, None, None], confirm=False)
    changed = actions.enter_results(
        district.air_office, district.area, NOVEMBER,
        {points[0]: Found(5.2), points[1]: Found(None), points[2]: Found(None, note="集尘缸破损")},
    )  # fmt: skip
    assert (changed, sorted(DustfallResult.objects.values_list("point__code", "raw"))) == (
        2, [("JC1", 5.2), ("JC3", None)],
    )  # fmt: skip
    actions.confirm_month(district.air_office, district.area, NOVEMBER, list(DustfallResult.objects.all()))
    assert actions.enter_results(district.air_office, district.area, NOVEMBER, {points[0]: Found(5.2)}) == 0
    with pytest.raises(WrongState, match="已经确认"):
        actions.enter_results(district.air_office, district.area, NOVEMBER, {points[1]: Found(1), points[0]: Found(9)})
    assert not DustfallResult.objects.filter(point=points[1]).exists(), "nothing is half entered"


def test_a_weighing_gives_the_result(district, points):
    weighing = Weighing(loaded=85.2415, empty=85.1023, blank=0.0012, days=30)
    actions.enter_results(district.air_office, district.area, NOVEMBER, {points[0]: Found(weighing=weighing)})
    made = DustfallResult.objects.get()
    assert (made.raw, made.mouth, made.is_weighed) == (7.8, 176.715, True)
    for wrong, field in (
        (Weighing(loaded=85.2), "empty"),
        (Weighing(loaded=85.1, empty=85.2, blank=0, days=30), "loaded"),
        (Weighing(loaded=85.2, empty=85.1, blank=0, days=0), "days"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.enter_results(district.air_office, district.area, NOVEMBER, {points[1]: Found(weighing=wrong)})
        assert f"{field}_{points[1].pk}" in refused.value.fields
    actions.enter_results(district.air_office, district.area, NOVEMBER, {points[0]: Found(7.0)})
    assert not DustfallResult.objects.get().is_weighed, "a result that is typed in takes the place of the weighing"


@pytest.mark.parametrize(
    ("month", "raw", "what"),
    [
        (dt.date(2025, 12, 1), 5, "没有结束"),
        (dt.date(2025, 11, 2), 5, "第一天"),
        (NOVEMBER, -1, "之间"),
        (NOVEMBER, 1000, "之间"),
        (dt.date(2019, 1, 1), 5, "不在用"),
    ],
)
def test_what_cannot_be_is_refused(district, points, month, raw, what):
    actions.change_point(System(), points[0], valid_from=dt.date(2020, 1, 1))
    points[0].refresh_from_db()
    with pytest.raises(Invalid) as refused:
        actions.enter_results(district.air_office, district.area, month, {points[0]: Found(raw)})
    assert what in f"{refused.value}{''.join(map(str, refused.value.fields.values()))}"
    assert not DustfallResult.objects.exists()


def test_a_correction_keeps_what_was(district, points):
    made = enter(district, points, [5.2, None, None, None])[0]
    for reason, raw in ((" ", 5.0), ("相同", 5.2)):
        with pytest.raises(Invalid):
            actions.correct_result(district.air_office, made, Found(raw), reason=reason)
    made = actions.correct_result(district.air_office, made, Found(5.0), reason="实验室复核")
    kept = DustfallEarlier.objects.get()
    assert (made.raw, made.state, kept.raw, kept.reason, kept.by) == (
        5.0, "confirmed", 5.2, "实验室复核", district.air_office,
    )  # fmt: skip
    draft = enter(district, points, [1, None, None, None], OCTOBER, confirm=False)[0]
    with pytest.raises(WrongState):
        actions.correct_result(district.air_office, draft, Found(2), reason="甲")


def test_raw_claimed_and_approved_stand_side_by_side(district, points):
    one, two, *_rest = enter(district, points, [7.0, 5.0, 3.0, None])
    deduct = actions.write_deductions
    asked = {one: Deduction(2.0), two: Deduction(1.0)}
    with pytest.raises(Invalid, match="依据"):
        deduct(district.air_office, district.area, NOVEMBER, asked, why="")
    assert deduct(district.air_office, district.area, NOVEMBER, asked, why="11月12日沙尘过程") == 2
    one, two = DustfallResult.objects.filter(point__in=points[:2]).order_by("point__code")
    with pytest.raises(Invalid) as refused:
        deduct(district.air_office, district.area, NOVEMBER, {one: Deduction(2.0, 1.0)}, why="")
    assert "decided_by" in refused.value.fields
    decided = {one: Deduction(2.0, 1.0), two: Deduction(1.0, 0.0)}
    deduct(district.air_office, district.area, NOVEMBER, decided, why="", decided_by="市局〔2025〕1号")
    found = {
        account: queries.area_months([district.songxi], [NOVEMBER], account)[district.songxi.pk][0].value
        for account in ("raw", "claimed", "approved")
    }
    assert found == {"raw": 6.0, "claimed": 4.5, "approved": 5.5}
    assert DustfallEarlier.objects.count() == 2
    one.refresh_from_db()
    for wrong in (Deduction(9.0), Deduction(1.0, 1.5)):
        with pytest.raises(Invalid, match=r"不能大于|填写不正确"):
            deduct(district.air_office, district.area, NOVEMBER, {one: wrong}, why="甲", decided_by="乙")
    with pytest.raises(Invalid):
        deduct(district.air_office, district.area, NOVEMBER, {one: Deduction(2.0)}, why="", decided_by="")


def test_each_town_is_held_against_its_own_limit_as_the_plan_compares(district, points):
    enter(district, points, [5.0, 5.0, 4.6, 9.0])
    year = {"valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2025, 12, 31), "source": "行动计划"}
    set_limits = actions.set_limits
    (made,) = set_limits(district.air_office, [district.songxi], limit=5.0, comparison="<=", **year)
    set_limits(district.air_office, [district.liuwan], limit=4.5, comparison="<=", **year)
    set_limits(district.air_office, [district.area], limit=5, comparison="<", **year)

    def kept():
        return [row.months[10].kept for row in queries.year_of_areas(district.air_office, 2025, "approved")]

    assert kept() == [True, True, False]
    actions.change_limit(district.air_office, made, comparison="<")
    assert kept() == [True, False, False]
    with pytest.raises(Invalid, match="已有限值"):
        set_limits(district.air_office, [district.liuwan], limit=4, comparison="~", **year)
    with pytest.raises(Invalid):
        set_limits(district.air_office, [], limit=4, comparison="~", **year)
    actions.remove_limit(district.air_office, made)
    assert kept() == [True, None, False]
    assert DustfallLimit.objects.count() == 2


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_the_office_enters_and_keeps(district, points, who):
    person = getattr(district, who)
    made = enter(district, points, [5.0, None, None, None])[0]
    draft = enter(district, points, [5.0, None, None, None], OCTOBER, confirm=False)[0]
    for act in (
        lambda: actions.enter_results(person, district.area, OCTOBER, {points[0]: Found(4)}),
        lambda: actions.confirm_month(person, district.area, OCTOBER, [draft]),
        lambda: actions.correct_result(person, made, Found(4), reason="甲"),
        lambda: actions.write_deductions(person, district.area, NOVEMBER, {made: Deduction(1)}, why="甲"),
        lambda: actions.add_point(person, code="X", name="甲", area=district.songxi),
        lambda: actions.change_point(person, points[0], name="甲"),
        lambda: actions.set_limits(person, [district.songxi], limit=5, comparison="<", valid_from=OCTOBER, source="甲"),
    ):
        with pytest.raises(Refused):
            act()


def test_the_metric_gives_the_mean_of_months_that_are_over(district, points):
    enter(district, points, [5.0, 5.1, 6.0, 1.0], OCTOBER)
    enter(district, points, [4.0, None, 5.0, 1.0])
    areas = [district.area, district.songxi, district.water.area]
    found = metrics["dustfall"].work_out(areas, AUTUMN, "auto")
    songxi = found[district.songxi.pk]
    assert (songxi.value, songxi.valid, songxi.expected) == (4.5, 2, 2)
    assert "2 个月的均值，每月 1–2 个点位有结果，应有 2 个月" in str(songxi.explanation)
    assert found[district.area.pk].value == 5.0, "5.4 and 4.5, rounded half to even"
    early = metrics["dustfall"].work_out(areas, Period(dt.date(2025, 12, 1), dt.date(2025, 12, 31)), "auto")
    assert (early[district.songxi.pk].value, early[district.songxi.pk].expected) == (None, 0)
    assert metrics["dustfall"].indicators == ("dustfall",)
    assert metrics["dustfall"].adds == "mean"


def test_towns_are_ranked_by_it(district, points):
    enter(district, points, [5.2, 4.4, 6.0, 1.1])
    period = Period(NOVEMBER, dt.date(2025, 11, 30))
    made = actions.draft_ranking(district.air_office, metric="dustfall", area=district.area, period=period)
    assert [(row["name"], row["place"], row["value"]) for row in made.rows] == [("松溪镇", 1, 4.8), ("柳湾镇", 2, 6.0)]


def test_goals_hear_of_what_counts_alone(district, points):
    assert dustfall_metrics.changed() is None
    made = enter(district, points, [5.2, None, None, None], confirm=False)[0]
    assert dustfall_metrics.changed() is None, "a draft changes no figure"
    actions.confirm_month(district.air_office, district.area, NOVEMBER, [made])
    confirmed = dustfall_metrics.changed()
    made = actions.correct_result(district.air_office, DustfallResult.objects.get(), Found(5.0), reason="复核")
    assert dustfall_metrics.changed() >= confirmed
    assert data_changes["air.dustfall"] is dustfall_metrics.changed
